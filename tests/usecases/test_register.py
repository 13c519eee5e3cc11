"""From the start to the confirmation (handbook section 4, FAQ 12, 17)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.account import Account
from chalicelib.domain.actions import ActionRefusedError, Reason
from chalicelib.domain.audit import Clerk
from chalicelib.domain.errors import (
    ChangedElsewhereError,
    DomainError,
    InvalidInputError,
    NotFoundError,
    RegistrationExistsError,
)
from chalicelib.domain.ids import AuthorityId, OrderId, RegistrationId
from chalicelib.domain.registration import Choices, Commitment, Registration, State
from chalicelib.domain.review import ReviewReason
from chalicelib.domain.verification import Verification, VerificationState
from chalicelib.usecases import register
from chalicelib.usecases.ports import Registrations
from chalicelib.usecases.review import review_registration
from chalicelib.usecases.situation import Situation, situation_of, situations_of
from tests.builders import (
    AUTHORITY_ID,
    EXAM_ID,
    NOW,
    a_credential,
    a_phone,
    a_registration,
    an_account,
    an_entry,
    an_exam,
    an_identity,
    an_offering,
)
from tests.fakes import World
from tests.usecases.stale import ContestedRegistrations, Rival

ACCOUNT = an_account()
EDUCATION = a_credential(ACCOUNT)
WHOLE = Choices(
    level="all",
    major="building",
    subjects=("economy", "law"),
    site="sy-1",
    education_id=EDUCATION.id,
)
TEXT_HASH = register.hash_of_text(an_offering().commitment_text)


@pytest.fixture
def account(world: World) -> Account:
    world.given_account(ACCOUNT)
    world.given_credential(EDUCATION)
    return ACCOUNT


def start(world: World, account: Account, authority_id: AuthorityId = AUTHORITY_ID) -> Registration:
    return register.start_registration(
        account,
        EXAM_ID,
        authority_id,
        registrations=world.registrations,
        credentials=world.credentials,
        exams=world.exams,
        archive=world.archive,
        randomness=world.randomness,
        now=world.clock.now(),
    ).registration


def save(
    world: World,
    seen: Registration,
    choices: Choices = WHOLE,
    *,
    account: Account = ACCOUNT,
    registrations: Registrations | None = None,
) -> Registration:
    return register.save_draft(
        account,
        seen.id,
        choices,
        version=seen.version,
        registrations=registrations or world.registrations,
        credentials=world.credentials,
        exams=world.exams,
        archive=world.archive,
        now=world.clock.now(),
    ).registration


def confirm(
    world: World,
    seen: Registration,
    commitment: Commitment = Commitment.ADOPTED,
    *,
    text_hash: str = TEXT_HASH,
    account: Account = ACCOUNT,
    registrations: Registrations | None = None,
) -> Registration:
    return register.confirm_registration(
        account,
        seen.id,
        commitment,
        text_hash=text_hash,
        version=seen.version,
        registrations=registrations or world.registrations,
        credentials=world.credentials,
        exams=world.exams,
        archive=world.archive,
        now=world.clock.now(),
    ).registration


def give_up(world: World, seen: Registration, registrations: Registrations | None = None) -> None:
    register.give_up_registration(
        ACCOUNT,
        seen.id,
        registrations=registrations or world.registrations,
        credentials=world.credentials,
        exams=world.exams,
        now=world.clock.now(),
    )


def review(world: World, seen: Registration, rejection: str | None = None, **changes: Any) -> Registration:
    clerk = Clerk("zhang", changes.get("authority_id", AUTHORITY_ID))
    return review_registration(
        an_entry(id=world.randomness.new_id(), clerk=clerk),
        seen.account_id,
        changes.get("registration_id", seen.id),
        rejection=rejection,
        registrations=changes.get("registrations", world.registrations),
        exams=world.exams,
        now=world.clock.now(),
    )


def stored(world: World, seen: Registration) -> Registration:
    return world.memory.registrations[seen.account_id, seen.id]


@pytest.fixture
def draft(world: World, account: Account) -> Registration:
    return start(world, account)


@pytest.fixture
def filled(world: World, draft: Registration) -> Registration:
    return save(world, draft)


@pytest.fixture
def waiting(world: World, filled: Registration) -> Registration:
    return confirm(world, filled, Commitment.DECLINED)


def test_a_registration_starts_as_an_empty_draft(world: World, draft: Registration) -> None:
    assert (draft.state, draft.choices, draft.version) == (State.DRAFT, Choices(), 1)
    assert stored(world, draft) == draft


def test_a_second_click_finds_the_draft_of_the_first(
    world: World, account: Account, draft: Registration
) -> None:
    assert start(world, account) == draft
    assert len(world.memory.registrations) == 1


def test_one_person_registers_once_for_an_exam_at_whatever_authority(
    world: World, account: Account, draft: Registration
) -> None:
    world.exams.put(an_exam(), [an_offering(authority_id=AuthorityId("dalian"))])
    with pytest.raises(RegistrationExistsError):
        start(world, account, AuthorityId("dalian"))


def test_one_person_registers_once_for_an_exam_from_whatever_account(
    world: World, draft: Registration
) -> None:
    """The same ID number under a name put right (FAQ 5) is the same person."""
    other = an_account(2, identity=an_identity(name="王小明"), phone=a_phone(2))
    world.given_account(other)
    world.given_credential(a_credential(other))
    with pytest.raises(RegistrationExistsError):
        start(world, other)


def test_what_was_confirmed_is_not_started_again(
    world: World, account: Account, waiting: Registration
) -> None:
    with pytest.raises(RegistrationExistsError):
        start(world, account)


def test_only_what_is_offered_is_started(world: World, account: Account) -> None:
    with pytest.raises(NotFoundError):
        start(world, account, AuthorityId("nowhere"))


def test_an_exam_held_elsewhere_is_not_started_here(world: World, account: Account) -> None:
    world.exams.put(an_exam(link="https://www.cpta.com.cn/"), [])
    with pytest.raises(ActionRefusedError) as refused:
        start(world, account)
    assert refused.value.reason is Reason.HELD_ELSEWHERE


def test_without_an_education_nothing_starts(world: World) -> None:
    with pytest.raises(ActionRefusedError) as refused:
        start(world, world.given_account(an_account(2)))
    assert refused.value.reason is Reason.EDUCATION_MISSING


def test_a_draft_is_saved_as_it_is_filled_in(world: World, draft: Registration) -> None:
    half = save(world, draft, Choices(level="all"))
    whole = save(world, half, WHOLE)
    assert [draft.version, half.version, whole.version] == [1, 2, 3]
    assert stored(world, draft).choices == WHOLE


def test_saving_the_same_again_is_no_change(world: World, draft: Registration, filled: Registration) -> None:
    assert save(world, draft, WHOLE) == filled == stored(world, draft)


def test_a_draft_over_an_old_version_is_refused(
    world: World, draft: Registration, filled: Registration
) -> None:
    with pytest.raises(ChangedElsewhereError):
        save(world, draft, Choices(level="exempt"))
    assert stored(world, draft) == filled


def test_a_draft_of_what_the_exam_does_not_have_is_refused(world: World, draft: Registration) -> None:
    with pytest.raises(InvalidInputError):
        save(world, draft, Choices(level="no such level"))


def test_nobody_saves_or_confirms_for_another(world: World, filled: Registration) -> None:
    other = world.given_account(an_account(2))
    with pytest.raises(NotFoundError):
        save(world, filled, account=other)
    with pytest.raises(NotFoundError):
        confirm(world, filled, account=other)


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
    assert world.registrations.under_review(AUTHORITY_ID, at_most=10) == [waiting]


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
        confirm(world, filled, text_hash=register.hash_of_text("an older text"))
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
    assert world.registrations.under_review(AUTHORITY_ID, at_most=10) == []


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


def test_a_reviewer_judges_once(world: World, waiting: Registration) -> None:
    review(world, waiting)
    with pytest.raises(ChangedElsewhereError):
        review(world, waiting, "照片不清晰")


def test_a_registration_given_up_frees_the_exam(world: World, account: Account, filled: Registration) -> None:
    give_up(world, filled)
    assert world.memory.registrations == {}
    assert start(world, account).choices == Choices()


def test_while_a_payment_is_under_way_nothing_is_given_up(world: World, filled: Registration) -> None:
    done = confirm(world, filled)
    paying = replace(done, open_order_id=OrderId("order1"))
    world.memory.registrations[done.account_id, done.id] = paying
    with pytest.raises(ActionRefusedError) as refused:
        give_up(world, paying)
    assert refused.value.reason is Reason.PAYMENT_UNDER_WAY


Act = Callable[[World, Registration, Registrations], object]
ACTS: dict[str, Act] = {
    "save": lambda world, seen, registrations: save(
        world, seen, replace(WHOLE, major=None), registrations=registrations
    ),
    "confirm": lambda world, seen, registrations: confirm(world, seen, registrations=registrations),
    "give up": give_up,
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_whoever_writes_first_wins_and_the_other_is_told(
    world: World, filled: Registration, act: Act
) -> None:
    with pytest.raises(ChangedElsewhereError):
        act(world, filled, ContestedRegistrations(world, Rival(1)))
    assert stored(world, filled) == filled


def test_a_review_of_what_changed_meanwhile_is_refused(world: World, waiting: Registration) -> None:
    with pytest.raises(ChangedElsewhereError):
        review(world, waiting, registrations=ContestedRegistrations(world, Rival(1)))


def test_a_registration_is_seen_by_its_owner_with_all_that_bears_on_it(
    world: World, draft: Registration
) -> None:
    ports: dict[str, Any] = {
        "registrations": world.registrations,
        "credentials": world.credentials,
        "exams": world.exams,
    }
    seen = situation_of(ACCOUNT, draft.id, **ports)
    assert isinstance(seen, Situation)
    assert (seen.registration, seen.exam, seen.offering) == (draft, an_exam(), an_offering())
    assert situations_of(ACCOUNT, **ports) == [seen]
    with pytest.raises(NotFoundError):
        situation_of(an_account(2), draft.id, **ports)


def test_registrations_are_told_newest_first(world: World, draft: Registration) -> None:
    older = replace(a_registration(ACCOUNT, 2), created_at=NOW.replace(year=2025))
    world.memory.registrations[ACCOUNT.id, older.id] = older
    assert list(world.registrations.of(ACCOUNT.id)) == [draft, older]
