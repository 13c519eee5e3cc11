"""Whether choices fit what is passed already: the reason, the field at fault and the question of the FAQ."""

import pytest

from chalicelib.domain.actions import EXPLANATIONS, ActionRefusedError, Reason, require_fit
from chalicelib.domain.actions.fitting import misfit
from chalicelib.domain.registration import Choices
from chalicelib.domain.returning import standing_of
from tests.builders import an_archive_record, an_exam

ALL = ("economy", "law", "project", "practice")

FITS = [
    # why, passed last year under building, what is chosen, the reason against it, the field at fault
    ("nothing passed", (), ("all", "building", ALL), None, None),
    ("the others", ("law",), ("all", "building", ("economy", "practice")), None, None),
    ("no subject yet", ("law",), ("all", "building", ()), None, None),
    ("nothing chosen yet", ("law", "practice"), (None, None, ()), None, None),
    ("no major yet", ("practice",), ("all", None, ("law",)), None, None),
    ("a passed subject", ("law",), ("all", "building", ("law",)), Reason.SUBJECT_PASSED, "subjects"),
    ("the same at another level", ("law",), ("exempt", "building", ("law", "practice")), None, None),
    ("another major", ("law",), ("all", "highway", ("practice",)), None, None),
    (
        "another major, its subject passed",
        ("practice",),
        ("all", "highway", ("law",)),
        Reason.MAJOR_CHANGE_REFUSED,
        "major",
    ),
    ("everything passed", ALL, ("all", "building", ()), Reason.ALL_SUBJECTS_PASSED, "level"),
]


@pytest.mark.parametrize(
    ("passed", "chosen", "reason", "field"), [row[1:] for row in FITS], ids=[row[0] for row in FITS]
)
def test_choices_fit_what_is_passed_already_or_say_why_not(
    passed: tuple[str, ...],
    chosen: tuple[str | None, str | None, tuple[str, ...]],
    reason: Reason | None,
    field: str | None,
) -> None:
    level, major, subjects = chosen
    choices = Choices(level=level, major=major, subjects=subjects)
    records = [an_archive_record(2025, passed=passed)]
    standing = standing_of(records, an_exam(), name="王晓明", level=level, major=major)
    found = misfit(choices, standing)
    assert (found.reason if found else None) is reason
    if reason is None:
        require_fit(choices, standing)
        return
    with pytest.raises(ActionRefusedError) as refused:
        require_fit(choices, standing)
    assert (refused.value.field, refused.value.explanation) == (field, EXPLANATIONS[reason])


def test_an_archive_that_was_not_read_stands_against_nothing() -> None:
    assert misfit(Choices(level="all", subjects=ALL), None) is None
