"""A payment, a refund and what does not agree as lines of text: numbers, amounts, moments, nobody's name."""

from collections.abc import Iterator
from datetime import datetime

from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.china import CHINA
from chalicelib.domain.discrepancy import Discrepancy
from chalicelib.domain.payment import PaymentOrder
from chalicelib.domain.refund import Refund
from chalicelib.domain.registration import LABELS, Registration
from chalicelib.usecases.money.look_into import MoneyFile
from commands.finance.amounts import yuan_of


def lines_of(file: MoneyFile) -> list[str]:
    """Everything known of one payment."""
    lines = list(_order_lines(file.order)) if file.order else ["no order of ours"]
    if file.order and file.registration:
        lines.append(_registration_line(file.registration))
    elif file.order:
        lines.append(f"    registration {file.order.registration_id} of {file.order.account_id}: given up")
    lines += [f"    {refund_line(refund)}" for refund in file.refunds]
    lines += [f"    {discrepancy_line(each)}" for each in file.discrepancies]
    lines += [f"    {_entry_line(entry)}" for entry in file.entries]
    return lines


def discrepancy_line(each: Discrepancy) -> str:
    """One thing that does not agree; its id is the first word."""
    words = [each.id, f"since {shown(each.noticed_at)}"]
    if each.amount_fen is not None:
        words.append(yuan_of(each.amount_fen))
    named = {
        "order": each.order_id,
        "refund": each.refund_id,
        "trade": each.trade_no,
        "bill of": each.bill_day,
        "they say": each.code,
        "given back by": each.given_back_by,
        "settled": shown(each.settled_at) if each.settled_at else None,
    }
    return ", ".join([*words, *(f"{name} {value}" for name, value in named.items() if value)])


def refund_line(refund: Refund) -> str:
    """One refund; its number is the second word."""
    words = [
        f"refund {refund.id} {refund.state}",
        yuan_of(refund.amount_fen),
        f"for {refund.cause}",
        f"of trade {refund.trade.trade_no}",
        f"requested {shown(refund.requested_at)}",
        f"asked {refund.attempts} times",
    ]
    named = {
        "next": shown(refund.due_at) if refund.due_at else None,
        "they say": refund.refusal,
        "done": shown(refund.done_at) if refund.done_at else None,
    }
    return ", ".join([*words, *(f"{name} {value}" for name, value in named.items() if value)])


def shown(moment: datetime) -> str:
    """A moment on China's clocks."""
    return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M:%S}"


def _order_lines(order: PaymentOrder) -> Iterator[str]:
    frozen = ", frozen: a bill says otherwise" if order.is_frozen else ""
    yield f"order {order.id} {order.state}, {yuan_of(order.amount_fen)} by {order.provider}{frozen}"
    yield f"    created {shown(order.created_at)}, expires {shown(order.expires_at)}"
    if order.asked_at:
        yield f"    provider asked {order.attempts} times, last {shown(order.asked_at)}"
    if order.trade and order.paid_at and order.settled_at:
        came = f"paid {shown(order.paid_at)}, booked {shown(order.settled_at)}"
        yield f"    trade {order.trade.trade_no} {came}"
        yield (
            f"    received {yuan_of(order.received_fen or 0)}, "
            f"on its way back {yuan_of(order.refunding_fen)}, back {yuan_of(order.refunded_fen)}, "
            f"left {yuan_of(order.left_fen)}"
        )


def _registration_line(registration: Registration) -> str:
    costs = yuan_of(registration.amount_fen) if registration.amount_fen is not None else "no amount yet"
    return (
        f"    registration {registration.account_id} {registration.id} {registration.authority_id} "
        f"{registration.exam_id} {LABELS[registration.state]}, {costs}"
    )


def _entry_line(entry: AuditEntry) -> str:
    change = f" ({entry.before} -> {entry.after})" if entry.before or entry.after else ""
    who = f"{entry.clerk.name} of {entry.clerk.authority_id}"
    return f"{shown(entry.at)} {entry.what} by {who}{change}: {entry.reason}"
