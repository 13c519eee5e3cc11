"""Where authorities lie, and the passwords that their clerks give out."""

from chalicelib.domain.ids import AccountId, AuthorityId
from chalicelib.storage.keys import Key, Table


def authority(authority_id: AuthorityId) -> Key:
    """An authority itself."""
    return Key(Table.RECORDS, f"AUTHORITY#{authority_id}", "AUTHORITY")


def one_time_password(account_id: AccountId) -> Key:
    """The password that a clerk gave out for an account: one, for the key is the account's."""
    return Key(Table.EPHEMERA, f"ONETIME#{account_id}", "ONETIME")
