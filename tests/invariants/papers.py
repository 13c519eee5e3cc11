"""What lies beside registrations: material and its count, requests for a change and who waits for them."""

from collections import Counter
from collections.abc import Iterator

from chalicelib.domain.change import ChangeState
from chalicelib.domain.ids import AccountId, AuthorityId, ChangeRequestId, RegistrationId
from chalicelib.storage import keys
from chalicelib.storage.materials.rows import MaterialCountRow, MaterialRow
from chalicelib.storage.registrations import change_keys
from chalicelib.storage.registrations.rows import ChangeRequestRow
from tests.invariants.checking import checker
from tests.whole_store import WholeStore


@checker
def material_counts(store: WholeStore) -> Iterator[str]:
    """The count of a registration says how many materials there are; of one given up nothing is asked."""
    there = Counter(
        RegistrationId(row.registration_id)
        for _, row in store.rows(MaterialRow, pk="ACCOUNT#", sk=keys.MATERIALS)
    )
    for registration in store.registrations.values():
        key = keys.material_count(registration.account_id, registration.id)
        row = store.row(key, MaterialCountRow)
        counted = row.materials if row else 0
        if counted != there[registration.id]:
            yield f"registration {registration.id} has {there[registration.id]} materials, counts {counted}"


@checker
def change_requests(store: WholeStore) -> Iterator[str]:
    """A registration waits for the one request that is open, which waits in the queue of its authority."""
    for _, row in store.rows(ChangeRequestRow, pk="ACCOUNT#", sk="CHANGE#"):
        registration = store.registrations.get(RegistrationId(row.registration_id))
        waits = registration is not None and registration.open_change_id == row.request_id
        if waits != (row.state == ChangeState.OPEN):
            yield f"request {row.request_id} is {row.state}, and its registration waits for it: {waits}"
        place = change_keys.shard(AuthorityId(row.authority_id), ChangeRequestId(row.request_id))
        if row.review_shard != (place if row.state == ChangeState.OPEN else None):
            yield f"request {row.request_id} is {row.state} and queued in {row.review_shard}"
    for registration in store.registrations.values():
        if registration.open_change_id is None:
            continue
        key = change_keys.request(
            AccountId(registration.account_id), registration.id, registration.open_change_id
        )
        if key not in store.items:
            yield f"registration {registration.id} waits for a request that is not there"
