"""The real clock. The one that people may move belongs to the product on one machine."""

from datetime import UTC, datetime


class SystemClock:
    """The `Clock` port over the machine's own time."""

    def now(self) -> datetime:
        """The moment, aware, in UTC."""
        return datetime.now(UTC)
