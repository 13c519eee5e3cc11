"""The two RSA pairs of the payment protocol and the names both sides know each other by.

Signing and verifying with them is in `signing.py`.
"""

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

APP_ID = "2021000000000001"
"""What the simulated Alipay calls the merchant's application unless it is told otherwise."""
SELLER_ID = "2088000000000001"
"""What it calls the merchant."""
_KEY_BITS = 2048


@dataclass(frozen=True, slots=True)
class KeyPaths:
    """Where the keys are, all PEM. The product gets `merchant_private` and `alipay_public`."""

    merchant_private: Path
    merchant_public: Path
    alipay_private: Path
    alipay_public: Path


def ensure_keys(directory: Path) -> KeyPaths:
    """Make the pairs in `directory/keys` where they are missing, also when several processes ask at once."""
    folder = directory / "keys"
    folder.mkdir(parents=True, exist_ok=True)
    paths = KeyPaths(
        merchant_private=folder / "merchant_private.pem",
        merchant_public=folder / "merchant_public.pem",
        alipay_private=folder / "alipay_private.pem",
        alipay_public=folder / "alipay_public.pem",
    )
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _ensure_pair(paths.merchant_private, paths.merchant_public)
        _ensure_pair(paths.alipay_private, paths.alipay_public)
    return paths


def read_private_key(path: Path) -> rsa.RSAPrivateKey:
    """The private key in a PEM file. Raises ValueError for anything else."""
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError(f"{path} holds no RSA private key")
    return key


def read_public_key(path: Path) -> rsa.RSAPublicKey:
    """The public key in a PEM file. Raises ValueError for anything else."""
    key = serialization.load_pem_public_key(path.read_bytes())
    if not isinstance(key, rsa.RSAPublicKey):
        raise ValueError(f"{path} holds no RSA public key")
    return key


def _ensure_pair(private: Path, public: Path) -> None:
    if not private.exists():
        key = rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)
        pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        _write_whole(private, pem)
        public.unlink(missing_ok=True)
    if not public.exists():
        pem = (
            read_private_key(private)
            .public_key()
            .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        )
        _write_whole(public, pem)


def _write_whole(path: Path, content: bytes) -> None:
    temporary = path.with_suffix(".new")
    temporary.unlink(missing_ok=True)
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    temporary.replace(path)
