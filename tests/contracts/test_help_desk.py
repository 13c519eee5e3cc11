"""Authorities, and the passwords that their clerks give out (FAQ 4)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.authority import Authority, PasswordReset
from chalicelib.domain.catalogue import authority_subject, change_of
from chalicelib.domain.one_time_password import (
    MOST_TRIES,
    OneTimePassword,
    OneTimePasswordSpentError,
    given_out,
)
from chalicelib.usecases.desk.import_catalogue import import_authority
from chalicelib.usecases.ports import StaleWriteError
from tests.builders import AUTHORITY_ID, NOW, an_account, an_entry
from tests.contracts.given import opened
from tests.contracts.stores import Stores

ACCOUNT = an_account()
ENTRY = an_entry(on_whom=ACCOUNT.id, what="reset_password")


def a_one_time(fingerprint: str = "fingerprint of a word") -> OneTimePassword:
    return given_out(ACCOUNT.id, PasswordReset.RANDOM, fingerprint, NOW)


def given(stores: Stores) -> OneTimePassword:
    account = opened(stores, ACCOUNT)
    one_time = a_one_time()
    stores.one_time_passwords.give_out(account, one_time, "dead hash", ENTRY)
    return one_time


def test_an_authority_is_as_it_was_imported_last(stores: Stores) -> None:
    assert stores.authorities.get(AUTHORITY_ID) is None
    authority = Authority(id=AUTHORITY_ID, name="沈阳市")
    fixed = replace(authority, password_reset=PasswordReset.FIXED)
    assert import_authority(authority, an_entry(1), authorities=stores.authorities)
    assert stores.authorities.get(AUTHORITY_ID) == authority
    assert import_authority(fixed, an_entry(2), authorities=stores.authorities)
    assert not import_authority(fixed, an_entry(3), authorities=stores.authorities)
    assert stores.authorities.get(AUTHORITY_ID) == replace(fixed, version=2)
    first, second = stores.audit_log.of(authority_subject(AUTHORITY_ID))
    assert (first.what, first.before, first.reason) == ("import_authority", "", an_entry().reason)
    assert second.before == 'password_reset="random" version=1'
    assert second.after == 'password_reset="fixed" version=2'


def test_of_two_imports_of_an_authority_the_second_looks_again(stores: Stores) -> None:
    authority = Authority(id=AUTHORITY_ID, name="沈阳市")
    kept = []
    for number, name in enumerate(("沈阳", "沈阳城")):
        seen = stores.authorities.get(AUTHORITY_ID)
        first = change_of(seen, replace(authority, name=name), an_entry(number))
        second = change_of(seen, replace(authority, name=f"{name}！"), an_entry(number + 10))
        assert first is not None
        assert second is not None
        stores.authorities.take_in(first)
        with pytest.raises(StaleWriteError):
            stores.authorities.take_in(second)
        kept.append(first.entry)
    assert list(stores.audit_log.of(authority_subject(AUTHORITY_ID))) == kept


def test_giving_one_out_ends_the_old_password_and_all_sessions_and_leaves_an_entry(stores: Stores) -> None:
    one_time = given(stores)
    account = stores.accounts.get(ACCOUNT.id)
    assert account is not None
    assert (account.password_hash, account.session_epoch) == ("dead hash", ACCOUNT.session_epoch + 1)
    assert stores.one_time_passwords.get(ACCOUNT.id, now=NOW) == one_time
    assert list(stores.audit_log.of(ACCOUNT.id)) == [ENTRY]


def test_nothing_is_given_out_over_a_password_that_was_changed_meanwhile(stores: Stores) -> None:
    account = opened(stores, ACCOUNT)
    stores.accounts.change_password(account, "another hash")
    with pytest.raises(StaleWriteError):
        stores.one_time_passwords.give_out(account, a_one_time(), "dead hash", ENTRY)
    assert stores.one_time_passwords.get(ACCOUNT.id, now=NOW) is None
    assert list(stores.audit_log.of(ACCOUNT.id)) == []


def test_the_clerks_last_word_counts(stores: Stores) -> None:
    first = given(stores)
    account = stores.accounts.get(ACCOUNT.id)
    assert account is not None
    second = a_one_time("fingerprint of another")
    stores.one_time_passwords.give_out(account, second, "dead hash 2", an_entry(2, on_whom=ACCOUNT.id))
    assert stores.one_time_passwords.get(ACCOUNT.id, now=NOW) == second
    with pytest.raises(OneTimePasswordSpentError):
        stores.one_time_passwords.pay_try(first, now=NOW)


def test_it_is_gone_when_its_time_is_over(stores: Stores) -> None:
    one_time = given(stores)
    last = one_time.expires_at - timedelta(microseconds=1)
    assert stores.one_time_passwords.get(ACCOUNT.id, now=last) is not None
    assert stores.one_time_passwords.get(ACCOUNT.id, now=one_time.expires_at) is None
    with pytest.raises(OneTimePasswordSpentError):
        stores.one_time_passwords.pay_try(one_time, now=one_time.expires_at)


def test_it_dies_after_its_tries(stores: Stores) -> None:
    one_time = given(stores)
    for _ in range(MOST_TRIES):
        stores.one_time_passwords.pay_try(one_time, now=NOW)
    assert stores.one_time_passwords.get(ACCOUNT.id, now=NOW) is None
    with pytest.raises(OneTimePasswordSpentError):
        stores.one_time_passwords.pay_try(one_time, now=NOW)


def test_it_is_redeemed_once(stores: Stores) -> None:
    one_time = given(stores)
    account = stores.accounts.get(ACCOUNT.id)
    assert account is not None
    stores.one_time_passwords.pay_try(one_time, now=NOW)
    stores.one_time_passwords.redeem(account, one_time, "new hash")
    changed = stores.accounts.get(ACCOUNT.id)
    assert changed is not None
    assert (changed.password_hash, changed.session_epoch) == ("new hash", account.session_epoch + 1)
    with pytest.raises(OneTimePasswordSpentError):
        stores.one_time_passwords.redeem(changed, one_time, "third hash")
    assert stores.accounts.get(ACCOUNT.id) == changed


def test_it_is_not_redeemed_over_a_password_that_was_changed_meanwhile(stores: Stores) -> None:
    one_time = given(stores)
    account = stores.accounts.get(ACCOUNT.id)
    assert account is not None
    stores.accounts.change_password(account, "another hash")
    with pytest.raises(StaleWriteError):
        stores.one_time_passwords.redeem(account, one_time, "new hash")
    assert stores.one_time_passwords.get(ACCOUNT.id, now=NOW) == one_time
