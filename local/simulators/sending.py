"""When a payment provider tells its merchant, tells it again, and what the faults do to its notices.

What a notice says and how it is signed is in the providers' own folders.
"""

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

import httpx
from starlette.applications import Starlette

from local.clock import ShiftedClock
from local.simulators.faults import PaymentFaults
from local.simulators.outbox import Draft, Notice, NoticeState, Outbox
from local.simulators.page import wall_clock

REPEAT_AFTER_S = 1.0
REORDER_WAIT_S = 10.0
"""How long a notice waits at most for a younger one to overtake it."""
_OVERTAKEN_AFTER_S = 1.0
_KEPT_ANSWERS = 20
_TICK_S = 0.1


@dataclass(frozen=True, slots=True)
class Letter:
    """One sending of a notice as it goes out; a probe is one that the merchant must refuse."""

    body: bytes
    headers: Mapping[str, str]
    is_probe: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What the merchant answered; status 0 where nothing came."""

    status: int
    text: str


class NoticeForm(Protocol):
    """How one provider writes its notices."""

    @property
    def retry_after_s(self) -> Sequence[float]:
        """The gaps between the sends of a notice that is not taken, in the provider's own time."""

    @property
    def longest_answer_s(self) -> float:
        """How long the provider waits for an answer."""

    def letters(self, notice: Notice) -> Sequence[Letter]:
        """The sending of a notice, signed now, after the probes that go before it."""

    def is_taken(self, reply: Reply) -> bool:
        """Whether the notice need not be sent again."""


def announce(outbox: Outbox, draft: Draft, *, faults: PaymentFaults, now: float) -> None:
    """Have the merchant told; called inside the write that changed what it is about."""
    if not draft.url:
        return
    next_at = now + faults.delay_notices_s
    if faults.reorder_notices:
        waiting = outbox.unsent_notices()
        for notice in waiting:
            outbox.postpone_notice(notice.id, next_at + _OVERTAKEN_AFTER_S)
        next_at += 0 if waiting else REORDER_WAIT_S
    outbox.add_notice(draft, now=now, next_at=next_at)


def after_reply(
    notice: Notice, *, is_taken: bool, now: float, retry_after_s: Sequence[float], repeats: int
) -> Notice:
    """What becomes of a notice that was sent once more."""
    sent = replace(notice, sends=notice.sends + 1)
    if is_taken:
        sent = replace(sent, successes=sent.successes + 1)
        if sent.successes > repeats:
            return replace(sent, state=NoticeState.DONE)
        return replace(sent, next_at=now + REPEAT_AFTER_S)
    failures = sent.sends - sent.successes
    if failures > len(retry_after_s):
        return replace(sent, state=NoticeState.GIVEN_UP)
    return replace(sent, next_at=now + retry_after_s[failures - 1])


class NoticeSender:
    """Sends what is due, each notice on its own, so that a slow answer holds up no other."""

    def __init__(
        self,
        outbox: Outbox,
        form: NoticeForm,
        *,
        clock: ShiftedClock,
        faults: Callable[[], PaymentFaults],
        scale: float,
    ) -> None:
        """`scale` shortens the schedule; 1 is the real one."""
        self._outbox = outbox
        self._form = form
        self._clock = clock
        self._faults = faults
        self._retry_after_s = [gap_s * scale for gap_s in form.retry_after_s]
        self._under_way: dict[int, asyncio.Task[None]] = {}

    @contextlib.asynccontextmanager
    async def sending(self) -> AsyncIterator[httpx.AsyncClient]:
        """The connection to merchants; on leaving, sends under way are dropped and will be made again."""
        async with httpx.AsyncClient(timeout=self._form.longest_answer_s, trust_env=False) as http:
            try:
                yield http
            finally:
                for task in self._under_way.values():
                    task.cancel()
                await asyncio.gather(*self._under_way.values(), return_exceptions=True)

    def send_due(self, http: httpx.AsyncClient) -> None:
        """Begin to send every notice that is due, or lose it where the fault says so."""
        faults = self._faults()
        for notice in self._outbox.due_notices(self._clock.now().timestamp()):
            if notice.id in self._under_way:
                continue
            if faults.lose_notices and not notice.by_hand:
                self._outbox.withhold_notice(notice.id)
                continue
            task = asyncio.create_task(self._send(http, notice))
            self._under_way[notice.id] = task
            task.add_done_callback(partial(self._forget, notice.id))

    def _forget(self, notice_id: int, _: asyncio.Task[None]) -> None:
        self._under_way.pop(notice_id, None)

    async def _send(self, http: httpx.AsyncClient, notice: Notice) -> None:
        answers, is_taken = list(notice.answers), False
        for letter in self._form.letters(notice):
            reply = await _post(http, notice.url, letter)
            answers.append(self._noted(letter, reply))
            if not letter.is_probe:
                is_taken = self._form.is_taken(reply)
        self._outbox.record_send(
            after_reply(
                replace(notice, answers=answers[-_KEPT_ANSWERS:]),
                is_taken=is_taken,
                now=self._clock.now().timestamp(),
                retry_after_s=self._retry_after_s,
                repeats=self._faults().repeat_notices,
            )
        )

    def _noted(self, letter: Letter, reply: Reply) -> dict[str, object]:
        noted: dict[str, object] = {
            "at": wall_clock(self._clock.now()),
            "status": reply.status,
            "text": reply.text[:100],
        }
        return noted | {"probe": True} if letter.is_probe else noted


def sending_meanwhile(
    sender: NoticeSender, *, each_time: Callable[[], None]
) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    """A lifespan during which notices go out; `each_time` is what else happens by itself."""

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        ticks = asyncio.create_task(_tick(sender, each_time))
        ticks.add_done_callback(_stop_where_failed)
        yield
        ticks.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await ticks

    return lifespan


def _stop_where_failed(ticks: asyncio.Task[None]) -> None:
    """A service that no longer sends must not look alive; whoever started it sees it end."""
    if not ticks.cancelled() and (error := ticks.exception()) is not None:
        logging.getLogger("uvicorn.error").error("Notices can no longer be sent.", exc_info=error)
        signal.raise_signal(signal.SIGTERM)


async def _tick(sender: NoticeSender, each_time: Callable[[], None]) -> None:
    async with sender.sending() as http:
        while True:
            each_time()
            sender.send_due(http)
            await asyncio.sleep(_TICK_S)


async def _post(http: httpx.AsyncClient, url: str, letter: Letter) -> Reply:
    try:
        answer = await http.post(url, content=letter.body, headers=letter.headers)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Reply(0, f"{type(error).__name__}: {error}")
    return Reply(answer.status_code, answer.text)
