"""What clerks do about identities, passes and integrity records from a shell."""

from dataclasses import replace

import pytest

from chalicelib.domain.account import Account
from chalicelib.domain.audit import ReasonMissingError
from chalicelib.domain.authority import Authority
from chalicelib.domain.errors import (
    AccountNotFoundError,
    AccountReleasedError,
    IdNumberInvalidError,
    InvalidInputError,
    NotFoundError,
)
from chalicelib.domain.ids import AuthorityId
from chalicelib.domain.registration import State
from chalicelib.domain.verification import Verification, VerificationState
from chalicelib.usecases.accounts import sessions
from commands.staff.__main__ import read_arguments
from commands.staff.acting import check_authority
from tests.api.browser import services_of
from tests.builders import (
    AUTHORITY_ID,
    EXAM_CODE,
    NOW,
    a_credential,
    a_payable_registration,
    an_account,
    an_id_number,
    an_identity,
    an_order,
    money_for,
)
from tests.commands.desk import WHY, run
from tests.fakes import World


@pytest.fixture
def account(world: World) -> Account:
    mismatched = Verification(VerificationState.MISMATCHED, NOW)
    password = world.passwords.hashed("correct-horse-1")
    return world.given_account(an_account(identity_check=mismatched, password_hash=password))


def test_accounts_under_an_id_number_are_listed_without_their_names(world: World, account: Account) -> None:
    (line,) = run(world, "accounts", typed=an_id_number(1).lower() + "\n")
    assert line == f"{account.id} {account.username} 王** mismatched"
    assert run(world, "accounts", typed=an_id_number(2)) == ["no account stands under this ID number"]
    with pytest.raises(IdNumberInvalidError):
        run(world, "accounts", typed="210102199001010000")


def test_looking_up_accounts_and_credentials_leaves_entries(world: World, account: Account) -> None:
    run(world, "accounts", typed=an_id_number(1))
    run(world, "credentials", "--account", account.id, "--reason", "电话咨询")
    entries = world.audit_log.of(account.id)
    assert [entry.what for entry in entries] == ["look_up_account", "look_up_credentials"]
    assert entries[1].reason == "电话咨询"


def test_a_clerk_acts_for_an_authority_that_there_is(world: World) -> None:
    services = services_of(world)
    known = read_arguments().parse_args(["queue", "--authority", AUTHORITY_ID])
    check_authority(known, services)
    world.authorities.put(Authority(id=AuthorityId("dalian"), name="大连市"))
    check_authority(read_arguments().parse_args(["queue", "--authority", "dalian"]), services)
    with pytest.raises(InvalidInputError):
        check_authority(read_arguments().parse_args(["queue", "--authority", "laioning"]), services)


def test_an_identity_is_confirmed_with_a_reason(world: World, account: Account) -> None:
    with pytest.raises(ReasonMissingError):
        run(world, "confirm-identity", "--account", account.id, "--reason", " ")
    run(world, "confirm-identity", "--account", account.id, *WHY)
    assert world.memory.accounts[account.id].identity_check.state is VerificationState.VERIFIED
    (entry,) = world.audit_log.of(account.id)
    assert (entry.clerk.name, entry.clerk.authority_id, entry.reason) == ("zhang", AUTHORITY_ID, WHY[1])


def release(world: World, account: Account, typed: str) -> list[str]:
    return run(world, "release-identity", "--account", account.id, *WHY, typed=typed)


def test_an_identity_is_given_back(world: World, account: Account) -> None:
    registration = world.given_registration(a_payable_registration(account), account)
    with pytest.raises(AccountNotFoundError):  # another ID was shown
        release(world, account, an_id_number(2))
    assert release(world, account, an_id_number(1)) == [f"{account.id}: closed, name and ID number are free"]
    assert world.memory.registrations[account.id, registration.id].state is State.SUPERSEDED
    assert world.accounts.of_person(account.identity) is None
    assert world.accounts.with_phone(account.phone) is None
    release(world, account, an_id_number(1))  # given again, it changes nothing
    assert len(world.audit_log.of(account.id)) == 1


def test_what_is_paid_stays_and_is_named(world: World, account: Account) -> None:
    paid = world.given_registration(a_payable_registration(account, state=State.PAID), account)
    lines = release(world, account, an_id_number(1))
    assert lines[1] == f"stays, for it is paid: {paid.id} {paid.exam_id} {paid.authority_id}"
    assert world.memory.registrations[account.id, paid.id] == paid


def test_what_is_paid_is_moved_to_who_shows_the_id(world: World, account: Account) -> None:
    registration = world.given_registration(a_payable_registration(account), account)
    order = an_order(registration)
    world.orders.open(order, registration, None)
    world.orders.settle(order, money_for(order), now=NOW)
    right = world.given_account(an_account(2, identity=an_identity(1, name="王小明")))
    words = (account.id, registration.id, "--to", right.id, *WHY)
    with pytest.raises(AccountNotFoundError):  # another ID was shown
        run(world, "move-paid", *words, typed=an_id_number(2))
    (line,) = run(world, "move-paid", *words, typed=an_id_number(1))
    (moved,) = world.registrations.of(right.id)
    assert line == f"{right.id} {moved.id}: 报名完成; no money has moved"
    assert run(world, "move-paid", *words, typed=an_id_number(1)) == [line]  # given again, it finds it done
    (entry,) = world.audit_log.of(registration.id)
    assert (entry.what, entry.reason) == ("move_paid", WHY[1])
    assert (entry.before, entry.after) == (f"{account.id}/{registration.id}", f"{right.id}/{moved.id}")
    with pytest.raises(NotFoundError):  # another authority's
        run(world, "move-paid", "--authority", "dalian", *words, typed=an_id_number(1))


def test_who_was_put_out_cannot_log_in(world: World, account: Account) -> None:
    release(world, account, an_id_number(1))
    services = services_of(world)
    with pytest.raises(AccountReleasedError):
        sessions.log_in(
            account.username,
            "correct-horse-1",
            address="203.0.113.7",
            accounts=services.accounts,
            limits=services.limits,
            passwords=services.passwords,
            one_time_passwords=services.one_time_passwords,
            sealer=services.sealer,
            now=NOW,
        )


def test_a_pass_is_entered_for_a_known_exam(world: World, account: Account) -> None:
    record = world.given_credential(a_credential(account))
    words = ("--account", account.id, "--credential", record.id)
    with pytest.raises(InvalidInputError):
        run(world, "enter-pass", *words, "--exam", "no-such-exam", *WHY)
    run(world, "enter-pass", *words, "--exam", EXAM_CODE, *WHY)
    (kept,) = world.credentials.of(account.id)
    assert kept == replace(record, review_passes=frozenset({EXAM_CODE}))
    (line,) = run(world, "credentials", "--account", account.id)
    assert line.endswith(EXAM_CODE)


def test_integrity_records_are_added_listed_and_ended(world: World) -> None:
    number = an_id_number(1)
    add = ("--kind", "serious", "--decided-on", "2026-03-01", *WHY)
    (line,) = run(world, "integrity add", *add, typed=number)
    assert line.endswith("serious decided 2026-03-01, until 2031-03-01, in force")
    record_id = line.split()[0]
    assert run(world, "integrity list", typed=number) == [line]
    with pytest.raises(ReasonMissingError):
        run(world, "integrity end", "--record", record_id, typed=number)
    run(world, "integrity end", "--record", record_id, *WHY, typed=number)
    assert run(world, "integrity list", typed=number)[0].endswith("over")
    assert run(world, "integrity list", typed=an_id_number(2)) == ["no records"]
    looks = "look_up_integrity_records"
    acts = ["add_integrity_record", looks, "end_integrity_record", looks]
    entries = world.audit_log.of(f"integrity-{record_id}")
    assert [(entry.what, entry.clerk.name) for entry in entries] == [(what, "zhang") for what in acts]
    (entry,) = world.audit_log.of(f"{an_id_number(2)[:3]}{'*' * 13}{an_id_number(2)[-2:]}")
    assert (entry.what, entry.reason) == (looks, "查询诚信记录")
    with pytest.raises(InvalidInputError):
        run(world, "integrity add", *WHY, typed=number)
    with pytest.raises(InvalidInputError):
        run(world, "integrity add", "--kind", "serious", "--decided-on", "2027-01-01", *WHY, typed=number)
