"""Which records are checked automatically, and when two records are one (FAQ 6 to 9)."""

from dataclasses import replace
from datetime import date

import pytest

from chalicelib.domain.credential import (
    LEVELS_OF,
    CredentialFacts,
    CredentialKind,
    CredentialLevel,
    credential_id,
    first_check,
    is_checked_automatically,
    name_differs,
)
from chalicelib.domain.verification import VerificationState
from tests.builders import NOW, a_credential, an_account, an_identity

EDUCATION, DEGREE = CredentialKind.EDUCATION, CredentialKind.DEGREE
SECONDARY, COLLEGE = CredentialLevel.SECONDARY, CredentialLevel.JUNIOR_COLLEGE
UNDERGRADUATE, POSTGRADUATE = CredentialLevel.UNDERGRADUATE, CredentialLevel.POSTGRADUATE
BACHELOR, MASTER, DOCTOR = CredentialLevel.BACHELOR, CredentialLevel.MASTER, CredentialLevel.DOCTOR
FACTS = a_credential(an_account()).facts

RANGES = [
    # kind, level, obtained on, foreign, checked automatically
    (EDUCATION, COLLEGE, date(2001, 12, 31), False, False),
    (EDUCATION, COLLEGE, date(2002, 1, 1), False, True),
    (EDUCATION, UNDERGRADUATE, date(2001, 12, 31), False, False),
    (EDUCATION, UNDERGRADUATE, date(2002, 1, 1), False, True),
    (EDUCATION, POSTGRADUATE, date(2026, 7, 1), False, True),
    (EDUCATION, SECONDARY, date(2002, 1, 1), False, False),
    (EDUCATION, SECONDARY, date(2026, 7, 1), False, False),
    (EDUCATION, UNDERGRADUATE, date(2020, 7, 1), True, False),
    (DEGREE, BACHELOR, date(2008, 8, 31), False, False),
    (DEGREE, BACHELOR, date(2008, 9, 1), False, True),
    (DEGREE, MASTER, date(2008, 9, 1), False, True),
    (DEGREE, DOCTOR, date(2008, 8, 31), False, False),
    (DEGREE, DOCTOR, date(2008, 9, 1), True, False),
]


@pytest.mark.parametrize(("kind", "level", "obtained_on", "foreign", "automatic"), RANGES)
def test_a_record_is_checked_automatically_within_the_range_of_the_national_records(
    kind: CredentialKind, level: CredentialLevel, obtained_on: date, foreign: bool, automatic: bool
) -> None:
    facts = replace(FACTS, kind=kind, level=level, obtained_on=obtained_on, foreign=foreign)
    assert is_checked_automatically(facts) is automatic
    begins = VerificationState.VERIFYING if automatic else VerificationState.UNCHECKABLE
    assert first_check(facts, NOW).state is begins
    assert first_check(facts, NOW).since == NOW


def test_every_level_belongs_to_one_kind() -> None:
    levels = [level for of_kind in LEVELS_OF.values() for level in of_kind]
    assert sorted(levels) == sorted(CredentialLevel)


def test_the_same_facts_have_the_same_id() -> None:
    again = replace(FACTS, certificate_no=FACTS.certificate_no.lower(), name_on_certificate="王 晓明")
    assert credential_id(again) == credential_id(FACTS)


OTHER_FACTS = {
    "kind": {"kind": DEGREE},
    "level": {"level": COLLEGE},
    "school": {"school": "东北大学"},
    "major": {"major": "工程管理"},
    "certificate number": {"certificate_no": "101531201205099999"},
    "day": {"obtained_on": date(2012, 7, 2)},
    "name": {"name_on_certificate": "王小明"},
    "country": {"foreign": True},
}


@pytest.mark.parametrize("other", OTHER_FACTS.values(), ids=OTHER_FACTS.keys())
def test_any_other_fact_makes_another_record(other: dict[str, object]) -> None:
    changed: CredentialFacts = replace(FACTS, **other)  # type: ignore[arg-type]  # rows of a table
    assert credential_id(changed) != credential_id(FACTS)


@pytest.mark.parametrize(
    ("on_certificate", "on_account", "differs"),
    [
        ("王晓明", "王晓明", False),
        ("王 晓明", "王晓明", False),
        ("王小明", "王晓明", True),
        ("王晓沛", "王晓[沛]", True),
        ("买买提•阿卜杜拉", "买买提·阿卜杜拉", False),
        ("ANNA LEE", "Anna Lee", False),
    ],
)
def test_a_certificate_with_another_name_is_noticed(
    on_certificate: str, on_account: str, differs: bool
) -> None:
    record = a_credential(an_account(), facts=replace(FACTS, name_on_certificate=on_certificate))
    assert name_differs(record, an_identity(name=on_account)) is differs
