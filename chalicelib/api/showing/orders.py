"""From payment orders to answers."""

from chalicelib.api import views, words
from chalicelib.domain.payment import PaymentOrder
from chalicelib.usecases.ports import PaymentDoor


def order_view(order: PaymentOrder, door: PaymentDoor | None = None) -> views.PaymentOrderView:
    """A payment order in words."""
    label, sentence = words.ORDER_WORDS[order.state]
    return views.PaymentOrderView(
        order_id=order.id,
        registration_id=order.registration_id,
        provider=order.provider,
        state=order.state,
        label=label,
        sentence=sentence,
        amount_fen=order.amount_fen,
        created_at=order.created_at,
        expires_at=order.expires_at,
        paid_at=order.paid_at,
        trade_no=order.trade.trade_no if order.trade else None,
        received_fen=order.received_fen,
        refunding_fen=order.refunding_fen,
        refunded_fen=order.refunded_fen,
        has_receipt=order.has_receipt,
        pay_url=door.url if door else None,
        qr_code=door.qr_code if door else None,
    )
