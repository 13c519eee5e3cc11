"""The settings of the product on one machine, as environment variables.

The names are those that the product's own configuration reads; nothing here reads them back.
"""

import json
import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from local.folder import DataFolder, read_secrets, write_whole
from local.simulators.alipay.keys import APP_ID, SELLER_ID, ensure_keys
from local.simulators.wechatpay import keys as wechatpay
from local.sockets import LOOPBACK

CLOCK_VARIABLE = "BAOKAO_LOCAL_CLOCK"
FOLDER_VARIABLE = "BAOKAO_LOCAL_DATA"
REGION = "cn-north-1"


@dataclass(frozen=True)
class Ports:
    """Where each program of the run listens; all but `front` are for the other programs only."""

    front: int
    emulator: int
    workers: tuple[int, ...]
    alipay: int
    wechatpay: int
    sms: int
    verification: int
    objects: int
    control: int

    @property
    def simulators(self) -> Mapping[str, int]:
        """The simulators by name."""
        return {
            "alipay": self.alipay,
            "wechatpay": self.wechatpay,
            "sms": self.sms,
            "verification": self.verification,
            "objects": self.objects,
            "control": self.control,
        }


def product_environment(folder: DataFolder, ports: Ports, *, public_url: str) -> dict[str, str]:
    """Return what the product reads from its environment, for this run."""
    keys = ensure_keys(folder.simulators)
    kept = dict(read_secrets(folder))
    kept["alipay_private_key"] = keys.merchant_private.read_text()
    wechatpay_keys = wechatpay.ensure_keys(folder.simulators)
    kept["wechatpay_private_key"] = wechatpay_keys.merchant.private.read_text()
    kept["wechatpay_apiv3_key"] = wechatpay_keys.apiv3_key.read_text()
    return {
        "RECORDS_TABLE": "baokao-records",
        "EPHEMERA_TABLE": "baokao-ephemera",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL_DYNAMODB": f"http://{LOOPBACK}:{ports.emulator}",
        "AWS_ENDPOINT_URL_DYNAMODB_STREAMS": f"http://{LOOPBACK}:{ports.emulator}",
        "NO_PROXY": f"localhost,{LOOPBACK}",
        "no_proxy": f"localhost,{LOOPBACK}",
        "PUBLIC_URL": public_url,
        "COOKIE_SECURE": "false",
        "ALIPAY_GATEWAY": f"{public_url}/simulators/alipay/gateway.do",
        "ALIPAY_APP_ID": APP_ID,
        "ALIPAY_SELLER_ID": SELLER_ID,
        "ALIPAY_PUBLIC_KEY": keys.alipay_public.read_text(),
        "WECHATPAY_URL": f"{public_url}/simulators/wechatpay",
        "WECHATPAY_MCHID": wechatpay.MCHID,
        "WECHATPAY_APP_ID": wechatpay.APP_ID,
        "WECHATPAY_CERTIFICATE_SERIAL": wechatpay.CERTIFICATE_SERIAL,
        "WECHATPAY_PUBLIC_KEYS": wechatpay_keys.public_keys_setting(),
        "SMS_ENDPOINT": f"http://{LOOPBACK}:{ports.sms}",
        "SMS_SECRET_ID": "local-sms",
        "SMS_APP_ID": "1400000001",
        "SMS_SIGN_NAME": "报考",
        "SMS_CODE_TEMPLATE": "1000001",
        "SMS_NOTICE_TEMPLATE": "1000002",
        "VERIFICATION_URL": f"http://{LOOPBACK}:{ports.verification}",
        "VERIFICATION_CLIENT_ID": "baokao-local",
        # The simulator answers within seconds, so the first questions come sooner than in the cloud.
        "VERIFICATION_POLL_S": "3,10,30,120,900,3600,14400,43200,86400,129600,172800",
        "MATERIALS_BUCKET": "baokao-materials",
        # As people reach it: browsers send and fetch files by addresses that the product signs.
        "AWS_ENDPOINT_URL_S3": f"{public_url}/simulators/objects",
        "BAOKAO_SECRETS": json.dumps(kept),
        CLOCK_VARIABLE: str(folder.clock.absolute()),
        FOLDER_VARIABLE: str(folder.path.absolute()),
    }


def child_environment(product: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a program of this run: the person's, less their cloud account, and ours."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {**own, **product, "PYTHONUNBUFFERED": "1"}


def write_for_a_shell(folder: DataFolder, product: Mapping[str, str]) -> None:
    """Leave the settings in a file that a shell reads with `.`; it holds secrets: its owner's only."""
    lines = [f"export {name}={shlex.quote(value)}" for name, value in sorted(product.items())]
    write_whole(folder.environment, "\n".join(lines) + "\n")
