"""What a candidate does in the browser, step by step, and what can be done to the world outside."""

import json
import mimetypes
import random
import re
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx
from playwright.sync_api import FilePayload, Page, expect

from chalicelib.domain.china import CHINA
from chalicelib.domain.identity import check_digit
from tests.e2e.shortcut import PASSWORD, Shortcut

EXAM_ID = f"social-worker-{datetime.now(CHINA).year}"
"""The sample exams are of the year in which they are imported."""


def a_phone() -> str:
    return f"137{random.randint(0, 99_999_999):08d}"


def an_id_number() -> str:
    first_17 = f"21999919{random.randint(60, 99)}0{random.randint(1, 9)}{random.randint(10, 28)}"
    first_17 += f"{random.randint(0, 999):03d}"
    return first_17 + check_digit(first_17)


class Outside:
    """The simulated phone, and the faults of the simulated providers."""

    def __init__(self, address: str) -> None:
        self._http = httpx.Client(base_url=f"{address}/simulators", timeout=10, trust_env=False)

    def code_sent_to(self, phone: str) -> str:
        """The newest code in the inbox; it may be a moment on its way."""
        for _ in range(50):
            messages = self._http.get("/sms/inbox.json", params={"phone": phone}).json()
            if found := re.search(r'"code": ?"(\d{6})"', _as_text(messages)):
                return found.group(1)
            time.sleep(0.1)
        raise AssertionError("no code arrived")

    def misbehave(self, provider: str = "alipay", **faults: Any) -> None:
        """Switch faults of a payment provider on."""
        self._http.post("/control/api/faults", json={provider: faults}).raise_for_status()

    def pays_by_code(self, code: str) -> None:
        """Scan a code of WeChat Pay with a phone, and pay there."""
        cashier = self._http.get("/wechatpay/scan", params={"code": code}, follow_redirects=True)
        paid = self._http.post(f"{cashier.url}/pay")
        assert "支付成功" in paid.text, paid.text

    def behave(self) -> None:
        """Switch every fault off."""
        self._http.delete("/control/api/faults").raise_for_status()

    def let_time_pass(self, seconds: int) -> None:
        """Move the product's clock on, and the simulators' with it."""
        self._http.post("/control/api/clock", json={"shift_s": seconds}).raise_for_status()


def _as_text(value: object) -> str:
    return json.dumps(value)


@dataclass
class Candidate:
    """One person with a browser."""

    page: Page
    outside: Outside
    phone: str = field(default_factory=a_phone)
    id_number: str = field(default_factory=an_id_number)
    name: str = "赵小明"

    @property
    def username(self) -> str:
        return f"zhao{self.phone[-7:]}a"[:11]

    def fill_in(self, label: str, value: str) -> None:
        self.page.get_by_label(label, exact=True).fill(value)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str) -> None:
        """Go where a link leads, and be there: the page before may have fields of the same names."""
        before = self.page.url
        self.page.get_by_role("link", name=name, exact=True).first.click()
        expect(self.page).not_to_have_url(before)

    def sees(self, text: str) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible()

    def waits_for(self, text: str) -> None:
        """Look again until it is there, as somebody would who waits for a check."""
        for _ in range(40):
            if self.page.get_by_text(text).count():
                return
            self.page.wait_for_timeout(500)
            self.page.reload()
            self.page.wait_for_load_state("networkidle")
        self.sees(text)

    def fill_in_the_account(self) -> None:
        """Prove the phone and fill in everything else, but send nothing."""
        self.page.goto("/register")
        self.fill_in("手机号码", self.phone)
        self.press("获取验证码")
        self.fill_in("短信验证码", self.outside.code_sent_to(self.phone))
        self.fill_in("用户名", self.username)
        self.fill_in("密码", PASSWORD)
        self.fill_in("确认密码", PASSWORD)
        self.fill_in("姓名", self.name)
        self.fill_in("证件号码", self.id_number)
        for number, answer in (("一", "沈阳"), ("二", "小花")):
            self.page.get_by_label(f"安全问题{number}").select_option(index=1)
            self.fill_in(f"答案{number}", answer)

    def opens_an_account(self) -> None:
        self.fill_in_the_account()
        self.press("注册")
        expect(self.page.get_by_role("heading", name="注册账号")).to_have_count(0)

    def logs_in(self) -> None:
        self.page.goto("/login")
        self.page.get_by_label("用户名、手机号码或证件号码").fill(self.username)
        self.fill_in("密码", PASSWORD)
        self.press("登录")

    def adds_education(self) -> None:
        self.page.goto("/me")
        self.page.get_by_label("学历", exact=True).check()
        self.page.get_by_label("层次", exact=True).select_option("undergraduate")
        self.fill_in("毕业院校", "沈阳示例大学")
        self.fill_in("专业", "社会工作")
        self.fill_in("证书编号", f"10143120120500{random.randint(1000, 9000)}9")
        self.fill_in("取得日期", "2012-07-01")
        self.press("添加学历学位")
        self.sees("已添加学历")
        self.waits_for("核验通过，无需操作。")

    def starts_a_registration(self, exam_id: str = EXAM_ID, authority: str = "辽宁省") -> None:
        """Wait until everything is verified, as the page tells, and start."""
        self.page.goto(f"/exams/{exam_id}")
        offering = self.page.locator("section, article").filter(has=self._heading(authority)).last
        for _ in range(20):
            start = offering.get_by_role("button", name="报名", exact=True)
            if start.count() and start.get_attribute("aria-disabled") is None:
                break
            self.page.wait_for_timeout(500)
            self.page.reload()
        start.click()
        expect(self._heading("填写报名信息")).to_be_visible()

    def _heading(self, name: str) -> Any:
        return self.page.get_by_role("heading", name=name, exact=True)

    def fills_in_the_registration(self) -> None:
        self.page.get_by_label("社会工作师（中级）").check()
        self.page.get_by_label("社会工作综合能力（中级）").check()
        self.page.get_by_label("社会工作法规与政策").check()
        self.page.get_by_label("沈阳考区").check()
        self.page.get_by_label("沈阳示例大学").check()
        self.press("保存并继续")
        expect(self._heading("确认报名信息")).to_be_visible()

    def confirms(self) -> None:
        self.page.get_by_label(re.compile("^采用")).check()
        self.press("确认报名信息")
        self.sees("待缴费")

    def goes_to_the_cashier(self) -> None:
        self.follow("去缴费")
        self.sees("¥122.00")
        self.press("支付宝")
        self.follow("去支付宝支付")
        self.page.locator("#login").click()

    def pays(self) -> None:
        self.goes_to_the_cashier()
        self.page.locator("#pay").click()
        self.page.wait_for_url("**/registrations/**")

    def comes_to_the_payment(self) -> None:
        """Everything up to a registration that waits for its payment."""
        self.opens_an_account()
        self.adds_education()
        self.starts_a_registration()
        self.fills_in_the_registration()
        self.confirms()

    def is_checked(self, **education: str) -> Shortcut:
        """An account with an education record, all checks over; the browser is then logged in."""
        shortcut = Shortcut(self.page.context.request, self.outside)
        shortcut.open_account(self)
        shortcut.add_education(**education)
        return shortcut

    def enters_by_the_shortcut(self) -> Shortcut:
        """Go on past the pages with the session that they opened."""
        shortcut = Shortcut(self.page.context.request, self.outside)
        shortcut.take_session_over()
        return shortcut

    def stands_before_the_payment(self) -> str:
        """Everything up to the payment without the pages, which other tests walk through."""
        registration_id = self.is_checked().registration("liaoning", commitment="adopted")
        self.page.goto(f"/registrations/{registration_id}")
        self.sees("待缴费")
        return registration_id

    def uploads(self, what: str, name: str, content: bytes) -> None:
        """Choose a file for a kind of material; the browser takes its type from its name."""
        box = self.page.locator("section").filter(has=self._heading(what))
        kind = mimetypes.guess_type(name)[0] or ""
        chosen: FilePayload = {"name": name, "mimeType": kind, "buffer": content}
        box.locator("input[type=file]").first.set_input_files(chosen)

    def sees_of(self, what: str, text: str) -> None:
        """A section of the page says something."""
        expect(self.page.locator("section").filter(has=self._heading(what))).to_contain_text(text)
