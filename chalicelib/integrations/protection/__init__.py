"""The machine's means: protection of personal data and passwords, chance, and the real clock."""

from chalicelib.integrations.protection.chance import SystemRandomness
from chalicelib.integrations.protection.clock import SystemClock
from chalicelib.integrations.protection.passwords import Argon2Passwords
from chalicelib.integrations.protection.sealing import FieldSealer, SealBrokenError

__all__ = ["Argon2Passwords", "FieldSealer", "SealBrokenError", "SystemClock", "SystemRandomness"]
