"""What no rule may reach for by itself: the clock, chance and protection of secrets."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The product's clock."""

    def now(self) -> datetime:
        """The moment, aware, in UTC."""


class Sealer(Protocol):
    """Protection of personal data at rest."""

    def seal(self, text: str, *, context: str) -> bytes:
        """Encrypt; `context` binds the result to its place."""

    def unseal(self, sealed: bytes, *, context: str) -> str:
        """Decrypt what `seal` made in the same context."""

    def fingerprint(self, text: str, *, context: str) -> str:
        """A keyed hash: equal for equal texts in one context, telling nothing else."""


class Passwords(Protocol):
    """Slow hashes for passwords and answers."""

    def hashed(self, secret: str) -> str:
        """Argon2id, with its own salt."""

    def matches(self, hashed: str, secret: str) -> bool:
        """True when `secret` made `hashed`."""

    def matches_nothing(self, secret: str) -> bool:
        """False, after as long as `matches` takes: for logins that name nobody."""


class Randomness(Protocol):
    """Everything that must not be guessed or repeat."""

    def new_id(self) -> str:
        """24 characters of `[a-z0-9]`, never repeating."""

    def token(self) -> str:
        """43 URL-safe characters: 256 bits."""

    def digits(self, count: int) -> str:
        """A code of so many decimal digits."""
