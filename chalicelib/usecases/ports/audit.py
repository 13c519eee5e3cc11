"""The store of what clerks did.

Most acts are written together with their entry, in one transaction, by the store of what they change; this
port is for acts that change nothing of ours, and for reading.
"""

from collections.abc import Sequence
from typing import Protocol

from chalicelib.domain.audit import AuditEntry, Subject


class AuditLog(Protocol):
    """What clerks did, by whom or what it was done to. Entries are never changed and never removed."""

    def record(self, entry: AuditEntry) -> None:
        """Keep an entry by itself. Raises StaleWriteError where its id is taken."""

    def of(self, on_whom: Subject) -> Sequence[AuditEntry]:
        """Everything done to one account, registration or thing, oldest first, consistent."""
