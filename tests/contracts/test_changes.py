"""What the stream's records tell: the rows that the stores really write, read as the stream's images."""

from dataclasses import replace
from datetime import timedelta

import pytest
from pynamodb.connection import Connection

from chalicelib.domain.discrepancy import DiscrepancyKind, about_money
from chalicelib.domain.registration import State
from chalicelib.domain.verification import Verification, VerificationState
from chalicelib.storage.changes import (
    Change,
    CheckBegan,
    DiscrepancyOpened,
    RegistrationGone,
    RegistrationMoved,
    read_change,
)
from chalicelib.storage.connection import Item, Tables
from tests.builders import (
    NOW,
    VERIFYING,
    a_credential,
    a_registration,
    an_account,
    an_entry,
    money_for,
)
from tests.contracts.given import opened, ordered
from tests.contracts.stores import stores_over
from tests.dynamo import fresh_tables, whole_table

pytestmark = pytest.mark.emulator
ACCOUNT = an_account(identity_check=VERIFYING)


def by_place(tables: Tables) -> dict[tuple[str, str], Item]:
    return {(item["pk"]["S"], item["sk"]["S"]): item for item in whole_table(tables)}


class Watched:
    """Stores whose changes are told as the stream would tell them."""

    def __init__(self, connection: Connection) -> None:
        self._tables = fresh_tables(connection)
        self.stores = stores_over(self._tables)
        self._seen = by_place(self._tables)

    def changes(self) -> list[Change]:
        """What was told since the last time."""
        now = by_place(self._tables)
        places = sorted(now.keys() | self._seen.keys())
        told = [read_change(self._seen.get(place), now.get(place)) for place in places]
        self._seen = now
        return [change for change in told if change]


@pytest.fixture
def watched(emulated: Connection) -> Watched:
    return Watched(emulated)


def test_what_is_new_and_unverified_is_told_once(watched: Watched) -> None:
    opened(watched.stores, ACCOUNT)
    credential = a_credential(ACCOUNT, check=VERIFYING)
    watched.stores.credentials.add(credential)
    watched.stores.credentials.add(a_credential(ACCOUNT, 2))
    began = [CheckBegan(ACCOUNT.id, None), CheckBegan(ACCOUNT.id, credential.id)]
    assert watched.changes() == began
    check = watched.stores.pending_checks.find(ACCOUNT.id, credential.id)
    assert check is not None
    watched.stores.pending_checks.claim(check, until=NOW + timedelta(hours=1), submitted=True)
    watched.stores.accounts.settle_identity(ACCOUNT.id, Verification(VerificationState.VERIFIED, NOW))
    assert watched.changes() == []


def test_a_registration_is_told_of_when_its_state_changes(watched: Watched) -> None:
    draft = a_registration(ACCOUNT)
    watched.stores.registrations.start(draft, ACCOUNT.identity)
    assert watched.changes() == []
    waiting = replace(draft, state=State.UNDER_REVIEW, confirmed_at=NOW, version=2)
    watched.stores.registrations.replace(draft, waiting)
    assert watched.changes() == [RegistrationMoved(ACCOUNT.id, draft.id, State.UNDER_REVIEW, 2)]
    watched.stores.registrations.give_up(waiting, ACCOUNT.identity)
    assert watched.changes() == [RegistrationGone(ACCOUNT.id, draft.id)]


def test_money_is_told_of_as_a_paid_registration(watched: Watched) -> None:
    registration, order = ordered(watched.stores)
    assert watched.changes() == []
    watched.stores.orders.settle(order, money_for(order), now=NOW)
    paid = RegistrationMoved(registration.account_id, registration.id, State.PAID, registration.version + 1)
    assert watched.changes() == [paid]


def test_money_that_waits_for_a_person_is_told_of_once_and_again_when_it_comes_back(watched: Watched) -> None:
    _, order = ordered(watched.stores)
    watched.changes()
    noticed = about_money(DiscrepancyKind.SECOND_TRADE, money_for(order), now=NOW)
    for _ in range(2):
        watched.stores.discrepancies.note(noticed)
    assert watched.changes() == [DiscrepancyOpened(noticed.id, noticed.kind)]
    watched.stores.discrepancies.settle(noticed, an_entry())
    assert watched.changes() == []
