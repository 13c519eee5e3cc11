"""Two who want the same thing: one acts, and the other comes in whole before one of the first one's calls.

Each race names the condition that decides it, and the checker that would notice if it were not there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from chalicelib.domain.account import Account
from chalicelib.domain.ids import TradeNo
from chalicelib.domain.payment import Trade
from chalicelib.storage import keys
from chalicelib.usecases.accounts.add_credential import add_credential
from chalicelib.usecases.registrations.register import give_up_registration, start_registration
from tests.builders import (
    AUTHORITY_ID,
    EXAM_ID,
    a_credential,
    a_phone,
    an_account,
    an_identity,
    money_for,
)
from tests.contracts.given import opened
from tests.faults import candidate
from tests.faults.giving_way import contested, take_place
from tests.faults.house import House
from tests.faults.paying import (
    Payer,
    Paying,
    a_payer,
    expired,
    open_order,
    paid,
    pending,
    tell,
)
from tests.faults.weakness import Both, Weakness

_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True)
class Race(Generic[_T]):
    """What one does and another does meanwhile."""

    name: str
    given: Callable[[House], _T]
    act: Callable[[House, _T], object]
    rival: Callable[[House, _T], object]
    decided_by: Weakness | Both
    """The condition whose loss shows."""
    noticed_by: str
    """The checker that sees it."""
    comes_to_an_end: bool = True
    """False where the provider contradicts itself: then somebody has to look, and the jobs keep saying so."""


class Two(NamedTuple):
    """Two proofs, or two notices, for two who act at once."""

    first: Any
    second: Any


def _proofs(house: House, first: str, second: str) -> Two:
    return Two(candidate.prove(house, first), candidate.prove(house, second))


def _of_one_phone(house: House) -> Two:
    return _proofs(house, a_phone(1), a_phone(1))


def _of_two_phones(house: House) -> Two:
    return _proofs(house, a_phone(1), a_phone(2))


def _register(house: House, number: int, proof: str, **same: Any) -> None:
    candidate.register(house, candidate.form(number, **same), proof)


def _two_of_one_number(house: House) -> Two:
    """Two accounts under one ID number, with different names."""
    both = [an_account(1), an_account(2, identity=an_identity(1, name="王小明"))]
    for account in both:
        opened(house.stores, account, shares_id_number=True)
        house.stores.credentials.add(a_credential(account))
    return Two(*both)


def _start(house: House, account: Account) -> None:
    house.run(start_registration, account, EXAM_ID, AUTHORITY_ID, ports=house.registration_ports)


def _with_four_credentials(house: House) -> Account:
    account = opened(house.stores, an_account())
    for number in range(4):
        house.stores.credentials.add(a_credential(account, number))
    return account


def _add(house: House, account: Account, number: int) -> None:
    house.run(add_credential, account.id, a_credential(account, number).facts)


def _give_up(house: House, payer: Payer) -> None:
    house.run(give_up_registration, *payer, ports=house.registration_ports)


def _two_paid_orders(house: House) -> Two:
    """The notices of two orders of one registration: the first was closed and is paid all the same."""
    first = expired(house, pending(house))
    house.sweep()
    second = first._replace(order=open_order(house, first.payer, key="second"))
    return Two(paid(house, first).notice, paid(house, second).notice)


def _paid_rightly_and_wrongly(house: House) -> Two:
    """The notices of two trades on one order, of which one has a wrong amount."""
    there = pending(house)
    right = paid(house, there)
    wrong = paid(house, there, amount_fen=1, trade=Trade("alipay", TradeNo("wrong-amount")))
    return Two(right.notice, wrong.notice)


def _two_orders_with_one_trade(house: House) -> Two:
    """The notices of two candidates' orders that name the same trade."""
    first = paid(house, pending(house))
    second = open_order(house, a_payer(house, 2), key="second")
    stolen = money_for(second, trade=house.outside.taken[0].trade)
    return Two(first.notice, house.outside.notice_of(stolen))


def _pay_what_is_open(house: House, payer: Payer) -> None:
    registration = house.services.registrations.get(payer.account.id, payer.registration_id)
    order_id = registration.open_order_id if registration else None
    order = house.services.orders.get(order_id) if order_id else None
    if order is not None:
        tell(house, paid(house, Paying(payer, order)).notice)


def pay_late(house: House, paying: Paying) -> None:
    """Somebody who was at the cashier all the time."""
    tell(house, paid(house, paying).notice)


RACES: list[Race[Any]] = [
    Race(
        name="one phone for two accounts",
        given=_of_one_phone,
        act=lambda house, proofs: _register(house, 1, proofs.first),
        rival=lambda house, proofs: _register(house, 2, proofs.second),
        decided_by=Weakness("Put", "PHONE#"),
        noticed_by="phones",
    ),
    Race(
        name="one username for two accounts",
        given=_of_two_phones,
        act=lambda house, proofs: _register(house, 1, proofs.first, username="the_same"),
        rival=lambda house, proofs: _register(house, 2, proofs.second, username="THE_SAME"),
        decided_by=Weakness("Put", "USERNAME#"),
        noticed_by="usernames",
    ),
    Race(
        name="one person with two accounts",
        given=_of_two_phones,
        act=lambda house, proofs: _register(house, 1, proofs.first),
        rival=lambda house, proofs: _register(house, 2, proofs.second, identity=an_identity(1)),
        decided_by=Weakness("Put", "PERSON#"),
        noticed_by="persons",
    ),
    Race(
        name="one exam for one ID number under two accounts",
        given=_two_of_one_number,
        act=lambda house, accounts: _start(house, accounts.first),
        rival=lambda house, accounts: _start(house, accounts.second),
        decided_by=Weakness("Put", "LIVE#"),
        noticed_by="live_keys",
    ),
    Race(
        name="the fifth credential and a sixth",
        given=_with_four_credentials,
        act=lambda house, account: _add(house, account, 5),
        rival=lambda house, account: _add(house, account, 6),
        decided_by=Weakness("Update", "ACCOUNT#", "CREDENTIALS"),
        noticed_by="credential_counts",
    ),
    Race(
        name="one credential twice",
        given=lambda house: opened(house.stores, an_account()),
        act=lambda house, account: _add(house, account, 1),
        rival=lambda house, account: _add(house, account, 1),
        decided_by=Weakness("Put", "ACCOUNT#", "CREDENTIAL#"),
        noticed_by="credential_counts",
    ),
    Race(
        name="two orders of one registration",
        given=a_payer,
        act=lambda house, payer: open_order(house, payer, key="first"),
        rival=lambda house, payer: open_order(house, payer, key="second"),
        decided_by=Weakness("Update", "ACCOUNT#", "REGISTRATION#"),
        noticed_by="live_orders",
    ),
    Race(
        name="give up while an order is opened",
        given=a_payer,
        act=_give_up,
        rival=open_order,
        decided_by=Weakness("Delete", "ACCOUNT#", "REGISTRATION#"),
        noticed_by="live_orders",
    ),
    Race(
        name="an order's address signed while it is paid",
        given=a_payer,
        act=open_order,
        rival=_pay_what_is_open,
        decided_by=Weakness("Update", "ORDER#"),
        noticed_by="trades",
    ),
    Race(
        name="two paid orders of one registration",
        given=_two_paid_orders,
        act=lambda house, notices: tell(house, notices.first),
        rival=lambda house, notices: tell(house, notices.second),
        decided_by=Weakness("Update", "ACCOUNT#", "REGISTRATION#"),
        noticed_by="paid_once",
    ),
    Race(
        name="settled while a wrong amount is set aside",
        given=_paid_rightly_and_wrongly,
        act=lambda house, notices: tell(house, notices.first),
        rival=lambda house, notices: tell(house, notices.second),
        decided_by=Weakness("Update", "ORDER#"),
        noticed_by="trades",
    ),
    Race(
        name="a wrong amount set aside while it is settled",
        given=_paid_rightly_and_wrongly,
        act=lambda house, notices: tell(house, notices.second),
        rival=lambda house, notices: tell(house, notices.first),
        decided_by=Weakness("Update", "ORDER#"),
        noticed_by="paid_once",
    ),
    Race(
        name="one trade for two orders",
        given=_two_orders_with_one_trade,
        act=lambda house, notices: tell(house, notices.first),
        rival=lambda house, notices: tell(house, notices.second),
        decided_by=Weakness("Put", "TRADE#"),
        noticed_by="trades",
        comes_to_an_end=False,
    ),
    Race(
        name="a place taken while it is paid",
        given=contested,
        act=take_place,
        rival=lambda house, there: tell(house, there.notice),
        decided_by=Weakness("Put", "ACCOUNT#", "REGISTRATION#"),
        noticed_by="paid_once",
    ),
    Race(
        name="paid while the place is taken",
        given=contested,
        act=lambda house, there: tell(house, there.notice),
        rival=take_place,
        decided_by=Weakness("Update", "ACCOUNT#", "REGISTRATION#"),
        noticed_by="live_keys",
    ),
    Race(
        name="closed while it is paid",
        given=lambda house: expired(house, pending(house)),
        act=lambda house, paying: house.sweep_known([keys.order(paying.order.id).pk]),
        rival=pay_late,
        decided_by=Weakness("Update", "ORDER#"),
        noticed_by="paid_once",
    ),
]
