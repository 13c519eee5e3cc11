"""Sessions, by the hash of their token."""

from chalicelib.domain.ids import AccountId
from chalicelib.storage import keys
from chalicelib.storage.attributes import second_not_before
from chalicelib.storage.connection import Tables
from chalicelib.storage.tables import SessionRow
from chalicelib.usecases.ports import Session


class DynamoSessions:
    """`Sessions`. No conditions: nobody else knows the token."""

    def __init__(self, *, tables: Tables) -> None:
        self._tables = tables

    def put(self, session: Session) -> None:
        """Keep a new session."""
        row = SessionRow(
            token_hash=session.token_hash,
            account_id=session.account_id,
            epoch=session.epoch,
            ends_at=session.expires_at,
            expires_at=second_not_before(session.expires_at),
        )
        self._tables.put(keys.session(session.token_hash), row)

    def get(self, token_hash: str) -> Session | None:
        """The session, also when it is over."""
        row = self._tables.read(keys.session(token_hash), SessionRow)
        if row is None:
            return None
        return Session(
            token_hash=row.token_hash,
            account_id=AccountId(row.account_id),
            epoch=row.epoch,
            expires_at=row.ends_at,
        )

    def delete(self, token_hash: str) -> None:
        """End it; unknown is fine."""
        self._tables.delete(keys.session(token_hash))
