"""The two RSA pairs of the payment protocol and the names both sides know each other by.

Signing and verifying with them is in `signing.py`.
"""

from dataclasses import dataclass
from pathlib import Path

from local.simulators.rsa_pairs import ensure_pair, key_folder

APP_ID = "2021000000000001"
"""What the simulated Alipay calls the merchant's application unless it is told otherwise."""
SELLER_ID = "2088000000000001"
"""What it calls the merchant."""


@dataclass(frozen=True, slots=True)
class KeyPaths:
    """Where the keys are, all PEM. The product gets `merchant_private` and `alipay_public`."""

    merchant_private: Path
    merchant_public: Path
    alipay_private: Path
    alipay_public: Path


def ensure_keys(directory: Path) -> KeyPaths:
    """Make the pairs in `directory/keys` where they are missing, also when several processes ask at once."""
    with key_folder(directory) as folder:
        merchant, alipay = ensure_pair(folder, "merchant"), ensure_pair(folder, "alipay")
    return KeyPaths(
        merchant_private=merchant.private,
        merchant_public=merchant.public,
        alipay_private=alipay.private,
        alipay_public=alipay.public,
    )
