"""Opening an account: what is unique, and what is told to whom (FAQ 1, 2, 5)."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.account import Account
from chalicelib.domain.errors import (
    DomainError,
    IdNumberCrowdedError,
    IdNumberInvalidError,
    IdNumberRegisteredError,
    NameInvalidError,
    PasswordWeakError,
    PersonRegisteredError,
    PhoneProofInvalidError,
    PhoneTakenError,
    SecurityQuestionsInvalidError,
    TooManyRequestsError,
    UsernameInvalidError,
    UsernameTakenError,
)
from chalicelib.domain.identity import IdType
from chalicelib.domain.sms import Purpose
from chalicelib.domain.verification import Verification, VerificationState
from tests.builders import NOW, a_phone, an_account, an_id_number, an_identity
from tests.fakes import World
from tests.usecases.joining import ANSWERS, PASSWORD, join, proof


def test_an_account_is_opened_with_the_proved_phone(world: World) -> None:
    account = join(world)
    assert world.accounts.get(account.id) == account
    assert (account.username, account.phone) == ("wangming", a_phone())
    assert account.identity.id_number == an_id_number()
    assert account.identity_check.state is VerificationState.VERIFYING
    assert world.pending_checks.find(account.id, None)


def test_no_secret_is_kept_as_it_is(world: World) -> None:
    text = repr(join(world))
    assert not any(secret in text for secret in (PASSWORD, *ANSWERS))


UNCHECKABLE: list[dict[str, Any]] = [
    {"id_type": IdType.PASSPORT, "id_number": "E12345678"},
    {"name": "王晓[沛]"},
]


@pytest.mark.parametrize("changes", UNCHECKABLE)
def test_what_cannot_be_checked_automatically_says_so(world: World, changes: dict[str, Any]) -> None:
    account = join(world, **changes)
    assert account.identity_check.state is VerificationState.UNCHECKABLE
    assert world.pending_checks.find(account.id, None) is None


BAD_FORMS: list[tuple[dict[str, Any], type[DomainError]]] = [
    ({"username": "ab"}, UsernameInvalidError),
    ({"password": "12345678"}, PasswordWeakError),
    ({"password": "wangming-1"}, PasswordWeakError),
    ({"name": "1"}, NameInvalidError),
    ({"id_number": "110105194912310020"}, IdNumberInvalidError),
    ({"answers": ("沈阳", " ")}, SecurityQuestionsInvalidError),
]


@pytest.mark.parametrize(("changes", "refusal"), BAD_FORMS)
def test_a_bad_form_is_refused_and_the_proof_stays_good(
    world: World, changes: dict[str, Any], refusal: type[DomainError]
) -> None:
    token = proof(world, a_phone())
    with pytest.raises(refusal):
        join(world, token=token, **changes)
    assert world.memory.accounts == {}
    join(world, token=token)


def test_a_proof_opens_one_account(world: World) -> None:
    token = proof(world, a_phone())
    join(world, token=token)
    with pytest.raises(PhoneProofInvalidError):
        join(world, token=token, username="another", id_number=an_id_number(2), name="李明")


def test_a_proof_is_good_for_half_an_hour(world: World) -> None:
    token = proof(world, a_phone())
    world.clock.advance(minutes=30)
    with pytest.raises(PhoneProofInvalidError):
        join(world, token=token)


@pytest.mark.parametrize("purpose", [Purpose.CHANGE_PHONE, Purpose.RECOVER])
def test_a_proof_for_something_else_opens_nothing(world: World, purpose: Purpose) -> None:
    with pytest.raises(PhoneProofInvalidError):
        join(world, token=proof(world, a_phone(), purpose))


TAKEN: list[tuple[dict[str, Any], str, type[DomainError]]] = [
    # what is the same as the first account's, the phone, the refusal
    ({"username": "another"}, a_phone(2), PersonRegisteredError),
    ({"username": "another", "name": "王 晓明"}, a_phone(2), PersonRegisteredError),
    ({"username": "another", "name": "王小明"}, a_phone(2), IdNumberRegisteredError),
    ({"username": "WangMing", "id_number": an_id_number(2)}, a_phone(2), UsernameTakenError),
    ({"username": "another", "id_number": an_id_number(2)}, a_phone(), PhoneTakenError),
]


@pytest.mark.parametrize(("changes", "phone", "refusal"), TAKEN)
def test_what_is_taken_is_refused_with_its_own_code(
    world: World, changes: dict[str, Any], phone: str, refusal: type[DomainError]
) -> None:
    join(world)
    world.clock.advance(minutes=1)
    with pytest.raises(refusal):
        join(world, phone, **changes)
    assert len(world.memory.accounts) == 1


def test_without_a_proof_nothing_is_told_about_anybody(world: World) -> None:
    join(world)
    with pytest.raises(PhoneProofInvalidError):
        join(world, token="no proof")


def test_a_wrong_name_is_put_right_by_confirming(world: World) -> None:
    join(world, name="王小明", username="wrongname")
    right = join(world, a_phone(2), confirms_same_id_number=True)
    assert len(world.accounts.with_id_number(right.identity.id_number)) == 2


def test_confirming_does_not_open_a_second_account_for_the_same_person(world: World) -> None:
    join(world)
    with pytest.raises(PersonRegisteredError):
        join(world, a_phone(2), username="another", confirms_same_id_number=True)


def crowd(world: World, state: VerificationState) -> list[Account]:
    """Five accounts under one ID number, each a minute older than the next."""
    return [
        world.given_account(
            an_account(
                number,
                identity=an_identity(1, name=f"王{name}"),
                identity_check=Verification(state, NOW),
                created_at=NOW + timedelta(minutes=number),
            )
        )
        for number, name in enumerate("甲乙丙丁戊", 1)
    ]


def test_a_sixth_pushes_the_oldest_unverified_one_out_of_the_list(world: World) -> None:
    strangers = crowd(world, VerificationState.NOT_FOUND)
    holder = join(world, a_phone(9), username="another", name="王己", confirms_same_id_number=True)
    under_it = [a.username for a in world.accounts.with_id_number(holder.identity.id_number)]
    assert strangers[0].username not in under_it
    assert holder.username in under_it
    assert len(under_it) == 5
    # It lives on: only logging in by the ID number is over for it.
    assert world.accounts.with_username(strangers[0].username) is not None


def test_five_verified_ones_make_room_for_nobody(world: World) -> None:
    crowd(world, VerificationState.VERIFIED)
    with pytest.raises(IdNumberCrowdedError):
        join(world, a_phone(9), username="another", name="王己", confirms_same_id_number=True)


def test_one_proved_phone_asks_about_ten_people_a_day(world: World) -> None:
    join(world)
    token = proof(world, a_phone(2))
    for number in range(10):
        with pytest.raises(IdNumberRegisteredError):
            join(world, token=token, username=f"asking{number}", name=f"李{'甲乙丙丁戊己庚辛壬癸'[number]}")
    with pytest.raises(TooManyRequestsError):
        join(world, token=token, username="asking10", name="李子")
