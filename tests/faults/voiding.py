"""Flows in which a clerk finds a registration void, or takes that back; and who is faster than they."""

from typing import Any

from chalicelib.domain.payment import OrderState
from chalicelib.domain.registration import Registration, State
from chalicelib.usecases.desk.void import reinstate_registration, void_registration
from tests.faults.flow import Flow
from tests.faults.house import House
from tests.faults.paying import (
    Payer,
    Paying,
    a_payer,
    is_paid,
    order_is,
    paid,
    pending,
    tell,
    told_of,
)
from tests.faults.races import Race
from tests.faults.seeing_to import entry_of, give_it_back
from tests.faults.weakness import Weakness, of_registration

_REGISTRATION = Weakness("Put", "ACCOUNT#", "REGISTRATION#")


def void(house: House, payer: Payer) -> None:
    """A clerk finds it not eligible; each try is an entry of its own in the log."""
    house.run(void_registration, entry_of(house), payer.account.id, payer.registration_id)


def reinstate(house: House, payer: Payer) -> None:
    """A clerk takes that back."""
    house.run(reinstate_registration, entry_of(house), payer.account.id, payer.registration_id)


def _void_and_paid(house: House) -> Paying:
    """Found void after it was paid."""
    there = told_of(house, pending(house))
    void(house, there.payer)
    return there


def _void_unpaid(house: House) -> Payer:
    payer = a_payer(house)
    void(house, payer)
    return payer


def _stored(house: House, payer: Payer) -> Registration:
    found = house.services.registrations.get(payer.account.id, payer.registration_id)
    assert found is not None
    return found


def _acts_on(house: House, payer: Payer) -> list[str]:
    return [entry.what for entry in house.services.audit_log.of(payer.registration_id)]


def _is_void_once(house: House, payer: Payer) -> None:
    assert _stored(house, payer).state is State.VOID
    assert _acts_on(house, payer) == ["void"]
    told = [text.notice for text in house.outside.sms.sent if text.notice and "无效" in text.notice]
    assert len(told) == 1, house.outside.sms.sent


def _is_void_and_its_order_closed(house: House, paying: Paying) -> None:
    _is_void_once(house, paying.payer)
    order_is(house, paying.order.id, OrderState.CLOSED)


def _is_void_and_the_money_back(house: House, paying: Paying) -> None:
    _is_void_once(house, paying.payer)
    order_is(house, paying.order.id, OrderState.REFUNDED)
    assert list(house.outside.alipay.given_back.values()) == [paying.order.amount_fen]


def _is_void_and_the_money_kept(house: House, paying: Paying) -> None:
    _is_void_once(house, paying.payer)
    order_is(house, paying.order.id, OrderState.PAID)


def _is_as_before(house: House, payer: Payer) -> None:
    assert _stored(house, payer).state is State.PAYABLE
    assert _acts_on(house, payer) == ["void", "reinstate"]


def _is_paid_as_before(house: House, paying: Paying) -> None:
    is_paid(house, paying.payer)
    assert _acts_on(house, paying.payer) == ["void", "reinstate"]


FLOWS: list[Flow[Any]] = [
    Flow(
        name="find a registration void while its payer is at the cashier",
        given=pending,
        act=lambda house, paying: void(house, paying.payer),
        reached=_is_void_and_its_order_closed,
    ),
    Flow(
        name="find a registration void that is paid",
        given=lambda house: told_of(house, pending(house)),
        act=lambda house, paying: void(house, paying.payer),
        reached=_is_void_and_the_money_kept,
    ),
    Flow(
        name="give back what a void registration was paid",
        given=_void_and_paid,
        act=give_it_back,
        reached=_is_void_and_the_money_back,
    ),
    Flow(name="take a finding back", given=_void_unpaid, act=reinstate, reached=_is_as_before),
    Flow(
        name="take a finding back of what was paid",
        given=_void_and_paid,
        act=lambda house, paying: reinstate(house, paying.payer),
        reached=_is_paid_as_before,
    ),
]


def _paid_untold(house: House) -> Paying:
    return paid(house, pending(house))


RACES: list[Race[Any]] = [
    Race(
        name="found void while it is paid",
        given=_paid_untold,
        act=lambda house, paying: void(house, paying.payer),
        rival=lambda house, paying: tell(house, paying.notice),
        decided_by=_REGISTRATION,
        noticed_by="paid_once",
    ),
    Race(
        name="paid while it is found void",
        given=_paid_untold,
        act=lambda house, paying: tell(house, paying.notice),
        rival=lambda house, paying: void(house, paying.payer),
        decided_by=of_registration("state"),
        noticed_by="findings",
    ),
    Race(
        name="given back whole while the finding is taken back",
        given=_void_and_paid,
        act=give_it_back,
        rival=lambda house, paying: reinstate(house, paying.payer),
        decided_by=Weakness("ConditionCheck", "ACCOUNT#", "REGISTRATION#", ("state",)),
        noticed_by="money_that_pays_nothing",
    ),
    Race(
        name="a finding taken back while the money goes back",
        given=_void_and_paid,
        act=lambda house, paying: reinstate(house, paying.payer),
        rival=give_it_back,
        decided_by=Weakness("ConditionCheck", "ORDER#", "", ("state",)),
        noticed_by="money_that_pays_nothing",
    ),
]
