"""Calling the customer back: which messages reached their phones, as the operator documents it.

One report a call, though the operator may put many into one. Nothing is signed: the address is the secret.
"""

import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from starlette.applications import Starlette

from local.clock import ShiftedClock
from local.simulators.faults import PaymentFaults
from local.simulators.outbox import Draft, Notice, Outbox
from local.simulators.page import wall_clock
from local.simulators.sending import Letter, NoticeSender, Reply, announce, sending_meanwhile

DELIVERED = "DELIVRD"
_RETRY_AFTER_S = (10.0, 60.0, 600.0)
_DESCRIPTIONS = {DELIVERED: "用户短信送达成功"}


class ReportBooks(Outbox):
    """The reports that the operator owes, in `sms-reports.sqlite` of the folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "sms-reports.sqlite", "")


class ReportForm:
    """How the operator writes its reports: a JSON array, taken where `result` is 0."""

    retry_after_s = _RETRY_AFTER_S
    longest_answer_s = 5.0

    def letters(self, notice: Notice) -> list[Letter]:
        """The report in an array of one."""
        body = json.dumps([notice.fields], ensure_ascii=False).encode()
        return [Letter(body, {"Content-Type": "application/json"})]

    def is_taken(self, reply: Reply) -> bool:
        """The operator reads the answer, not only its status."""
        try:
            return reply.status == 200 and json.loads(reply.text).get("result") == 0
        except (ValueError, AttributeError):
            return False


class Reporter:
    """Keeps reports until the customer has taken them."""

    def __init__(self, folder: Path, url: str, *, clock: ShiftedClock, delay_s: float) -> None:
        """An empty `url` reports nothing."""
        self._books = ReportBooks(folder)
        self._url = url
        self._clock = clock
        self._delay_s = delay_s

    def report(self, serial: str, phone: str, errmsg: str) -> None:
        """Have the customer told a moment from now what became of a message."""
        now = self._clock.now().timestamp()
        fields = {
            "user_receive_time": wall_clock(now + self._delay_s),
            "nationcode": "86",
            "mobile": phone,
            "report_status": "SUCCESS" if errmsg == DELIVERED else "FAIL",
            "errmsg": errmsg,
            "description": _DESCRIPTIONS.get(errmsg, "用户短信送达失败"),
            "sid": serial,
        }
        draft = Draft(notify_id=serial, trade_no=serial, url=self._url, fields=fields)
        announce(self._books, draft, faults=PaymentFaults(delay_notices_s=self._delay_s), now=now)

    def reporting(self) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
        """A lifespan during which reports go out."""
        sender = NoticeSender(self._books, ReportForm(), clock=self._clock, faults=PaymentFaults, scale=1)
        return sending_meanwhile(sender, each_time=_nothing_else)


def _nothing_else() -> None:
    """The operator does nothing by itself but report."""
