"""A clerk with the right extends a window; what comes after it follows (handbook section 3)."""

from dataclasses import replace
from datetime import datetime

from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.catalogue import offering_subject
from chalicelib.domain.errors import ChangedElsewhereError, NotFoundError
from chalicelib.domain.exam import Offering
from chalicelib.domain.ids import ExamId
from chalicelib.domain.windows import WindowName, extended
from chalicelib.usecases.ports import Exams, StaleWriteError


def extend_window(
    exam_id: ExamId, which: WindowName, until: datetime, entry: AuditEntry, *, exams: Exams, now: datetime
) -> Offering:
    """The offering as it is from now on; those who had lapsed by its clock have not any more.

    Raises NotFoundError, ExtensionRefusedError, ChangedElsewhereError (another clerk was faster).
    """
    seen = exams.fresh_offering(exam_id, entry.clerk.authority_id)
    if seen is None:
        raise NotFoundError
    changed = extended(seen, which, until, now)
    whole = replace(
        entry,
        on_whom=offering_subject(exam_id, seen.authority_id),
        what="extend_window",
        before=_ends(seen),
        after=_ends(changed),
    )
    try:
        exams.change_offering(seen, changed, whole)
    except StaleWriteError as stale:
        raise ChangedElsewhereError from stale
    return changed


def _ends(offering: Offering) -> str:
    windows = offering.windows
    ends = {name: getattr(windows, name).end.isoformat() for name in WindowName}
    return " ".join(f"{name}={end}" for name, end in ends.items())
