"""The data-sharing service that verifies identities and credentials. `service.py` serves the port."""

from chalicelib.integrations.verification.service import HttpVerification, VerificationAccount

__all__ = ["HttpVerification", "VerificationAccount"]
