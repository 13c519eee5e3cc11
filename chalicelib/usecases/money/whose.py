"""Whose money it is: a clerk of finance sees and moves that of the own authority, and no other's.

An order belongs to the authority of its registration. Where there is no order of ours, or its registration
was given up, nobody else could ever see to the money, so that any clerk of finance may.
"""

from chalicelib.domain.audit import Clerk
from chalicelib.domain.discrepancy import Discrepancy
from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.ids import OrderId
from chalicelib.domain.payment import PaymentOrder
from chalicelib.usecases.money.ports import PaymentPorts


def order_for(clerk: Clerk, order_id: OrderId, *, ports: PaymentPorts) -> PaymentOrder:
    """An order that this clerk may see and act on. Raises NotFoundError."""
    order = ports.orders.get(order_id)
    if order is None or not is_for(clerk, order, ports=ports):
        raise NotFoundError
    return order


def is_for(clerk: Clerk, order: PaymentOrder, *, ports: PaymentPorts) -> bool:
    """Whether this order is of the clerk's authority."""
    registration = ports.registrations.get(order.account_id, order.registration_id)
    return registration is None or registration.authority_id == clerk.authority_id


def concerns(clerk: Clerk, discrepancy: Discrepancy, *, ports: PaymentPorts) -> bool:
    """Whether what does not agree is for this clerk to see to."""
    order = ports.orders.get(discrepancy.order_id) if discrepancy.order_id else None
    return order is None or is_for(clerk, order, ports=ports)
