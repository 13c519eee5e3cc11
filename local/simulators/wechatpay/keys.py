"""The keys of the protocol and the names both sides know each other by. Signing is in `signing.py`."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from local.simulators.rsa_pairs import PairPaths, ensure_pair, key_folder, write_whole

MCHID = "1900000001"
"""What the simulated WeChat Pay calls the merchant unless it is told otherwise."""
APP_ID = "wx2026000000000001"
CERTIFICATE_SERIAL = "4A3B2C1D0E9F8A7B6C5D4E3F2A1B0C9D8E7F6A5B"
"""The number of the merchant's certificate, whose key signs the merchant's calls."""
PUBLIC_KEY_ID = "PUB_KEY_ID_0119000000012026010100111100000001"
"""The key that WeChat Pay signs with."""
OLD_SERIAL = "1D2C3B4A5F6E7D8C9B0AF1E2D3C4B5A6978899AA"
"""The platform certificate from before the migration to a public key; it is valid as well."""
_APIV3_KEY_BYTES = 16


@dataclass(frozen=True, slots=True)
class KeyPaths:
    """Where the keys are. The product gets the merchant's private one, the public ones and the APIv3 key."""

    merchant: PairPaths
    wechatpay: PairPaths
    old: PairPaths
    apiv3_key: Path

    def public_keys_setting(self) -> str:
        """Both public keys as the product's settings name them, the preferred one first."""
        named = ((PUBLIC_KEY_ID, self.wechatpay), (OLD_SERIAL, self.old))
        return ",".join(f"{name}:{_bare(pair.public)}" for name, pair in named)


def ensure_keys(directory: Path) -> KeyPaths:
    """Make the keys in `directory/keys` where they are missing, also when several processes ask at once."""
    with key_folder(directory) as folder:
        apiv3_key = folder / "wechatpay_apiv3.txt"
        if not apiv3_key.exists():
            write_whole(apiv3_key, secrets.token_hex(_APIV3_KEY_BYTES).encode())
        return KeyPaths(
            merchant=ensure_pair(folder, "wechatpay_merchant"),
            wechatpay=ensure_pair(folder, "wechatpay"),
            old=ensure_pair(folder, "wechatpay_old"),
            apiv3_key=apiv3_key,
        )


def _bare(public_key: Path) -> str:
    """The base64 between the first and the last line of a PEM file."""
    return "".join(public_key.read_text().strip().splitlines()[1:-1])
