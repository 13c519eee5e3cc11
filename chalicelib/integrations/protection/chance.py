"""Identifiers, tokens and codes from the machine's secure source of randomness."""

import secrets
import string

_ID_ALPHABET = string.ascii_lowercase + string.digits
_ID_LENGTH = 24
_TOKEN_BYTES = 32


class SystemRandomness:
    """The `Randomness` port over the operating system's generator."""

    def new_id(self) -> str:
        """24 characters of `[a-z0-9]`: 124 bits, so that no two are ever equal."""
        return "".join(secrets.choice(_ID_ALPHABET) for _ in range(_ID_LENGTH))

    def token(self) -> str:
        """43 URL-safe characters: 256 bits."""
        return secrets.token_urlsafe(_TOKEN_BYTES)

    def digits(self, count: int) -> str:
        """A code of so many decimal digits, each as likely as any other."""
        return f"{secrets.randbelow(10**count):0{count}d}"
