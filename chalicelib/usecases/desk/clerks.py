"""What clerks do about identities, credentials and integrity records: each act with a reason and its entry.

Giving an identity back to its true holder takes several steps: `release_identity.py`. Reviews: `review.py`.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from chalicelib.domain.audit import Act, AuditEntry
from chalicelib.domain.china import china_date
from chalicelib.domain.errors import (
    ChangedElsewhereError,
    IdentityNotConfirmableError,
    InvalidInputError,
    NotFoundError,
)
from chalicelib.domain.identity import IdType, masked_id_number, normal_id_number
from chalicelib.domain.ids import AccountId, CredentialId
from chalicelib.domain.integrity import IntegrityKind, IntegrityRecord
from chalicelib.domain.verification import VerificationState
from chalicelib.usecases.ports import (
    Accounts,
    AuditLog,
    Credentials,
    Exams,
    IntegrityRecords,
    StaleWriteError,
)

_DECIDED_BY_NOBODY = (VerificationState.VERIFYING, VerificationState.VERIFIED)


def confirm_identity(account_id: AccountId, entry: AuditEntry, *, accounts: Accounts) -> None:
    """The clerk has seen the ID: the identity is verified from now on.

    Raises NotFoundError, IdentityNotConfirmableError, ChangedElsewhereError.
    """
    account = accounts.get(account_id)
    if account is None:
        raise NotFoundError
    state = account.identity_check.state
    if state in _DECIDED_BY_NOBODY or account.released_at:
        raise IdentityNotConfirmableError
    whole = replace(
        entry,
        on_whom=account.id,
        what=Act.CONFIRM_IDENTITY,
        before=state,
        after=VerificationState.VERIFIED,
    )
    try:
        accounts.confirm_identity(account, whole)
    except StaleWriteError as stale:
        raise ChangedElsewhereError from stale


def enter_pass(
    account_id: AccountId,
    credential_id: CredentialId,
    exam_code: str,
    entry: AuditEntry,
    *,
    credentials: Credentials,
    exams: Exams,
) -> None:
    """A reviewer has passed a record on site; it counts for this exam, whatever the year (FAQ 8).

    Raises InvalidInputError (no such exam), NotFoundError.
    """
    if exam_code not in {exam.code for exam, _ in exams.all()}:
        raise InvalidInputError(field="exam_code", detail="没有这项考试。")
    record = next((c for c in credentials.of(account_id) if c.id == credential_id), None)
    if record is None:
        raise NotFoundError
    before = " ".join(sorted(record.review_passes))
    whole = replace(entry, on_whom=account_id, what=Act.ENTER_PASS, before=before, after=exam_code)
    credentials.enter_pass(account_id, credential_id, exam_code, whole)


def add_integrity_record(
    id_type: IdType,
    id_number: str,
    kind: IntegrityKind,
    decided_on: date,
    entry: AuditEntry,
    *,
    integrity: IntegrityRecords,
) -> IntegrityRecord:
    """Keep a finding against the holder of an ID number (handbook 4.4).

    Raises IdNumberInvalidError, InvalidInputError (decided in the future).
    """
    number = normal_id_number(id_type, id_number, today=china_date(entry.at))
    if decided_on > china_date(entry.at):
        raise InvalidInputError(field="decided_on", detail="认定日期不能晚于今天。")
    record = IntegrityRecord(id=entry.id, kind=kind, decided_on=decided_on, recorded_at=entry.at)
    whole = replace(
        entry, on_whom=_record_name(record), what=Act.ADD_INTEGRITY_RECORD, after=f"{kind} {decided_on}"
    )
    integrity.add(number, record, whole)
    return record


def look_up_integrity_records(
    id_type: IdType,
    id_number: str,
    entry: AuditEntry,
    *,
    integrity: IntegrityRecords,
    audit_log: AuditLog,
) -> Sequence[IntegrityRecord]:
    """All of an ID number, oldest first, ended ones too; looking leaves an entry with each of them.

    Where there is none, the entry is about the masked number. Raises IdNumberInvalidError.
    """
    number = normal_id_number(id_type, id_number, today=china_date(entry.at))
    found = integrity.of(number)
    looked_at = [_record_name(record) for record in found] or [masked_id_number(number)]
    for at, on_whom in enumerate(looked_at):
        audit_log.record(
            replace(entry, id=f"{entry.id}-{at}", on_whom=on_whom, what=Act.LOOK_UP_INTEGRITY_RECORDS)
        )
    return found


def end_integrity_record(
    id_type: IdType, id_number: str, record_id: str, entry: AuditEntry, *, integrity: IntegrityRecords
) -> None:
    """A finding that should not have been there counts no more.

    Raises IdNumberInvalidError, NotFoundError (not there), ChangedElsewhereError (ended already).
    """
    number = normal_id_number(id_type, id_number, today=china_date(entry.at))
    record = next((each for each in integrity.of(number) if each.id == record_id), None)
    if record is None:
        raise NotFoundError
    whole = replace(
        entry,
        on_whom=_record_name(record),
        what=Act.END_INTEGRITY_RECORD,
        before=f"{record.kind} {record.decided_on}",
    )
    try:
        integrity.end(number, record, entry.at, whole)
    except StaleWriteError as stale:
        raise ChangedElsewhereError from stale


def _record_name(record: IntegrityRecord) -> str:
    # Not the ID number: the audit log is read by more people than may know it.
    return f"integrity-{record.id}"
