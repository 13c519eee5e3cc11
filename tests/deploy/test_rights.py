"""Each job may do to the tables what it does in every turn it can take, and nothing else.

Nowhere but in the cloud is a policy enforced, so a right that is missing would be found there, at night.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import Any

import pytest

import app
from chalicelib import wiring
from chalicelib.domain.bill import BilledPayment, day_begins
from chalicelib.domain.china import china_date
from chalicelib.domain.ids import OrderId, TradeNo
from chalicelib.domain.material import CleanFile, MaterialState
from chalicelib.domain.payment import Money, PaymentOrder, Trade
from chalicelib.domain.registration import Registration, State
from chalicelib.domain.verification import Outcome
from chalicelib.storage import keys
from chalicelib.storage.connection import Tables
from chalicelib.usecases.ports import CheckRequest, place_of
from tests.builders import (
    NOW,
    VERIFYING,
    a_credential,
    a_payable_registration,
    a_registration,
    an_account,
    an_exam,
    an_offering,
    money_for,
)
from tests.builders_material import a_material
from tests.contracts.given import opened, ordered, payable, put_exam, stored
from tests.contracts.stores import Stores, stores_over
from tests.deploy.rights import Right, rights_of, rights_used
from tests.dynamo import fresh_tables, moto_connection
from tests.fakes import World
from tests.fakes.bills import FakeBill
from tests.fakes.materials import FakeFiles
from tests.fakes.outside import FakePaymentProvider, FakeSms, FakeVerification


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """The product over real tables, with the outside at hand."""

    tables: Tables
    stores: Stores
    provider: FakePaymentProvider
    sms: FakeSms
    verification: FakeVerification
    files: FakeFiles
    used: set[Right]

    def start(self, function: str, event: dict[str, Any]) -> Any:
        """Run a function as Lambda would, and note what it does to the tables."""
        with rights_used(self.tables) as used:
            answer = app.app.handler_map[function](event, None)
        self.used.update(used)
        return answer


@pytest.fixture
def running() -> Iterator[Running]:
    """The product installed over fresh tables."""
    before = list(wiring._installed)
    with moto_connection() as connection:
        tables = fresh_tables(connection)
        world, stores = World(), stores_over(tables)
        # Real where there is a store for it, otherwise the world's.
        named = {
            port.name: getattr(stores, port.name, None) or getattr(world, port.name)
            for port in fields(wiring.Services)
            if hasattr(world, port.name)
        }
        providers = {world.provider.name: world.provider}
        wiring.install(
            wiring.Services(**named, providers=providers, verification_poll_s=(900,), cookie_secure=True)
        )
        put_exam(stores.exams, an_exam(), [an_offering()])
        yield Running(
            tables=tables,
            stores=stores,
            provider=world.provider,
            sms=world.sms,
            verification=world.verification,
            files=world.material_files,
            used=set(),
        )
    wiring._installed[:] = before


TICK: dict[str, Any] = dict.fromkeys(
    ("version", "id", "detail-type", "source", "account", "time", "region", "resources"), ""
) | {"detail": {}}


def record(old: dict[str, Any] | None, new: dict[str, Any] | None) -> dict[str, Any]:
    image = new or old or {}
    change: dict[str, Any] = {
        "Keys": {name: image[name] for name in ("pk", "sk")},
        "SequenceNumber": "1",
        "ApproximateCreationDateTime": 0,
        "SizeBytes": 1,
        "StreamViewType": "NEW_AND_OLD_IMAGES",
    }
    change |= {"OldImage": old} if old else {}
    change |= {"NewImage": new} if new else {}
    return {
        "Records": [
            {
                "eventName": "REMOVE" if new is None else "MODIFY" if old else "INSERT",
                "eventID": "1",
                "eventSourceARN": "arn",
                "awsRegion": "cn-north-1",
                "dynamodb": change,
            }
        ]
    }


def began(account_id: str, sk: str) -> dict[str, Any]:
    return record(
        None, {"pk": {"S": f"ACCOUNT#{account_id}"}, "sk": {"S": sk}, "check_state": {"S": "verifying"}}
    )


def verifications_begin(running: Running) -> None:
    account = opened(running.stores, an_account(identity_check=VERIFYING))
    credential = a_credential(account, check=VERIFYING)
    running.stores.credentials.add(credential)
    answer = running.start("verify_stream", began(account.id, "ACCOUNT"))
    assert answer == {"batchItemFailures": []}
    running.start("verify_stream", began(account.id, f"CREDENTIAL#{credential.id}"))
    assert len(running.verification.submitted) == 2


def verifications_are_polled(running: Running) -> None:
    account = opened(running.stores, an_account(identity_check=VERIFYING))
    credential = a_credential(account, check=VERIFYING)
    running.stores.credentials.add(credential)
    running.stores.clock.advance(seconds=1)
    running.start("poll_verifications", TICK)
    running.verification.answer(CheckRequest(account.identity), Outcome.MATCHED)
    running.verification.answer(CheckRequest(account.identity, credential.facts), Outcome.NOT_FOUND)
    running.stores.clock.advance(seconds=901)
    assert running.start("poll_verifications", TICK)["settled"] == 2


def a_candidate_is_told(running: Running) -> None:
    registration = payable(running.stores)
    opened(running.stores, an_account())
    moved = {
        "pk": {"S": f"ACCOUNT#{registration.account_id}"},
        "sk": {"S": f"REGISTRATION#{registration.id}"},
        "account_id": {"S": registration.account_id},
        "registration_id": {"S": registration.id},
        "version": {"N": "3"},
    }
    before, after = (moved | {"state": {"S": state.value}} for state in (State.UNDER_REVIEW, State.PAYABLE))
    running.start("notify_stream", record(before, after))
    assert len(running.sms.sent) == 1


def every_kind_of_order_is_swept(running: Running) -> None:
    stores, provider = running.stores, running.provider
    orders = {
        name: ordered(stores, number)[1]
        for number, name in enumerate(("paid", "wrong", "late", "left", "unknown", "alone"), 1)
    }
    provider.pay(orders["paid"])
    provider.pay(orders["wrong"], amount_fen=1)
    provider.pay(orders["late"], paid_at=NOW + timedelta(days=9))
    provider.visit(orders["left"])
    # An order that its registration no longer waits for.
    seen = stored(stores, ordered(stores, 7)[0])
    stores.registrations.replace(seen, replace(seen, open_order_id=None))
    stores.clock.advance(hours=3)
    swept = running.start("sweep_payments", TICK)
    assert (swept["due"], swept["asked"]) == (7, 7)
    states = {name: stores.orders.get(order.id) for name, order in orders.items()}
    assert {name: order and order.state.value for name, order in states.items()} == {
        "paid": "paid",
        "wrong": "mismatch",
        "late": "surplus",
        "left": "closed",
        "unknown": "closed",
        "alone": "closed",
    }


def a_bill_is_held_against_our_books(running: Running) -> None:
    stores, provider = running.stores, running.provider
    yesterday = china_date(NOW)
    numbered = {number: ordered(stores, number)[1] for number in (1, 2, 3, 4)}
    known, learnt, surplus, gone = numbered.values()
    for order in (known, gone):
        stores.orders.settle(order, money_for(order), now=NOW)
    stores.registrations.replace(
        seen := stored(stores, registration_of(surplus)),
        replace(seen, state=State.SUPERSEDED, open_order_id=None),
    )
    provider.pay(learnt)
    provider.pay(surplus)
    unknown = money_for(known, order_id=OrderId("x" * 20), trade=Trade("alipay", TradeNo("unknown")))
    rows = [billed(money_for(order)) for order in (known, learnt, surplus)] + [billed(unknown)]
    provider.bills[yesterday] = FakeBill(list(rows))
    provider.bills[yesterday + timedelta(days=1)] = FakeBill()
    stores.clock.move_to(day_begins(yesterday + timedelta(days=2)) + timedelta(hours=13))
    running.start("fetch_bills", TICK)
    report = stores.bills.report("alipay", yesterday)
    assert report is not None
    assert (report.confirmed, report.differing, report.waiting) == (3, 1, 1)


def registration_of(order: PaymentOrder) -> Registration:
    number = int(order.id[-4:])
    return a_payable_registration(an_account(number), number)


def billed(money: Money) -> BilledPayment:
    return BilledPayment(
        order_id=money.order_id, trade=money.trade, amount_fen=money.amount_fen, paid_at=money.paid_at
    )


def what_was_given_up_is_forgotten(running: Running) -> None:
    stores, account = running.stores, an_account()
    registration = a_registration(account)
    stores.registrations.start(registration, account.identity)
    accepted = a_material(registration)
    stores.materials.begin(replace(accepted, state=MaterialState.UPLOADED), registration)
    stores.registrations.give_up(registration, account.identity)
    running.files.keep(place_of(accepted), CleanFile(b"clean"), accepted.content_type)
    key = keys.material(account.id, registration.id, accepted.id)
    gone = {"account_id": {"S": account.id}, "registration_id": {"S": registration.id}}
    of_material = gone | {"authority_id": {"S": accepted.authority_id}, "material_id": {"S": accepted.id}}
    beside = keys.registration(account.id, registration.id)
    running.start("forget_stream", record(gone | {"pk": {"S": beside.pk}, "sk": {"S": beside.sk}}, None))
    assert stores.materials.of(account.id, registration.id) == []
    running.start("forget_stream", record(of_material | {"pk": {"S": key.pk}, "sk": {"S": key.sk}}, None))
    assert running.files.kept == {}


@pytest.mark.parametrize(
    ("function", "turns"),
    [
        ("forget_stream", what_was_given_up_is_forgotten),
        ("verify_stream", verifications_begin),
        ("poll_verifications", verifications_are_polled),
        ("notify_stream", a_candidate_is_told),
        ("sweep_payments", every_kind_of_order_is_swept),
        ("fetch_bills", a_bill_is_held_against_our_books),
    ],
)
def test_a_job_has_the_rights_it_uses_and_no_other(
    running: Running, function: str, turns: Callable[[Running], None]
) -> None:
    turns(running)
    assert running.used == rights_of(function)
