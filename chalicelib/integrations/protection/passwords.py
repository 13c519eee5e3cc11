"""Slow hashes for passwords and answers to security questions: Argon2id with 19 MiB, two passes, one lane."""

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher

_MEMORY_KIB = 19 * 1024
_PASSES = 2
_LANES = 1
# Made with the same costs from 32 random bytes that nobody kept.
_HASH_OF_NOTHING = (
    "$argon2id$v=19$m=19456,t=2,p=1$xFpB5l5B0xQjMeh8rYniCw$qeThB0cf9KYfmNDk7Mw/to71Jo2anqq/KNx+crSfdZM"
)


class Argon2Passwords:
    """The `Passwords` port. Each hash carries its own costs, so that these may be raised later."""

    def hashed(self, secret: str) -> str:
        """Argon2id, with its own salt."""
        return self._hasher.hash(secret)

    def matches(self, hashed: str, secret: str) -> bool:
        """True when `secret` made `hashed`; something that is no hash raises, for it is our bug."""
        from argon2.exceptions import VerifyMismatchError

        try:
            return self._hasher.verify(hashed, secret)
        except VerifyMismatchError:
            return False

    def matches_nothing(self, secret: str) -> bool:
        """False, after as long as `matches` takes: for logins that name nobody."""
        self.matches(_HASH_OF_NOTHING, secret)
        return False

    @cached_property
    def _hasher(self) -> "PasswordHasher":
        # Imported late: only a login or a new password pays for it.
        from argon2 import PasswordHasher

        return PasswordHasher(time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=_LANES)
