"""The simulated Alipay as the real library and a buyer's browser see it, while everybody behaves."""

import uuid
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from alipay.exceptions import AliPayException

from local.clock import ShiftedClock
from local.simulators.alipay.keys import APP_ID, SELLER_ID
from local.simulators.page import wall_clock
from tests.local.simulators.merchant import PAGE_PAY, WAP_PAY, Merchant, NoticeBoard
from tests.local.simulators.running import Service


@pytest.fixture
def order() -> str:
    return f"T{uuid.uuid4().hex[:24]}"


@pytest.mark.parametrize("method", [PAGE_PAY, WAP_PAY])
def test_a_buyer_pays_and_the_merchant_learns_it_by_notice_by_return_and_by_query(
    merchant: Merchant, board: NoticeBoard, order: str, method: str
) -> None:
    cashier = merchant.open_cashier(merchant.pay_url(order, method, passback_params="a%3Db"))
    first = merchant.browser.get(cashier).text
    assert "2026年一级建造师报名费" in first
    assert "192.00" in first
    assert "登录并付款" in first
    assert "支付</button>" in merchant.log_in(cashier)
    back = merchant.pay(cashier)

    (notice,) = board.wait_for(order)
    assert merchant.is_genuine(notice)
    assert not merchant.is_genuine({**notice, "total_amount": "1.00"})
    assert notice["trade_status"] == "TRADE_SUCCESS"
    assert notice["total_amount"] == notice["receipt_amount"] == "192.00"
    assert (notice["app_id"], notice["seller_id"], notice["sign_type"]) == (APP_ID, SELLER_ID, "RSA2")
    assert notice["passback_params"] == "a%3Db"
    assert "refund_fee" not in notice

    assert back.startswith("http://shop.invalid/paid?order=1&")
    returned = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items() if name != "order"}
    assert merchant.is_genuine(returned)
    assert returned["trade_no"] == notice["trade_no"]
    assert returned["method"] == f"{method}.return"

    answer = merchant.query(order)
    assert answer["code"] == "10000"
    assert answer["trade_status"] == "TRADE_SUCCESS"
    assert (answer["trade_no"], answer["total_amount"]) == (notice["trade_no"], "192.00")
    assert answer["send_pay_date"] == notice["gmt_payment"]


def test_there_is_no_trade_until_the_buyer_logs_in(merchant: Merchant, order: str) -> None:
    cashier = merchant.open_cashier(merchant.pay_url(order))
    for method in ("alipay.trade.query", "alipay.trade.close"):
        answer = merchant.call(method, out_trade_no=order)
        assert (answer["code"], answer["sub_code"]) == ("40004", "ACQ.TRADE_NOT_EXIST")
    merchant.log_in(cashier)
    assert merchant.query(order)["trade_status"] == "WAIT_BUYER_PAY"


def test_giving_up_costs_nothing_and_leads_back_to_the_merchant(merchant: Merchant, order: str) -> None:
    cashier = merchant.open_cashier(merchant.pay_url(order))
    page = merchant.browser.post(f"{cashier}/abandon").text
    assert "http://shop.invalid/paid?order=1" in page
    assert merchant.query(order)["sub_code"] == "ACQ.TRADE_NOT_EXIST"


def test_one_order_is_one_trade_and_is_paid_once(merchant: Merchant, board: NoticeBoard, order: str) -> None:
    first, second = (merchant.open_cashier(merchant.pay_url(order)) for _ in range(2))
    merchant.log_in(first)
    merchant.log_in(second)
    merchant.pay(first)
    merchant.pay(second)
    again = merchant.browser.get(merchant.open_cashier(merchant.pay_url(order))).text
    assert "付款成功" in again
    assert "支付</button>" not in again
    assert len(board.wait_for(order)) == 1


def test_an_order_cannot_come_again_with_another_amount(merchant: Merchant, order: str) -> None:
    merchant.pay_order(order)
    answer = merchant.browser.get(merchant.pay_url(order, total_amount="1.00"))
    assert answer.status_code == 400
    assert "ACQ.CONTEXT_INCONSISTENT" in answer.text


def test_a_closed_trade_cannot_be_paid_and_a_paid_one_cannot_be_closed(
    merchant: Merchant, board: NoticeBoard, order: str
) -> None:
    cashier = merchant.open_cashier(merchant.pay_url(order))
    merchant.log_in(cashier)
    assert merchant.call("alipay.trade.close", out_trade_no=order)["code"] == "10000"
    merchant.pay(cashier)
    assert "交易已关闭" in merchant.browser.get(cashier).text
    assert merchant.query(order)["trade_status"] == "TRADE_CLOSED"
    (notice,) = board.wait_for(order)
    assert notice["trade_status"] == "TRADE_CLOSED"
    assert "gmt_payment" not in notice
    assert merchant.call("alipay.trade.close", out_trade_no=order)["sub_code"] == "ACQ.TRADE_STATUS_ERROR"

    merchant.pay_order(f"{order}B")
    assert (
        merchant.call("alipay.trade.close", out_trade_no=f"{order}B")["sub_code"] == "ACQ.TRADE_STATUS_ERROR"
    )


def test_after_time_expire_nobody_pays(
    merchant: Merchant, board: NoticeBoard, clock: ShiftedClock, order: str
) -> None:
    expiry = wall_clock(clock.now() + timedelta(minutes=15))
    untouched = merchant.open_cashier(merchant.pay_url(order, time_expire=expiry))
    logged_in = merchant.open_cashier(merchant.pay_url(f"{order}B", time_expire=expiry))
    assert "支付</button>" in merchant.log_in(logged_in)
    clock.shift(15 * 60 + 1)
    for cashier in (untouched, logged_in):
        merchant.log_in(cashier)
        merchant.pay(cashier)
        assert "交易已超时" in merchant.browser.get(cashier).text
    assert merchant.query(order)["sub_code"] == "ACQ.TRADE_NOT_EXIST"
    assert merchant.query(f"{order}B")["trade_status"] == "TRADE_CLOSED"
    assert board.wait_for(f"{order}B")[0]["trade_status"] == "TRADE_CLOSED"


def test_money_goes_back_once_for_each_refund_number(
    merchant: Merchant, board: NoticeBoard, order: str
) -> None:
    merchant.pay_order(order)

    def refund(number: str, amount: str) -> tuple[object, object]:
        answer = merchant.call(
            "alipay.trade.refund", out_trade_no=order, out_request_no=number, refund_amount=amount
        )
        return answer.get("sub_code") or answer["fund_change"], answer.get("refund_fee")

    assert refund("R1", "61.00") == ("Y", "61.00")
    assert refund("R1", "61.00") == ("N", "61.00")
    assert refund("R1", "60.00")[0] == "ACQ.DISCORDANT_REPEAT_REQUEST"
    assert refund("R2", "131.01")[0] == "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL"
    assert merchant.query(order)["trade_status"] == "TRADE_SUCCESS"
    assert refund("R2", "131.00") == ("Y", "192.00")
    assert merchant.query(order)["trade_status"] == "TRADE_CLOSED"

    paid, part, whole = sorted(
        board.wait_for(order, 3), key=lambda notice: float(notice.get("refund_fee", 0))
    )
    assert "refund_fee" not in paid
    assert (part["trade_status"], part["refund_fee"], part["out_biz_no"]) == ("TRADE_SUCCESS", "61.00", "R1")
    assert (whole["trade_status"], whole["refund_fee"]) == ("TRADE_CLOSED", "192.00")
    assert merchant.is_genuine(whole)

    ask = {"out_trade_no": order, "out_request_no": "R1", "query_options": ["gmt_refund_pay"]}
    answer = merchant.call("alipay.trade.fastpay.refund.query", **ask)
    assert (answer["refund_status"], answer["refund_amount"]) == ("REFUND_SUCCESS", "61.00")
    assert answer["gmt_refund_pay"]
    unknown = merchant.call("alipay.trade.fastpay.refund.query", **{**ask, "out_request_no": "R9"})
    assert unknown == {"code": "10000", "msg": "Success"}


def test_what_is_not_paid_cannot_be_refunded(merchant: Merchant, order: str) -> None:
    merchant.log_in(merchant.open_cashier(merchant.pay_url(order)))
    answer = merchant.call("alipay.trade.refund", out_trade_no=order, refund_amount="192.00")
    assert answer["sub_code"] == "ACQ.TRADE_STATUS_ERROR"


def test_a_forged_or_changed_request_is_refused(merchant: Merchant, order: str) -> None:
    forged = merchant.pay_url(order).replace("192.00", "1.00")
    answer = merchant.browser.get(forged)
    assert answer.status_code == 400
    assert "isv.invalid-signature" in answer.text

    merchant.library._app_private_key = _other_key()
    with pytest.raises(AliPayException, match=r"isv\.invalid-signature"):
        merchant.query(order)


def test_another_application_is_refused(merchant: Merchant, order: str) -> None:
    merchant.library._appid = "2021999999999999"
    with pytest.raises(AliPayException, match=r"isv\.invalid-app-id"):
        merchant.query(order)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("total_amount", "0.00"),
        ("total_amount", "1.001"),
        ("total_amount", "-1"),
        ("subject", ""),
        ("subject", "a/b"),
        ("product_code", "OTHER"),
        ("out_trade_no", "报名"),
        ("time_expire", "tomorrow"),
        ("timeout_express", "15"),
    ],
)
def test_a_payment_that_the_protocol_does_not_allow_is_refused(
    merchant: Merchant, order: str, name: str, value: str
) -> None:
    answer = merchant.browser.get(merchant.pay_url(**{"out_trade_no": order, name: value}))
    assert answer.status_code == 400
    assert "ACQ.INVALID_PARAMETER" in answer.text


def test_calls_may_be_posted_as_forms(merchant: Merchant, order: str) -> None:
    merchant.pay_order(order)
    form = merchant.library.client_api("alipay.trade.query", {"out_trade_no": order})
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = httpx.post(
        merchant.library._gateway, content=form, headers=headers, trust_env=False, verify=False
    )
    assert answer.json()["alipay_trade_query_response"]["trade_status"] == "TRADE_SUCCESS"


def test_behind_a_proxy_that_passes_the_whole_path_on_the_links_keep_its_prefix(
    alipay_service: Service, board: NoticeBoard, order: str
) -> None:
    prefix = f"{alipay_service.url}/simulators/alipay"
    merchant = Merchant(f"{prefix}/gateway.do", alipay_service.folder, board.url)
    cashier = merchant.open_cashier(merchant.pay_url(order))
    assert cashier.startswith(f"{prefix}/cashier/")
    assert (
        f'action="/simulators/alipay{urlsplit(cashier).path[len("/simulators/alipay") :]}/pay"'
        in merchant.log_in(cashier)
    )
    assert merchant.pay(cashier).startswith("http://shop.invalid/paid")


def _other_key() -> object:
    from Cryptodome.PublicKey import RSA

    return RSA.generate(2048)
