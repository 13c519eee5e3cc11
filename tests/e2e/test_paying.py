"""Ways to pay: the code on a desk, the app on a phone, another provider, too much, the receipt, a refund."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.candidate import Candidate, Outside
from tests.e2e.clerk import Clerk
from tests.e2e.holding import hold_to_account
from tests.e2e.scanning import scanned


def test_at_a_desk_wechat_is_scanned_and_the_page_finds_the_payment_though_its_notice_is_lost(
    at_a_desk: Candidate, outside: Outside
) -> None:
    at_a_desk.stands_before_the_payment()
    outside.misbehave("wechatpay", lose_notices=True)
    at_a_desk.follow("去缴费")
    at_a_desk.sees("社会工作综合能力（中级）、社会工作法规与政策")
    hold_to_account(at_a_desk.page)
    at_a_desk.press("微信支付")
    at_a_desk.sees("打开手机微信")
    hold_to_account(at_a_desk.page)
    outside.pays_by_code(scanned(at_a_desk.page))
    # Nobody touches the page.
    expect(at_a_desk.page.get_by_role("heading", name="支付结果")).to_be_focused()
    at_a_desk.sees("支付成功，报名完成")
    hold_to_account(at_a_desk.page)
    at_a_desk.follow("缴费凭证")
    _holds_a_receipt(at_a_desk, "微信支付交易单号")


def _holds_a_receipt(somebody: Candidate, trade_number: str) -> None:
    receipt = somebody.page.locator(".receipt")
    for fact in (somebody.name, "辽宁省", "¥122.00", trade_number, "支付时间", "不是发票"):
        expect(receipt).to_contain_text(fact)
    expect(receipt).not_to_contain_text(somebody.id_number)
    expect(receipt.locator("dt:has-text('居民身份证') + dd")).to_have_text(re.compile(r"^\d+\*+\w+$"))
    hold_to_account(somebody.page)
    somebody.page.emulate_media(media="print")
    expect(receipt).to_be_visible()
    for frame in (".header", ".footer", ".back", "button:has-text('打印')"):
        expect(somebody.page.locator(frame).first).to_be_hidden()
    somebody.page.emulate_media(media="screen")


def test_on_a_phone_wechat_opens_in_the_tab_and_the_back_button_leads_to_no_second_order(
    on_a_phone: Candidate, outside: Outside, clerk: Clerk
) -> None:
    registration_id = on_a_phone.stands_before_the_payment()
    on_a_phone.follow("去缴费")
    hold_to_account(on_a_phone.page)
    on_a_phone.press("微信支付")
    hold_to_account(on_a_phone.page)
    outside.misbehave("wechatpay", lose_notices=True)
    on_a_phone.follow("去微信支付")
    on_a_phone.page.locator("#pay").click()
    on_a_phone.page.wait_for_url("**/payment?order=*")
    # Back past the cashier to the page that led there: it asks before it offers anything.
    on_a_phone.page.evaluate("history.go(-2)")
    # Sooner than the page of the result would have asked by itself.
    expect(on_a_phone.page.get_by_text("支付成功，报名完成")).to_be_visible(timeout=8_000)
    hold_to_account(on_a_phone.page)
    on_a_phone.page.goto(f"/registrations/{registration_id}")
    expect(on_a_phone.page.locator(".orders li")).to_have_count(1)
    hold_to_account(on_a_phone.page)
    order_id = on_a_phone.page.locator(".orders a").first.inner_text()
    outside.behave()
    clerk.gives_back(order_id, "liaoning", "--amount", "61.00", "--of", "122.00", "--reason", "少考一科")
    on_a_phone.waits_for("收到 ¥122.00，其中 ¥61.00 已退回，¥61.00 仍然有效。")
    on_a_phone.follow("查看和打印缴费凭证")
    _holds_a_receipt(on_a_phone, "微信支付交易单号")
    expect(on_a_phone.page.locator("dt:has-text('退款后金额') + dd")).to_have_text("¥61.00")


def test_who_pays_by_both_providers_reads_that_the_second_payment_went_back(
    at_a_desk: Candidate, outside: Outside
) -> None:
    registration_id = at_a_desk.stands_before_the_payment()
    _finds_wechat_down(at_a_desk, outside)
    at_a_desk.press("支付宝")
    door = at_a_desk.page.get_by_role("link", name="去支付宝支付").get_attribute("href")
    at_a_desk.press("取消支付")
    expect(at_a_desk.page.get_by_role("heading", name="选择支付方式")).to_be_focused()
    expect(at_a_desk.page.get_by_role("link", name="查看这笔支付")).to_be_visible()
    at_a_desk.press("支付宝")
    expect(at_a_desk.page.locator("#payment-door")).to_be_focused()
    expect(at_a_desk.page.get_by_role("link", name="去支付宝支付")).to_be_visible()
    at_a_desk.press("改用微信支付")
    outside.pays_by_code(scanned(at_a_desk.page))
    at_a_desk.sees("支付成功，报名完成")

    at_a_desk.page.goto(door or "")
    at_a_desk.page.locator("#login").click()
    at_a_desk.page.locator("#pay").click()
    at_a_desk.sees("款项已全部原路退回")
    at_a_desk.sees("收到 ¥122.00，已全部退回。")
    hold_to_account(at_a_desk.page)
    at_a_desk.page.goto(f"/registrations/{registration_id}")
    states = at_a_desk.page.locator(".orders .pill")
    for state in ("支付成功", "已退款"):
        expect(states.filter(has_text=state)).to_have_count(1)
    hold_to_account(at_a_desk.page)


def _finds_wechat_down(somebody: Candidate, outside: Outside) -> None:
    """Neither choosing it nor opening the page anew keeps anybody from the other provider."""
    outside.misbehave("wechatpay", error_500=True)
    somebody.follow("去缴费")
    somebody.press("微信支付")
    somebody.sees("支付或核验平台暂时没有应答")
    hold_to_account(somebody.page)
    somebody.page.reload()
    expect(somebody.page.get_by_role("heading", name="选择支付方式")).to_be_visible()
    outside.behave()


@pytest.mark.parametrize("kind", ["at_a_desk", "on_a_phone"])
def test_who_leaves_a_paid_exam_reads_first_what_that_loses(
    kind: str, request: pytest.FixtureRequest
) -> None:
    somebody: Candidate = request.getfixturevalue(kind)
    registration_id = somebody.is_checked().registration("dalian", commitment="adopted")
    somebody.page.goto(f"/registrations/{registration_id}")
    somebody.follow("去缴费")
    # This authority offers one provider: there is nothing to choose, but what was cancelled stays so.
    somebody.press("取消支付")
    expect(somebody.page.get_by_role("heading", name="选择支付方式")).to_be_visible()
    somebody.press("支付宝")
    somebody.follow("去支付宝支付")
    somebody.page.locator("#login").click()
    somebody.page.locator("#pay").click()
    somebody.sees("支付成功，报名完成")
    somebody.follow("查看报名详情")
    somebody.press("申请退考退费")
    somebody.sees("退考后不能参加本次考试")
    somebody.sees("退考后，报名费 ¥122.00")
    hold_to_account(somebody.page)
    somebody.press("确定退考")
    somebody.sees("已退考")
    somebody.waits_for("款项已全部原路退回")
    hold_to_account(somebody.page)


def test_who_was_found_void_after_paying_reads_why_and_that_nothing_is_complete(
    on_a_phone: Candidate, clerk: Clerk
) -> None:
    page = on_a_phone.page
    registration_id = on_a_phone.stands_before_the_payment()
    on_a_phone.follow("去缴费")
    on_a_phone.press("支付宝")
    on_a_phone.follow("去支付宝支付")
    page.locator("#login").click()
    page.locator("#pay").click()
    on_a_phone.sees("支付成功，报名完成")
    result = page.url
    account_id = clerk.finds_account(on_a_phone.username, "liaoning")
    clerk.does("void", "liaoning", account_id, registration_id, "--reason", "学历证书系伪造")
    page.reload()
    on_a_phone.sees("报名无效")
    expect(page.get_by_text("支付成功，报名完成")).to_have_count(0)
    hold_to_account(page)
    page.goto(f"/registrations/{registration_id}")
    on_a_phone.sees("认定无效的原因：学历证书系伪造")
    on_a_phone.sees("已缴的费用是否退还由考试机构决定")
    hold_to_account(page)

    order_id = page.locator(".orders a").first.inner_text()
    clerk.gives_back(order_id, "liaoning", "--whole", "--reason", "报名无效，退还考务费")
    page.goto(result)
    on_a_phone.waits_for("款项已全部原路退回")
