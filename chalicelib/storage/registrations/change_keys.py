"""Where requests for a change lie, and in which queue they wait."""

from chalicelib.domain.ids import AccountId, AuthorityId, ChangeRequestId, RegistrationId
from chalicelib.storage.keys import REVIEW_SHARDS, Key, Table, shard_of


def of_registration(registration_id: RegistrationId) -> str:
    """Every request for a change of a registration begins so."""
    return f"CHANGE#{registration_id}#"


def request(account_id: AccountId, registration_id: RegistrationId, request_id: ChangeRequestId) -> Key:
    """A request for a change, beside its account."""
    return Key(Table.RECORDS, f"ACCOUNT#{account_id}", f"{of_registration(registration_id)}{request_id}")


def shard(authority_id: AuthorityId, request_id: ChangeRequestId) -> str:
    """The part of an authority's queue of requests in which one waits."""
    return shard_of(queue(authority_id), request_id, REVIEW_SHARDS)


def queue(authority_id: AuthorityId) -> str:
    """The authority's queue of requests for a change: in the index of reviews, apart from them."""
    return f"{authority_id}.changes"
