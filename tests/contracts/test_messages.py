"""What the operator reports of its messages, in whatever order and however often it comes (FAQ 3)."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.ids import SmsCodeId
from chalicelib.domain.sms import CodeFate, DeliveryReport, SendOutcome, SentMessage
from tests.builders import NOW, a_phone
from tests.contracts.stores import Stores

CODE = SmsCodeId("code00000000000000000001")
SERIAL = "2640:000000000000000001"


def a_sent_message(**changes: Any) -> SentMessage:
    fields: dict[str, Any] = {
        "phone": a_phone(),
        "purpose": "register",
        "outcome": SendOutcome.ACCEPTED,
        "reason": "",
        "at": NOW,
        "serial": SERIAL,
        "code_id": CODE,
    }
    return SentMessage(**fields | changes)


def a_report(**changes: Any) -> DeliveryReport:
    fields: dict[str, Any] = {
        "serial": SERIAL,
        "outcome": SendOutcome.DELIVERED,
        "reason": "",
        "at": NOW + timedelta(seconds=3),
    }
    return DeliveryReport(**fields | changes)


DELIVERED = CodeFate(outcome=SendOutcome.DELIVERED, reason="", at=NOW, reported_at=NOW + timedelta(seconds=3))


def test_until_something_is_reported_a_message_is_accepted(stores: Stores) -> None:
    stores.messages.record(a_sent_message())
    assert stores.messages.of_code(CODE) == CodeFate(outcome=SendOutcome.ACCEPTED, reason="", at=NOW)
    assert stores.messages.to_phone(a_phone()) == [a_sent_message()]


def test_a_report_finds_the_message_and_its_code(stores: Stores) -> None:
    stores.messages.record(a_sent_message())
    assert stores.messages.report(a_report())
    assert stores.messages.of_code(CODE) == DELIVERED
    (message,) = stores.messages.to_phone(a_phone())
    assert (message.outcome, message.reported_at) == (SendOutcome.DELIVERED, a_report().at)


def test_a_report_that_comes_before_the_sending_is_recorded_is_not_lost(stores: Stores) -> None:
    assert stores.messages.report(a_report())
    assert stores.messages.of_code(CODE) is None
    stores.messages.record(a_sent_message())
    assert stores.messages.of_code(CODE) == DELIVERED


@pytest.mark.parametrize("early", [False, True], ids=["after the sending", "before it"])
def test_the_first_report_stands_however_often_and_whatever_comes_later(stores: Stores, early: bool) -> None:
    if not early:
        stores.messages.record(a_sent_message())
    failed = a_report(outcome=SendOutcome.FAILED, reason="停机")
    assert [stores.messages.report(report) for report in (a_report(), a_report(), failed)] == [
        True,
        False,
        False,
    ]
    if early:
        stores.messages.record(a_sent_message())
        assert not stores.messages.report(failed)
    assert stores.messages.of_code(CODE) == DELIVERED


def test_a_failure_carries_its_reason(stores: Stores) -> None:
    stores.messages.record(a_sent_message())
    stores.messages.report(a_report(outcome=SendOutcome.FAILED, reason="手机关机或停机"))
    fate = stores.messages.of_code(CODE)
    assert fate is not None
    assert (fate.outcome, fate.reason) == (SendOutcome.FAILED, "手机关机或停机")


def test_a_refused_message_has_no_number_and_is_never_reported_on(stores: Stores) -> None:
    refused = a_sent_message(outcome=SendOutcome.REFUSED, reason="黑名单", serial="")
    stores.messages.record(refused)
    stores.messages.report(a_report())
    assert stores.messages.to_phone(a_phone()) == [refused]


def test_an_unknown_code_has_no_fate(stores: Stores) -> None:
    assert stores.messages.of_code(CODE) is None
