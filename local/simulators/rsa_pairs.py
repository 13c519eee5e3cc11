"""The RSA pairs of the simulated payment providers: made once, kept as PEM files that only their owner reads.

Whose pairs there are and what texts they sign is in the simulators' own folders.
"""

import base64
import binascii
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

_KEY_BITS = 2048


@dataclass(frozen=True, slots=True)
class PairPaths:
    """Where the two halves of a pair are."""

    private: Path
    public: Path


@contextmanager
def key_folder(directory: Path) -> Iterator[Path]:
    """The folder of the keys, held by one process at a time while keys may be made in it."""
    folder = directory / "keys"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


def ensure_pair(folder: Path, name: str) -> PairPaths:
    """The pair with this name, made where it is missing."""
    paths = PairPaths(folder / f"{name}_private.pem", folder / f"{name}_public.pem")
    if not paths.private.exists():
        key = rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)
        write_whole(paths.private, private_pem(key).encode())
        paths.public.unlink(missing_ok=True)
    if not paths.public.exists():
        write_whole(paths.public, public_pem(read_private_key(paths.private)).encode())
    return paths


def private_pem(key: rsa.RSAPrivateKey) -> str:
    """The private half as tools and providers give it out: PKCS#8."""
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return pem.decode()


def public_pem(key: rsa.RSAPrivateKey) -> str:
    """Its public half."""
    pem = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return pem.decode()


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


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that readers see whole or not at all; only its owner may read it."""
    temporary = path.with_suffix(".new")
    temporary.unlink(missing_ok=True)
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    temporary.replace(path)


def sign(key: rsa.RSAPrivateKey, text: str) -> str:
    """The SHA256withRSA signature (PKCS#1 v1.5) of a text, in base64."""
    return base64.b64encode(key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())).decode()


def is_signed_by(key: rsa.RSAPublicKey, text: str, signature: str) -> bool:
    """True where the signature is this key's over this text."""
    try:
        key.verify(
            base64.b64decode(signature, validate=True), text.encode(), padding.PKCS1v15(), hashes.SHA256()
        )
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True
