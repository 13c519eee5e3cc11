"""The ways in which people pay, or do not: each is what a candidate with a payable registration does next."""

import asyncio
import contextlib
import uuid
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from local.clock import ShiftedClock
from tests.soak import cashier
from tests.soak.browser import RefusedError
from tests.soak.candidate import Candidate

_TOLD_WITHIN_S = 45
_LATE_WITHIN_S = 100
_PROVIDERS = ("alipay", "wechatpay")

Way = Callable[["Candidate", ShiftedClock], Awaitable[None]]


async def pays(candidate: Candidate, _: ShiftedClock) -> None:
    """Pays, and looks until it says so."""
    if order := await _opens(candidate):
        await cashier.pay(candidate.browser, order)
        await _waits_until_told(candidate)


async def pays_and_asks(candidate: Candidate, _: ShiftedClock) -> None:
    """Pays, and presses 查询 until it says so."""
    order = await _opens(candidate)
    if order is None:
        return
    await cashier.pay(candidate.browser, order)
    for _attempt in range(6):
        with contextlib.suppress(RefusedError):
            await candidate.browser.call("POST", f"/payment-orders/{order['order_id']}/check")
        if (await candidate.seen())["state"] == "paid":
            return
        await asyncio.sleep(5.2)


async def clicks_twice(candidate: Candidate, _: ShiftedClock) -> None:
    """Presses 去缴费 twice at once, with two keys, and pays behind every door that opens."""
    opened = await asyncio.gather(_opens(candidate, _PROVIDERS[0]), _opens(candidate, _PROVIDERS[0]))
    doors = {order["order_id"]: order for order in opened if order}
    for order in doors.values():
        await cashier.pay(candidate.browser, order)
    await _waits_until_told(candidate)


async def pays_twice(candidate: Candidate, _: ShiftedClock) -> None:
    """Presses 支付 three times where the cashier lets it."""
    if order := await _opens(candidate):
        await cashier.pay(candidate.browser, order, times=3)
        await _waits_until_told(candidate)


async def switches(candidate: Candidate, _: ShiftedClock) -> None:
    """Goes to one provider, comes back for the other, pays there, and perhaps at the first as well."""
    first, second = candidate.chance.sample(_PROVIDERS, 2)
    before = await _opens(candidate, first)
    if before and candidate.chance.random() < 0.5:
        await cashier.look(candidate.browser, before)
    after = await _opens(candidate, second)
    if after:
        await cashier.pay(candidate.browser, after)
    if before and candidate.chance.random() < 0.5:
        await cashier.pay(candidate.browser, before)
    await _waits_until_told(candidate)


async def cancels(candidate: Candidate, clock: ShiftedClock) -> None:
    """Ends the payment, perhaps pays behind the old door all the same, perhaps begins again."""
    order = await _opens(candidate)
    if order is None:
        return
    if candidate.chance.random() < 0.5:
        await cashier.look(candidate.browser, order)
    await _tries(candidate, "POST", f"{candidate.path}/cancel-payment")
    if candidate.chance.random() < 0.5:
        await cashier.pay(candidate.browser, order)
    if candidate.chance.random() < 0.5:
        await pays(candidate, clock)


async def pays_late(candidate: Candidate, clock: ShiftedClock) -> None:
    """Stands at the cashier until the order has expired, then pays; and perhaps pays a new one, too."""
    order = await _opens(candidate)
    if order is None:
        return
    if candidate.chance.random() < 0.7:
        await cashier.look(candidate.browser, order)
    ends_at = datetime.fromisoformat(order["expires_at"])
    for _attempt in range(_LATE_WITHIN_S):
        if clock.now() > ends_at:
            break
        await asyncio.sleep(1)
    again = await _opens(candidate) if candidate.chance.random() < 0.5 else None
    for each in filter(None, (order, again)):
        await cashier.pay(candidate.browser, each)
    await _waits_until_told(candidate)


async def leaves(candidate: Candidate, clock: ShiftedClock) -> None:
    """Pays, then leaves the exam while the authority gives fees back; perhaps registers once more."""
    await pays(candidate, clock)
    if (await candidate.seen())["state"] != "paid":
        return
    candidate.figures.left.add(candidate.registration_id)
    await asyncio.gather(*(_tries(candidate, "POST", f"{candidate.path}/opt-out") for _ in range(2)))


async def gives_up(candidate: Candidate, _: ShiftedClock) -> None:
    """Opens the cashier, takes the registration back, and pays after all."""
    order = await _opens(candidate)
    if order is None:
        return
    await cashier.look(candidate.browser, order)
    candidate.figures.left.add(candidate.registration_id)
    await _tries(candidate, "POST", f"{candidate.path}/cancel-payment")
    await _tries(candidate, "DELETE", candidate.path)
    if candidate.chance.random() < 0.7:
        await cashier.pay(candidate.browser, order)


async def goes_home(candidate: Candidate, _: ShiftedClock) -> None:
    """Pays and never looks again."""
    if order := await _opens(candidate):
        await cashier.pay(candidate.browser, order)


async def never_pays(candidate: Candidate, _: ShiftedClock) -> None:
    """Comes to the cashier and does nothing."""
    if order := await _opens(candidate):
        await cashier.look(candidate.browser, order)


WAYS: tuple[tuple[Way, int], ...] = (
    (pays, 6),
    (pays_and_asks, 3),
    (clicks_twice, 2),
    (pays_twice, 3),
    (switches, 4),
    (cancels, 3),
    (pays_late, 3),
    (leaves, 3),
    (gives_up, 2),
    (goes_home, 3),
    (never_pays, 1),
)
"""With how often each is chosen."""


async def _opens(candidate: Candidate, provider: str | None = None) -> dict[str, Any] | None:
    """An order with an open door, or nothing: paid meanwhile, or the provider does not answer."""
    wanted = {
        "provider": provider or candidate.chance.choice(_PROVIDERS),
        "channel": candidate.chance.choice(("page", "wap")),
    }
    headers = {"Idempotency-Key": str(uuid.UUID(int=candidate.chance.getrandbits(128)))}
    path = f"{candidate.path}/payment-orders"
    for _attempt in range(4):
        try:
            order: dict[str, Any] = await candidate.browser.call("POST", path, wanted, headers=headers)
        except RefusedError:
            await asyncio.sleep(1)
            continue
        if order["pay_url"] or order["qr_code"]:
            candidate.orders[order["order_id"]] = order
            return order
        return None
    return None


async def _tries(candidate: Candidate, method: str, path: str) -> None:
    """What may well be refused."""
    with contextlib.suppress(RefusedError):
        await candidate.browser.call(method, path)


async def _waits_until_told(candidate: Candidate) -> None:
    for _attempt in range(_TOLD_WITHIN_S):
        if (await candidate.seen())["state"] != "payable":
            return
        await asyncio.sleep(1)
    candidate.figures.candidates["not told within the time"] += 1
