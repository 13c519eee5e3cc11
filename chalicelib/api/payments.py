"""Payment orders: open, look at, ask about, end one; leave a paid exam (FAQ 18, 19)."""

from chalicelib.api import bodies, views
from chalicelib.api.routing import Audience, Call, Resource
from chalicelib.api.showing.orders import order_view
from chalicelib.api.showing.registrations import registration_view
from chalicelib.domain.ids import OrderId, RegistrationId
from chalicelib.usecases.money import let_go, pay
from chalicelib.usecases.money.opt_out import opt_out as leave_exam
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
    key = pay.idempotency_key(
        call.account.id, call.headers.get("idempotency-key"), registration_id, call.body.provider
    )
    wanted = pay.WantedPayment(
        registration_id=RegistrationId(registration_id),
        provider=call.body.provider,
        channel=Channel(call.body.channel),
        address=call.address,
    )
    order, door = pay.start_payment(
        call.account,
        wanted,
        key=key,
        ports=call.services.payment_ports,
        randomness=call.services.randomness,
        now=call.services.clock.now(),
    )
    return order_view(order, door)


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


@resource.serves(
    "POST",
    "/registrations/{registration_id}/cancel-payment",
    audience=Audience.CANDIDATE,
    answer=views.PaymentOrderView,
)
def cancel_payment(call: Call[None], registration_id: str) -> views.PaymentOrderView:
    """End the payment under way, to pay in another way or to change the registration."""
    order = let_go.cancel_payment(
        call.account,
        RegistrationId(registration_id),
        ports=call.services.payment_ports,
        now=call.services.clock.now(),
    )
    return order_view(order)


@resource.serves(
    "POST",
    "/registrations/{registration_id}/opt-out",
    audience=Audience.CANDIDATE,
    answer=views.RegistrationView,
)
def opt_out(call: Call[None], registration_id: str) -> views.RegistrationView:
    """Leave a paid exam while the authority gives fees back (退考); what was paid goes back."""
    now = call.services.clock.now()
    situation = leave_exam(
        call.account, RegistrationId(registration_id), ports=call.services.payment_ports, now=now
    )
    return registration_view(situation, now)
