"""A candidate in a browser, from opening an account to 报名完成, and what goes wrong on the way."""

import re

from playwright.sync_api import expect

from tests.e2e.candidate import EXAM_ID, Candidate, Outside
from tests.e2e.holding import hold_to_account


def test_a_stranger_opens_an_account_registers_pays_and_is_done(at_a_desk: Candidate) -> None:
    at_a_desk.comes_to_the_payment()
    at_a_desk.pays()
    at_a_desk.sees("支付成功，报名完成")
    at_a_desk.page.goto("/registrations")
    at_a_desk.sees("报名完成")


def test_with_every_notice_lost_the_button_finds_the_payment_at_once(
    at_a_desk: Candidate, outside: Outside
) -> None:
    at_a_desk.stands_before_the_payment()
    outside.misbehave(lose_notices=True)
    at_a_desk.pays()
    button = at_a_desk.page.get_by_role("button", name="查询支付结果")
    expect(button.or_(at_a_desk.page.get_by_text("支付成功，报名完成"))).to_be_visible()
    if button.is_visible():
        button.click()
    expect(at_a_desk.page.get_by_text("支付成功，报名完成")).to_be_visible(timeout=8_000)


def test_with_every_notice_lost_the_sweep_finds_the_payment_by_itself(
    at_a_desk: Candidate, outside: Outside
) -> None:
    at_a_desk.stands_before_the_payment()
    outside.misbehave(lose_notices=True)
    at_a_desk.goes_to_the_cashier()
    at_a_desk.page.locator("#pay").click()
    # The tab is closed on the way back: nobody asks but the schedule, first half a minute after the order.
    at_a_desk.page.goto("about:blank")
    outside.let_time_pass(31)
    at_a_desk.page.wait_for_timeout(3_000)
    at_a_desk.page.goto("/registrations")
    at_a_desk.sees("报名完成")


def test_a_candidate_does_all_of_it_on_a_phone_and_nothing_sticks_out(on_a_phone: Candidate) -> None:
    on_a_phone.comes_to_the_payment()
    for path in ("/", "/me", "/registrations", f"/exams/{EXAM_ID}"):
        on_a_phone.page.goto(path)
        hold_to_account(on_a_phone.page)
    on_a_phone.page.goto("/registrations")
    on_a_phone.pays()
    on_a_phone.sees("支付成功，报名完成")
    on_a_phone.follow("查看报名详情")
    # The number of the order and what became of it are two words.
    expect(on_a_phone.page.locator(".orders p").first).to_have_text(re.compile(r"\w\s+支付成功"))
    hold_to_account(on_a_phone.page)


def test_what_was_typed_survives_a_reload_but_never_a_password(at_a_desk: Candidate) -> None:
    at_a_desk.fill_in_the_account()
    at_a_desk.page.reload()
    page = at_a_desk.page
    expect(page.get_by_label("用户名", exact=True)).to_have_value(at_a_desk.username)
    expect(page.get_by_label("证件号码", exact=True)).to_have_value(at_a_desk.id_number)
    expect(page.get_by_label("密码", exact=True)).to_have_value("")


def test_the_back_button_brings_one_from_the_cashier_to_the_same_order(at_a_desk: Candidate) -> None:
    at_a_desk.stands_before_the_payment()
    at_a_desk.follow("去缴费")
    at_a_desk.press("支付宝")
    order = at_a_desk.page.locator("dt:has-text('订单号') + dd").inner_text()
    at_a_desk.follow("去支付宝支付")
    expect(at_a_desk.page.locator("#login")).to_be_visible()
    at_a_desk.page.go_back()
    expect(at_a_desk.page.locator("dt:has-text('订单号') + dd")).to_have_text(order)


def test_an_expired_session_asks_to_log_in_and_loses_nothing(at_a_desk: Candidate) -> None:
    at_a_desk.opens_an_account()
    at_a_desk.page.goto("/me")
    at_a_desk.fill_in("毕业院校", "沈阳示例大学")
    at_a_desk.page.context.clear_cookies()
    at_a_desk.page.reload()
    at_a_desk.page.get_by_label("用户名、手机号码或证件号码").fill(at_a_desk.phone)
    at_a_desk.fill_in("密码", "good-pass-1")
    at_a_desk.press("登录")
    expect(at_a_desk.page.get_by_label("毕业院校", exact=True)).to_have_value("沈阳示例大学")


def test_a_refused_action_says_why_beside_its_button(at_a_desk: Candidate) -> None:
    at_a_desk.opens_an_account()
    at_a_desk.page.goto(f"/exams/{EXAM_ID}")
    at_a_desk.sees("请先在“学历学位信息”中添加至少一条学历。")


def test_a_second_account_with_the_same_phone_is_refused_in_words(
    at_a_desk: Candidate, on_a_phone: Candidate
) -> None:
    at_a_desk.opens_an_account()
    on_a_phone.phone = at_a_desk.phone
    on_a_phone.name = "钱小红"
    on_a_phone.page.goto("/register")
    on_a_phone.fill_in("手机号码", on_a_phone.phone)
    on_a_phone.press("获取验证码")
    # A code went to this phone within the minute: the page counts down instead of sending again.
    on_a_phone.sees("操作过于频繁")
