"""What soon expires: sessions, codes, proofs, limits, recoveries; and what became of messages."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.errors import RecoveryExpiredError, SmsCodeExpiredError, TooManyRequestsError
from chalicelib.domain.ids import AccountId, RecoveryId, SmsCodeId
from chalicelib.domain.sms import MOST_TRIES, Limit, SendOutcome, SentMessage
from chalicelib.usecases.ports import Recovery, Session, StaleWriteError
from tests.builders import NOW, a_code, a_phone, a_proof
from tests.contracts.stores import Stores

MOMENT = timedelta(microseconds=1)
SESSION = Session(
    token_hash="hash of a token", account_id=AccountId("account"), epoch=3, expires_at=NOW + timedelta(days=1)
)
RECOVERY = Recovery(
    id=RecoveryId("recovery"),
    account_id=AccountId("account"),
    failures=0,
    reset_token_hash=None,
    expires_at=NOW + timedelta(minutes=30),
)
TWICE = Limit("tests", 2, 60)


def test_a_session_lives_until_it_is_ended(stores: Stores) -> None:
    stores.sessions.put(SESSION)
    assert stores.sessions.get(SESSION.token_hash) == SESSION
    stores.sessions.delete(SESSION.token_hash)
    stores.sessions.delete(SESSION.token_hash)
    assert stores.sessions.get(SESSION.token_hash) is None


def test_a_session_that_is_over_still_says_when_it_was(stores: Stores) -> None:
    over = replace(SESSION, expires_at=NOW - MOMENT)
    stores.sessions.put(over)
    assert stores.sessions.get(SESSION.token_hash) == over


def test_a_code_can_be_tried_five_times(stores: Stores) -> None:
    code = a_code()
    stores.sms_codes.put(code)
    for tries in range(1, MOST_TRIES + 1):
        assert stores.sms_codes.pay_try(code.id, now=NOW) == replace(code, tries=tries)
    with pytest.raises(SmsCodeExpiredError):
        stores.sms_codes.pay_try(code.id, now=NOW)


def test_a_code_ends_with_its_time(stores: Stores) -> None:
    code = a_code()
    stores.sms_codes.put(code)
    stores.sms_codes.pay_try(code.id, now=code.expires_at - MOMENT)
    with pytest.raises(SmsCodeExpiredError):
        stores.sms_codes.pay_try(code.id, now=code.expires_at)
    with pytest.raises(SmsCodeExpiredError):
        stores.sms_codes.pay_try(SmsCodeId("unknown"), now=NOW)


def test_a_code_is_traded_for_a_proof_once(stores: Stores) -> None:
    code, proof = a_code(), a_proof()
    stores.sms_codes.put(code)
    stores.sms_codes.prove(code, proof)
    assert stores.sms_codes.proof(proof.token_hash, now=NOW) == proof
    with pytest.raises(SmsCodeExpiredError):
        stores.sms_codes.prove(code, replace(proof, token_hash="another token"))
    with pytest.raises(SmsCodeExpiredError):
        stores.sms_codes.pay_try(code.id, now=NOW)
    assert stores.sms_codes.proof("another token", now=NOW) is None


def test_a_proof_ends_with_its_time(stores: Stores) -> None:
    code, proof = a_code(), a_proof()
    stores.sms_codes.put(code)
    stores.sms_codes.prove(code, proof)
    assert stores.sms_codes.proof(proof.token_hash, now=proof.expires_at - MOMENT) == proof
    assert stores.sms_codes.proof(proof.token_hash, now=proof.expires_at) is None


def test_a_limit_lets_so_many_through_and_says_when_the_next(stores: Stores) -> None:
    for seconds in (0, 30):
        stores.limits.take(TWICE, a_phone(), now=NOW + timedelta(seconds=seconds))
    with pytest.raises(TooManyRequestsError) as refused:
        stores.limits.take(TWICE, a_phone(), now=NOW + timedelta(seconds=60) - MOMENT)
    assert refused.value.changes_at == NOW + timedelta(seconds=60)


def test_a_limit_begins_anew_when_its_window_is_over(stores: Stores) -> None:
    for _ in range(2):
        stores.limits.take(TWICE, a_phone(), now=NOW)
    again = NOW + timedelta(seconds=60)
    for _ in range(2):
        stores.limits.take(TWICE, a_phone(), now=again)
    with pytest.raises(TooManyRequestsError) as refused:
        stores.limits.take(TWICE, a_phone(), now=again)
    assert refused.value.changes_at == again + timedelta(seconds=60)


def test_limits_are_counted_for_each_subject_and_each_limit_alone(stores: Stores) -> None:
    once = Limit("once", 1, 60)
    stores.limits.take(once, a_phone(1), now=NOW)
    stores.limits.take(once, a_phone(2), now=NOW)
    stores.limits.take(TWICE, a_phone(1), now=NOW)
    with pytest.raises(TooManyRequestsError):
        stores.limits.take(once, a_phone(1), now=NOW)


def test_a_recovery_comes_back_until_its_time_is_over(stores: Stores) -> None:
    stores.recoveries.put(RECOVERY)
    assert stores.recoveries.get(RECOVERY.id, now=RECOVERY.expires_at - MOMENT) == RECOVERY
    assert stores.recoveries.get(RECOVERY.id, now=RECOVERY.expires_at) is None
    assert stores.recoveries.get(RecoveryId("unknown"), now=NOW) is None


def test_a_recovery_can_be_tried_so_often_and_no_two_answers_share_a_try(stores: Stores) -> None:
    stores.recoveries.put(RECOVERY)
    stores.recoveries.pay_try(RECOVERY, at_most=2)
    with pytest.raises(StaleWriteError):
        stores.recoveries.pay_try(RECOVERY, at_most=2)
    once = replace(RECOVERY, failures=1)
    assert stores.recoveries.get(RECOVERY.id, now=NOW) == once
    stores.recoveries.pay_try(once, at_most=2)
    for seen in (once, replace(RECOVERY, failures=2)):
        with pytest.raises(RecoveryExpiredError):
            stores.recoveries.pay_try(seen, at_most=2)


def test_a_recovery_is_granted_and_used_once(stores: Stores) -> None:
    stores.recoveries.put(RECOVERY)
    stores.recoveries.grant(RECOVERY, "hash of a reset token")
    granted = replace(RECOVERY, reset_token_hash="hash of a reset token")
    assert stores.recoveries.get(RECOVERY.id, now=NOW) == granted
    stores.recoveries.use(granted)
    assert stores.recoveries.get(RECOVERY.id, now=NOW) is None
    with pytest.raises(RecoveryExpiredError):
        stores.recoveries.use(granted)


def test_an_unknown_recovery_is_neither_tried_nor_granted(stores: Stores) -> None:
    with pytest.raises(RecoveryExpiredError):
        stores.recoveries.pay_try(RECOVERY, at_most=5)
    with pytest.raises(RecoveryExpiredError):
        stores.recoveries.grant(RECOVERY, "hash of a reset token")
    assert stores.recoveries.get(RECOVERY.id, now=NOW) is None


def a_message(minute: int, phone: str = a_phone()) -> SentMessage:
    return SentMessage(
        phone=phone,
        purpose="register",
        outcome=SendOutcome.REFUSED,
        reason="对方手机已停机",
        at=NOW + timedelta(minutes=minute),
    )


def test_the_latest_twenty_messages_to_a_phone_are_kept_newest_first(stores: Stores) -> None:
    for minute in (*range(0, 22, 2), *range(1, 22, 2)):
        stores.messages.record(a_message(minute))
    stores.messages.record(a_message(30, phone=a_phone(2)))
    assert stores.messages.to_phone(a_phone()) == [a_message(minute) for minute in range(21, 1, -1)]
    assert stores.messages.to_phone(a_phone(2)) == [a_message(30, phone=a_phone(2))]
    assert stores.messages.to_phone(a_phone(3)) == []


def test_two_messages_of_one_moment_are_two(stores: Stores) -> None:
    for _ in range(2):
        stores.messages.record(a_message(0))
    assert len(stores.messages.to_phone(a_phone())) == 2


def test_a_message_that_was_sent_for_an_effect_is_remembered(stores: Stores) -> None:
    stores.messages.record(a_message(0))
    assert not stores.messages.was_sent("registration/4")
    stores.messages.record(a_message(1), effect="registration/4")
    assert stores.messages.was_sent("registration/4")
    assert not stores.messages.was_sent("registration/5")
    assert len(stores.messages.to_phone(a_phone())) == 2
