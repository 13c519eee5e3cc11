"""Whether choices fit what a returning candidate has passed already (FAQ 14, 16)."""

from chalicelib.domain.actions.case import ActionRefusedError, Refusal
from chalicelib.domain.actions.reasons import Reason
from chalicelib.domain.registration import Choices
from chalicelib.domain.returning import Standing

_FIELDS = {
    Reason.MAJOR_CHANGE_REFUSED: "major",
    Reason.ALL_SUBJECTS_PASSED: "level",
    Reason.SUBJECT_PASSED: "subjects",
}


def misfit(choices: Choices, standing: Standing | None) -> Refusal | None:
    """Why choices cannot be, by the standing that is of them; None where they can, or are not made yet."""
    if standing is None or choices.level is None:
        return None
    if standing.refuses_major:
        return Refusal(Reason.MAJOR_CHANGE_REFUSED)
    if standing.subjects_left == ():
        return Refusal(Reason.ALL_SUBJECTS_PASSED)
    return Refusal(Reason.SUBJECT_PASSED) if standing.passed.intersection(choices.subjects) else None


def require_fit(choices: Choices, standing: Standing) -> None:
    """Raise ActionRefusedError, with the field at fault, unless they fit."""
    if refusal := misfit(choices, standing):
        raise ActionRefusedError(refusal, field=_FIELDS[refusal.reason])
