"""Refunds at the simulated WeChat Pay: by number, on the console, and the ways in which they go wrong."""

import uuid
from typing import Any

import pytest

from local.simulators.faults import FaultSwitch
from tests.local.simulators.wechatpay_merchant import WechatPayCustomer


@pytest.fixture
def faults(faults: FaultSwitch) -> FaultSwitch:
    """Refunds are done at once unless told."""
    faults.change({"wechatpay": {"refund_delay_s": 0}})
    return faults


@pytest.fixture
def order(customer: WechatPayCustomer, faults: FaultSwitch) -> str:
    number = f"R{uuid.uuid4().hex[:24]}"
    customer.pay_order(number)
    return number


def refunds_told(customer: WechatPayCustomer, order: str, count: int) -> list[dict[str, Any]]:
    """What was told of refunds, the notice of the payment aside."""
    return [
        notice
        for notice in customer.wait_for(order, count + 1)
        if notice["event_type"] != "TRANSACTION.SUCCESS"
    ]


def test_without_delay_the_answer_says_that_it_is_done(customer: WechatPayCustomer, order: str) -> None:
    assert customer.refund(order, f"{order}R01", 100)[1]["status"] == "SUCCESS"
    (told,) = refunds_told(customer, order, 1)
    assert told["resource"]["refund_status"] == "SUCCESS"


def test_with_delay_it_is_under_way_first(
    customer: WechatPayCustomer, faults: FaultSwitch, order: str
) -> None:
    faults.change({"wechatpay": {"refund_delay_s": 1}})
    assert customer.refund(order, f"{order}R01", 100)[1]["status"] == "PROCESSING"
    assert customer.query_refund(f"{order}R01")[1]["status"] == "PROCESSING"
    refunds_told(customer, order, 1)
    assert customer.query_refund(f"{order}R01")[1]["status"] == "SUCCESS"


def test_a_merchant_with_too_little_on_its_account_may_ask_again_with_the_same_number(
    customer: WechatPayCustomer, faults: FaultSwitch, order: str
) -> None:
    faults.change({"wechatpay": {"balance_too_low": True}})
    status, said = customer.refund(order, f"{order}R01", 100)
    assert (status, said["code"]) == (403, "NOT_ENOUGH")
    assert customer.query_refund(f"{order}R01")[1]["code"] == "RESOURCE_NOT_EXISTS"
    assert customer.query(order)[1]["trade_state"] == "SUCCESS"
    faults.change({"wechatpay": {"balance_too_low": False}})
    assert customer.refund(order, f"{order}R01", 100)[1]["status"] == "SUCCESS"
    faults.change({"wechatpay": {"balance_too_low": True}})
    assert customer.refund(order, f"{order}R01", 100)[1]["status"] == "SUCCESS", "the earlier one"


def test_a_refund_that_is_closed_moved_nothing_and_keeps_its_number(
    customer: WechatPayCustomer, faults: FaultSwitch, order: str
) -> None:
    faults.change({"wechatpay": {"refund_closed": True}})
    assert customer.refund(order, f"{order}R01", 19200)[1]["status"] == "CLOSED"
    (told,) = refunds_told(customer, order, 1)
    assert (told["event_type"], told["resource"]["refund_status"]) == ("REFUND.CLOSED", "CLOSED")
    assert "success_time" not in told["resource"]
    faults.change({"wechatpay": {"refund_closed": False}})
    assert customer.refund(order, f"{order}R01", 19200)[1]["status"] == "CLOSED"
    assert customer.refund(order, f"{order}R02", 19200)[1]["status"] == "SUCCESS"


def test_what_the_payers_account_cannot_take_is_sent_elsewhere_on_the_console(
    customer: WechatPayCustomer, faults: FaultSwitch, order: str
) -> None:
    faults.change({"wechatpay": {"refund_abnormal": True}})
    assert customer.refund(order, f"{order}R01", 19200)[1]["status"] == "ABNORMAL"
    page = customer.browser.get(f"{customer.url}/").text
    assert f"/console/refunds/{order}R01/help" in page
    customer.browser.post(f"{customer.url}/console/refunds/{order}R01/help")
    told = refunds_told(customer, order, 2)
    assert {notice["event_type"] for notice in told} == {"REFUND.ABNORMAL", "REFUND.SUCCESS"}
    assert customer.query_refund(f"{order}R01")[1]["status"] == "SUCCESS"
    again = customer.browser.post(f"{customer.url}/console/refunds/{order}R01/help")
    assert (again.status_code, "没有办理" in again.text) == (400, True)


def test_a_person_gives_back_a_part_and_then_the_rest_without_the_program(
    customer: WechatPayCustomer, order: str
) -> None:
    assert customer.refund_on_console(order, amount="61", told="on").status_code == 200
    (told,) = refunds_told(customer, order, 1)
    assert told["resource"]["amount"]["refund"] == 6100
    assert customer.query_refund(told["resource"]["out_refund_no"])[1]["status"] == "SUCCESS"
    assert customer.refund(order, f"{order}R01", 19200)[1]["code"] == "INVALID_REQUEST"
    assert customer.refund_on_console(order).status_code == 200
    assert customer.refund_on_console(order).status_code == 400, "nothing is left"
    assert customer.refund(order, f"{order}R01", 1)[1]["code"] == "INVALID_REQUEST"
    assert len(customer.notices(order)) == 2, "the second was not told of"


@pytest.mark.parametrize("amount", ["0", "0.00", "-1", "1.234", "all", "192.01", "1e2", "٣"])
def test_an_amount_that_cannot_go_back_is_refused_on_the_page(
    customer: WechatPayCustomer, order: str, amount: str
) -> None:
    answer = customer.refund_on_console(order, amount=amount)
    assert (answer.status_code, "没有办理" in answer.text) == (400, True)
    assert customer.query(order)[1]["trade_state"] == "SUCCESS"


def test_what_is_not_there_cannot_be_given_back_on_the_page(customer: WechatPayCustomer) -> None:
    for path in ("payments/1/refund", "refunds/1/help"):
        assert customer.browser.post(f"{customer.url}/console/{path}").status_code == 404


def test_a_refund_notice_that_is_not_taken_comes_again(customer: WechatPayCustomer, order: str) -> None:
    customer.wait_for(order)
    customer.board.status = 500
    customer.refund(order, f"{order}R01", 100)
    first, second = refunds_told(customer, order, 2)[:2]
    customer.board.status = 204
    assert first["id"] == second["id"]


def test_a_refund_notice_may_be_lost_repeated_and_preceded_by_a_probe(
    customer: WechatPayCustomer, faults: FaultSwitch, order: str
) -> None:
    customer.wait_for(order)
    faults.change({"wechatpay": {"repeat_notices": 1, "probe_notices": True}})
    customer.refund(order, f"{order}R01", 100)
    assert len({notice["id"] for notice in refunds_told(customer, order, 2)}) == 1
    faults.change({"wechatpay": {"lose_notices": True}})
    customer.refund(order, f"{order}R02", 100)
    assert customer.query_refund(f"{order}R02")[1]["status"] == "SUCCESS"
    assert {notice["resource"].get("out_refund_no") for notice in customer.notices(order)} == {
        None,
        f"{order}R01",
    }
