"""The parts of the simulated Alipay put together into one application."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from local.simulators.alipay.cashier import Cashier
from local.simulators.alipay.gateway import Gateway, Keys
from local.simulators.alipay.keys import ensure_keys, read_private_key, read_public_key
from local.simulators.alipay.ledger import Ledger
from local.simulators.alipay.notices import Merchant, NoticeSender
from local.simulators.alipay.trading import Trading
from local.simulators.page import Pages
from local.simulators.service import Surroundings, health_route

_TICK_S = 0.1


def build(surroundings: Surroundings, merchant: Merchant, *, notice_scale: float) -> Starlette:
    """The gateway, the cashier and the sending of notices over the folder's ledger and keys."""
    paths = ensure_keys(surroundings.folder)
    keys = Keys(read_private_key(paths.alipay_private), read_public_key(paths.merchant_public))
    ledger = Ledger(surroundings.folder)
    clock, faults = surroundings.clock, surroundings.faults
    trading = Trading(ledger, merchant, clock=clock, faults=faults)
    sender = NoticeSender(ledger, keys.alipay, clock=clock, faults=faults, scale=notice_scale)
    pages = Pages(Path(__file__).parent / "templates")
    gateway = Gateway(trading, keys, merchant, faults=faults, pages=pages)
    cashier = Cashier(trading, keys.alipay, merchant, pages)

    async def front_page(request: Request) -> Response:
        return pages.answer(request, "front.html", {"trades": ledger.latest_trades(20)})

    @contextlib.asynccontextmanager
    async def ticking(_: Starlette) -> AsyncIterator[None]:
        ticks = asyncio.create_task(_tick(trading, sender))
        ticks.add_done_callback(_stop_where_failed)
        yield
        ticks.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await ticks

    return Starlette(
        routes=[
            health_route(),
            Route("/", front_page),
            Route("/gateway.do", gateway.answer, methods=["GET", "POST"]),
            *cashier.routes(),
        ],
        lifespan=ticking,
    )


def _stop_where_failed(ticks: asyncio.Task[None]) -> None:
    """A service that no longer sends must not look alive; whoever started it sees it end."""
    if not ticks.cancelled() and (error := ticks.exception()) is not None:
        logging.getLogger("uvicorn.error").error("Notices can no longer be sent.", exc_info=error)
        signal.raise_signal(signal.SIGTERM)


async def _tick(trading: Trading, sender: NoticeSender) -> None:
    """What happens by itself: trades expire, notices go out."""
    async with sender.sending() as http:
        while True:
            trading.close_expired()
            sender.send_due(http)
            await asyncio.sleep(_TICK_S)
