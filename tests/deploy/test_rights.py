"""Each job may do to the tables what it does in every turn it can take, and nothing else.

Nowhere but in the cloud is a policy enforced, so a right that is missing would be found there, at night.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

import app
from chalicelib import wiring
from chalicelib.domain.registration import State
from chalicelib.domain.verification import Outcome
from chalicelib.storage.connection import Tables
from chalicelib.usecases.ports import CheckRequest
from tests.builders import (
    NOW,
    VERIFYING,
    a_credential,
    an_account,
    an_exam,
    an_offering,
)
from tests.contracts.given import opened, ordered, payable, stored
from tests.contracts.stores import Stores, stores_over
from tests.deploy.rights import Right, rights_of, rights_used
from tests.dynamo import fresh_tables, moto_connection
from tests.fakes.means import FakePasswords, FakeRandomness, FakeSealer
from tests.fakes.outside import FakePaymentProvider, FakeSms, FakeVerification


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """The product over real tables, with the outside at hand."""

    tables: Tables
    stores: Stores
    provider: FakePaymentProvider
    sms: FakeSms
    verification: FakeVerification
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
        stores, provider = stores_over(tables), FakePaymentProvider()
        sms, verification = FakeSms(), FakeVerification()
        named = {name: getattr(stores, name) for name in stores.__slots__}
        wiring.install(
            wiring.Services(
                **named,
                sealer=FakeSealer(),
                passwords=FakePasswords(),
                randomness=FakeRandomness(),
                providers={provider.name: provider},
                sms=sms,
                verification=verification,
                verification_poll_s=(900,),
                cookie_secure=True,
            )
        )
        stores.exams.put(an_exam(), [an_offering()])
        yield Running(
            tables=tables,
            stores=stores,
            provider=provider,
            sms=sms,
            verification=verification,
            used=set(),
        )
    wiring._installed[:] = before


TICK: dict[str, Any] = dict.fromkeys(
    ("version", "id", "detail-type", "source", "account", "time", "region", "resources"), ""
) | {"detail": {}}


def record(old: dict[str, Any] | None, new: dict[str, Any]) -> dict[str, Any]:
    change: dict[str, Any] = {
        "Keys": {name: new[name] for name in ("pk", "sk")},
        "NewImage": new,
        "SequenceNumber": "1",
        "ApproximateCreationDateTime": 0,
        "SizeBytes": 1,
        "StreamViewType": "NEW_AND_OLD_IMAGES",
    }
    if old:
        change["OldImage"] = old
    return {
        "Records": [
            {
                "eventName": "MODIFY" if old else "INSERT",
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
    assert running.start("poll_verifications", TICK) == {"settled": 2}


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
    assert running.start("sweep_payments", TICK) == {"due": 7, "asked": 7}
    states = {name: stores.orders.get(order.id) for name, order in orders.items()}
    assert {name: order and order.state.value for name, order in states.items()} == {
        "paid": "paid",
        "wrong": "mismatch",
        "late": "surplus",
        "left": "closed",
        "unknown": "closed",
        "alone": "closed",
    }


@pytest.mark.parametrize(
    ("function", "turns"),
    [
        ("verify_stream", verifications_begin),
        ("poll_verifications", verifications_are_polled),
        ("notify_stream", a_candidate_is_told),
        ("sweep_payments", every_kind_of_order_is_swept),
    ],
)
def test_a_job_has_the_rights_it_uses_and_no_other(
    running: Running, function: str, turns: Callable[[Running], None]
) -> None:
    turns(running)
    assert running.used == rights_of(function)
