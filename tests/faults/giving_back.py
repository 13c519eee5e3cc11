"""Flows of money on its way back: the sweep asks, the provider tells, a candidate leaves, a clerk resumes."""

from typing import Any, NamedTuple

from chalicelib.domain.account import Account
from chalicelib.domain.ids import RegistrationId
from chalicelib.domain.payment import OrderState, PaymentOrder
from chalicelib.domain.refund import Refund, refund_number
from chalicelib.domain.registration import State
from chalicelib.storage.money import keys as money_keys
from chalicelib.usecases.money.finance import replace_refund, resume_refund
from chalicelib.usecases.money.opt_out import opt_out
from chalicelib.usecases.ports import RefundDone, RefundPending, RefundRefused
from tests.builders import an_entry
from tests.faults.flow import Flow
from tests.faults.giving_way import move, paid_under_the_wrong_name
from tests.faults.house import House
from tests.faults.letting_go import everything_offered
from tests.faults.paying import Payer, order_is, paid_too_late, pending, tell, told_of
from tests.waiting import open_in

REFUSED = RefundRefused("CLOSED", is_final=True)


class Returning(NamedTuple):
    """A refund under way, and the notice of its end, or of none."""

    order: PaymentOrder
    refund: Refund
    notice: bytes = b""


class Leaving(NamedTuple):
    """Somebody who has paid, and by which order."""

    payer: Payer
    order: PaymentOrder


def surplus(house: House) -> Returning:
    """Money for what was paid already, of which we know."""
    there = paid_too_late(house)
    tell(house, there.notice)
    order = house.services.orders.get(there.order.id)
    refund = house.services.refunds.get(refund_number(there.order.id, 0))
    assert order is not None
    assert refund is not None
    return Returning(order, refund)


def sweep_refund(house: House, there: Returning) -> None:
    """What the schedule does about it."""
    house.sweep_known([money_keys.refund(there.refund.id).pk])


def refused(house: House) -> Returning:
    """The provider will not give it back."""
    house.outside.alipay.refund_answer = REFUSED
    return surplus(house)


def silent_for_a_week(house: House) -> Returning:
    """The provider has not answered for so long that a person has to look."""
    there = surplus(house)
    house.clock.advance(days=7)
    house.outside.alipay.be_silent()
    return there


def failed(house: House) -> Returning:
    """It was refused, and the provider has thought better of it."""
    there = refused(house)
    sweep_refund(house, there)
    house.outside.alipay.refund_answer = RefundDone()
    return there


def told_of_its_end(house: House) -> Returning:
    """It was asked for, took its time, and is done; the notice has not come."""
    house.outside.alipay.refund_answer = RefundPending()
    there = surplus(house)
    sweep_refund(house, there)
    alipay = house.outside.alipay
    alipay.refund_answer = alipay.give_back(there.refund)
    return there._replace(notice=alipay.notice_of_refund(there.order.id, there.refund.id, RefundDone()))


def told(house: House, there: Returning) -> None:
    """The notice comes."""
    tell(house, there.notice)


def resume(house: House, there: Returning) -> None:
    """A clerk of finance asks for it again; each try is an entry of its own in the log."""
    entry = an_entry(id=house.services.randomness.new_id(), at=house.now())
    house.run(resume_refund, there.refund.id, entry, ports=house.payment_ports)


def dead(house: House) -> Returning:
    """It was refused, and will never move money under its number."""
    there = refused(house)
    sweep_refund(house, there)
    house.outside.alipay.refund_answers[there.refund.id] = RefundRefused(
        "CLOSED", is_final=True, is_dead=True
    )
    house.outside.alipay.refund_answer = RefundDone()
    return there


def replace_it(house: House, there: Returning) -> None:
    """A clerk of finance gives its money back under another number."""
    entry = an_entry(id=house.services.randomness.new_id(), at=house.now())
    house.run(replace_refund, there.refund.id, entry, ports=house.payment_ports)


def leaving(house: House) -> Leaving:
    """Whoever has paid, where one may leave."""
    everything_offered(house)
    there = told_of(house, pending(house))
    return Leaving(there.payer, there.order)


def leaving_after_a_move(house: House) -> Leaving:
    """The same, under the right name, after it was paid under the wrong one."""
    everything_offered(house)
    there = paid_under_the_wrong_name(house)
    move(house, there)
    (own,) = house.services.registrations.of(there.right.id)
    return Leaving(Payer(there.right, own.id), there.order)


def leave(house: House, there: Leaving) -> None:
    """Press 退考."""
    account, registration_id = there.payer
    house.run(opt_out, account, registration_id, ports=house.payment_ports)


def registration_is(house: House, account: Account, registration_id: RegistrationId, state: State) -> None:
    """Fails unless it is."""
    registration = house.services.registrations.get(account.id, registration_id)
    assert registration is not None
    assert registration.state is state


def _is_back(house: House, there: Returning) -> None:
    order_is(house, there.order.id, OrderState.REFUNDED)
    assert house.outside.alipay.given_back == {there.refund.id: there.refund.amount_fen}


def _is_back_otherwise(house: House, there: Returning) -> None:
    order_is(house, there.order.id, OrderState.REFUNDED)
    assert house.outside.alipay.given_back == {f"{there.order.id}R02": there.refund.amount_fen}


def _is_stuck(house: House, there: Returning) -> None:
    order_is(house, there.order.id, OrderState.REFUND_FAILED)
    assert [each.refund_id for each in open_in(house.services.discrepancies)] == [there.refund.id]


def _has_left(house: House, there: Leaving) -> None:
    registration_is(house, *there.payer, State.OPTED_OUT)
    order_is(house, there.order.id, OrderState.REFUNDED)
    assert list(house.outside.alipay.given_back.values()) == [there.order.amount_fen]


FLOWS: list[Flow[Any]] = [
    Flow(
        name="sweep a refund",
        given=surplus,
        act=sweep_refund,
        reached=_is_back,
        heals_itself=True,
    ),
    Flow(
        name="sweep a refund that is refused for good",
        given=refused,
        act=sweep_refund,
        reached=_is_stuck,
        heals_itself=True,
    ),
    Flow(
        name="sweep a refund after a week of silence",
        given=silent_for_a_week,
        act=sweep_refund,
        reached=_is_stuck,
        heals_itself=True,
    ),
    Flow(name="resume a failed refund", given=failed, act=resume, reached=_is_back),
    Flow(name="replace a dead refund", given=dead, act=replace_it, reached=_is_back_otherwise),
    Flow(
        name="be told of a refund",
        given=told_of_its_end,
        act=told,
        reached=_is_back,
        heals_itself=True,
    ),
    Flow(name="opt out", given=leaving, act=leave, reached=_has_left),
    Flow(name="opt out of what was moved", given=leaving_after_a_move, act=leave, reached=_has_left),
]
