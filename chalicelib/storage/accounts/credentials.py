"""Education and degree records of accounts: five at most, no two alike, never deleted (FAQ 8)."""

from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.credential import MOST_CREDENTIALS, Credential, CredentialFacts
from chalicelib.domain.errors import CredentialDuplicateError, CredentialLimitError
from chalicelib.domain.ids import AccountId, CredentialId
from chalicelib.domain.verification import Verification
from chalicelib.storage import keys
from chalicelib.storage.audit import with_entry
from chalicelib.storage.checks import check_columns, check_of, settle_check
from chalicelib.storage.connection import Tables
from chalicelib.storage.keys import Table
from chalicelib.storage.sealed import seal, unseal
from chalicelib.storage.tables import ABSENT, PRESENT, CredentialCountRow, CredentialRow
from chalicelib.storage.transaction import Transaction
from chalicelib.usecases.ports import Sealer


class DynamoCredentials:
    """`Credentials`."""

    def __init__(self, *, tables: Tables, sealer: Sealer) -> None:
        self._tables = tables
        self._sealer = sealer

    def of(self, account_id: AccountId) -> tuple[Credential, ...]:
        """All of an account, oldest first, consistent."""
        items = self._tables.query(Table.RECORDS, keys.account(account_id).pk, beginning=keys.CREDENTIALS)
        found = [self._credential(CredentialRow.from_raw_data(item)) for item in items]
        return tuple(sorted(found, key=lambda credential: (credential.added_at, credential.id)))

    def add(self, credential: Credential) -> None:
        """One more record, unless it is there already or there are five."""
        row = CredentialRow(
            credential_id=credential.id,
            account_id=credential.account_id,
            sealed_facts=seal(
                credential.facts,
                context=_context(credential.account_id, credential.id),
                sealer=self._sealer,
            ),
            added_at=credential.added_at,
            **check_columns(credential.account_id, credential.check),
        )
        transaction = Transaction(self._tables).put(
            keys.credential(credential.account_id, credential.id),
            row,
            on=ABSENT,  # the same facts have the same key
            failing=CredentialDuplicateError,
        )
        room = CredentialCountRow.credentials < MOST_CREDENTIALS
        transaction.update(
            keys.credential_count(credential.account_id),
            CredentialCountRow.credentials.add(1),
            on=ABSENT | room,  # the first, or not yet the last
            failing=CredentialLimitError,
        )
        transaction.commit()

    def settle(self, account_id: AccountId, credential_id: CredentialId, check: Verification) -> None:
        """Write the outcome if the record is still being verified; otherwise nothing."""
        settle_check(self._tables, keys.credential(account_id, credential_id), check)

    def enter_pass(
        self, account_id: AccountId, credential_id: CredentialId, exam_code: str, entry: AuditEntry
    ) -> None:
        """A reviewer of an exam passed the record on site; with its audit entry."""
        transaction = with_pass(Transaction(self._tables), account_id, credential_id, exam_code)
        with_entry(transaction, entry, self._sealer).commit()

    def _credential(self, row: CredentialRow) -> Credential:
        return Credential(
            id=CredentialId(row.credential_id),
            account_id=AccountId(row.account_id),
            facts=unseal(
                row.sealed_facts,
                CredentialFacts,
                context=_context(row.account_id, row.credential_id),
                sealer=self._sealer,
            ),
            check=check_of(row),
            added_at=row.added_at,
            review_passes=frozenset(row.review_passes or ()),
        )


def with_pass(
    transaction: Transaction, account_id: AccountId, credential_id: CredentialId, exam_code: str
) -> Transaction:
    """The transaction, in which a reviewer's pass for an exam is remembered with the credential (FAQ 8)."""
    return transaction.update(
        keys.credential(account_id, credential_id),
        CredentialRow.review_passes.add({exam_code}),
        on=PRESENT,  # there is such a record
    )


def _context(account_id: str, credential_id: str) -> str:
    return f"credential.facts#{account_id}#{credential_id}"
