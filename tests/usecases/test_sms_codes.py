"""Codes by SMS: one in 60 s, five minutes, five tries (FAQ 3)."""

import pytest

from chalicelib.domain.errors import (
    SmsCodeExpiredError,
    SmsCodeWrongError,
    SmsNotSentError,
    TooManyRequestsError,
)
from chalicelib.domain.ids import SmsCodeId
from chalicelib.domain.sms import Purpose, SendOutcome
from chalicelib.usecases.accounts.sms_codes import proof_of
from chalicelib.usecases.ports import Sending
from tests.builders import NOW, a_code, a_phone
from tests.fakes import World
from tests.usecases.joining import prove, send

PHONE = a_phone()


def test_the_code_that_arrived_proves_the_phone(world: World) -> None:
    token = prove(world, send(world, PHONE))
    proof = proof_of(token, Purpose.REGISTER, subject="", sms_codes=world.sms_codes, now=world.clock.now())
    assert proof is not None
    assert proof.phone == PHONE


def test_the_code_is_kept_only_hashed(world: World) -> None:
    code = send(world, PHONE)
    digits = world.sms.code_to(PHONE)
    assert digits.isdigit()
    assert len(digits) == 6
    assert digits not in world.memory.codes[code.id].code_hash
    assert world.memory.codes[code.id] == code


def test_a_second_code_is_sent_after_sixty_seconds(world: World) -> None:
    send(world, PHONE)
    world.clock.advance(seconds=59)
    with pytest.raises(TooManyRequestsError) as refused:
        send(world, PHONE)
    assert refused.value.changes_at is not None
    world.clock.move_to(refused.value.changes_at)
    send(world, PHONE)
    assert len(world.sms.sent) == 2


def test_a_phone_gets_ten_codes_a_day(world: World) -> None:
    for _ in range(10):
        send(world, PHONE)
        world.clock.advance(seconds=60)
    with pytest.raises(TooManyRequestsError):
        send(world, PHONE)
    world.clock.advance(days=1)
    send(world, PHONE)


def test_an_address_gets_sixty_codes_an_hour_whatever_the_phones(world: World) -> None:
    for number in range(60):
        send(world, a_phone(number))
    with pytest.raises(TooManyRequestsError):
        send(world, a_phone(60))
    send(world, a_phone(61), address="203.0.113.8")


def test_a_code_serves_once(world: World) -> None:
    code = send(world, PHONE)
    prove(world, code)
    with pytest.raises(SmsCodeExpiredError):
        prove(world, code)


def test_a_code_lives_five_minutes(world: World) -> None:
    code = send(world, PHONE)
    world.clock.advance(minutes=5)
    with pytest.raises(SmsCodeExpiredError):
        prove(world, code)


def test_a_code_lives_until_the_last_second(world: World) -> None:
    code = send(world, PHONE)
    world.clock.advance(seconds=299)
    assert prove(world, code)


def test_wrong_digits_are_counted_and_the_sixth_try_finds_no_code(world: World) -> None:
    code = send(world, PHONE)
    told = []
    for _ in range(5):
        with pytest.raises(SmsCodeWrongError) as refused:
            prove(world, code, "999999")
        told.append(refused.value.detail)
    assert all(f"还可再试 {left} 次" in text for left, text in zip((4, 3, 2, 1), told, strict=False))
    assert "重新获取" in told[4]
    with pytest.raises(SmsCodeExpiredError):
        prove(world, code)


def test_a_code_that_was_never_sent_proves_nothing(world: World) -> None:
    with pytest.raises(SmsCodeExpiredError):
        prove(world, a_code(id=SmsCodeId("nothing")), "123456")


def test_a_refused_message_is_told_with_its_reason_and_kept(world: World) -> None:
    world.sms.answer = Sending(SendOutcome.REFUSED, "号码已停机")
    with pytest.raises(SmsNotSentError) as refused:
        send(world, PHONE)
    assert "号码已停机" in refused.value.detail
    (kept,) = world.messages.to_phone(PHONE)
    assert (kept.outcome, kept.reason, kept.at) == (SendOutcome.REFUSED, "号码已停机", NOW)


def test_a_silent_operator_is_no_error_for_the_message_may_still_arrive(world: World) -> None:
    world.sms.answer = Sending(SendOutcome.UNKNOWN, "timed out")
    assert prove(world, send(world, PHONE))
    assert world.messages.to_phone(PHONE)[0].outcome is SendOutcome.UNKNOWN


@pytest.mark.parametrize(
    ("purpose", "subject"),
    [(Purpose.CHANGE_PHONE, ""), (Purpose.RECOVER, ""), (Purpose.REGISTER, "somebody")],
)
def test_a_proof_serves_only_what_it_was_given_for(world: World, purpose: Purpose, subject: str) -> None:
    token = prove(world, send(world, PHONE))
    assert proof_of(token, purpose, subject=subject, sms_codes=world.sms_codes, now=NOW) is None


def test_a_proof_lives_half_an_hour(world: World) -> None:
    token = prove(world, send(world, PHONE))
    now = world.clock.advance(minutes=30)
    assert proof_of(token, Purpose.REGISTER, subject="", sms_codes=world.sms_codes, now=now) is None
