"""One candidate on the way to the payment: account, education, registration, choices, commitment.

Each step looks first whether it is done already, as somebody does who was not answered and comes back.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain.identity import check_digit
from tests.soak.browser import Browser, RefusedError
from tests.soak.figures import Figures

PASSWORD = "good-pass-1"
_TRIES = 8
_CHECKS_TAKE_S = 120
_TOO_SOON_S = 12.0
"""Where a code was lost, the next comes after a minute of the product's clock, which runs faster here."""


class StuckError(Exception):
    """A step could not be done; the candidate goes home."""


@dataclass(frozen=True)
class WantedExam:
    """What everybody registers for."""

    exam_id: str
    authority_id: str
    site: str
    text_hash: str


@dataclass
class Candidate:
    """Somebody with a browser, a phone and an ID, of whom there is one."""

    number: int
    browser: Browser
    exam: WantedExam
    figures: Figures
    chance: random.Random
    registration_id: str = ""
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    """With their doors, as they were opened."""

    @property
    def path(self) -> str:
        """Of the registration."""
        return f"/registrations/{self.registration_id}"

    async def comes_to_the_payment(self) -> None:
        """Everything up to a registration that waits for its payment. Raises StuckError, GoneError."""
        await self._does("account", self._opens_account)
        await self._does("education", self._adds_education)
        await self._waits_for_checks()
        await self._does("registration", self._starts)
        await self._does("confirmation", self._confirms)

    async def seen(self) -> dict[str, Any]:
        """The registration as its page shows it."""
        found: dict[str, Any] = await self.browser.call("GET", self.path)
        if found["state"] == "paid":
            self.figures.told_paid.add(self.registration_id)
        return found

    async def _does(self, step: str, act: Callable[[], Awaitable[bool]]) -> None:
        refusal = ""
        for _ in range(_TRIES):
            try:
                if await act():
                    self.figures.candidates[step] += 1
                    return
            except RefusedError as error:
                refusal = str(error)
                if error.code == "too_many_requests":
                    await asyncio.sleep(_TOO_SOON_S)
            await asyncio.sleep(self.chance.uniform(0.3, 1.5))
        raise StuckError(f"{step}: {refusal}")

    async def _opens_account(self) -> bool:
        phone, username = f"137{self.number:08d}", f"soak{self.number:06d}a"
        code = await self.browser.call("POST", "/sms-codes", {"phone": phone})
        digits = {"code": await self._code(phone)}
        proof = await self.browser.call("POST", f"/sms-codes/{code['code_id']}/proof", digits)
        account = {
            "username": username,
            "password": PASSWORD,
            "name": "赵小明",
            "id_type": "resident_id",
            "id_number": id_number(self.number),
            "phone_proof": proof["phone_proof"],
            "security_questions": [{"question": q, "answer": "答"} for q in ("问一？", "问二？")],
        }
        try:
            session = await self.browser.call("POST", "/accounts", account)
        except RefusedError:
            # The first answer may have been lost: then there is an account already, and this is its password.
            session = await self.browser.call("POST", "/session", {"login": username, "password": PASSWORD})
        self.browser.csrf = session["csrf_token"]
        return True

    async def _code(self, phone: str) -> str:
        """The newest code in the simulated phone; it may be a moment on its way, or lost."""
        for _ in range(20):
            inbox = await self.browser.ask("GET", "/simulators/sms/inbox.json", params={"phone": phone})
            codes = [message["code"] for message in inbox.json()["messages"] if message["code"]]
            if codes:
                return str(codes[0])
            await asyncio.sleep(0.3)
        return "000000"

    async def _adds_education(self) -> bool:
        if (await self.browser.call("GET", "/credentials"))["credentials"]:
            return True
        education = {
            "kind": "education",
            "level": "undergraduate",
            "school": "沈阳示例大学",
            "major": "社会工作",
            "certificate_no": f"1014312012{self.number:07d}9",
            "obtained_on": "2012-07-01",
        }
        await self.browser.call("POST", "/credentials", education)
        return True

    async def _waits_for_checks(self) -> None:
        for _ in range(_CHECKS_TAKE_S):
            records = (await self.browser.call("GET", "/credentials"))["credentials"]
            identity = (await self.browser.call("GET", "/session"))["account"]["identity"]
            if "verifying" not in {identity["state"], *(record["check"]["state"] for record in records)}:
                self.figures.candidates["checked"] += 1
                return
            await asyncio.sleep(1)
        raise StuckError("checks: still verifying")

    async def _starts(self) -> bool:
        wanted = {"exam_id": self.exam.exam_id, "authority_id": self.exam.authority_id}
        found = (await self.browser.call("GET", "/registrations"))["registrations"]
        started = found[0] if found else await self.browser.call("POST", "/registrations", wanted)
        self.registration_id = started["registration_id"]
        return True

    async def _confirms(self) -> bool:
        seen = await self.seen()
        if seen["state"] in ("payable", "paid"):
            return True
        (record,) = (await self.browser.call("GET", "/credentials"))["credentials"]
        choices = {
            "level": "middle",
            "subjects": ["ability", "law"],
            "site": self.exam.site,
            "education_id": record["credential_id"],
        }
        draft = {"version": seen["version"], "choices": choices}
        saved = await self.browser.call("PUT", f"{self.path}/choices", draft)
        signed = {
            "version": saved["version"],
            "commitment": "adopted",
            "commitment_text_hash": self.exam.text_hash,
        }
        confirmed = await self.browser.call("PUT", f"{self.path}/confirmation", signed)
        return bool(confirmed["state"] == "payable")


def id_number(number: int) -> str:
    """An ID number that nobody else in the soak has."""
    year, rest = 1960 + number // 84_000, number % 84_000
    month, day, sequence = 1 + rest // 7000, 1 + rest % 7000 // 1000 * 4, rest % 1000
    first_17 = f"219999{year}{month:02d}{day:02d}{sequence:03d}"
    return first_17 + check_digit(first_17)
