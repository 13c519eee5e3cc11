"""What the simulated WeChat Pay does when it is told to misbehave, and what survives its end."""

import itertools
import json
import time
import uuid
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
import requests

from local.clock import ShiftedClock
from local.simulators.faults import FaultSwitch
from local.simulators.outbox import Notice, NoticeState
from local.simulators.page import SHANGHAI
from local.simulators.sending import after_reply
from local.simulators.wechatpay.keys import OLD_SERIAL, PUBLIC_KEY_ID
from local.simulators.wechatpay.ledger import Ledger
from local.simulators.wechatpay.notices import RETRY_AFTER_S
from tests.local.simulators.merchant import eventually
from tests.local.simulators.running import simulator
from tests.local.simulators.wechatpay_merchant import WechatPayCustomer, sealed_notices


@pytest.fixture
def order() -> str:
    return f"F{uuid.uuid4().hex[:24]}"


def the_notice(customer: WechatPayCustomer, order: str) -> Notice:
    notices = Ledger(customer.folder).latest_notices(100)
    return next(notice for notice in notices if notice.fields["content"]["out_trade_no"] == order)


def hasty(customer: WechatPayCustomer) -> WechatPayCustomer:
    return WechatPayCustomer(customer.url, customer.folder, customer.board, timeout_s=0.5)


def test_a_lost_notice_never_comes_by_itself_but_by_hand(
    customer: WechatPayCustomer, faults: FaultSwitch, order: str
) -> None:
    faults.change({"wechatpay": {"lose_notices": True}})
    customer.pay_order(order)
    eventually(lambda: the_notice(customer, order).state is NoticeState.WITHHELD)
    faults.clear()
    time.sleep(0.3)
    assert customer.notices(order) == []
    assert customer.query(order)[1]["trade_state"] == "SUCCESS"
    Ledger(customer.folder).send_notice_now(the_notice(customer, order).id, 0)
    customer.wait_for(order)
    eventually(lambda: the_notice(customer, order).state is NoticeState.DONE)


@pytest.mark.parametrize("status", [200, 204])
def test_a_notice_is_sent_again_until_the_status_says_that_it_is_taken(
    customer: WechatPayCustomer, order: str, status: int
) -> None:
    customer.board.status = 500
    customer.pay_order(order)
    first, second = customer.wait_for(order, 2)[:2]
    customer.board.status = status
    assert first["id"] == second["id"]
    eventually(lambda: the_notice(customer, order).state is NoticeState.DONE)
    assert the_notice(customer, order).answers[0]["status"] == 500


def test_the_schedule_has_sixteen_sends_in_a_day() -> None:
    notice = Notice(1, "n", "t", "http://x", {}, NoticeState.DUE, 0, 0, 0, 0, False, [])
    now, sent_at = 0.0, []
    while notice.state is NoticeState.DUE:
        sent_at.append(now)
        notice = after_reply(notice, is_taken=False, now=now, retry_after_s=RETRY_AFTER_S, repeats=0)
        now = notice.next_at
    assert notice.state is NoticeState.GIVEN_UP
    assert [later - sooner for sooner, later in itertools.pairwise(sent_at)] == list(RETRY_AFTER_S)
    assert timedelta(seconds=sum(RETRY_AFTER_S)) == timedelta(hours=24, minutes=4)


def test_notices_are_repeated_though_they_were_taken(
    customer: WechatPayCustomer, faults: FaultSwitch, order: str
) -> None:
    faults.change({"wechatpay": {"repeat_notices": 1}})
    customer.pay_order(order)
    first, second = customer.wait_for(order, 2)
    assert first["id"] == second["id"]


def test_a_delayed_notice_comes_when_the_clock_is_moved(
    customer: WechatPayCustomer, faults: FaultSwitch, clock: ShiftedClock, order: str
) -> None:
    faults.change({"wechatpay": {"delay_notices_s": 3600}})
    customer.pay_order(order)
    time.sleep(0.3)
    assert customer.notices(order) == []
    clock.shift(3601)
    assert customer.wait_for(order)


def test_a_younger_notice_overtakes(customer: WechatPayCustomer, faults: FaultSwitch, order: str) -> None:
    # One of an earlier test that has still to go out would be the one overtaken.
    eventually(lambda: not Ledger(customer.folder).unsent_notices())
    faults.change({"wechatpay": {"reorder_notices": True, "refund_delay_s": 0}})
    customer.pay_order(order)
    customer.refund(order, f"{order}R01", 19200)
    first, second = customer.wait_for(order, 2)
    assert (first["event_type"], second["event_type"]) == ("REFUND.SUCCESS", "TRANSACTION.SUCCESS")


@pytest.mark.parametrize("fault", ["silent", "error_500"])
def test_interfaces_out_of_order_do_nothing_and_recover(
    customer: WechatPayCustomer, faults: FaultSwitch, order: str, fault: str
) -> None:
    customer.pay_order(order)
    faults.change({"wechatpay": {fault: True}})
    try:
        status, _ = hasty(customer).refund(order, f"{order}R01", 19200)
    except requests.Timeout:
        status = 500
    assert status == 500
    faults.clear()
    assert customer.query(order)[1]["trade_state"] == "SUCCESS"


def test_a_late_answer_means_that_it_was_done_all_the_same(
    customer: WechatPayCustomer, faults: FaultSwitch, order: str
) -> None:
    faults.change({"wechatpay": {"answer_late_s": 1}})
    with pytest.raises(requests.Timeout):
        hasty(customer).open(order)
    faults.clear()
    assert customer.query(order)[1]["trade_state"] == "NOTPAY"


def test_an_order_is_paid_twice_where_the_fault_lets_it(
    customer: WechatPayCustomer, faults: FaultSwitch, order: str
) -> None:
    cashier = customer.cashier(order)
    customer.pay(cashier)
    customer.wait_for(order)
    faults.change({"wechatpay": {"pay_twice": True}})
    customer.pay(cashier)
    numbers = [notice["resource"]["transaction_id"] for notice in customer.wait_for(order, 2)]
    assert len(set(numbers)) == 2
    assert customer.query(order)[1]["transaction_id"] == numbers[0]
    second = json.loads(customer.library.query(transaction_id=numbers[1])[1])
    assert second["trade_state"] == "SUCCESS"
    status, _ = customer.refund(order, f"{order}R01", 19200, transaction_id=numbers[1], out_trade_no=None)
    assert status == 200
    assert customer.query(order)[1]["trade_state"] == "SUCCESS", "the first is whole"


def test_an_expired_order_is_paid_where_the_fault_lets_it(
    customer: WechatPayCustomer, faults: FaultSwitch, clock: ShiftedClock, order: str
) -> None:
    expiry = (datetime.now(SHANGHAI) + timedelta(minutes=15)).isoformat(timespec="seconds")
    cashier = customer.cashier(order, time_expire=expiry)
    clock.shift(3600)
    assert "已过支付时间" in customer.page(cashier)
    faults.change({"wechatpay": {"pay_after_expiry": True}})
    customer.pay(cashier)
    assert customer.wait_for(order)[0]["resource"]["success_time"] > expiry


@pytest.mark.parametrize(
    ("how_often", "serials"),
    [
        ("never", {PUBLIC_KEY_ID}),
        ("always", {OLD_SERIAL}),
        ("sometimes", {PUBLIC_KEY_ID, OLD_SERIAL}),
    ],
)
def test_the_old_key_signs_notices_as_often_as_is_said(
    customer: WechatPayCustomer, faults: FaultSwitch, order: str, how_often: str, serials: set[str]
) -> None:
    faults.change({"wechatpay": {"old_key": how_often, "repeat_notices": 20}})
    customer.board.status = 500
    customer.pay_order(order)
    eventually(lambda: len(customer.board.came) >= 3)
    customer.board.status = 204
    if how_often == "sometimes":
        eventually(lambda: _serials(customer) == serials, within_s=20)
    assert _serials(customer) == serials


def _serials(customer: WechatPayCustomer) -> set[str]:
    return {headers["wechatpay-serial"] for headers, _ in customer.board.came}


def test_a_probe_goes_before_each_notice_and_is_written_down(
    customer: WechatPayCustomer, faults: FaultSwitch, order: str
) -> None:
    faults.change({"wechatpay": {"probe_notices": True}})
    customer.pay_order(order)
    customer.wait_for(order)
    probe, notice = customer.board.came
    assert probe[0]["wechatpay-signature"].startswith("WECHATPAY/SIGNTEST/")
    assert probe[1] == notice[1]
    eventually(lambda: the_notice(customer, order).state is NoticeState.DONE)
    assert [answer.get("probe", False) for answer in the_notice(customer, order).answers] == [True, False]


def test_answers_may_be_probes(customer: WechatPayCustomer, faults: FaultSwitch, order: str) -> None:
    faults.change({"wechatpay": {"probe_answers": True}})
    with pytest.raises(Exception, match="signature"):
        customer.open(order)
    faults.clear()
    assert customer.query(order)[0] == 200


def test_a_refund_may_end_where_nobody_takes_the_money(
    customer: WechatPayCustomer, faults: FaultSwitch, order: str
) -> None:
    faults.change({"wechatpay": {"refund_abnormal": True, "refund_delay_s": 0}})
    customer.pay_order(order)
    customer.refund(order, f"{order}R01", 19200)
    # The payment's notice and the refund's are on their way at once: either may arrive first.
    told = {notice["event_type"]: notice["resource"] for notice in customer.wait_for(order, 2)}
    assert told["REFUND.ABNORMAL"]["refund_status"] == "ABNORMAL"
    assert customer.refund(order, f"{order}R01", 19200)[1]["status"] == "ABNORMAL"


def test_killed_and_started_again_it_knows_its_orders_and_sends_what_was_not_taken(tmp_path: Path) -> None:
    with sealed_notices() as board:
        board.status = 500
        with simulator("wechatpay", tmp_path) as service:
            customer = WechatPayCustomer(service.url, tmp_path, board)
            cashier = customer.cashier("KILLED")
            customer.pay_order("KILLED2")
            customer.wait_for("KILLED2")
            service.process.kill()
            service.process.wait()
        board.status = 204
        with simulator("wechatpay", tmp_path) as service:
            customer = WechatPayCustomer(service.url, tmp_path, board)
            assert customer.query("KILLED2")[1]["trade_state"] == "SUCCESS"
            again = f"{service.url}/cashier/{cashier.rsplit('/', 1)[1]}"
            assert 'id="pay"' in httpx.get(again, trust_env=False, verify=False).text
            ledger = Ledger(tmp_path)
            ledger.send_notice_now(ledger.latest_notices(1)[0].id, 0)
            customer.wait_for("KILLED2", 2)
