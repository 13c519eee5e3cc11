"""Money on its way back: asking the provider under a fixed number until the end is known (handbook 4.8)."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from chalicelib.domain.discrepancy import (
    Discrepancy,
    DiscrepancyKind,
    about_refund,
    discrepancy_id,
)
from chalicelib.domain.refund import Refund, RefundState, is_given_up, next_refund_ask
from chalicelib.usecases.money.ports import PaymentPorts
from chalicelib.usecases.money.whose import owned
from chalicelib.usecases.ports import (
    ProviderRefusedError,
    ProviderUnavailableError,
    RefundAnswer,
    RefundDone,
    RefundNews,
    RefundPending,
    RefundRefused,
    StaleWriteError,
)

MOST_ATTEMPTS = 3
NO_ANSWER = "NO_ANSWER"
"""Stands where a provider's code would, when for seven days it gave none."""


def claim_and_ask(refund: Refund, *, ports: PaymentPorts, now: datetime) -> bool:
    """Ask about one refund that is due; False where another sweep was faster.

    The claim comes first: a refund whose provider is silent, or whose sweep dies, comes up again by itself.
    Raises ProviderUnavailableError, ProviderRefusedError.
    """
    claimed = claim(refund, ports=ports, now=now)
    if claimed is None or _is_frozen(claimed, ports):
        return False
    try:
        answer = ports.providers[claimed.trade.provider].refund(claimed)
    except (ProviderUnavailableError, ProviderRefusedError):
        if is_given_up(claimed, now):
            _act_on(RefundRefused(NO_ANSWER, is_final=True), claimed, ports, now)
        raise
    _act_on(answer, claimed, ports, now)
    return True


def claim(refund: Refund, *, ports: PaymentPorts, now: datetime) -> Refund | None:
    """Move a refund that is due on to its next time; None where another sweep was faster."""
    return ports.refunds.claim(refund, due_at=next_refund_ask(refund, now), now=now)


def _is_frozen(refund: Refund, ports: PaymentPorts) -> bool:
    """Whether a person has to look first, because a bill tells of another amount."""
    order = ports.orders.get(refund.order_id)
    return order is not None and order.is_frozen


def ask_again(refund: Refund, *, ports: PaymentPorts, now: datetime) -> bool:
    """Ask about a refund whatever its time; whether it is done now.

    Raises ProviderUnavailableError, ProviderRefusedError.
    """
    _act_on(ports.providers[refund.trade.provider].refund(refund), refund, ports, now)
    after = ports.refunds.get(refund.id)
    return after is not None and after.state is RefundState.DONE


def refund_told(news: RefundNews, provider: str, *, ports: PaymentPorts, now: datetime) -> bool:
    """The provider tells what became of a refund. Whether it is ours; another is put before a person."""
    refund = ports.refunds.get(news.refund_id) if news.refund_id else None
    if refund is None or refund.order_id != news.order_id or refund.trade.provider != provider:
        note_unknown_refund(_unknown(news, provider, now), ports)
        return False
    _act_on(news.answer, refund, ports, now)
    return True


def note_unknown_refund(told: Discrepancy, ports: PaymentPorts) -> None:
    """Put a refund that is not ours before a person, once.

    Alipay's numbers of refunds are unique only within a trade: the same one told of for another order is
    another refund.
    """
    noticed = owned(told, ports=ports)
    ports.discrepancies.note(noticed)
    known = ports.discrepancies.get(noticed.id)
    if known is not None and known.order_id != noticed.order_id:
        number = f"{noticed.order_id}.{noticed.refund_id}"
        ports.discrepancies.note(replace(noticed, id=discrepancy_id(told.kind, told.provider, number)))


def _act_on(answer: RefundAnswer, refund: Refund, ports: PaymentPorts, now: datetime) -> None:
    """Write down what an answer means; where the order moved meanwhile, on what then stands there."""
    for _ in range(MOST_ATTEMPTS - 1):
        try:
            return _write(answer, refund, ports, now)
        except StaleWriteError:
            refund = ports.refunds.get(refund.id) or refund
    return _write(answer, refund, ports, now)


def _write(answer: RefundAnswer, refund: Refund, ports: PaymentPorts, now: datetime) -> None:
    if refund.state is RefundState.DONE:
        return
    if refund.state is RefundState.DEAD:
        if isinstance(answer, RefundDone):
            # It was said to be dead, and its money went back under another number.
            note_unknown_refund(about_refund(DiscrepancyKind.UNKNOWN_REFUND, refund, now=now), ports)
        return
    match answer:
        case RefundDone():
            ports.refunds.complete(refund, now=now)
        case RefundRefused(code=code, is_final=is_final):
            if is_final or is_given_up(refund, now):
                ports.refunds.fail(refund, _failure(refund, code, ports, now))
            else:
                ports.refunds.note_refusal(refund, code)
        case RefundPending():
            if is_given_up(refund, now):
                ports.refunds.fail(refund, _failure(refund, "PENDING", ports, now))
        case _:
            assert_never(answer)


def _failure(refund: Refund, code: str, ports: PaymentPorts, now: datetime) -> Discrepancy:
    return owned(about_refund(DiscrepancyKind.REFUND_FAILED, refund, now=now, code=code), ports=ports)


def _unknown(news: RefundNews, provider: str, now: datetime) -> Discrepancy:
    number = news.refund_id or _number_by(news)
    return Discrepancy(
        id=discrepancy_id(DiscrepancyKind.UNKNOWN_REFUND, provider, number),
        kind=DiscrepancyKind.UNKNOWN_REFUND,
        provider=provider,
        noticed_at=now,
        order_id=news.order_id,
        trade_no=news.trade_no,
        refund_id=news.refund_id or None,
        amount_fen=news.amount_fen,
        code=news.mark,
    )


def _number_by(news: RefundNews) -> str:
    """Of two refunds without a number each is noticed, and each once, however often it is told of."""
    digits = "".join(sign for sign in news.mark if sign.isdecimal() and sign.isascii())
    return f"{news.order_id}.{digits}" if digits else news.order_id
