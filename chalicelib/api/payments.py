"""Payment orders: open one, look at one, ask the provider about one (FAQ 18, 19)."""

from chalicelib.api import bodies, views
from chalicelib.api.routing import Audience, Call, Resource
from chalicelib.api.showing import order_view
from chalicelib.domain.ids import OrderId, RegistrationId
from chalicelib.domain.payment import PaymentOrder
from chalicelib.usecases import pay
from chalicelib.usecases.ports import Channel

resource = Resource(__name__, tag="缴费")


@resource.serves(
    "POST",
    "/registrations/{registration_id}/payment-orders",
    audience=Audience.CANDIDATE,
    body=bodies.NewPaymentOrder,
    answer=views.PaymentOrderView,
    status=201,
    headers=("Idempotency-Key",),
)
def start_payment(call: Call[bodies.NewPaymentOrder], registration_id: str) -> views.PaymentOrderView:
    """Open a payment order, or get the one that is open, and say where to pay it."""
    order = pay.open_payment_order(
        call.account,
        RegistrationId(registration_id),
        call.body.provider,
        key=pay.idempotency_key(
            call.account.id, call.headers.get("idempotency-key"), registration_id, call.body.provider
        ),
        ports=call.services.payment_ports,
        randomness=call.services.randomness,
        now=call.services.clock.now(),
    )
    return _payable_view(call, order, Channel(call.body.channel))


@resource.serves(
    "GET",
    "/registrations/{registration_id}/payment-orders",
    audience=Audience.CANDIDATE,
    answer=views.PaymentOrdersView,
)
def list_payment_orders(call: Call[None], registration_id: str) -> views.PaymentOrdersView:
    """All payment orders of one of my registrations, newest first."""
    orders = pay.orders_of(call.account, RegistrationId(registration_id), ports=call.services.payment_ports)
    return views.PaymentOrdersView(payment_orders=tuple(order_view(order) for order in orders))


@resource.serves(
    "GET", "/payment-orders/{order_id}", audience=Audience.CANDIDATE, answer=views.PaymentOrderView
)
def get_payment_order(call: Call[None], order_id: str) -> views.PaymentOrderView:
    """One of my payment orders."""
    return order_view(pay.own_order(call.account, OrderId(order_id), call.services.orders))


@resource.serves(
    "POST", "/payment-orders/{order_id}/check", audience=Audience.CANDIDATE, answer=views.PaymentOrderView
)
def check_payment_order(call: Call[None], order_id: str) -> views.PaymentOrderView:
    """Ask the provider now (查询); at most once in 5 s."""
    order = pay.check_order(
        call.account,
        OrderId(order_id),
        ports=call.services.payment_ports,
        limits=call.services.limits,
        now=call.services.clock.now(),
    )
    return order_view(order)


def _payable_view(
    call: Call[bodies.NewPaymentOrder], order: PaymentOrder, channel: Channel
) -> views.PaymentOrderView:
    ports, now = call.services.payment_ports, call.services.clock.now()
    return order_view(*pay.begin_payment(order, channel, address=call.address, ports=ports, now=now))
