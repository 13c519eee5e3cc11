"""Telling the merchant: what a notice says, when it is sent and sent again, and what the faults do to it."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlencode

import httpx
from cryptography.hazmat.primitives.asymmetric import rsa

from local.clock import ShiftedClock
from local.simulators.alipay.ledger import Ledger
from local.simulators.alipay.signing import signed_message
from local.simulators.alipay.trades import Notice, NoticeState, Refund, Trade, dated_number
from local.simulators.faults import AlipayFaults, FaultSwitch
from local.simulators.page import wall_clock, yuan

# Eight sends within 25 h: the gaps between them, in the provider's own time.
RETRY_AFTER_S = (240, 600, 600, 3600, 7200, 21600, 54000)
REPEAT_AFTER_S = 1.0
REORDER_WAIT_S = 10.0
"""How long a notice waits at most for a younger one to overtake it."""
_OVERTAKEN_AFTER_S = 1.0
_LONGEST_ANSWER_S = 10.0
_KEPT_ANSWERS = 20


@dataclass(frozen=True, slots=True)
class Merchant:
    """Who is told."""

    app_id: str
    seller_id: str


def notice_content(trade: Trade, merchant: Merchant, refund: Refund | None) -> dict[str, str]:
    """The fields of a notice about the trade as it is now, without the time of sending and the signature."""
    amount = yuan(trade.total_fen)
    content = {
        **buyer_fields(trade),
        "app_id": merchant.app_id,
        "auth_app_id": merchant.app_id,
        "charset": "utf-8",
        "gmt_create": wall_clock(trade.created_at),
        "notify_type": "trade_status_sync",
        "out_trade_no": trade.out_trade_no,
        "passback_params": trade.passback_params,
        "seller_id": merchant.seller_id,
        "subject": trade.subject,
        "total_amount": amount,
        "trade_no": trade.trade_no,
        "trade_status": trade.status,
        "version": "1.0",
    }
    if trade.paid_at is not None:
        content |= {
            "buyer_pay_amount": amount,
            "fund_bill_list": json.dumps(
                [{"amount": amount, "fundChannel": "ALIPAYACCOUNT"}], separators=(",", ":")
            ),
            "gmt_payment": wall_clock(trade.paid_at),
            "invoice_amount": amount,
            "point_amount": "0.00",
            "receipt_amount": amount,
        }
    if refund is not None:
        content |= {
            "gmt_refund": f"{wall_clock(refund.refunded_at)}.000",
            "out_biz_no": refund.out_request_no,
            "refund_fee": yuan(trade.refunded_fen),
        }
    if trade.closed_at is not None:
        content["gmt_close"] = wall_clock(trade.closed_at)
    return content


def buyer_fields(trade: Trade) -> dict[str, str]:
    """The one simulated buyer, as Alipay names buyers to merchants."""
    return {"buyer_id": f"2088{trade.trade_no[-12:]}", "buyer_logon_id": "138******01"}


def announce(
    ledger: Ledger,
    trade: Trade,
    *,
    merchant: Merchant,
    faults: AlipayFaults,
    now: float,
    refund: Refund | None = None,
) -> None:
    """Have the merchant told of the trade as it is now; called inside the write that changed it."""
    if not trade.notify_url:
        return
    next_at = now + faults.delay_notices_s
    if faults.reorder_notices:
        waiting = ledger.unsent_notices()
        for notice in waiting:
            ledger.postpone_notice(notice.id, next_at + _OVERTAKEN_AFTER_S)
        next_at += 0 if waiting else REORDER_WAIT_S
    content = notice_content(trade, merchant, refund)
    ledger.add_notice(dated_number(now, "00222"), trade, content, now=now, next_at=next_at)


def after_answer(notice: Notice, status: int, text: str, *, now: float, scale: float, repeats: int) -> Notice:
    """What becomes of a notice that was answered so; `scale` shortens the schedule, 1 is the real one."""
    said: dict[str, object] = {"at": wall_clock(now), "status": status, "text": text[:100]}
    sent = replace(notice, sends=notice.sends + 1, answers=[*notice.answers, said][-_KEPT_ANSWERS:])
    if status == 200 and text == "success":
        sent = replace(sent, successes=sent.successes + 1)
        if sent.successes > repeats:
            return replace(sent, state=NoticeState.DONE)
        return replace(sent, next_at=now + REPEAT_AFTER_S)
    failures = sent.sends - sent.successes
    if failures > len(RETRY_AFTER_S):
        return replace(sent, state=NoticeState.GIVEN_UP)
    return replace(sent, next_at=now + RETRY_AFTER_S[failures - 1] * scale)


class NoticeSender:
    """Sends what is due, each notice on its own, so that a slow answer holds up no other."""

    def __init__(
        self,
        ledger: Ledger,
        key: rsa.RSAPrivateKey,
        *,
        clock: ShiftedClock,
        faults: FaultSwitch,
        scale: float,
    ) -> None:
        self._ledger = ledger
        self._key = key
        self._clock = clock
        self._faults = faults
        self._scale = scale
        self._under_way: dict[int, asyncio.Task[None]] = {}

    @contextlib.asynccontextmanager
    async def sending(self) -> AsyncIterator[httpx.AsyncClient]:
        """The connection to merchants; on leaving, sends under way are dropped and will be made again."""
        async with httpx.AsyncClient(timeout=_LONGEST_ANSWER_S, trust_env=False) as http:
            try:
                yield http
            finally:
                for task in self._under_way.values():
                    task.cancel()
                await asyncio.gather(*self._under_way.values(), return_exceptions=True)

    def send_due(self, http: httpx.AsyncClient) -> None:
        """Begin to send every notice that is due, or lose it where the fault says so."""
        faults = self._faults.read().alipay
        for notice in self._ledger.due_notices(self._clock.now().timestamp()):
            if notice.id in self._under_way:
                continue
            if faults.lose_notices and not notice.by_hand:
                self._ledger.withhold_notice(notice.id)
                continue
            task = asyncio.create_task(self._send(http, notice))
            self._under_way[notice.id] = task
            task.add_done_callback(partial(self._forget, notice.id))

    def _forget(self, notice_id: int, _: asyncio.Task[None]) -> None:
        self._under_way.pop(notice_id, None)

    async def _send(self, http: httpx.AsyncClient, notice: Notice) -> None:
        fields = signed_message(
            self._key,
            {**notice.fields, "notify_id": notice.notify_id, "notify_time": wall_clock(self._clock.now())},
        )
        status, text = await _post(http, notice.url, fields)
        self._ledger.record_send(
            after_answer(
                notice,
                status,
                text,
                now=self._clock.now().timestamp(),
                scale=self._scale,
                repeats=self._faults.read().alipay.repeat_notices,
            )
        )


async def _post(http: httpx.AsyncClient, url: str, fields: dict[str, str]) -> tuple[int, str]:
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    try:
        answer = await http.post(url, content=urlencode(fields), headers=headers)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return 0, f"{type(error).__name__}: {error}"
    return answer.status_code, answer.text
