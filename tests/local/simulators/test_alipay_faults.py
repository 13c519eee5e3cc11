"""What the simulated Alipay does when it is told to misbehave, and what survives its end."""

import itertools
import time
import uuid
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from local.clock import ShiftedClock
from local.simulators.alipay.keys import ensure_keys
from local.simulators.alipay.ledger import Ledger
from local.simulators.alipay.notices import RETRY_AFTER_S
from local.simulators.faults import Faults, FaultsFileDamagedError, FaultSwitch, UnknownFaultError
from local.simulators.outbox import Notice, NoticeState
from local.simulators.page import wall_clock
from local.simulators.sending import after_reply
from tests.local.simulators.merchant import Merchant, NoticeBoard, eventually, notice_board
from tests.local.simulators.running import Service, simulator


@pytest.fixture
def order() -> str:
    return f"F{uuid.uuid4().hex[:24]}"


def the_notice(service: Service, order: str) -> Notice:
    notices = Ledger(service.folder).latest_notices(100)
    return next(notice for notice in notices if notice.fields["out_trade_no"] == order)


def test_a_lost_notice_never_comes_by_itself_but_by_hand(
    merchant: Merchant, alipay_service: Service, board: NoticeBoard, faults: FaultSwitch, order: str
) -> None:
    faults.change({"alipay": {"lose_notices": True}})
    merchant.pay_order(order)
    eventually(lambda: the_notice(alipay_service, order).state is NoticeState.WITHHELD)
    faults.clear()
    time.sleep(0.3)
    assert board.of(order) == []
    assert merchant.query(order)["trade_status"] == "TRADE_SUCCESS"

    Ledger(alipay_service.folder).send_notice_now(the_notice(alipay_service, order).id, 0)
    assert merchant.is_genuine(board.wait_for(order)[0])
    eventually(lambda: the_notice(alipay_service, order).state is NoticeState.DONE)


def test_a_notice_is_sent_again_until_the_answer_is_exactly_success(
    merchant: Merchant, alipay_service: Service, board: NoticeBoard, order: str
) -> None:
    board.answer = "SUCCESS"
    merchant.pay_order(order)
    first, second = board.wait_for(order, 2)[:2]
    board.answer = "success"
    assert first["notify_id"] == second["notify_id"]
    eventually(lambda: the_notice(alipay_service, order).state is NoticeState.DONE)
    assert the_notice(alipay_service, order).answers[0]["text"] == "SUCCESS"


def test_the_schedule_has_eight_sends() -> None:
    notice = Notice(1, "n", "t", "http://x", {}, NoticeState.DUE, 0, 0, 0, 0, False, [])
    now, sent_at = 0.0, []
    while notice.state is NoticeState.DUE:
        sent_at.append(now)
        notice = after_reply(notice, is_taken=False, now=now, retry_after_s=RETRY_AFTER_S, repeats=0)
        now = notice.next_at
    assert notice.state is NoticeState.GIVEN_UP
    assert [later - sooner for sooner, later in itertools.pairwise(sent_at)] == list(RETRY_AFTER_S)
    assert len(sent_at) == 8


def test_notices_are_repeated_though_they_were_answered(
    merchant: Merchant, board: NoticeBoard, faults: FaultSwitch, order: str
) -> None:
    faults.change({"alipay": {"repeat_notices": 1}})
    merchant.pay_order(order)
    first, second = board.wait_for(order, 2)
    assert (first["notify_id"], first["trade_no"]) == (second["notify_id"], second["trade_no"])


def test_a_delayed_notice_comes_when_the_clock_is_moved(
    merchant: Merchant, board: NoticeBoard, faults: FaultSwitch, clock: ShiftedClock, order: str
) -> None:
    faults.change({"alipay": {"delay_notices_s": 3600}})
    merchant.pay_order(order)
    time.sleep(0.3)
    assert board.of(order) == []
    clock.shift(3601)
    assert board.wait_for(order)


def test_a_younger_notice_overtakes(
    merchant: Merchant, alipay_service: Service, board: NoticeBoard, faults: FaultSwitch, order: str
) -> None:
    # One of an earlier test that has still to go out would be the one overtaken.
    eventually(lambda: not Ledger(alipay_service.folder).unsent_notices())
    faults.change({"alipay": {"reorder_notices": True}})
    merchant.pay_order(order)
    merchant.call("alipay.trade.refund", out_trade_no=order, refund_amount="192.00")
    first, second = board.wait_for(order, 2)
    assert first["refund_fee"] == "192.00"
    assert "refund_fee" not in second


@pytest.mark.parametrize("fault", ["silent", "error_500"])
def test_a_gateway_out_of_order_does_nothing_and_recovers(
    alipay_service: Service,
    merchant: Merchant,
    board: NoticeBoard,
    faults: FaultSwitch,
    order: str,
    fault: str,
) -> None:
    merchant.pay_order(order)
    hasty = Merchant(f"{alipay_service.url}/gateway.do", alipay_service.folder, board.url, timeout_s=0.5)
    faults.change({"alipay": {fault: True}})
    with pytest.raises(OSError, match=r"timed out|500"):
        hasty.call("alipay.trade.refund", out_trade_no=order, refund_amount="192.00")
    faults.clear()
    assert merchant.query(order)["trade_status"] == "TRADE_SUCCESS"


def test_a_late_answer_means_that_it_was_done_all_the_same(
    alipay_service: Service, merchant: Merchant, board: NoticeBoard, faults: FaultSwitch, order: str
) -> None:
    merchant.pay_order(order)
    hasty = Merchant(f"{alipay_service.url}/gateway.do", alipay_service.folder, board.url, timeout_s=0.5)
    faults.change({"alipay": {"answer_late_s": 1}})
    with pytest.raises(TimeoutError):
        hasty.call("alipay.trade.refund", out_trade_no=order, refund_amount="192.00")
    faults.clear()
    assert merchant.query(order)["trade_status"] == "TRADE_CLOSED"


def test_an_order_is_paid_twice_where_the_fault_lets_it(
    merchant: Merchant, board: NoticeBoard, faults: FaultSwitch, order: str
) -> None:
    merchant.pay_order(order)
    first = merchant.query(order)["trade_no"]
    faults.change({"alipay": {"pay_twice": True}})
    merchant.pay_order(order)
    # Two notices are on their way at once, and either may arrive before the other.
    told = {notice["trade_no"] for notice in board.wait_for(order, 2)}
    (second,) = told - {first}
    assert merchant.query(order)["trade_no"] == first
    assert merchant.call("alipay.trade.query", trade_no=second)["trade_status"] == "TRADE_SUCCESS"


@pytest.mark.parametrize("logs_in_before", [True, False])
def test_an_expired_order_is_paid_where_the_fault_lets_it(
    merchant: Merchant,
    board: NoticeBoard,
    faults: FaultSwitch,
    clock: ShiftedClock,
    order: str,
    logs_in_before: bool,
) -> None:
    expiry = wall_clock(clock.now() + timedelta(minutes=15))
    cashier = merchant.open_cashier(merchant.pay_url(order, time_expire=expiry))
    if logs_in_before:
        merchant.log_in(cashier)
    clock.shift(3600)
    if logs_in_before:
        assert board.wait_for(order)[0]["trade_status"] == "TRADE_CLOSED"
    faults.change({"alipay": {"pay_after_expiry": True}})
    merchant.log_in(cashier)
    merchant.pay(cashier)
    notice = board.wait_for(order, 2 if logs_in_before else 1)[-1]
    assert notice["trade_status"] == "TRADE_SUCCESS"
    assert notice["gmt_payment"] > expiry


def test_killed_and_started_again_it_knows_its_trades_and_sends_what_was_not_answered(tmp_path: Path) -> None:
    with notice_board() as board:
        board.answer = "not yet"
        with simulator("alipay", tmp_path) as service:
            merchant = Merchant(f"{service.url}/gateway.do", tmp_path, board.url)
            cashier = merchant.open_cashier(merchant.pay_url("KILLED"))
            merchant.pay_order("KILLED2")
            board.wait_for("KILLED2")
            service.process.kill()
            service.process.wait()
        board.answer = "success"
        with simulator("alipay", tmp_path) as service:
            merchant = Merchant(f"{service.url}/gateway.do", tmp_path, board.url)
            assert merchant.query("KILLED2")["trade_status"] == "TRADE_SUCCESS"
            again = f"{service.url}/cashier/{cashier.rsplit('/', 1)[1]}"
            assert "登录并付款" in httpx.get(again, trust_env=False, verify=False).text
            ledger = Ledger(tmp_path)
            ledger.send_notice_now(ledger.latest_notices(1)[0].id, 0)
            board.wait_for("KILLED2", 2)


def test_keys_are_made_once_and_kept_to_their_owner(tmp_path: Path) -> None:
    paths = ensure_keys(tmp_path)
    made = paths.merchant_private.read_text()
    assert ensure_keys(tmp_path) == paths
    assert paths.merchant_private.read_text() == made
    assert paths.alipay_private.stat().st_mode & 0o077 == 0


def test_faults_are_switched_one_by_one_and_wrong_ones_are_refused(tmp_path: Path) -> None:
    switch, other = FaultSwitch(tmp_path / "faults.json"), FaultSwitch(tmp_path / "faults.json")
    switch.change({"alipay": {"lose_notices": True}})
    switch.change({"alipay": {"repeat_notices": 3}, "verification": {"delay_s": 0}})
    seen = other.read()
    assert (seen.alipay.lose_notices, seen.alipay.repeat_notices, seen.verification.delay_s) == (True, 3, 0)
    wrong: list[dict[str, object]] = [
        {"alipay": {"loose_notices": True}},
        {"alipay": {"lose_notices": "yes"}},
        {"alipay": {"repeat_notices": -1}},
        {"alipay": True},
        {"bank": {}},
    ]
    for wanted in wrong:
        with pytest.raises(UnknownFaultError):
            switch.change(wanted)
    assert other.read() == seen
    switch.clear()
    assert other.read() == Faults()
    (tmp_path / "faults.json").write_text("{")
    with pytest.raises(FaultsFileDamagedError):
        other.read()
