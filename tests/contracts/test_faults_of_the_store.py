"""What only the real stores can get wrong: lost answers, busy items, data in the clear, old answers."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from pynamodb.connection import Connection
from pynamodb.exceptions import VerboseClientError

from chalicelib.storage.connection import Tables
from chalicelib.storage.registrations.exams import DynamoExams
from chalicelib.usecases.ports import Recovery, Session, StaleWriteError
from tests.builders import (
    EXAM_ID,
    NOW,
    VERIFYING,
    a_credential,
    a_payable_registration,
    a_registration,
    an_account,
    an_exam,
    an_offering,
    an_order,
    money_for,
)
from tests.contracts.given import opened, ordered, payable, put_exam, stored, stored_order
from tests.contracts.stores import Stores, stores_over
from tests.dynamo import fresh_tables, whole_table
from tests.fakes.means import FakeClock, FakeSealer
from tests.faults.injection import Fault, Mode, cancelled

pytestmark = pytest.mark.emulator
ACCOUNT = an_account()


@pytest.fixture
def tables(emulated: Connection) -> Tables:
    return fresh_tables(emulated)


@pytest.fixture
def real(tables: Tables) -> Stores:
    return stores_over(tables)


def write_registration(real: Stores) -> None:
    real.registrations.start(a_registration(ACCOUNT), ACCOUNT.identity)


def open_account(real: Stores) -> None:
    opened(real, ACCOUNT)


def add_credential(real: Stores) -> None:
    real.credentials.add(a_credential(ACCOUNT))


def pay(real: Stores) -> None:
    _, order = ordered(real)
    real.orders.settle(order, money_for(order), now=NOW)


def change(real: Stores) -> None:
    seen = payable(real)
    real.registrations.replace(seen, replace(seen, version=seen.version + 1))


def claim_order(real: Stores) -> None:
    _, order = ordered(real)
    assert real.orders.claim(order, due_at=NOW + timedelta(minutes=1), now=NOW)


def claim_check(real: Stores) -> None:
    real.credentials.add(a_credential(ACCOUNT, check=VERIFYING))
    check = real.pending_checks.due(now=NOW + timedelta(seconds=1), at_most=1)[0]
    assert real.pending_checks.claim(check, until=NOW + timedelta(minutes=1), submitted=True)


@pytest.mark.parametrize(
    "write", [write_registration, open_account, add_credential, pay, change, claim_order, claim_check]
)
def test_a_lost_answer_makes_no_write_refuse_itself(
    emulated: Connection, write: Callable[[Stores], None]
) -> None:
    for call in range(1, 10):
        fault, real = Fault(emulated, call, Mode.LOST), stores_over(fresh_tables(emulated))
        with fault.armed():
            write(real)
        if not fault.happened:
            assert call > 1
            return
    pytest.fail("more calls than expected")


def test_a_lost_answer_counts_no_credential_twice(emulated: Connection, real: Stores) -> None:
    for number in range(1, 6):
        with Fault(emulated, 1, Mode.LOST).armed():
            real.credentials.add(a_credential(ACCOUNT, number))
    assert len(real.credentials.of(ACCOUNT.id)) == 5


def test_a_write_that_meets_another_is_tried_once_more(emulated: Connection, real: Stores) -> None:
    _, order = ordered(real)
    with cancelled(emulated, "TransactionConflict", times=1) as met:
        real.orders.settle(order, money_for(order), now=NOW)
    assert len(met) == 1
    assert stored_order(real, order).settled_at == NOW


def test_a_write_that_keeps_meeting_others_is_stale(emulated: Connection, real: Stores) -> None:
    _, order = ordered(real)
    with cancelled(emulated, "TransactionConflict", times=2) as met, pytest.raises(StaleWriteError):
        real.orders.settle(order, money_for(order), now=NOW)
    assert len({json.loads(body)["ClientRequestToken"] for body in met}) == 1
    assert stored_order(real, order) == order


def test_what_is_no_refusal_and_no_conflict_rises_as_it_is(emulated: Connection, real: Stores) -> None:
    registration = payable(real)
    with cancelled(emulated, "ThrottlingError", times=9), pytest.raises(VerboseClientError):
        real.orders.open(an_order(registration), registration, None)
    assert stored(real, registration) == registration


def test_nothing_personal_lies_in_the_clear(real: Stores, tables: Tables) -> None:
    account = opened(real, ACCOUNT)
    credential = a_credential(account)
    real.credentials.add(credential)
    registration = a_payable_registration(account)
    real.registrations.start(registration, account.identity)
    order = an_order(registration)
    real.orders.open(order, registration, None)
    real.orders.keep_notice("alipay", b"buyer_logon_id=138****0001", "settled", now=NOW)
    real.sessions.put(Session(token_hash="t", account_id=account.id, epoch=1, expires_at=NOW))
    real.recoveries.put(
        Recovery(id="r", account_id=account.id, failures=0, reset_token_hash=None, expires_at=NOW)  # type: ignore[arg-type]
    )
    lies_there = json.dumps(whole_table(tables), default=repr, ensure_ascii=False)
    secrets = {
        "name": account.identity.name,
        "ID number": account.identity.id_number,
        "phone": account.phone,
        "answers": account.security_answers_hash,
        "certificate": credential.facts.certificate_no,
        "school": credential.facts.school,
        "payer": "buyer_logon_id",
    }
    assert account.username in lies_there
    assert [what for what, secret in secrets.items() if secret in lies_there] == []


def test_what_expires_is_swept_away_no_sooner_than_it_ends(real: Stores, tables: Tables) -> None:
    opened(real, ACCOUNT)
    real.sessions.put(Session(token_hash="t", account_id=ACCOUNT.id, epoch=1, expires_at=NOW))
    expiring = [item for item in whole_table(tables) if "expires_at" in item]
    assert expiring
    for item in expiring:
        end_us, swept_s = int(item["ends_at"]["N"]), int(item["expires_at"]["N"])
        assert end_us <= swept_s * 1_000_000 < end_us + 1_000_000


def test_the_catalogue_is_read_again_after_half_a_minute(tables: Tables) -> None:
    clock = FakeClock()
    reader, writer = (DynamoExams(tables=tables, clock=clock, sealer=FakeSealer()) for _ in range(2))
    put_exam(writer, an_exam(), [an_offering()])
    assert reader.get(EXAM_ID) == (an_exam(), [an_offering()])
    assert len(reader.all()) == 1
    put_exam(writer, an_exam(name="改名"), [an_offering()])
    clock.advance(seconds=29)
    assert reader.get(EXAM_ID) == (an_exam(), [an_offering()])
    clock.advance(seconds=1)
    assert reader.get(EXAM_ID) == (an_exam(name="改名", version=2), [an_offering()])
    put_exam(writer, an_exam(), [an_offering()])
    clock.advance(days=-1)
    assert reader.all() == [(an_exam(version=3), [an_offering()])]
