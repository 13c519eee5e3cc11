"""Material of registrations: ten at most, judged once, and bound to the state of the registration."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.ids import AccountId, MaterialId
from chalicelib.domain.material import Flaw, Material, MaterialKind, MaterialLimitError, MaterialState
from chalicelib.domain.registration import Registration, State
from chalicelib.usecases.ports import StaleWriteError
from tests.builders import NOW, a_registration, an_account
from tests.builders_material import a_material
from tests.contracts.stores import Stores

ACCOUNT = an_account()


def started(stores: Stores, **changes: Any) -> Registration:
    registration = a_registration(ACCOUNT, **changes)
    stores.registrations.start(registration, ACCOUNT.identity)
    return registration


def uploaded(registration: Registration, number: int = 1) -> Material:
    nothing: dict[str, Any] = dict.fromkeys(("kept_bytes", "pages", "scan", "settled_at"))
    return a_material(registration, number, state=MaterialState.UPLOADED, **nothing)


def begun(stores: Stores, registration: Registration, number: int = 1) -> Material:
    material = uploaded(registration, number)
    stores.materials.begin(material, registration)
    return material


def test_files_come_back_as_they_were_oldest_first(stores: Stores) -> None:
    registration = started(stores)
    second = begun(stores, registration, 2)
    first = replace(uploaded(registration, 1), file_name=None)
    stores.materials.begin(first, registration)
    accepted, refused = (
        a_material(registration, 2),
        replace(first, state=MaterialState.REFUSED, flaw=Flaw.ENCRYPTED),
    )
    assert stores.materials.of(ACCOUNT.id, registration.id) == [first, second]
    stores.materials.settle(accepted)
    stores.materials.settle(refused)
    assert stores.materials.of(ACCOUNT.id, registration.id) == [refused, accepted]
    assert stores.materials.get(ACCOUNT.id, registration.id, second.id) == accepted


def test_a_file_is_found_under_its_own_account_and_registration_only(stores: Stores) -> None:
    registration = started(stores)
    material = begun(stores, registration)
    other = a_registration(ACCOUNT, 2)
    assert stores.materials.get(AccountId("somebody"), registration.id, material.id) is None
    assert stores.materials.get(ACCOUNT.id, other.id, material.id) is None
    assert stores.materials.get(ACCOUNT.id, registration.id, MaterialId("other")) is None
    assert stores.materials.of(AccountId("somebody"), registration.id) == []
    assert stores.materials.of(ACCOUNT.id, other.id) == []


def test_an_eleventh_file_is_refused_until_one_is_taken_back(stores: Stores) -> None:
    registration = started(stores)
    files = [begun(stores, registration, number) for number in range(1, 11)]
    with pytest.raises(MaterialLimitError):
        stores.materials.begin(uploaded(registration, 11), registration)
    stores.materials.remove(files[0], registration)
    begun(stores, registration, 11)
    with pytest.raises(MaterialLimitError):
        stores.materials.begin(uploaded(registration, 12), registration)
    assert len(stores.materials.of(ACCOUNT.id, registration.id)) == 10


def test_who_has_ten_files_with_a_reviewer_can_still_ask_for_a_change(stores: Stores) -> None:
    draft = started(stores)
    for number in range(1, 11):
        begun(stores, draft, number)
    form = replace(uploaded(draft, 11), kind=MaterialKind.CHANGE_FORM)
    with pytest.raises(MaterialLimitError):
        stores.materials.begin(form, draft)
    waiting = replace(draft, state=State.UNDER_REVIEW, confirmed_at=NOW, version=2)
    stores.registrations.replace(draft, waiting)
    with pytest.raises(MaterialLimitError):
        stores.materials.begin(replace(uploaded(draft, 12), kind=MaterialKind.OTHER), waiting)
    stores.materials.begin(form, waiting)
    for number in range(12, 21):
        stores.materials.begin(replace(uploaded(draft, number), kind=MaterialKind.ID_PHOTO), waiting)
    with pytest.raises(MaterialLimitError):
        stores.materials.begin(replace(form, id=MaterialId("one too many")), waiting)


def test_the_same_file_begins_once_and_takes_one_place(stores: Stores) -> None:
    registration = started(stores)
    begun(stores, registration)
    for _ in range(11):
        with pytest.raises(StaleWriteError):
            stores.materials.begin(uploaded(registration), registration)
    for number in range(2, 11):
        begun(stores, registration, number)


def test_nothing_begins_for_a_registration_that_moved_on(stores: Stores) -> None:
    seen = started(stores)
    stores.registrations.replace(seen, replace(seen, state=State.PAYABLE, version=2))
    with pytest.raises(StaleWriteError):
        stores.materials.begin(uploaded(seen), seen)
    with pytest.raises(StaleWriteError):
        stores.materials.begin(uploaded(a_registration(ACCOUNT, 2)), a_registration(ACCOUNT, 2))
    assert stores.materials.of(ACCOUNT.id, seen.id) == []


def test_the_first_verdict_stands(stores: Stores) -> None:
    registration = started(stores)
    material = begun(stores, registration)
    refused = replace(material, state=MaterialState.REFUSED, flaw=Flaw.UNREADABLE)
    stores.materials.settle(refused)
    with pytest.raises(StaleWriteError):
        stores.materials.settle(a_material(registration))
    assert stores.materials.of(ACCOUNT.id, registration.id) == [refused]


def test_a_verdict_on_what_was_taken_back_makes_nothing(stores: Stores) -> None:
    registration = started(stores)
    material = begun(stores, registration)
    stores.materials.remove(material, registration)
    with pytest.raises(StaleWriteError):
        stores.materials.settle(a_material(registration))
    assert stores.materials.of(ACCOUNT.id, registration.id) == []


def test_nothing_is_taken_back_that_moved_on(stores: Stores) -> None:
    seen = started(stores)
    material = begun(stores, seen)
    stores.materials.settle(a_material(seen))
    with pytest.raises(StaleWriteError):
        stores.materials.remove(material, seen)
    stores.registrations.replace(seen, replace(seen, state=State.UNDER_REVIEW, version=2))
    with pytest.raises(StaleWriteError):
        stores.materials.remove(a_material(seen), seen)
    assert stores.materials.of(ACCOUNT.id, seen.id) == [a_material(seen)]


def test_all_of_a_registration_go_and_no_other_and_twice_is_no_harm(stores: Stores) -> None:
    registration, account = started(stores), an_account(2)
    other = a_registration(account, 2)
    stores.registrations.start(other, account.identity)
    kept = a_material(other, 3)
    stores.materials.begin(uploaded(other, 3), other)
    stores.materials.settle(kept)
    for number in (1, 2):
        begun(stores, registration, number)
    for _ in range(2):
        stores.materials.remove_all(ACCOUNT.id, registration.id)
    assert stores.materials.of(ACCOUNT.id, registration.id) == []
    assert stores.materials.of(account.id, other.id) == [kept]
