"""Sixteen at once where one identity takes another's place, a commitment closes, an account is closed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import count
from time import monotonic

import pytest

from chalicelib.domain.account import Account
from chalicelib.domain.commitment import CommitmentStanding
from chalicelib.domain.errors import AccountReleasedError
from chalicelib.domain.ids import ExamId
from chalicelib.domain.integrity import IntegrityKind, IntegrityRecord
from chalicelib.domain.registration import Commitment, Registration, State
from chalicelib.domain.verification import Verification, VerificationState
from chalicelib.storage.connection import Tables
from chalicelib.usecases.desk.release_identity import release_identity
from chalicelib.usecases.ports import StaleWriteError
from tests.builders import (
    NOW,
    VERIFYING,
    a_payable_registration,
    a_proof,
    a_registration,
    an_account,
    an_entry,
    an_exam,
    an_identity,
    an_order,
    money_for,
)
from tests.contracts.given import opened, proved, put_exam, stored
from tests.contracts.stores import Stores
from tests.races.control import THREADS, at_once, without_conditions
from tests.races.invariants import violations

pytestmark = pytest.mark.emulator
NOT_FOUND = Verification(VerificationState.NOT_FOUND, NOW)
NAMES = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳"


def under_one_number(number: int, check: Verification | None = None) -> Account:
    """One of many accounts under the ID number 1."""
    account = an_account(number, identity=an_identity(1, name=f"王{NAMES[number % len(NAMES)]}"))
    return replace(account, identity_check=check) if check else account


def held(stores: Stores, account: Account) -> Registration:
    registration = a_payable_registration(account, account_id=account.id)
    stores.registrations.start(registration, account.identity)
    return registration


def taking(stores: Stores, loser: Registration, account: Account, number: int) -> Callable[[], object]:
    wanted = a_registration(account, number)
    return partial(stores.registrations.supersede, loser, wanted, account.identity, now=NOW)


def five_of_whom_four_want_the_place(stores: Stores) -> list[Callable[[], object]]:
    """More cannot stand under one ID number; each has four tabs."""
    wrong = opened(stores, under_one_number(0, NOT_FOUND))
    right = [opened(stores, under_one_number(n), shares_id_number=True) for n in range(1, 5)]
    loser = held(stores, wrong)
    return [taking(stores, loser, right[tab % 4], 10 + tab) for tab in range(THREADS)]


def test_one_takes_the_place_and_the_others_decide_again(stores: Stores, tables: Tables) -> None:
    outcomes = at_once(five_of_whom_four_want_the_place(stores))
    refused = [outcome for outcome in outcomes if outcome is not None]
    assert {type(outcome) for outcome in refused} == {StaleWriteError}
    assert len(refused) == THREADS - 1
    assert violations(tables) == []


def test_without_conditions_many_would_take_it(stores: Stores, tables: Tables) -> None:
    actions = five_of_whom_four_want_the_place(stores)
    with without_conditions(tables.connection):
        outcomes = at_once(actions)
    assert outcomes.count(None) > 1
    assert violations(tables) != []


def test_a_place_is_paid_or_taken_and_never_both(stores: Stores, tables: Tables) -> None:
    for turn in range(4):
        exam = ExamId(f"exam-{turn}")
        if turn == 0:
            wrong = opened(stores, under_one_number(0, NOT_FOUND))
            right = opened(stores, under_one_number(1), shares_id_number=True)
        loser = a_payable_registration(wrong, 20 + turn, exam_id=exam)
        stores.registrations.start(loser, wrong.identity)
        order = an_order(loser, 20 + turn)
        stores.orders.open(order, loser, None)
        seen = stored(stores, loser)
        wanted = a_registration(right, 40 + turn, exam_id=exam)
        pay = partial(stores.orders.settle, order, money_for(order), now=NOW)
        take = partial(stores.registrations.supersede, seen, wanted, right.identity, now=NOW)
        outcomes = at_once([pay, take])
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType", "StaleWriteError"]
        assert stored(stores, loser).state is (State.PAID if outcomes[0] is None else State.SUPERSEDED)
    assert violations(tables) == []


def test_a_place_is_kept_by_who_is_verified_first(stores: Stores, tables: Tables) -> None:
    for turn in range(4):
        first = 100 + 10 * turn
        wrong = opened(
            stores, an_account(first, identity=an_identity(first, name="王甲"), identity_check=VERIFYING)
        )
        right = opened(
            stores, an_account(first + 1, identity=an_identity(first, name="王乙")), shares_id_number=True
        )
        loser = held(stores, wrong)
        verified = Verification(VerificationState.VERIFIED, NOW)
        verify = partial(stores.accounts.settle_identity, wrong.id, verified)
        _, taken = at_once([verify, taking(stores, loser, right, first)])
        # Whichever came first: who is verified now and still has the place was never superseded.
        expected = State.PAYABLE if isinstance(taken, StaleWriteError) else State.SUPERSEDED
        assert stored(stores, loser).state is expected
    assert violations(tables) == []


def test_one_newcomer_takes_the_place_of_one_stranger(stores: Stores, tables: Tables) -> None:
    strangers = [
        opened(stores, under_one_number(number, NOT_FOUND), shares_id_number=True) for number in range(5)
    ]

    def joining(number: int) -> Callable[[], object]:
        newcomer = an_account(number, identity=an_identity(1, name=f"李{NAMES[number % len(NAMES)]}"))
        proof = proved(stores, a_proof(token_hash=f"newcomer {number}", phone=newcomer.phone))
        return lambda: stores.accounts.open(
            newcomer, proof=proof, shares_id_number=True, now=NOW, pushing_out=strangers[0]
        )

    outcomes = at_once([joining(number) for number in range(20, 20 + THREADS)])
    refused = [outcome for outcome in outcomes if outcome is not None]
    assert len(refused) == THREADS - 1
    assert {type(outcome) for outcome in refused} == {StaleWriteError}
    found = {account.id for account in stores.accounts.with_id_number(an_identity(1).id_number)}
    assert len(found) == 5
    assert {stranger.id for stranger in strangers[1:]} < found
    assert violations(tables) == []


@dataclass
class Adopter:
    """Adopts the commitment again and again, and notes when each attempt began that went through."""

    stores: Stores
    seen: Registration

    def __call__(self) -> list[float]:
        went_through = []
        for _ in range(6):
            began = monotonic()
            changed = replace(self.seen, version=self.seen.version + 1)
            with suppress(StaleWriteError):
                self.stores.registrations.sign(self.seen, changed, an_identity(1), CommitmentStanding())
                went_through.append(began)
                self.seen = changed
        return went_through


def adopters(stores: Stores) -> list[Adopter]:
    """Each with a registration of its own, all for one ID number and one exam."""
    made = []
    for number in range(1, 8):
        registration = a_payable_registration(an_account(number), number)
        stores.registrations.start(registration, an_identity(number))
        made.append(Adopter(stores, registration))
    return made


def closing_by_declining(stores: Stores) -> Callable[[], float]:
    registration = a_payable_registration(an_account(30), 30)
    stores.registrations.start(registration, an_identity(30))
    assert registration.signature is not None
    signature = replace(registration.signature, commitment=Commitment.DECLINED)
    declined = replace(registration, signature=signature, version=registration.version + 1)

    def close() -> float:
        stores.registrations.sign(registration, declined, an_identity(1), CommitmentStanding())
        return monotonic()

    return close


def closing_by_a_record(stores: Stores) -> Callable[[], float]:
    kind = IntegrityKind.FALSE_COMMITMENT
    record = IntegrityRecord(id="record", kind=kind, decided_on=date(2026, 9, 1), recorded_at=NOW)

    def close() -> float:
        stores.integrity.add(an_identity(1).id_number, record, an_entry())
        return monotonic()

    return close


CLOSINGS = [closing_by_declining, closing_by_a_record]


def adopted_too_late(stores: Stores, closing: Callable[[Stores], Callable[[], float]]) -> list[float]:
    """Attempts that began after the closing was answered, and went through all the same."""
    actions: list[Callable[[], object]] = [closing(stores), *adopters(stores)]
    closed, *attempts = at_once(actions)
    assert isinstance(closed, float), closed
    began = [moment for each in attempts if isinstance(each, list) for moment in each]
    return [moment for moment in began if moment > closed]


@pytest.mark.parametrize("closing", CLOSINGS)
def test_nobody_adopts_what_is_closed(
    stores: Stores, closing: Callable[[Stores], Callable[[], float]]
) -> None:
    assert adopted_too_late(stores, closing) == []


@pytest.mark.parametrize("closing", CLOSINGS)
def test_without_conditions_somebody_would_adopt_it(
    stores: Stores, tables: Tables, closing: Callable[[Stores], Callable[[], float]]
) -> None:
    with without_conditions(tables.connection):
        assert adopted_too_late(stores, closing) != []


@contextmanager
def exams_of(stores: Stores, numbers: range) -> Iterator[list[ExamId]]:
    """So many exams in the catalogue."""
    exams = [an_exam(id=ExamId(f"exam-{number}")) for number in numbers]
    for exam in exams:
        put_exam(stores.exams, exam, [])
    yield [exam.id for exam in exams]


def test_a_closed_account_holds_nothing_whatever_it_starts_meanwhile(stores: Stores, tables: Tables) -> None:
    account = opened(stores, an_account())
    ids = count(1)
    with exams_of(stores, range(THREADS - 1)) as exams:

        def start(exam_id: ExamId) -> None:
            draft = a_registration(account, next(ids), exam_id=exam_id)
            stores.registrations.start(draft, account.identity)

        release = partial(
            release_identity,
            account.id,
            account.identity.id_number,
            an_entry(),
            accounts=stores.accounts,
            registrations=stores.registrations,
            exams=stores.exams,
            now=NOW,
        )
        released, *started = at_once([release, *(partial(start, exam_id) for exam_id in exams)])
        assert released == []
        assert {type(outcome) for outcome in started} <= {type(None), AccountReleasedError, StaleWriteError}
        assert {r.state for r in stores.registrations.of(account.id)} <= {State.SUPERSEDED}
        again = an_account(2, identity=account.identity)
        opened(stores, again)
        for number, exam_id in enumerate(exams, 50):
            stores.registrations.start(a_registration(again, number, exam_id=exam_id), again.identity)
    assert violations(tables) == []
