"""What clerks did: who, when, on whom, what, why, what stood there before and after (handbook section 7)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.errors import InvalidInputError
from chalicelib.domain.ids import AccountId, AuthorityId, RegistrationId

LONGEST_REASON = 500


class ReasonMissingError(InvalidInputError):
    """Everything a clerk does has a reason."""

    code = "reason_missing"
    message = "请填写办理原因（不超过 500 字）。"


class Act(StrEnum):
    """What a clerk may do."""

    CONFIRM_IDENTITY = "confirm_identity"
    RELEASE_IDENTITY = "release_identity"
    MOVE_PAID = "move_paid"
    PASS_REVIEW = "pass_review"
    REJECT_REVIEW = "reject_review"
    VOID = "void"
    REINSTATE = "reinstate"
    ENTER_PASS = "enter_pass"
    ADD_INTEGRITY_RECORD = "add_integrity_record"
    END_INTEGRITY_RECORD = "end_integrity_record"
    LOOK_UP_INTEGRITY_RECORDS = "look_up_integrity_records"
    IMPORT_ARCHIVE = "import_archive"
    IMPORT_EXAM = "import_exam"
    IMPORT_AUTHORITY = "import_authority"
    GIVE_BACK = "give_back"
    RESUME_REFUND = "resume_refund"
    REPLACE_REFUND = "replace_refund"
    BOOK_REFUND = "book_refund"
    OPT_OUT = "opt_out"
    SETTLE_DISCREPANCY = "settle_discrepancy"
    ASK_PROVIDER = "ask_provider"
    RUN_BILL = "run_bill"


@dataclass(frozen=True, slots=True)
class Clerk:
    """Who acts, and for which authority."""

    name: str
    authority_id: AuthorityId


Subject = AccountId | RegistrationId | str
"""On whom: an account, a registration, or the name of another thing that a clerk can change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One thing that a clerk did. `before` and `after` are codes, never personal data."""

    id: str
    at: datetime
    clerk: Clerk
    on_whom: Subject
    what: str
    """An `Act`, or the name of an act of another part of the product."""
    reason: str
    before: str = ""
    after: str = ""


def checked_reason(written: str) -> str:
    """The reason without spaces around it. Raises ReasonMissingError."""
    reason = written.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise ReasonMissingError(field="reason")
    return reason
