"""The commitment of an ID number, integrity records, passes and the audit log, held by every store alike."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.domain.commitment import ClosedCommitment, CommitmentStanding, hash_of_text
from chalicelib.domain.credential import Credential
from chalicelib.domain.ids import CredentialId, ExamId
from chalicelib.domain.integrity import IntegrityKind, IntegrityRecord
from chalicelib.domain.registration import Commitment, Registration, State
from chalicelib.usecases.ports import PassedReview, StaleWriteError, StandingMovedError
from tests.builders import (
    EXAM_ID,
    NOW,
    a_credential,
    a_payable_registration,
    an_account,
    an_entry,
    an_exam,
    an_identity,
    an_offering,
)
from tests.contracts.given import opened, payable, put_exam, stored
from tests.contracts.stores import Stores

ACCOUNT = an_account()
OPEN = CommitmentStanding()


def standing(stores: Stores) -> CommitmentStanding:
    return stores.registrations.commitment_of(EXAM_ID, ACCOUNT.identity)


def said(seen: Registration, commitment: Commitment) -> Registration:
    assert seen.signature is not None
    signature = replace(seen.signature, commitment=commitment)
    return replace(seen, signature=signature, version=seen.version + 1)


def sign(
    stores: Stores, seen: Registration, commitment: Commitment, known: CommitmentStanding = OPEN
) -> Registration:
    changed = said(seen, commitment)
    stores.registrations.sign(seen, changed, ACCOUNT.identity, known)
    return changed


def closed_by(changed: Registration, commitment: Commitment) -> ClosedCommitment:
    return ClosedCommitment(
        commitment=commitment,
        at=changed.updated_at,
        account_id=changed.account_id,
        registration_id=changed.id,
    )


@pytest.mark.parametrize("commitment", [Commitment.DECLINED, Commitment.WITHDRAWN])
def test_declining_and_withdrawing_close_it(stores: Stores, commitment: Commitment) -> None:
    seen = payable(stores)
    assert standing(stores) == OPEN
    changed = sign(stores, seen, commitment)
    assert stored(stores, seen) == changed
    assert standing(stores).closed == closed_by(changed, commitment)
    assert stores.registrations.commitment_of(ExamId("another"), ACCOUNT.identity) == OPEN
    assert stores.registrations.commitment_of(EXAM_ID, an_identity(2)) == OPEN


@pytest.mark.parametrize("commitment", [Commitment.ADOPTED, Commitment.NOT_ELIGIBLE])
def test_nothing_else_closes_it(stores: Stores, commitment: Commitment) -> None:
    sign(stores, payable(stores), commitment)
    assert standing(stores) == OPEN


def test_what_was_said_first_stands(stores: Stores) -> None:
    first = sign(stores, payable(stores), Commitment.WITHDRAWN)
    sign(stores, first, Commitment.DECLINED, standing(stores))
    assert standing(stores).closed == closed_by(first, Commitment.WITHDRAWN)


def test_what_was_closed_since_it_was_read_is_not_adopted(stores: Stores) -> None:
    declined = sign(stores, payable(stores), Commitment.DECLINED)
    with pytest.raises(StandingMovedError):
        sign(stores, declined, Commitment.ADOPTED)
    with pytest.raises(StandingMovedError):
        sign(stores, declined, Commitment.DECLINED)
    assert stored(stores, declined) == declined


def test_it_stays_closed_when_the_registration_is_given_up(stores: Stores) -> None:
    declined = sign(stores, payable(stores), Commitment.DECLINED)
    stores.registrations.give_up(declined, ACCOUNT.identity)
    again = payable(stores)
    with pytest.raises(StandingMovedError):
        sign(stores, again, Commitment.ADOPTED)


def test_it_is_closed_for_every_account_of_the_id_number(stores: Stores) -> None:
    declined = sign(stores, payable(stores), Commitment.DECLINED)
    other = an_identity(1, name="王小明")
    assert stores.registrations.commitment_of(EXAM_ID, other).closed == closed_by(
        declined, Commitment.DECLINED
    )


def test_a_registration_that_moved_on_is_not_signed(stores: Stores) -> None:
    seen = payable(stores)
    stores.registrations.replace(seen, replace(seen, version=9))
    for commitment in Commitment:
        with pytest.raises(StaleWriteError) as stale:
            sign(stores, seen, commitment)
        assert not isinstance(stale.value, StandingMovedError)
    assert standing(stores) == OPEN


def test_only_what_a_released_account_has_closed_is_opened_again(stores: Stores) -> None:
    opened(stores, ACCOUNT)
    sign(stores, payable(stores), Commitment.DECLINED)
    stores.registrations.reopen_commitment(EXAM_ID, ACCOUNT)
    assert standing(stores).closed is not None
    stores.accounts.release(ACCOUNT, an_entry())
    stores.registrations.reopen_commitment(EXAM_ID, an_account(2, identity=ACCOUNT.identity))
    assert standing(stores).closed is not None
    stores.registrations.reopen_commitment(EXAM_ID, ACCOUNT)
    stores.registrations.reopen_commitment(EXAM_ID, ACCOUNT)
    assert standing(stores) == OPEN


def a_record(number: int = 1) -> IntegrityRecord:
    return IntegrityRecord(
        id=f"record{number}",
        kind=IntegrityKind.SERIOUS,
        decided_on=date(2026, 3, number),
        recorded_at=NOW + timedelta(minutes=number),
    )


NUMBER = ACCOUNT.identity.id_number


def test_integrity_records_are_kept_by_the_id_number(stores: Stores) -> None:
    stores.integrity.add(NUMBER, a_record(1), an_entry(1))
    stores.integrity.add(NUMBER, a_record(2), an_entry(2))
    assert tuple(stores.integrity.of(NUMBER)) == (a_record(1), a_record(2))
    known = standing(stores)
    assert (known.integrity, known.integrity_changes) == ((a_record(1), a_record(2)), 2)
    assert not stores.integrity.of(an_identity(2).id_number)


def test_a_record_is_ended_once_and_counted_as_a_change(stores: Stores) -> None:
    stores.integrity.add(NUMBER, a_record(), an_entry(1))
    stores.integrity.end(NUMBER, a_record(), NOW, an_entry(2))
    known = standing(stores)
    assert (known.integrity, known.integrity_changes) == ((replace(a_record(), ended_at=NOW),), 2)
    with pytest.raises(StaleWriteError):
        stores.integrity.end(NUMBER, a_record(), NOW, an_entry(3))
    with pytest.raises(StaleWriteError):
        stores.integrity.end(NUMBER, a_record(2), NOW, an_entry(4))
    assert standing(stores).integrity_changes == 2
    assert len(stores.audit_log.of(an_entry().on_whom)) == 2


def test_a_record_that_was_entered_since_is_found_out_when_adopting(stores: Stores) -> None:
    seen, known = payable(stores), standing(stores)
    stores.integrity.add(NUMBER, a_record(1), an_entry(1))
    with pytest.raises(StandingMovedError):
        sign(stores, seen, Commitment.ADOPTED, known)
    known = standing(stores)
    stores.integrity.add(NUMBER, a_record(2), an_entry(2))
    with pytest.raises(StandingMovedError):
        sign(stores, seen, Commitment.ADOPTED, known)
    assert stored(stores, seen) == seen
    sign(stores, seen, Commitment.NOT_ELIGIBLE, known)


def credential(stores: Stores) -> Credential:
    stores.credentials.add(a_credential(ACCOUNT))
    return a_credential(ACCOUNT)


def waiting(stores: Stores) -> Registration:
    registration = a_payable_registration(ACCOUNT, state=State.UNDER_REVIEW)
    stores.registrations.start(registration, ACCOUNT.identity)
    return registration


def review(stores: Stores, seen: Registration, passed: PassedReview | None, number: int = 1) -> Registration:
    changed = replace(seen, state=State.PAYABLE, version=seen.version + 1)
    stores.registrations.review(seen, changed, passed, an_entry(number, on_whom=seen.id))
    return changed


def test_a_passed_review_is_remembered_with_the_credentials_used(stores: Stores) -> None:
    used, seen = credential(stores), waiting(stores)
    changed = review(stores, seen, PassedReview("economist", (used.id,)))
    assert stored(stores, seen) == changed
    assert stores.credentials.of(ACCOUNT.id) == (replace(used, review_passes=frozenset({"economist"})),)
    assert stores.audit_log.of(seen.id) == [an_entry(1, on_whom=seen.id)]


def test_a_review_of_what_moved_on_leaves_nothing(stores: Stores) -> None:
    used, seen = credential(stores), waiting(stores)
    review(stores, seen, None)
    with pytest.raises(StaleWriteError):
        review(stores, seen, PassedReview("economist", (used.id,)), 2)
    with pytest.raises(StaleWriteError):
        review(stores, stored(stores, seen), PassedReview("economist", (CredentialId("none"),)), 3)
    assert stores.credentials.of(ACCOUNT.id) == (used,)
    assert len(stores.audit_log.of(seen.id)) == 1


def test_a_pass_entered_on_site_is_remembered_once(stores: Stores) -> None:
    used = credential(stores)
    for number, exam in enumerate(("economist", "economist", "social-worker"), 1):
        stores.credentials.enter_pass(ACCOUNT.id, used.id, exam, an_entry(number, on_whom=ACCOUNT.id))
    (found,) = stores.credentials.of(ACCOUNT.id)
    assert found.review_passes == {"economist", "social-worker"}
    with pytest.raises(StaleWriteError):
        stores.credentials.enter_pass(ACCOUNT.id, CredentialId("none"), "economist", an_entry(4))
    assert len(stores.audit_log.of(ACCOUNT.id)) == 3


def test_the_audit_log_is_never_written_over_and_reads_in_its_order(stores: Stores) -> None:
    first = an_entry(2, reason="先", before="not_found", after="verified")
    second = an_entry(1, at=NOW + timedelta(seconds=1), reason="后")
    stores.audit_log.record(second)
    stores.audit_log.record(first)
    with pytest.raises(StaleWriteError):
        stores.audit_log.record(replace(first, reason="别的"))
    assert stores.audit_log.of(first.on_whom) == [first, second]
    assert not stores.audit_log.of("somebody else")


def test_every_text_that_could_be_signed_is_kept(stores: Stores) -> None:
    old, new = an_offering(), an_offering(commitment_text="新的承诺书。", commitment_version="2")
    put_exam(stores.exams, an_exam(), [old])
    put_exam(stores.exams, an_exam(), [new])
    assert stores.exams.commitment_text(hash_of_text(old.commitment_text)) == old.commitment_text
    assert stores.exams.commitment_text(hash_of_text("新的承诺书。")) == "新的承诺书。"
    assert stores.exams.commitment_text("0" * 64) is None
