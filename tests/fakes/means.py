"""Clock, chance and secrets that tests can foresee."""

import base64
import hashlib
import hmac
import json
from datetime import datetime, timedelta
from itertools import count

from tests.builders import NOW


class FakeClock:
    """`Clock` that stands still until it is moved."""

    def __init__(self, now: datetime = NOW) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def move_to(self, now: datetime) -> None:
        """Jump to a moment."""
        self._now = now

    def advance(self, **by: float) -> datetime:
        """Move on by seconds, minutes, hours or days, and give the new moment."""
        self._now += timedelta(**by)
        return self._now


class FakeSealer:
    """`Sealer` that hides nothing from who can read base64, but minds the context as the real one does."""

    def seal(self, text: str, *, context: str) -> bytes:
        return base64.b64encode(json.dumps([context, text]).encode())

    def unseal(self, sealed: bytes, *, context: str) -> str:
        sealed_for, text = json.loads(base64.b64decode(sealed))
        if sealed_for != context:
            raise ValueError(f"sealed for {sealed_for}, opened for {context}")
        return str(text)

    def fingerprint(self, text: str, *, context: str) -> str:
        return hmac.new(b"a key of tests", f"{context}|{text}".encode(), hashlib.sha256).hexdigest()


class FakePasswords:
    """`Passwords` without the cost; counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def hashed(self, secret: str) -> str:
        return "quick$" + hashlib.sha256(secret.encode()).hexdigest()

    def matches(self, hashed: str, secret: str) -> bool:
        self.asked += 1
        return hashed == self.hashed(secret)

    def matches_nothing(self, secret: str) -> bool:
        self.asked += 1
        return False


class FakeRandomness:
    """`Randomness` that counts: nothing repeats, everything can be foreseen."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def new_id(self) -> str:
        return f"id{next(self._numbers):022}"

    def token(self) -> str:
        return f"token-{next(self._numbers):037}"

    def digits(self, count: int) -> str:
        return f"{next(self._numbers):0{count}}"[-count:]
