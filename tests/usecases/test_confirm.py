"""Confirming, with the commitment or without it, and what a reviewer says (handbook 4.3, 4.5, FAQ 12)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.actions import ActionRefusedError, Reason
from chalicelib.domain.commitment import hash_of_text
from chalicelib.domain.errors import (
    ChangedElsewhereError,
    DomainError,
    InvalidInputError,
    NotFoundError,
)
from chalicelib.domain.ids import AuthorityId, RegistrationId
from chalicelib.domain.registration import Commitment, Registration, State
from chalicelib.domain.review import ReviewReason
from chalicelib.domain.verification import Verification, VerificationState
from chalicelib.usecases.desk.review import review_queue
from tests.builders import (
    AUTHORITY_ID,
    EXAM_ID,
    NOW,
    an_exam,
    an_offering,
)
from tests.fakes import World
from tests.usecases.registering import ACCOUNT, TEXT_HASH, WHOLE, confirm, review, save, stored
from tests.usecases.stale import ContestedRegistrations, Rival


def test_with_everything_verified_a_confirmation_is_payable_at_once(
    world: World, filled: Registration
) -> None:
    done = confirm(world, filled)
    assert (done.state, done.amount_fen, done.confirmed_at) == (State.PAYABLE, 12200, NOW)
    assert done.signature is not None
    assert (done.signature.commitment, done.signature.text_hash) == (Commitment.ADOPTED, TEXT_HASH)
    assert stored(world, filled) == done


def test_with_the_commitment_declined_a_person_looks(world: World, waiting: Registration) -> None:
    assert waiting.state is State.UNDER_REVIEW
    assert waiting.review_reasons == (ReviewReason.COMMITMENT_DECLINED,)
    assert world.registrations.under_review(AUTHORITY_ID, [EXAM_ID], at_most=10) == [waiting]


def test_the_second_click_on_confirm_finds_it_done(world: World, filled: Registration) -> None:
    done = confirm(world, filled)
    assert confirm(world, filled) == done
    assert stored(world, filled).version == filled.version + 1


def test_a_double_click_that_changes_its_mind_is_refused(world: World, filled: Registration) -> None:
    confirm(world, filled)
    with pytest.raises(ActionRefusedError) as refused:
        confirm(world, filled, Commitment.DECLINED)
    assert refused.value.reason is Reason.ALREADY_CONFIRMED


def test_a_confirmation_over_an_old_version_is_refused(world: World, draft: Registration) -> None:
    save(world, draft)
    with pytest.raises(ChangedElsewhereError):
        confirm(world, draft)


def test_a_gap_is_named(world: World, draft: Registration) -> None:
    with pytest.raises(InvalidInputError) as refused:
        confirm(world, save(world, draft, replace(WHOLE, site=None)))
    assert refused.value.field == "site"


def test_a_text_that_was_not_shown_is_not_signed(world: World, filled: Registration) -> None:
    with pytest.raises(InvalidInputError) as refused:
        confirm(world, filled, text_hash=hash_of_text("an older text"))
    assert refused.value.field == "commitment_text_hash"


def test_what_the_authority_took_out_meanwhile_is_not_confirmed(world: World, filled: Registration) -> None:
    world.exams.put(an_exam(), [an_offering(sites=())])
    with pytest.raises(InvalidInputError) as refused:
        confirm(world, filled)
    assert refused.value.field == "site"


def test_an_identity_that_disagrees_is_not_confirmed(world: World, filled: Registration) -> None:
    wrong = replace(ACCOUNT, identity_check=Verification(VerificationState.MISMATCHED, NOW))
    with pytest.raises(ActionRefusedError) as refused:
        confirm(world, filled, account=wrong)
    assert refused.value.reason is Reason.IDENTITY_MISMATCHED


def test_a_commitment_once_declined_is_not_adopted_after_an_edit(world: World, waiting: Registration) -> None:
    edited = save(world, waiting, replace(WHOLE, subjects=("law",)))
    assert edited.state is State.DRAFT
    with pytest.raises(DomainError) as refused:
        confirm(world, edited)
    assert refused.value.field == "commitment"
    assert confirm(world, edited, Commitment.DECLINED).state is State.UNDER_REVIEW


def test_a_reviewer_lets_pass(world: World, waiting: Registration) -> None:
    assert review(world, waiting).state is State.PAYABLE
    assert world.registrations.under_review(AUTHORITY_ID, [EXAM_ID], at_most=10) == []


def test_a_reviewer_rejects_and_the_candidate_corrects_and_sends_it_again(
    world: World, waiting: Registration
) -> None:
    rejected = review(world, waiting, "照片不清晰")
    assert (rejected.state, rejected.rejection) == (State.REJECTED, "照片不清晰")
    again = confirm(world, save(world, rejected), Commitment.DECLINED)
    assert (again.state, again.rejection) == (State.UNDER_REVIEW, None)


def test_what_was_rejected_can_be_sent_again_as_it_is(world: World, waiting: Registration) -> None:
    rejected = review(world, waiting, "请补充材料")
    assert confirm(world, rejected, Commitment.DECLINED).state is State.UNDER_REVIEW


NO_REVIEW: list[tuple[dict[str, Any], str | None, type[Exception]]] = [
    ({"authority_id": AuthorityId("dalian")}, None, NotFoundError),
    ({"registration_id": RegistrationId("nothing")}, None, NotFoundError),
    ({}, "  ", InvalidInputError),
]


@pytest.mark.parametrize(("changes", "rejection", "refusal"), NO_REVIEW)
def test_a_reviewer_judges_what_waits_at_the_own_authority_and_says_why(
    world: World,
    waiting: Registration,
    changes: dict[str, Any],
    rejection: str | None,
    refusal: type[Exception],
) -> None:
    with pytest.raises(refusal):
        review(world, waiting, rejection, **changes)
    assert stored(world, waiting) == waiting


def test_what_has_lapsed_is_neither_judged_nor_queued(world: World, waiting: Registration) -> None:
    end = an_offering().windows.payment.end
    world.clock.move_to(end - timedelta(microseconds=1))
    assert queue(world) == [waiting]
    world.clock.move_to(end)
    assert queue(world) == []
    for rejection in (None, "照片不清晰"):
        with pytest.raises(ActionRefusedError) as refused:
            review(world, waiting, rejection)
        assert refused.value.reason is Reason.LAPSED
    assert stored(world, waiting) == waiting


def queue(world: World) -> list[Registration]:
    found = review_queue(
        AUTHORITY_ID,
        at_most=10,
        registrations=world.registrations,
        exams=world.exams,
        now=world.clock.now(),
    )
    return list(found)


def test_a_reviewer_judges_once(world: World, waiting: Registration) -> None:
    review(world, waiting)
    with pytest.raises(ChangedElsewhereError):
        review(world, waiting, "照片不清晰")


def test_a_review_of_what_changed_meanwhile_is_refused(world: World, waiting: Registration) -> None:
    with pytest.raises(ChangedElsewhereError):
        review(world, waiting, registrations=ContestedRegistrations(world, Rival(1)))
