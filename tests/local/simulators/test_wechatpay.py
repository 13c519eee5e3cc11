"""The simulated WeChat Pay as the real library and a payer's phone see it, while everybody behaves."""

import json
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from wechatpayv3 import WeChatPayType

from local.clock import ShiftedClock
from local.simulators.page import SHANGHAI
from local.simulators.wechatpay.keys import APP_ID, MCHID, ensure_keys
from tests.local.simulators.wechatpay_merchant import ADDRESS, WechatPayCustomer


@pytest.fixture
def order() -> str:
    return f"T{uuid.uuid4().hex[:24]}"


def in_minutes(minutes: int) -> str:
    return (datetime.now(SHANGHAI) + timedelta(minutes=minutes)).isoformat(timespec="seconds")


def test_a_payer_scans_and_pays_and_the_merchant_learns_it_by_notice_and_by_query(
    customer: WechatPayCustomer, order: str
) -> None:
    cashier = customer.cashier(order, attach="a=b")
    page = customer.page(cashier)
    assert "2026年一级建造师报名费" in page
    assert "192.00" in page
    status, waiting = customer.query(order)
    assert (status, waiting["trade_state"], waiting["amount"]["total"]) == (200, "NOTPAY", 19200)
    assert "支付成功" in customer.pay(cashier)

    (notice,) = customer.wait_for(order)
    assert notice["event_type"] == "TRANSACTION.SUCCESS"
    said = notice["resource"]
    assert (said["mchid"], said["appid"], said["trade_type"]) == (MCHID, APP_ID, "NATIVE")
    assert (said["trade_state"], said["attach"]) == ("SUCCESS", "a=b")
    assert said["amount"] == {
        "total": 19200,
        "payer_total": 19200,
        "currency": "CNY",
        "payer_currency": "CNY",
    }
    assert customer.query(order) == (200, said)
    by_number = customer.library.query(transaction_id=said["transaction_id"])
    assert json.loads(by_number[1]) == said
    headers, body = customer.board.came[0]
    assert customer.library.callback(headers, body.replace("TRANSACTION", "transaction")) is None


def test_on_a_phone_the_payer_comes_back_to_the_merchant(customer: WechatPayCustomer, order: str) -> None:
    status, said = customer.open(order, WeChatPayType.H5)
    assert status == 200
    page = customer.browser.get(f"{said['h5_url']}&redirect_url=http%3A%2F%2Fshop.invalid%2Fpaid")
    assert 'value="http://shop.invalid/paid"' in page.text
    cashier = str(page.url).partition("?")[0]
    back = customer.browser.post(
        f"{cashier}/pay", data={"redirect_url": "http://shop.invalid/paid"}, follow_redirects=False
    )
    assert (back.status_code, back.headers["Location"]) == (303, "http://shop.invalid/paid")
    assert customer.wait_for(order)[0]["resource"]["trade_type"] == "MWEB"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "//evil.invalid"])
def test_only_web_addresses_become_links(customer: WechatPayCustomer, order: str, address: str) -> None:
    cashier = customer.cashier(order)
    assert address not in customer.browser.get(cashier, params={"redirect_url": address}).text
    assert address not in customer.browser.post(f"{cashier}/abandon", data={"redirect_url": address}).text


def test_the_front_page_lists_the_codes_that_wait(customer: WechatPayCustomer, order: str) -> None:
    cashier = customer.cashier(order)
    front = customer.browser.get(f"{customer.url}/").text
    assert f'href="{httpx.URL(cashier).path}"' in front
    customer.pay(cashier)
    assert httpx.URL(cashier).path not in customer.browser.get(f"{customer.url}/").text


def test_giving_up_costs_nothing_and_one_may_scan_again(customer: WechatPayCustomer, order: str) -> None:
    cashier = customer.cashier(order)
    assert "没有扣款" in customer.browser.post(f"{cashier}/abandon").text
    assert customer.query(order)[1]["trade_state"] == "NOTPAY"
    assert "支付成功" in customer.pay(cashier)


@pytest.mark.parametrize("code", ["", "weixin://wxpay/bizpayurl?pr=none", "../../etc", "码"])
def test_a_code_of_nobody_is_told_so(customer: WechatPayCustomer, code: str) -> None:
    answer = customer.browser.get(f"{customer.url}/scan", params={"code": code})
    assert answer.status_code == 404
    assert "没有这个二维码" in answer.text


def test_one_order_is_paid_once(customer: WechatPayCustomer, order: str) -> None:
    first, second = customer.cashier(order), customer.cashier(order)
    assert first != second
    customer.pay(first)
    customer.pay(second)
    customer.pay(first)
    assert "支付成功" in customer.page(second)
    assert len(customer.wait_for(order)) == 1
    assert customer.open(order) == (400, {"code": "ORDERPAID", "message": "该订单已支付"})


def test_an_order_comes_again_only_as_it_was(customer: WechatPayCustomer, order: str) -> None:
    customer.cashier(order, time_expire=in_minutes(30))
    assert customer.open(order, amount={"total": 1, "currency": "CNY"})[1]["code"] == "INVALID_REQUEST"
    assert customer.open(order, WeChatPayType.H5)[1]["code"] == "OUT_TRADE_NO_USED"


def test_a_closed_order_cannot_be_paid_and_a_paid_one_cannot_be_closed(
    customer: WechatPayCustomer, order: str
) -> None:
    cashier = customer.cashier(order)
    assert customer.close(order) == (204, None)
    assert customer.close(order) == (204, None)
    assert "订单已关闭" in customer.pay(cashier)
    assert customer.query(order)[1]["trade_state"] == "CLOSED"
    assert customer.open(order)[1]["code"] == "ORDER_CLOSED"
    customer.pay_order(f"{order}B")
    assert customer.close(f"{order}B")[1]["code"] == "ORDERPAID"
    assert customer.close(f"{order}C") == (404, {"code": "ORDERNOTEXIST", "message": "订单不存在"})


def test_after_time_expire_nobody_pays_and_the_order_stays_open_until_it_is_closed(
    customer: WechatPayCustomer, clock: ShiftedClock, order: str
) -> None:
    cashier = customer.cashier(order, time_expire=in_minutes(15))
    clock.shift(15 * 60 + 1)
    assert "已过支付时间" in customer.pay(cashier)
    clock.shift(0)
    assert customer.query(order)[1]["trade_state"] == "NOTPAY"
    assert customer.close(order) == (204, None)


def test_a_door_is_shut_long_before_its_order(
    customer: WechatPayCustomer, clock: ShiftedClock, order: str
) -> None:
    cashier = customer.cashier(order)
    page = customer.browser.get(customer.open(f"{order}B", WeChatPayType.H5)[1]["h5_url"])
    clock.shift(301)
    assert "链接已失效" in customer.browser.get(page.url).text
    assert 'id="pay"' in customer.page(cashier)
    clock.shift(7201)
    assert "链接已失效" in customer.page(cashier)


def test_an_end_that_is_too_near_is_moved(customer: WechatPayCustomer, order: str) -> None:
    assert "支付成功" in customer.pay_order(order, time_expire=in_minutes(-5))


def test_money_goes_back_once_for_each_refund_number(customer: WechatPayCustomer, order: str) -> None:
    customer.pay_order(order)
    status, first = customer.refund(order, f"{order}R01", 6100)
    assert (status, first["status"], first["amount"]["refund"]) == (200, "PROCESSING", 6100)
    assert customer.query(order)[1]["trade_state"] == "REFUND"
    assert customer.refund(order, f"{order}R01", 6100)[1]["refund_id"] == first["refund_id"]
    assert customer.refund(order, f"{order}R01", 6000)[1]["code"] == "INVALID_REQUEST"
    assert customer.refund(order, f"{order}R02", 13101)[1]["code"] == "INVALID_REQUEST"
    assert customer.refund(order, f"{order}R02", 13100)[0] == 200

    notices = [n for n in customer.wait_for(order, 3) if n["event_type"] == "REFUND.SUCCESS"]
    assert {n["resource"]["out_refund_no"] for n in notices} == {f"{order}R01", f"{order}R02"}
    assert {n["resource"]["amount"]["refund"] for n in notices} == {6100, 13100}
    done = customer.query_refund(f"{order}R01")[1]
    assert (done["status"], done["refund_id"]) == ("SUCCESS", first["refund_id"])
    assert done["success_time"]


def test_what_is_not_paid_or_not_there_cannot_be_refunded(customer: WechatPayCustomer, order: str) -> None:
    assert customer.refund(order, f"{order}R01", 1)[0] == 404
    customer.cashier(order)
    assert customer.refund(order, f"{order}R01", 1)[1]["code"] == "TRADE_STATE_ERROR"
    assert customer.library.query_refund(f"{order}R01")[0] == 404


@pytest.mark.parametrize(
    "words",
    [
        {"amount": {"total": 0, "currency": "CNY"}},
        {"amount": {"total": 1.5, "currency": "CNY"}},
        {"amount": {"total": 100, "currency": "USD"}},
        {"description": "长" * 128},
        {"time_expire": "tomorrow"},
        {"time_expire": "2026-03-01T09:00:00"},
        {"notify_url": "https://shop.invalid/notify?a=1"},
        {"appid": "wx0"},
        {"mchid": "1"},
        {"scene_info": {"payer_client_ip": "nowhere"}},
    ],
    ids=str,
)
def test_an_order_that_the_interface_does_not_allow_is_refused(
    customer: WechatPayCustomer, order: str, words: dict[str, Any]
) -> None:
    status, said = customer.open(order, **words)
    assert (status, said["code"]) in {(400, "PARAM_ERROR"), (400, "APPID_MCHID_NOT_MATCH")}
    assert customer.query(order)[0] == 404


@pytest.mark.parametrize("number", ["short", "x" * 33, "报名报名报名"])
def test_an_order_number_has_six_to_thirty_two_plain_signs(customer: WechatPayCustomer, number: str) -> None:
    assert customer.open(number)[1]["code"] == "PARAM_ERROR"
    assert customer.open("no-address", WeChatPayType.H5, scene_info={"payer_client_ip": "::1"})[0] == 400
    assert customer.open(f"T{uuid.uuid4().hex[:20]}", WeChatPayType.H5, scene_info=ADDRESS)[0] == 200


def test_a_forged_stale_or_changed_call_is_refused(
    customer: WechatPayCustomer, clock: ShiftedClock, order: str, tmp_path: Path
) -> None:
    clock.shift(400)
    assert customer.query(order) == (401, {"code": "SIGN_ERROR", "message": _STALE})
    clock.shift(0)
    forger = WechatPayCustomer(customer.url, tmp_path, customer.board)
    assert forger.query(order)[1]["message"] == "签名错误"
    assert customer.query(order)[0] == 404
    for authorization in ("", "Basic x", 'WECHATPAY2-SHA256-RSA2048 mchid="1900000001"'):
        answer = httpx.get(
            f"{customer.url}/v3/pay/transactions/out-trade-no/{order}?mchid={MCHID}",
            headers={"Authorization": authorization},
            trust_env=False,
        )
        assert answer.status_code == 401


_STALE = "Http头Authorization中的timestamp与发起请求的时间不得超过5分钟"


def test_behind_a_proxy_that_passes_the_whole_path_on_the_links_keep_its_prefix(
    customer: WechatPayCustomer, order: str
) -> None:
    proxied = WechatPayCustomer(f"{customer.url}/simulators/wechatpay", customer.folder, customer.board)
    cashier = proxied.cashier(order)
    assert cashier.startswith(f"{customer.url}/simulators/wechatpay/cashier/")
    assert f'action="{httpx.URL(cashier).path}/pay"' in proxied.page(cashier)
    assert "支付成功" in proxied.pay(cashier)
    said = proxied.open(f"{order}B", WeChatPayType.H5)[1]
    assert said["h5_url"].startswith(f"{customer.url}/simulators/wechatpay/cgi-bin/")


def test_keys_are_made_once_and_kept_to_their_owner(tmp_path: Path) -> None:
    paths = ensure_keys(tmp_path)
    made = (paths.apiv3_key.read_text(), paths.merchant.private.read_text())
    assert ensure_keys(tmp_path) == paths
    assert (paths.apiv3_key.read_text(), paths.merchant.private.read_text()) == made
    assert len(made[0]) == 32
    assert paths.apiv3_key.stat().st_mode & 0o077 == 0
