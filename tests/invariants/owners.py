"""Claims and their owners, records and their count, and what is used up."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from chalicelib.domain.account import MOST_ACCOUNTS_UNDER_ONE_ID_NUMBER, Account
from chalicelib.domain.credential import MOST_CREDENTIALS
from chalicelib.domain.ids import AccountId
from chalicelib.domain.registration import LEFT, Commitment
from chalicelib.storage import keys
from chalicelib.storage.keys import Key
from chalicelib.storage.tables import ClaimRow, CredentialCountRow, CredentialRow, IdNumberRow
from tests.invariants.checking import Violation, checker
from tests.whole_store import WholeStore


@dataclass(frozen=True, slots=True)
class Exchange:
    """Something that is used up in the write that gives something else."""

    spent: Key
    given: Key
    """Where what is given lies, or how its place begins."""


@checker
def usernames(store: WholeStore) -> Iterator[str]:
    """Each account has its username, each username its account; a closed account keeps it."""
    held = {(keys.username(account.username), account.id) for account in store.accounts}
    yield from _claims(store, "USERNAME#", must=held, may=held)


@checker
def phones(store: WholeStore) -> Iterator[str]:
    """One phone, one account."""
    yield from _claims(
        store,
        "PHONE#",
        must={(keys.phone(account.phone, store.sealer), account.id) for account in _in_use(store)},
        may={(keys.phone(account.phone, store.sealer), account.id) for account in store.accounts},
    )


@checker
def persons(store: WholeStore) -> Iterator[str]:
    """One name with one ID number, one account."""
    yield from _claims(
        store,
        "PERSON#",
        must={(keys.person(account.identity, store.sealer), account.id) for account in _in_use(store)},
        may={(keys.person(account.identity, store.sealer), account.id) for account in store.accounts},
    )


@checker
def id_numbers(store: WholeStore) -> Iterator[str]:
    """An ID number knows the accounts under it, and they it; only a full list may have pushed one out."""
    lists = {key: row.account_ids for key, row in store.rows(IdNumberRow, pk="IDNUMBER#", sk="ACCOUNTS")}
    found = {(key, account_id) for key, accounts in lists.items() for account_id in accounts}
    must, may = (
        {(keys.id_number(account.identity.id_number, store.sealer), account.id) for account in accounts}
        for accounts in (_in_use(store), store.accounts)
    )
    for key, account_id in (found - may) | (must - found):
        is_full = len(lists.get(key, ())) == MOST_ACCOUNTS_UNDER_ONE_ID_NUMBER
        if (key, account_id) in found or not is_full:
            yield f"{key.pk} and account {account_id} do not know each other"
    for key, accounts in lists.items():
        if len(accounts) > MOST_ACCOUNTS_UNDER_ONE_ID_NUMBER:
            yield f"{key.pk} has {len(accounts)} accounts"


def _in_use(store: WholeStore) -> list[Account]:
    """Accounts that no clerk has closed; a closed one loses all claims but its username a moment later."""
    return [account for account in store.accounts if account.released_at is None]


@checker
def commitments(store: WholeStore) -> Iterator[str]:
    """Once closed for an ID number, no registration that is still alive has adopted it."""
    identities = {account.id: account.identity for account in store.accounts}
    for registration in store.registrations.values():
        identity, signature = identities.get(registration.account_id), registration.signature
        if identity is None or signature is None or registration.state in LEFT:
            continue
        closed = keys.closed_commitment(registration.exam_id, identity, store.sealer) in store.items
        if closed and signature.commitment is Commitment.ADOPTED:
            yield f"registration {registration.id} has adopted what is closed"
        if not closed and signature.commitment in (Commitment.DECLINED, Commitment.WITHDRAWN):
            yield f"registration {registration.id} is {signature.commitment}, but nothing is closed"


_Holdings = set[tuple[Key, AccountId]]


def _claims(store: WholeStore, beginning: str, *, must: _Holdings, may: _Holdings) -> Iterator[str]:
    found = {key: AccountId(row.account_id) for key, row in store.rows(ClaimRow, pk=beginning, sk="CLAIM")}
    for key, account_id in must:
        if found.get(key) != account_id:
            yield f"account {account_id} should have {key.pk}, which is {found.get(key, 'nobody')}'s"
    for key, owner in found.items():
        if (key, owner) not in may:
            yield f"{key.pk} is account {owner}'s, which does not have it"


@checker
def live_keys(store: WholeStore) -> Iterator[str]:
    """One registration for each ID number, exam and year."""
    identities = {account.id: account.identity for account in store.accounts}
    found = {key: row.registration_id for key, row in store.rows(ClaimRow, pk="LIVE#", sk="CLAIM")}
    wanted = set()
    for registration in store.registrations.values():
        identity = identities.get(registration.account_id)
        if identity is None:
            yield f"registration {registration.id} has no account"
            continue
        if registration.state in LEFT:
            continue
        key = keys.live(registration.exam_id, identity, store.sealer)
        wanted.add(key)
        if found.get(key) != registration.id:
            yield (
                f"registration {registration.id} should have {key.pk}, which is {found.get(key, 'nobody')}'s"
            )
    for key in found.keys() - wanted:
        yield f"{key.pk} is for registration {found[key]}, which is not there"


@checker
def credential_counts(store: WholeStore) -> Iterator[str]:
    """The count says how many records there are, and they are at most five."""
    there = Counter(key.pk for key, _ in store.rows(CredentialRow, pk="ACCOUNT#", sk=keys.CREDENTIALS))
    counted = {
        key.pk: row.credentials
        for key, row in store.rows(CredentialCountRow, pk="ACCOUNT#", sk="CREDENTIALS")
        if key.sk == "CREDENTIALS"
    }
    for pk in there.keys() | counted.keys():
        if there[pk] != counted.get(pk, 0) or there[pk] > MOST_CREDENTIALS:
            yield f"{pk} has {there[pk]} records and counts {counted.get(pk, 0)}"


def spent_twice(store: WholeStore, exchanges: Iterable[Exchange]) -> list[Violation]:
    """What was used up for something is gone as soon as that is there."""
    return [
        Violation("spent_twice", f"{exchange.spent.pk} is still there beside {key.pk}")
        for exchange in exchanges
        for key in store.items
        if exchange.spent in store.items
        and key.table is exchange.given.table
        and key.pk.startswith(exchange.given.pk)
    ]
