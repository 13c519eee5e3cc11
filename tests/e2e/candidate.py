"""What a candidate does in the browser, step by step, and what can be done to the world outside."""

import json
import random
import re
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx
from playwright.sync_api import APIRequestContext, Page, expect

from chalicelib.domain.china import CHINA
from chalicelib.domain.identity import check_digit

PASSWORD = "good-pass-1"
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

    def misbehave(self, **faults: Any) -> None:
        """Switch faults of the payment provider on."""
        self._http.post("/control/api/faults", json={"alipay": faults}).raise_for_status()

    def behave(self) -> None:
        """Switch every fault off."""
        self._http.delete("/control/api/faults").raise_for_status()

    def let_time_pass(self, seconds: int) -> None:
        """Move the product's clock on, and the simulators' with it."""
        self._http.post("/control/api/clock", json={"shift_s": seconds}).raise_for_status()


def _as_text(value: object) -> str:
    return json.dumps(value)


class Shortcut:
    """The API with the browser's cookies, for what a test needs but is not about."""

    def __init__(self, http: APIRequestContext, outside: Outside) -> None:
        self._http = http
        self._outside = outside
        self._csrf = ""

    def _call(self, method: str, path: str, body: object = None) -> Any:
        headers = {"X-CSRF-Token": self._csrf} if self._csrf else {}
        answer = self._http.fetch(f"/api{path}", method=method, data=body, headers=headers)
        assert answer.ok, answer.text()
        return answer.json()

    def open_account(self, candidate: "Candidate") -> None:
        """Prove the phone and open the account; the browser keeps the session."""
        code = self._call("POST", "/sms-codes", {"phone": candidate.phone})
        digits = {"code": self._outside.code_sent_to(candidate.phone)}
        proof = self._call("POST", f"/sms-codes/{code['code_id']}/proof", digits)
        account = {
            "username": candidate.username,
            "password": PASSWORD,
            "name": candidate.name,
            "id_type": "resident_id",
            "id_number": candidate.id_number,
            "phone_proof": proof["phone_proof"],
            "security_questions": [{"question": q, "answer": "答"} for q in ("问一？", "问二？")],
        }
        self._csrf = self._call("POST", "/accounts", account)["csrf_token"]

    def confirmed_registration(self) -> str:
        """A payable registration of a verified candidate."""
        education = self._verified_education()
        exam = self._call("GET", f"/exams/{EXAM_ID}")
        offering = next(o for o in exam["offerings"] if o["authority_id"] == "liaoning")
        wanted = {"exam_id": exam["exam_id"], "authority_id": "liaoning"}
        path = f"/registrations/{self._call('POST', '/registrations', wanted)['registration_id']}"
        choices = {
            "level": "middle",
            "subjects": ["ability", "law"],
            "site": "shenyang",
            "education_id": education,
        }
        saved = self._call("PUT", f"{path}/choices", {"version": 1, "choices": choices})
        signed = {
            "version": saved["version"],
            "commitment": "adopted",
            "commitment_text_hash": offering["commitment_text_hash"],
        }
        assert self._call("PUT", f"{path}/confirmation", signed)["state"] == "payable"
        return path.removeprefix("/registrations/")

    def _verified_education(self) -> str:
        education = {
            "kind": "education",
            "level": "undergraduate",
            "school": "沈阳示例大学",
            "major": "社会工作",
            "certificate_no": f"10143120120500{random.randint(1000, 9000)}9",
            "obtained_on": "2012-07-01",
        }
        added = self._call("POST", "/credentials", education)
        for _ in range(60):
            (record,) = self._call("GET", "/credentials")["credentials"]
            identity = self._call("GET", "/session")["account"]["identity"]
            if {record["check"]["state"], identity["state"]} == {"verified"}:
                break
            time.sleep(0.5)
        return str(added["credential_id"])


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
        self.page.get_by_role("link", name=name, exact=True).first.click()

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

    def starts_a_registration(self) -> None:
        """Wait until everything is verified, as the page tells, and start."""
        self.page.goto(f"/exams/{EXAM_ID}")
        offering = self.page.locator("section, article").filter(has=self._heading("辽宁省")).last
        for _ in range(20):
            start = offering.get_by_role("button", name="报名", exact=True)
            if start.count() and start.get_attribute("aria-disabled") is None:
                break
            self.page.wait_for_timeout(500)
            self.page.reload()
        start.click()
        expect(self._heading("填写报名信息")).to_be_visible()

    def _heading(self, name: str) -> Any:
        return self.page.get_by_role("heading", name=name)

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

    def stands_before_the_payment(self) -> None:
        """The same without the pages, which other tests walk through; the browser is then logged in."""
        shortcut = Shortcut(self.page.context.request, self.outside)
        shortcut.open_account(self)
        self.page.goto(f"/registrations/{shortcut.confirmed_registration()}")
