"""Where payers and payment providers come back to us. Which page shows what is the web application's."""

from urllib.parse import quote

from chalicelib.domain.payment import PaymentOrder


def payment_page(public_url: str, order: PaymentOrder) -> str:
    """The page to which a payer returns, paid or not."""
    page = f"{public_url}/registrations/{quote(order.registration_id, safe='')}/payment"
    return f"{page}?order={quote(order.id, safe='')}"


def notice_address(public_url: str, provider: str) -> str:
    """Where a provider tells us of payments; without a query, which WeChat Pay does not take."""
    return f"{public_url}/api/webhooks/{provider}"
