"""A clerk brings exams and authorities in from files; each thing that differs leaves an entry of its own."""

from collections.abc import Sequence

from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.authority import Authority
from chalicelib.domain.catalogue import change_of
from chalicelib.domain.errors import ChangedElsewhereError
from chalicelib.domain.exam import Exam, Offering
from chalicelib.usecases.ports import Authorities, Exams, StaleWriteError


def import_exam(exam: Exam, offerings: Sequence[Offering], entry: AuditEntry, *, exams: Exams) -> bool:
    """Store the exam and these offerings as their next versions; whether anything differed.

    Other offerings of the exam stay. Raises ChangedElsewhereError (another clerk changed one meanwhile).
    """
    changes = [
        change_of(exams.fresh_offering(exam.id, offering.authority_id), offering, entry)
        for offering in offerings
    ]
    differing = [change for change in changes if change is not None]
    of_exam = change_of(exams.fresh_exam(exam.id), exam, entry)
    if not differing and of_exam is None:
        return False
    try:
        exams.take_in(of_exam, differing)
    except StaleWriteError as stale:
        raise ChangedElsewhereError from stale
    return True


def import_authority(authority: Authority, entry: AuditEntry, *, authorities: Authorities) -> bool:
    """Store the authority as its next version; whether anything differed. Raises ChangedElsewhereError."""
    change = change_of(authorities.get(authority.id), authority, entry)
    if change is None:
        return False
    try:
        authorities.take_in(change)
    except StaleWriteError as stale:
        raise ChangedElsewhereError from stale
    return True
