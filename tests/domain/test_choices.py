"""What may be saved as a draft, and what a confirmation must have (handbook 4.2)."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.credential import CredentialKind, CredentialLevel
from chalicelib.domain.errors import InvalidInputError
from chalicelib.domain.ids import CredentialId
from chalicelib.domain.registration import Choices, check_complete, check_draft
from tests.builders import a_credential, an_account, an_exam, an_offering

ACCOUNT = an_account()
EDUCATION = a_credential(ACCOUNT)
DEGREE = a_credential(
    ACCOUNT, facts=replace(EDUCATION.facts, kind=CredentialKind.DEGREE, level=CredentialLevel.BACHELOR)
)
WHOLE = Choices(
    level="all",
    major="building",
    subjects=("economy", "law"),
    site="sy-1",
    education_id=EDUCATION.id,
    degree_id=DEGREE.id,
)

DRAFTS = [
    ("everything chosen", {}),
    (
        "nothing chosen",
        dict.fromkeys(("level", "major", "site", "education_id", "degree_id")) | {"subjects": ()},
    ),
    ("no level, and so no subjects", {"level": None, "subjects": ()}),
    ("no major yet", {"major": None}),
    ("no subjects yet", {"subjects": ()}),
    ("one subject of a level that takes them all", {"level": "exempt", "subjects": ("law",)}),
    ("no degree, which nobody needs (FAQ 10)", {"degree_id": None}),
]


@pytest.mark.parametrize("changes", [row[1] for row in DRAFTS], ids=[row[0] for row in DRAFTS])
def test_a_draft_may_have_gaps(changes: dict[str, Any]) -> None:
    check_draft(replace(WHOLE, **changes), an_exam(), an_offering(), (EDUCATION, DEGREE))


BAD_DRAFTS = [
    # why, what is chosen, the field at fault
    ("a level that is not there", {"level": "senior", "subjects": ()}, "level"),
    ("a major that is not there", {"major": "navigation"}, "major"),
    ("a subject that is not there", {"subjects": ("economy", "history")}, "subjects"),
    ("a subject of another level", {"level": "exempt", "subjects": ("economy",)}, "subjects"),
    ("subjects without a level", {"level": None}, "subjects"),
    ("a subject twice", {"subjects": ("law", "law")}, "subjects"),
    ("a site of another authority", {"site": "dl-1"}, "site"),
    ("an education that is not mine", {"education_id": CredentialId("somebody else's")}, "education_id"),
    ("a degree as education", {"education_id": DEGREE.id}, "education_id"),
    ("an education as degree", {"degree_id": EDUCATION.id}, "degree_id"),
]


@pytest.mark.parametrize(
    ("changes", "field"), [row[1:] for row in BAD_DRAFTS], ids=[row[0] for row in BAD_DRAFTS]
)
def test_a_draft_holds_only_what_the_exam_and_the_candidate_have(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        check_draft(replace(WHOLE, **changes), an_exam(), an_offering(), (EDUCATION, DEGREE))
    assert refused.value.field == field


COMPLETE = [
    ("everything chosen", {}),
    ("no degree", {"degree_id": None}),
    ("one subject where passes are collected", {"subjects": ("law",)}),
    ("all subjects of a level that takes them all", {"level": "exempt", "subjects": ("practice", "law")}),
]


@pytest.mark.parametrize("changes", [row[1] for row in COMPLETE], ids=[row[0] for row in COMPLETE])
def test_a_complete_registration_may_be_confirmed(changes: dict[str, Any]) -> None:
    check_complete(replace(WHOLE, **changes), an_exam())


def test_an_exam_without_majors_asks_for_none() -> None:
    check_complete(replace(WHOLE, major=None), an_exam(majors=()))


GAPS = [
    # why, what is chosen, the field at fault
    ("no level", {"level": None}, "level"),
    ("no major", {"major": None}, "major"),
    ("no subject", {"subjects": ()}, "subjects"),
    ("one subject of a level that takes them all", {"level": "exempt", "subjects": ("law",)}, "subjects"),
    ("no site", {"site": None}, "site"),
    ("no education", {"education_id": None}, "education_id"),
]


@pytest.mark.parametrize(("changes", "field"), [row[1:] for row in GAPS], ids=[row[0] for row in GAPS])
def test_a_confirmation_with_a_gap_names_it(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        check_complete(replace(WHOLE, **changes), an_exam())
    assert refused.value.field == field
