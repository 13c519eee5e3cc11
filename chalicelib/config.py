"""Settings from the environment: read once, by the wiring; wrong ones are named all at once."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

DEFAULT_POLLS_S = "900,3600,14400,43200,86400,129600,172800"


class SettingsError(Exception):
    """The environment lacks something, or something in it cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """What must never be printed."""

    fingerprint_key: bytes = field(repr=False)
    sealing_key: bytes = field(repr=False)
    alipay_private_key: str = field(repr=False)
    wechatpay_private_key: str = field(repr=False)
    wechatpay_apiv3_key: str = field(repr=False)
    sms_secret_key: str = field(repr=False)
    sms_report_token: str = field(repr=False)
    """Ends the address at which the SMS operator reports; URL-safe."""
    verification_key: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings of the product."""

    records_table: str
    ephemera_table: str
    public_url: str
    cookie_secure: bool
    alipay_gateway: str
    alipay_app_id: str
    alipay_seller_id: str
    alipay_public_key: str
    wechatpay_url: str
    wechatpay_mchid: str
    wechatpay_app_id: str
    wechatpay_certificate_serial: str
    wechatpay_public_keys: Mapping[str, str]
    """WeChat Pay's public keys by name, the preferred one first; two while one takes over."""
    sms_endpoint: str
    sms_secret_id: str
    sms_app_id: str
    sms_sign_name: str
    sms_code_template: str
    sms_notice_template: str
    verification_url: str
    verification_client_id: str
    verification_poll_s: tuple[int, ...]
    materials_bucket: str
    secrets: Secrets | None
    secrets_parameter: str | None
    """Name of the SSM parameter that holds the secrets, where they do not stand in the environment."""


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Raises SettingsError naming everything that is missing."""
    needed = {
        name: environ.get(name, "")
        for name in (
            "RECORDS_TABLE",
            "EPHEMERA_TABLE",
            "PUBLIC_URL",
            "ALIPAY_GATEWAY",
            "ALIPAY_APP_ID",
            "ALIPAY_SELLER_ID",
            "ALIPAY_PUBLIC_KEY",
            "WECHATPAY_MCHID",
            "WECHATPAY_APP_ID",
            "WECHATPAY_CERTIFICATE_SERIAL",
            "WECHATPAY_PUBLIC_KEYS",
            "SMS_SECRET_ID",
            "SMS_APP_ID",
            "SMS_SIGN_NAME",
            "SMS_CODE_TEMPLATE",
            "SMS_NOTICE_TEMPLATE",
            "VERIFICATION_URL",
            "VERIFICATION_CLIENT_ID",
            "MATERIALS_BUCKET",
        )
    }
    missing = [name for name, value in needed.items() if not value]
    if not (environ.get("BAOKAO_SECRETS") or environ.get("BAOKAO_SECRETS_PARAMETER")):
        missing.append("BAOKAO_SECRETS or BAOKAO_SECRETS_PARAMETER")
    if missing:
        raise SettingsError(f"missing in the environment: {', '.join(missing)}")
    in_environment = environ.get("BAOKAO_SECRETS")
    return Settings(
        records_table=needed["RECORDS_TABLE"],
        ephemera_table=needed["EPHEMERA_TABLE"],
        public_url=needed["PUBLIC_URL"].rstrip("/"),
        cookie_secure=environ.get("COOKIE_SECURE", "true").lower() != "false",
        alipay_gateway=needed["ALIPAY_GATEWAY"],
        alipay_app_id=needed["ALIPAY_APP_ID"],
        alipay_seller_id=needed["ALIPAY_SELLER_ID"],
        alipay_public_key=needed["ALIPAY_PUBLIC_KEY"],
        wechatpay_url=(environ.get("WECHATPAY_URL") or "https://api.mch.weixin.qq.com").rstrip("/"),
        wechatpay_mchid=needed["WECHATPAY_MCHID"],
        wechatpay_app_id=needed["WECHATPAY_APP_ID"],
        wechatpay_certificate_serial=needed["WECHATPAY_CERTIFICATE_SERIAL"],
        wechatpay_public_keys=_named_keys(needed["WECHATPAY_PUBLIC_KEYS"]),
        sms_endpoint=environ.get("SMS_ENDPOINT") or "https://sms.tencentcloudapi.com",
        sms_secret_id=needed["SMS_SECRET_ID"],
        sms_app_id=needed["SMS_APP_ID"],
        sms_sign_name=needed["SMS_SIGN_NAME"],
        sms_code_template=needed["SMS_CODE_TEMPLATE"],
        sms_notice_template=needed["SMS_NOTICE_TEMPLATE"],
        verification_url=needed["VERIFICATION_URL"].rstrip("/"),
        verification_client_id=needed["VERIFICATION_CLIENT_ID"],
        verification_poll_s=_seconds(environ.get("VERIFICATION_POLL_S") or DEFAULT_POLLS_S),
        materials_bucket=needed["MATERIALS_BUCKET"],
        secrets=read_secrets(in_environment) if in_environment else None,
        secrets_parameter=environ.get("BAOKAO_SECRETS_PARAMETER") or None,
    )


def read_secrets(text: str) -> Secrets:
    """Secrets from their JSON text. Raises SettingsError, which never repeats a value."""
    try:
        found = json.loads(text)
        return Secrets(
            fingerprint_key=base64.b64decode(found["fingerprint_key"], validate=True),
            sealing_key=base64.b64decode(found["sealing_key"], validate=True),
            alipay_private_key=str(found["alipay_private_key"]),
            wechatpay_private_key=str(found["wechatpay_private_key"]),
            wechatpay_apiv3_key=str(found["wechatpay_apiv3_key"]),
            sms_secret_key=str(found["sms_secret_key"]),
            sms_report_token=str(found["sms_report_token"]),
            verification_key=str(found["verification_key"]),
        )
    except KeyError as missing:
        raise SettingsError(f"the secrets lack {missing}") from None
    except (ValueError, TypeError, binascii.Error):
        raise SettingsError("the secrets cannot be read") from None


def _named_keys(text: str) -> Mapping[str, str]:
    """`NAME:KEY,NAME:KEY`; a key is the base64 between the first and the last line of its PEM file."""
    pairs = [part.partition(":") for part in text.split(",")]
    if not all(name.strip() and key.strip() for name, _, key in pairs):
        raise SettingsError("WECHATPAY_PUBLIC_KEYS must be NAME:KEY, separated by commas")
    return {name.strip(): key.strip() for name, _, key in pairs}


def _seconds(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise SettingsError("VERIFICATION_POLL_S must be whole seconds, separated by commas") from None
