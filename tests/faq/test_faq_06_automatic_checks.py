"""FAQ 6: which records are checked by themselves, and what becomes of the others."""

from datetime import date
from typing import Any

import pytest

from tests.api.story import CREDENTIAL
from tests.fakes import World
from tests.faq.candidate import candidate

# kind, level, obtained on, foreign | checked by itself
RANGES: list[tuple[str, str, date, bool, bool]] = [
    ("education", "junior_college", date(2002, 1, 1), False, True),
    ("education", "junior_college", date(2001, 12, 31), False, False),
    ("education", "undergraduate", date(2012, 7, 1), False, True),
    ("education", "postgraduate", date(2020, 6, 30), False, True),
    ("education", "secondary", date(2012, 7, 1), False, False),
    ("education", "undergraduate", date(2012, 7, 1), True, False),
    ("degree", "bachelor", date(2008, 9, 1), False, True),
    ("degree", "bachelor", date(2008, 8, 31), False, False),
    ("degree", "doctor", date(2016, 1, 15), False, True),
    ("degree", "master", date(2016, 1, 15), True, False),
]


@pytest.mark.parametrize(("kind", "level", "obtained_on", "foreign", "checked"), RANGES)
def test_faq_06_records_in_range_are_checked_by_themselves(
    world: World, kind: str, level: str, obtained_on: date, foreign: bool, checked: bool
) -> None:
    someone = candidate(world)
    record: dict[str, Any] = CREDENTIAL | {
        "kind": kind,
        "level": level,
        "obtained_on": obtained_on.isoformat(),
        "foreign": foreign,
    }
    added = someone.send("POST", "/credentials", record)
    assert added.status_code == 201, added.body
    check = added.json_body["check"]
    assert check["state"] == ("verifying" if checked else "uncheckable")
    assert ("教育部留学服务中心" in check["next_step"]) is foreign


def test_faq_06_what_cannot_be_checked_sends_the_registration_to_a_review(world: World) -> None:
    someone = candidate(world)
    old = CREDENTIAL | {"obtained_on": "1998-07-01"}
    record = someone.send("POST", "/credentials", old).json_body
    waiting = someone.confirmed(education_id=record["credential_id"])
    assert (waiting["state"], waiting["allowed_actions"]["pay"]["code"]) == (
        "under_review",
        "waits_for_review",
    )
    assert [reason["code"] for reason in waiting["review_reasons"]] == ["education_unverified"]
    assert {need["kind"] for need in waiting["materials_needed"]} == {"education_certificate"}


def test_faq_06_a_foreign_one_asks_for_the_certificate_of_the_service_centre(world: World) -> None:
    someone = candidate(world)
    record = someone.send("POST", "/credentials", CREDENTIAL | {"foreign": True}).json_body
    waiting = someone.confirmed(education_id=record["credential_id"])
    (need,) = waiting["materials_needed"]
    assert need["kind"] == "foreign_certificate"
    assert "留学服务中心" in need["label"]
