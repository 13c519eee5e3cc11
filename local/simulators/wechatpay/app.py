"""The parts of the simulated WeChat Pay put together into one application."""

from pathlib import Path

from starlette.applications import Starlette

from local.simulators.page import Pages
from local.simulators.rsa_pairs import read_private_key, read_public_key
from local.simulators.sending import NoticeSender, sending_meanwhile
from local.simulators.service import Surroundings, health_route
from local.simulators.wechatpay.billing import Billing
from local.simulators.wechatpay.cashier import Cashier
from local.simulators.wechatpay.console import Console
from local.simulators.wechatpay.contract import Merchant
from local.simulators.wechatpay.gateway import Books, Gateway
from local.simulators.wechatpay.keys import CERTIFICATE_SERIAL, OLD_SERIAL, PUBLIC_KEY_ID, ensure_keys
from local.simulators.wechatpay.ledger import Ledger
from local.simulators.wechatpay.notices import Keys, Names, WechatPayNotices
from local.simulators.wechatpay.refunding import Refunding
from local.simulators.wechatpay.signing import NamedKey
from local.simulators.wechatpay.trading import Trading


def build(surroundings: Surroundings, names: Names, *, notice_scale: float) -> Starlette:
    """The interfaces, the pages and the sending of notices over the folder's ledger and keys."""
    paths = ensure_keys(surroundings.folder)
    keys = Keys(
        NamedKey(PUBLIC_KEY_ID, read_private_key(paths.wechatpay.private)),
        NamedKey(OLD_SERIAL, read_private_key(paths.old.private)),
        paths.apiv3_key.read_text(),
    )
    merchant = Merchant(names.mchid, names.app_id, CERTIFICATE_SERIAL, read_public_key(paths.merchant.public))
    ledger = Ledger(surroundings.folder)
    clock, faults = surroundings.clock, surroundings.faults
    trading = Trading(ledger, names, clock=clock, faults=faults)
    refunding = Refunding(ledger, names, trading=trading, faults=faults)
    billing = Billing(ledger, names, trading=trading, faults=faults)
    form = WechatPayNotices(keys, clock=clock, faults=lambda: faults.read().wechatpay)
    sender = NoticeSender(
        ledger, form, clock=clock, faults=lambda: faults.read().wechatpay, scale=notice_scale
    )
    pages = Pages(Path(__file__).parent / "templates")
    return Starlette(
        routes=[
            health_route(),
            *Gateway(Books(trading, refunding, billing), keys, merchant, faults=faults).routes(),
            *Cashier(trading, ledger, pages).routes(),
            *Console(refunding, pages).routes(),
        ],
        lifespan=sending_meanwhile(sender, each_time=refunding.finish_refunds),
    )
