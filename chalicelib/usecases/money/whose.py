"""Whose money it is: a clerk of finance sees and moves that of the own authority, and no other's.

An order says itself which authority it is of, whatever becomes of its registration. Where there is no order
of ours nobody else could ever see to the money, so that any clerk of finance may.
"""

from dataclasses import replace

from chalicelib.domain.audit import Clerk
from chalicelib.domain.discrepancy import Discrepancy
from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.ids import OrderId
from chalicelib.domain.payment import PaymentOrder
from chalicelib.usecases.money.ports import PaymentPorts


def order_for(clerk: Clerk, order_id: OrderId, *, ports: PaymentPorts) -> PaymentOrder:
    """An order that this clerk may see and act on. Raises NotFoundError."""
    order = ports.orders.get(order_id)
    if order is None or not is_for(clerk, order):
        raise NotFoundError
    return order


def is_for(clerk: Clerk, order: PaymentOrder) -> bool:
    """Whether this order is of the clerk's authority."""
    return order.authority_id == clerk.authority_id


def owned(discrepancy: Discrepancy, *, ports: PaymentPorts) -> Discrepancy:
    """With the authority that has to see to it: that of the order of ours it is about, if there is one."""
    order = ports.orders.get(discrepancy.order_id) if discrepancy.order_id else None
    return replace(discrepancy, authority_id=order.authority_id) if order else discrepancy


def concerns(clerk: Clerk, discrepancy: Discrepancy) -> bool:
    """Whether what does not agree is for this clerk to see to."""
    return discrepancy.authority_id in (None, clerk.authority_id)
