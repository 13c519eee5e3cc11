"""What waits for finance is listed to its end, each authority's for itself, a page at a time."""

from dataclasses import replace
from datetime import timedelta
from itertools import islice

import pytest

from chalicelib.domain.discrepancy import Discrepancy, DiscrepancyKind, discrepancy_id
from chalicelib.domain.ids import AuthorityId, OrderId
from chalicelib.storage.batches import MOST_READ_AT_ONCE
from tests.builders import AUTHORITY_ID, NOW, an_entry
from tests.contracts.stores import Stores

OTHER = AuthorityId("dalian")
MANY = MOST_READ_AT_ONCE + 30


def noticed(number: int, authority_id: AuthorityId | None = AUTHORITY_ID, *, after_s: int = 0) -> Discrepancy:
    kind = DiscrepancyKind.UNKNOWN_ORDER if authority_id is None else DiscrepancyKind.NOT_IN_BILL
    return Discrepancy(
        id=discrepancy_id(kind, "alipay", f"{number:05}"),
        kind=kind,
        provider="alipay",
        noticed_at=NOW + timedelta(seconds=after_s),
        authority_id=authority_id,
        order_id=OrderId(f"order{number:019}"),
    )


def given(stores: Stores, *those: Discrepancy) -> None:
    for each in those:
        assert stores.discrepancies.note(each)


def listed(stores: Stores, authority_id: AuthorityId = AUTHORITY_ID) -> list[Discrepancy]:
    return list(stores.discrepancies.waiting(authority_id))


def test_each_authority_has_its_own_and_all_have_nobodys(stores: Stores) -> None:
    own, others, nobodys = noticed(1, after_s=1), noticed(2, OTHER), noticed(3, None, after_s=2)
    given(stores, nobodys, others, own)
    assert listed(stores) == [own, nobodys]
    assert listed(stores, OTHER) == [others, nobodys]
    assert list(stores.discrepancies.waiting(None)) == [nobodys]


def test_what_others_wait_for_hides_nothing(stores: Stores) -> None:
    given(stores, *(noticed(number, OTHER) for number in range(MANY)))
    own = noticed(MANY, after_s=1)
    given(stores, own)
    assert listed(stores) == [own]


@pytest.mark.parametrize("apart_s", [0, 1])
def test_all_of_many_are_listed_in_order_from_wherever_one_begins(stores: Stores, apart_s: int) -> None:
    """Also those of one moment, as one run of a bill notices them."""
    many = [noticed(number, after_s=number * apart_s) for number in range(MANY)]
    given(stores, *reversed(many))
    assert listed(stores) == many
    for last in (0, 57, MANY - 1):
        rest = list(stores.discrepancies.waiting(AUTHORITY_ID, after=many[last]))
        assert rest == many[last + 1 :]


def test_one_goes_on_after_one_that_was_settled_meanwhile(stores: Stores) -> None:
    first, second, third = (noticed(number, after_s=number) for number in range(3))
    given(stores, first, second, third)
    stores.discrepancies.settle(second, an_entry())
    assert listed(stores) == [first, third]
    assert list(stores.discrepancies.waiting(AUTHORITY_ID, after=second)) == [third]


def test_what_is_settled_while_one_reads_is_not_listed(stores: Stores) -> None:
    many = [noticed(number, after_s=number) for number in range(MANY)]
    given(stores, *many)
    reading = stores.discrepancies.waiting(AUTHORITY_ID)
    assert list(islice(reading, 2)) == many[:2]
    stores.discrepancies.settle(many[-1], an_entry())
    assert list(reading)[-1] in (many[-2], replace(many[-1]))
    assert listed(stores) == many[:-1]
