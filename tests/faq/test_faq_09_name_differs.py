"""FAQ 9: the certificate carries another name than the candidate has now."""

from dataclasses import replace

import pytest

from chalicelib.domain.review import ReviewChannel, ReviewReason
from tests.builders import a_credential, an_account, an_exam, an_offering
from tests.fakes import World
from tests.faq.candidate import Candidate, candidate


def with_certificate_of(world: World, name: str) -> Candidate:
    record = a_credential(an_account())
    return candidate(world, education=replace(record, facts=replace(record.facts, name_on_certificate=name)))


def test_faq_09_another_name_is_reviewed_on_site(world: World) -> None:
    confirmed = with_certificate_of(world, "王小明").confirmed()
    assert confirmed["state"] == "under_review"
    assert [reason["code"] for reason in confirmed["review_reasons"]] == ["name_differs"]
    assert (confirmed["review_channel"]["channel"], confirmed["review_channel"]["label"]) == (
        "on_site",
        "现场核查",
    )
    assert "原件" in confirmed["review_channel"]["sentence"]


def test_faq_09_unless_the_authority_reviews_names_online(world: World) -> None:
    offering = an_offering()
    policy = replace(offering.policy, channel_for={ReviewReason.NAME_DIFFERS: ReviewChannel.ONLINE})
    world.exams.put(an_exam(), [replace(offering, policy=policy)])
    confirmed = with_certificate_of(world, "王小明").confirmed()
    assert confirmed["review_channel"]["channel"] == "online"
    assert "上传" in confirmed["review_channel"]["sentence"]


@pytest.mark.parametrize("name", ["王晓明", "王 晓明", "王晓明 "])
def test_faq_09_the_same_name_written_otherwise_is_the_same(world: World, name: str) -> None:
    assert with_certificate_of(world, name).confirmed()["state"] == "payable"


def test_faq_09_it_is_said_beside_the_record(world: World) -> None:
    (record,) = with_certificate_of(world, "王小明").get("/credentials")["credentials"]
    assert record["name_differs"] is True
    assert "姓名" in record["check"]["next_step"]


def test_faq_09_under_the_same_name_there_is_nothing_to_do(world: World) -> None:
    (record,) = with_certificate_of(world, "王晓明").get("/credentials")["credentials"]
    assert record["check"]["next_step"] == "核验通过，无需操作。"
