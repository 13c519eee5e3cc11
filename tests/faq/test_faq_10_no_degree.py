"""FAQ 10: without a degree nothing is filled in, and one that failed does not block."""

from dataclasses import replace

import pytest

from chalicelib.domain.credential import CredentialKind, CredentialLevel
from chalicelib.domain.verification import Verification, VerificationState
from tests.api.browser import problem_code
from tests.builders import NOW, a_credential
from tests.fakes import World
from tests.faq.candidate import Candidate, candidate

FAILED = (VerificationState.MISMATCHED, VerificationState.NOT_FOUND, VerificationState.TIMED_OUT)


def with_degree(someone: Candidate, state: VerificationState) -> str:
    facts = replace(someone.education.facts, kind=CredentialKind.DEGREE, level=CredentialLevel.BACHELOR)
    record = replace(a_credential(someone.account, facts=facts), check=Verification(state, NOW))
    return someone.world.given_credential(record).id


def test_faq_10_nobody_needs_a_degree(world: World) -> None:
    someone = candidate(world)
    assert someone.confirmed(degree_id=None)["state"] == "payable"
    answers = {answer["number"]: answer for answer in someone.get("/help/mine")["answers"]}
    assert answers[10]["sentences"] == ["您没有添加学位，报名不需要添加。"]


@pytest.mark.parametrize("state", FAILED)
def test_faq_10_a_degree_that_failed_and_is_not_used_does_not_matter(
    world: World, state: VerificationState
) -> None:
    someone = candidate(world)
    with_degree(someone, state)
    assert someone.confirmed(degree_id=None)["state"] == "payable"


@pytest.mark.parametrize("state", FAILED)
def test_faq_10_one_that_failed_and_is_used_is_looked_at_by_a_person(
    world: World, state: VerificationState
) -> None:
    someone = candidate(world)
    waiting = someone.confirmed(degree_id=with_degree(someone, state))
    assert waiting["state"] == "under_review"
    assert [reason["code"] for reason in waiting["review_reasons"]] == ["degree_unverified"]


def test_faq_10_an_education_is_needed_all_the_same(world: World) -> None:
    someone = candidate(world)
    del world.memory.credentials[someone.account.id, someone.education.id]
    with_degree(someone, VerificationState.VERIFIED)
    refused = someone.start()
    assert (problem_code(refused), refused.json_body["faq"]) == ("education_missing", 10)
