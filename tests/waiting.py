"""What waits for the finance of the usual authority, and what is anybody's."""

from chalicelib.domain.discrepancy import Discrepancy
from chalicelib.usecases.ports import Discrepancies
from tests.builders import AUTHORITY_ID


def open_in(discrepancies: Discrepancies) -> list[Discrepancy]:
    """Longest waiting first."""
    return list(discrepancies.waiting(AUTHORITY_ID))
