"""A store broken by hand in one place makes the checker of that name speak; a store in order none."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import pytest

from chalicelib.domain.account import Account
from chalicelib.domain.change import ChangeRequest, wishing
from chalicelib.domain.discrepancy import DiscrepancyKind, discrepancy_id
from chalicelib.domain.exam import ChoiceField
from chalicelib.domain.ids import ChangeRequestId, DiscrepancyId, OrderId, RefundId, TradeNo
from chalicelib.domain.payment import Money, Trade
from chalicelib.domain.refund import refund_number
from chalicelib.domain.registration import State
from chalicelib.storage import keys
from chalicelib.storage.connection import Item
from chalicelib.storage.keys import Key
from chalicelib.storage.money import keys as money_keys
from chalicelib.storage.registrations import change_keys
from tests.builders import VERIFYING, a_payable_registration, an_account
from tests.contracts.given import opened
from tests.faults.bench import Bench
from tests.faults.house import SEALER, House
from tests.faults.paying import Paying, paid, paid_too_late, pending, tell
from tests.handing_in import hand_in_for_a_change
from tests.invariants import Exchange, given_back_otherwise, spent_twice, unbalanced, violations
from tests.invariants.checking import CHECKERS
from tests.whole_store import WholeStore

pytestmark = pytest.mark.emulator
Items = dict[Key, Item]


class Told(NamedTuple):
    """What lies in the store of these tests."""

    surplus: Paying
    """Its registration was paid by another order."""
    live: Paying
    wrong: Paying
    waiting: Account
    """Whose identity is being verified, and whose registration is under review and shall be changed."""
    taken: list[Money]


FOUND_VOID = {"S": '{"reason": "伪造", "before": "payable", "at": "2026-09-01T02:00:00Z"}'}


def everything(house: House) -> Told:
    """One of each thing that the checkers look at."""
    surplus = paid_too_late(house)
    tell(house, surplus.notice)
    tell(house, paid(house, surplus, trade=Trade("alipay", TradeNo("second-trade"))).notice)
    live = pending(house, 2)
    wrong = pending(house, 3)
    tell(house, paid(house, wrong, amount_fen=1).notice)
    waiting = opened(house.stores, an_account(4, identity_check=VERIFYING))
    registration = a_payable_registration(waiting, 4, state=State.UNDER_REVIEW)
    house.stores.registrations.start(registration, waiting.identity)
    wanted = replace(registration.choices, subjects=("law",))
    asked = ChangeRequest(
        id=REQUEST,
        account_id=waiting.id,
        registration_id=registration.id,
        authority_id=registration.authority_id,
        what=(ChoiceField.SUBJECTS,),
        why="科目选错了",
        wanted=wanted,
        asked_at=house.now(),
    )
    hand_in_for_a_change(registration, house.stores)
    house.stores.change_requests.ask(registration, wishing(registration, asked, now=house.now()), asked)
    return Told(surplus, live, wrong, waiting, house.outside.taken)


class Shelf:
    """The items of the store, to be broken."""

    def __init__(self, items: Items, told: Told) -> None:
        self.items = items
        self.told = told

    def remove(self, key: Key) -> None:
        del self.items[key]

    def change(self, key: Key, **attributes: Any) -> None:
        """Give attributes other values, or none."""
        item = {**self.items[key], **attributes}
        self.items[key] = {name: value for name, value in item.items() if value is not None}

    def registration_of(self, paying: Paying) -> Key:
        return keys.registration(paying.payer.account.id, paying.payer.registration_id)


@pytest.fixture(scope="module")
def laid_out(bench: Bench) -> Shelf:
    stage = bench.prepare(everything)
    return Shelf(dict(stage.items), stage.given)


@pytest.fixture
def shelf(laid_out: Shelf) -> Shelf:
    return Shelf(dict(laid_out.items), laid_out.told)


def test_a_store_in_order_makes_no_checker_speak(shelf: Shelf) -> None:
    store = WholeStore(shelf.items, SEALER)
    assert violations(store) == []
    assert unbalanced(store, shelf.told.taken) == []


NOBODY = {"S": "nobody"}
REQUEST = ChangeRequestId("request-1")
ONE = {"N": "1"}
LONG_AGO = {"N": "1000000"}
SECOND_TRADE = money_keys.discrepancy(DiscrepancyId("second_trade.alipay.second-trade"))
BROKEN: list[tuple[str, Callable[[Shelf], None]]] = [
    ("usernames", lambda s: s.remove(keys.username("candidate_2"))),
    ("usernames", lambda s: s.change(keys.username("candidate_2"), account_id=NOBODY)),
    ("usernames", lambda s: s.remove(keys.account(s.told.waiting.id))),
    ("phones", lambda s: s.remove(keys.phone(s.told.waiting.phone, SEALER))),
    ("phones", lambda s: s.change(keys.phone(s.told.waiting.phone, SEALER), account_id=NOBODY)),
    ("persons", lambda s: s.remove(keys.person(s.told.waiting.identity, SEALER))),
    ("id_numbers", lambda s: s.remove(keys.id_number(s.told.waiting.identity.id_number, SEALER))),
    ("live_keys", lambda s: s.remove(_live_key(s))),
    ("live_keys", lambda s: s.change(_live_key(s), registration_id=NOBODY)),
    ("live_keys", lambda s: s.remove(s.registration_of(s.told.wrong))),
    ("commitments", lambda s: s.items.update({_closed_commitment(s): {}})),
    ("credential_counts", lambda s: s.change(_count(s), credentials={"N": "2"})),
    ("credential_counts", lambda s: s.remove(_count(s))),
    ("verifications_are_due", lambda s: s.change(keys.account(s.told.waiting.id), due_shard=None)),
    ("verifications_are_due", lambda s: s.change(keys.account(s.told.waiting.id), due_at={"N": "1"})),
    ("orders_are_due", lambda s: s.change(keys.order(s.told.live.order.id), due_shard=None)),
    ("orders_are_due", lambda s: s.change(keys.order(s.told.live.order.id), due_shard={"S": "order#99"})),
    ("orders_are_due", lambda s: s.change(keys.order(s.told.live.order.id), state={"S": "closed"})),
    ("live_orders", lambda s: s.change(s.registration_of(s.told.live), open_order_id=None)),
    ("live_orders", lambda s: s.remove(keys.order(s.told.live.order.id))),
    ("orders_of_registrations", lambda s: s.remove(keys.order(s.told.live.order.id))),
    ("orders_of_registrations", lambda s: s.change(s.registration_of(s.told.live), order_ids={"L": []})),
    ("paid_once", lambda s: s.change(s.registration_of(s.told.surplus), state={"S": "payable"})),
    ("paid_once", lambda s: s.change(s.registration_of(s.told.surplus), amount_fen={"N": "1"})),
    ("paid_once", lambda s: s.change(keys.order(s.told.surplus.order.id), state={"S": "paid"})),
    ("trades", lambda s: s.remove(keys.trade(s.told.taken[0].trade))),
    ("trades", lambda s: s.change(keys.trade(s.told.taken[0].trade), order_id=NOBODY)),
    ("trades", lambda s: s.change(keys.order(s.told.wrong.order.id), trade_no=None, trade_provider=None)),
    ("material_counts", lambda s: s.change(_material_count(s), materials={"N": "3"})),
    ("material_counts", lambda s: s.remove(_material_count(s))),
    ("change_requests", lambda s: s.remove(_request(s))),
    ("change_requests", lambda s: s.change(_request(s), state={"S": "refused"})),
    ("change_requests", lambda s: s.change(_request(s), review_shard=None)),
    ("change_requests", lambda s: s.change(_under_review(s), open_change_id=None)),
    ("refunds", lambda s: s.remove(_first_refund(s))),
    ("refunds", lambda s: s.change(_first_refund(s), amount_fen={"N": "1"})),
    ("refunds", lambda s: s.change(_first_refund(s), state={"S": "failed"})),
    ("refunds", lambda s: s.change(keys.order(s.told.surplus.order.id), refunds={"N": "2"})),
    ("refunds_are_due", lambda s: s.change(_first_refund(s), due_shard=None, due_at=None)),
    ("money_that_pays_nothing", lambda s: s.change(keys.order(s.told.surplus.order.id), refunding_fen=ONE)),
    ("money_that_pays_nothing", lambda s: s.remove(_mismatch(s))),
    ("money_that_pays_nothing", lambda s: s.change(_paying_order(s), refunding_fen={"N": "24000"})),
    ("refunds", lambda s: s.change(_paying_order(s), state={"S": "refunding"})),
    ("refunds", lambda s: s.change(_paying_order(s), state={"S": "part_refunded"})),
    ("refunds", lambda s: s.change(keys.order(s.told.surplus.order.id), state={"S": "refunded"})),
    ("given_back_of_a_trade", lambda s: s.change(_first_refund(s), amount_fen={"N": "24001"})),
    ("given_back_of_a_trade", lambda s: s.change(_first_refund(s), trade_no=NOBODY)),
    ("failed_refunds", lambda s: s.change(_first_refund(s), state={"S": "failed"})),
    ("failed_refunds", lambda s: s.items.update(_failure_of_what_is_under_way(s))),
    ("held_registrations", lambda s: s.remove(_mismatch(s))),
    ("held_registrations", lambda s: s.change(_mismatch(s), settled_at=LONG_AGO)),
    ("held_registrations", lambda s: s.change(s.registration_of(s.told.wrong), open_order_id=NOBODY)),
    ("frozen_orders", lambda s: s.change(keys.order(s.told.live.order.id), is_frozen={"BOOL": True})),
    ("settled_once", lambda s: s.change(SECOND_TRADE, settled_at=LONG_AGO)),
    ("settled_once", lambda s: s.change(SECOND_TRADE, given_back_by=NOBODY)),
    ("settled_once", lambda s: s.change(SECOND_TRADE, settled_at=LONG_AGO, given_back_by=_number(s))),
    ("discrepancies_wait", lambda s: s.change(SECOND_TRADE, review_shard=None)),
    ("findings", lambda s: s.change(_under_review(s), state={"S": "void"}, review_shard=None)),
    ("findings", lambda s: s.change(_under_review(s), finding=FOUND_VOID)),
    ("review_queue", lambda s: s.change(_under_review(s), review_shard=None)),
    ("review_queue", lambda s: s.change(_under_review(s), state={"S": "payable"})),
]


@pytest.mark.parametrize(("checker", "break_it"), BROKEN)
def test_a_broken_store_makes_its_checker_speak(
    shelf: Shelf, checker: str, break_it: Callable[[Shelf], None]
) -> None:
    break_it(shelf)
    assert checker in {violation.checker for violation in violations(WholeStore(shelf.items, SEALER))}


def test_every_checker_is_shown_something_broken() -> None:
    assert {checker for checker, _ in BROKEN} == {check.__name__ for check in CHECKERS}


UNBALANCED: list[Callable[[Shelf], None]] = [
    lambda s: s.told.taken.append(replace(s.told.taken[0], trade=Trade("alipay", TradeNo("never-booked")))),
    lambda s: s.remove(SECOND_TRADE),
    lambda s: s.change(keys.order(s.told.surplus.order.id), received_fen={"N": "1"}),
    lambda s: s.change(_first_refund(s), state={"S": "done"}),
    lambda s: s.remove(keys.order(s.told.wrong.order.id)),
]


@pytest.mark.parametrize("break_it", UNBALANCED)
def test_money_that_is_nowhere_or_twice_is_noticed(shelf: Shelf, break_it: Callable[[Shelf], None]) -> None:
    shelf.told = shelf.told._replace(taken=list(shelf.told.taken))
    break_it(shelf)
    assert unbalanced(WholeStore(shelf.items, SEALER), shelf.told.taken)


def test_what_a_provider_gave_back_is_held_against_what_we_booked(shelf: Shelf) -> None:
    store = WholeStore(shelf.items, SEALER)
    refund = store.refunds[refund_number(shelf.told.surplus.order.id, 0)]
    assert given_back_otherwise(store, []) == []
    assert given_back_otherwise(store, [refund]) == [], "the answer may still be on its way"
    assert unbalanced(store, shelf.told.taken, [refund]), "but it must have come once nothing is under way"
    for unheard_of in (replace(refund, id=RefundId("another")), replace(refund, amount_fen=1)):
        assert given_back_otherwise(store, [unheard_of])
    shelf.change(_first_refund(shelf), state={"S": "done"})
    booked = WholeStore(shelf.items, SEALER)
    assert given_back_otherwise(booked, [])
    assert given_back_otherwise(booked, [refund]) == []
    assert unbalanced(booked, shelf.told.taken, [refund]) == []


def test_what_should_be_used_up_is_noticed(shelf: Shelf) -> None:
    store = WholeStore(shelf.items, SEALER)
    kept = Exchange(keys.username("candidate_1"), keys.phone(shelf.told.waiting.phone, SEALER))
    gone = Exchange(keys.username("candidate_9"), keys.phone(shelf.told.waiting.phone, SEALER))
    assert [violation.checker for violation in spent_twice(store, [kept, gone])] == ["spent_twice"]


def _first_refund(shelf: Shelf) -> Key:
    return money_keys.refund(refund_number(shelf.told.surplus.order.id, 0))


def _number(shelf: Shelf) -> dict[str, str]:
    return {"S": refund_number(shelf.told.surplus.order.id, 0)}


def _paying_order(shelf: Shelf) -> Key:
    item = shelf.items[shelf.registration_of(shelf.told.surplus)]
    return keys.order(OrderId(item["paid_order_id"]["S"]))


def _failure_of_what_is_under_way(shelf: Shelf) -> Items:
    number = discrepancy_id(DiscrepancyKind.REFUND_FAILED, "alipay", _number(shelf)["S"])
    item = {**shelf.items[SECOND_TRADE], "discrepancy_id": {"S": number}, "kind": {"S": "refund_failed"}}
    return {money_keys.discrepancy(number): item}


def _mismatch(shelf: Shelf) -> Key:
    (money,) = [taken for taken in shelf.told.taken if taken.amount_fen == 1]
    kind = DiscrepancyKind.MISMATCH
    return money_keys.discrepancy(discrepancy_id(kind, "alipay", money.trade.trade_no))


def _live_key(shelf: Shelf) -> Key:
    account = shelf.told.waiting
    return keys.live(a_payable_registration(account).exam_id, account.identity, SEALER)


def _closed_commitment(shelf: Shelf) -> Key:
    account = shelf.told.waiting
    return keys.closed_commitment(a_payable_registration(account).exam_id, account.identity, SEALER)


def _under_review(shelf: Shelf) -> Key:
    return keys.registration(shelf.told.waiting.id, a_payable_registration(shelf.told.waiting, 4).id)


def _material_count(shelf: Shelf) -> Key:
    return keys.material_count(shelf.told.waiting.id, a_payable_registration(shelf.told.waiting, 4).id)


def _request(shelf: Shelf) -> Key:
    registration = a_payable_registration(shelf.told.waiting, 4)
    return change_keys.request(shelf.told.waiting.id, registration.id, REQUEST)


def _count(shelf: Shelf) -> Key:
    return keys.credential_count(shelf.told.live.payer.account.id)
