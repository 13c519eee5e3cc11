"""The parts of the simulated Alipay put together into one application."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import Route

from local.simulators.alipay.billing import Billing
from local.simulators.alipay.cashier import Cashier
from local.simulators.alipay.console import Console
from local.simulators.alipay.gateway import Gateway, Keys
from local.simulators.alipay.keys import ensure_keys
from local.simulators.alipay.ledger import Ledger
from local.simulators.alipay.notices import AlipayNotices, Merchant
from local.simulators.alipay.trading import Trading
from local.simulators.page import Pages
from local.simulators.rsa_pairs import read_private_key, read_public_key
from local.simulators.sending import NoticeSender, sending_meanwhile
from local.simulators.service import Surroundings, health_route


def build(surroundings: Surroundings, merchant: Merchant, *, notice_scale: float) -> Starlette:
    """The gateway, the cashier and the sending of notices over the folder's ledger and keys."""
    paths = ensure_keys(surroundings.folder)
    keys = Keys(read_private_key(paths.alipay_private), read_public_key(paths.merchant_public))
    ledger = Ledger(surroundings.folder)
    clock, faults = surroundings.clock, surroundings.faults
    trading = Trading(ledger, merchant, clock=clock, faults=faults)
    form = AlipayNotices(keys.alipay, clock=clock)
    sender = NoticeSender(ledger, form, clock=clock, faults=lambda: faults.read().alipay, scale=notice_scale)
    pages = Pages(Path(__file__).parent / "templates")
    billing = Billing(ledger, merchant, keys.alipay, clock, faults)
    gateway = Gateway(trading, billing, keys, merchant, faults=faults, pages=pages)
    cashier = Cashier(trading, keys.alipay, merchant, pages)
    console = Console(trading, ledger.latest_trades, pages)

    return Starlette(
        routes=[
            health_route(),
            Route("/gateway.do", gateway.answer, methods=["GET", "POST"]),
            *cashier.routes(),
            *console.routes(),
            *billing.routes(),
        ],
        lifespan=sending_meanwhile(sender, each_time=trading.close_expired),
    )
