"""The pages of somebody who is not logged in: in order on a desk and on a phone, and never a dead end."""

import pytest
from playwright.sync_api import expect

from tests.e2e.candidate import EXAM_ID, Candidate
from tests.e2e.holding import hold_to_account

SWITCHED_OFF = "13900000005"
"""A phone to which the simulated operator delivers nothing (`local/simulators/sms/operator.json`)."""
FIRE_ENGINEER = EXAM_ID.replace("social-worker", "fire-engineer")


@pytest.mark.parametrize("kind", ["at_a_desk", "on_a_phone"])
def test_every_page_of_a_stranger_is_in_order(kind: str, request: pytest.FixtureRequest) -> None:
    stranger: Candidate = request.getfixturevalue(kind)
    for path in ("/", f"/exams/{EXAM_ID}", f"/exams/{FIRE_ENGINEER}", "/help", "/login", "/nowhere"):
        stranger.page.goto(path)
        hold_to_account(stranger.page)


def test_an_exam_held_elsewhere_leads_to_where_it_is(at_a_desk: Candidate) -> None:
    at_a_desk.page.goto("/")
    platform = "http://www.cpta.com.cn/"
    expect(at_a_desk.page.get_by_role("link", name=platform)).to_have_attribute("href", platform)
    at_a_desk.page.goto(f"/exams/{FIRE_ENGINEER}")
    onward = at_a_desk.page.get_by_role("link", name="前往中国人事考试网")
    expect(onward).to_have_attribute("href", platform)


def test_whose_id_number_is_registered_recovers_the_account(
    at_a_desk: Candidate, on_a_phone: Candidate
) -> None:
    at_a_desk.is_checked()
    on_a_phone.id_number = at_a_desk.id_number
    on_a_phone.fill_in_the_account()
    on_a_phone.press("注册")
    on_a_phone.sees("该姓名和证件号码已注册过账号")
    hold_to_account(on_a_phone.page)
    on_a_phone.follow("找回用户名或密码")
    on_a_phone.fill_in("姓名", at_a_desk.name)
    on_a_phone.fill_in("证件号码", at_a_desk.id_number)
    on_a_phone.press("下一步")
    on_a_phone.page.get_by_label("回答安全问题").check()
    hold_to_account(on_a_phone.page)
    for question in ("问一？", "问二？"):
        on_a_phone.fill_in(question, "答")
    on_a_phone.press("下一步")
    on_a_phone.sees(at_a_desk.username)
    on_a_phone.fill_in("新密码", "better-pass-2")
    on_a_phone.fill_in("确认密码", "better-pass-2")
    hold_to_account(on_a_phone.page)
    on_a_phone.press("设置新密码")
    on_a_phone.fill_in("密码", "better-pass-2")
    on_a_phone.press("登录")
    on_a_phone.sees("还没有报名。")


def test_a_code_that_cannot_be_delivered_is_told_and_another_phone_gets_one_at_once(
    on_a_phone: Candidate,
) -> None:
    on_a_phone.page.goto("/register")
    on_a_phone.fill_in("手机号码", SWITCHED_OFF)
    on_a_phone.press("获取验证码")
    on_a_phone.sees("秒后可重新获取")
    on_a_phone.sees("短信未能送达：手机关机、停机或不在服务区。请换一个手机号码")
    on_a_phone.fill_in("手机号码", on_a_phone.phone)
    on_a_phone.press("获取验证码")
    on_a_phone.fill_in("短信验证码", on_a_phone.outside.code_sent_to(on_a_phone.phone))
    on_a_phone.sees("手机号码已验证")
    hold_to_account(on_a_phone.page)


def test_a_page_whose_script_does_not_arrive_says_so_and_opens_later(at_a_desk: Candidate) -> None:
    page = at_a_desk.page
    page.route("**/assets/HelpPage-*", lambda route: route.abort())
    page.goto("/help")
    at_a_desk.sees("页面没有打开，请检查网络。")
    page.unroute_all()
    at_a_desk.press("重新打开")
    at_a_desk.sees("注册时说证件号码已经注册过，怎么办？")
