"""Protection of personal data and passwords, chance, and the real clock."""

import re
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from argon2.exceptions import InvalidHashError
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.integrations.protection import (
    Argon2Passwords,
    FieldSealer,
    SealBrokenError,
    SystemClock,
    SystemRandomness,
)

if TYPE_CHECKING:
    from chalicelib.usecases.ports import Clock, Passwords, Randomness, Sealer

IMPORT_AND_LOOK = """
import sys, chalicelib.integrations.protection
print([name for name in ("cryptography", "argon2", "alipay", "tencentcloud") if name in sys.modules])
"""
OLD_KEY, NEW_KEY, FINGERPRINT_KEY = b"o" * 32, b"n" * 32, b"f" * 32
SEALER = FieldSealer(sealing_keys={1: OLD_KEY}, fingerprint_key=FINGERPRINT_KEY)


def test_the_means_serve_their_ports() -> None:
    clock: Clock = SystemClock()
    randomness: Randomness = SystemRandomness()
    sealer: Sealer = SEALER
    passwords: Passwords = Argon2Passwords()
    assert all((clock, randomness, sealer, passwords))


@given(st.text(), st.text())
def test_what_is_sealed_is_read_again_in_its_own_context(text: str, context: str) -> None:
    assert SEALER.unseal(SEALER.seal(text, context=context), context=context) == text


def test_a_sealed_value_does_not_open_in_another_place() -> None:
    sealed = SEALER.seal("110101199003070011", context="id_number|a")
    with pytest.raises(SealBrokenError):
        SEALER.unseal(sealed, context="id_number|b")


def test_every_altered_byte_breaks_the_seal_and_so_does_cutting() -> None:
    sealed = SEALER.seal("13800000001", context="phone")
    for place in range(len(sealed)):
        altered = bytearray(sealed)
        altered[place] ^= 1
        with pytest.raises(SealBrokenError):
            SEALER.unseal(bytes(altered), context="phone")
    for length in range(len(sealed)):
        with pytest.raises(SealBrokenError):
            SEALER.unseal(sealed[:length], context="phone")


def test_sealing_twice_shows_nothing_of_the_text_and_never_the_same() -> None:
    first, second = (SEALER.seal("13800000001", context="phone") for _ in range(2))
    assert first != second
    assert b"138" not in first


def test_old_values_open_after_the_key_was_changed_and_new_ones_need_the_new_key() -> None:
    changed = FieldSealer(sealing_keys={1: OLD_KEY, 2: NEW_KEY}, fingerprint_key=FINGERPRINT_KEY)
    assert changed.unseal(SEALER.seal("张三", context="name"), context="name") == "张三"
    with pytest.raises(SealBrokenError):
        SEALER.unseal(changed.seal("张三", context="name"), context="name")


def test_a_value_cannot_be_passed_off_as_one_of_another_key_version() -> None:
    same_key_twice = FieldSealer(sealing_keys={1: OLD_KEY, 2: OLD_KEY}, fingerprint_key=FINGERPRINT_KEY)
    relabelled = b"\x02" + SEALER.seal("张三", context="name")[1:]
    with pytest.raises(SealBrokenError):
        same_key_twice.unseal(relabelled, context="name")


@pytest.mark.parametrize(
    ("sealing_keys", "fingerprint_key"),
    [
        ({}, FINGERPRINT_KEY),
        ({1: b"short"}, FINGERPRINT_KEY),
        ({1: OLD_KEY}, b""),
        ({0: OLD_KEY}, FINGERPRINT_KEY),
    ],
)
def test_keys_that_protect_nothing_are_refused(
    sealing_keys: dict[int, bytes], fingerprint_key: bytes
) -> None:
    with pytest.raises(ValueError, match=r"keys? "):
        FieldSealer(sealing_keys=sealing_keys, fingerprint_key=fingerprint_key)


@given(st.text(), st.text(), st.text(), st.text())
def test_fingerprints_agree_only_for_one_text_in_one_context(a: str, b: str, first: str, second: str) -> None:
    agree = SEALER.fingerprint(a, context=first) == SEALER.fingerprint(b, context=second)
    assert agree == ((a, first) == (b, second))


def test_a_fingerprint_is_url_safe_carries_192_bits_and_needs_the_key() -> None:
    fingerprint = SEALER.fingerprint("13800000001", context="phone")
    assert re.fullmatch(r"[A-Za-z0-9_-]{32}", fingerprint)
    other = FieldSealer(sealing_keys={1: OLD_KEY}, fingerprint_key=b"g" * 32)
    assert other.fingerprint("13800000001", context="phone") != fingerprint


def test_a_context_does_not_run_into_the_text() -> None:
    assert SEALER.fingerprint("bc", context="a") != SEALER.fingerprint("c", context="ab")


def test_a_password_matches_its_own_hash_only() -> None:
    passwords = Argon2Passwords()
    hashed = passwords.hashed("正确的密码-1")
    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert hashed != passwords.hashed("正确的密码-1")
    assert passwords.matches(hashed, "正确的密码-1")
    assert not passwords.matches(hashed, "正确的密码-2")
    assert not passwords.matches(hashed, "")


def test_something_that_is_no_hash_is_not_taken_for_a_wrong_password() -> None:
    with pytest.raises(InvalidHashError):
        Argon2Passwords().matches("plain", "plain")


def test_a_login_that_names_nobody_takes_as_long_as_a_wrong_password() -> None:
    passwords = Argon2Passwords()
    hashed = passwords.hashed("x")
    wrong, nobody = [], []
    for _ in range(9):
        began = time.process_time()
        assert not passwords.matches(hashed, "y")
        between = time.process_time()
        assert not passwords.matches_nothing("y")
        wrong.append(between - began)
        nobody.append(time.process_time() - between)
    assert 0.5 < min(nobody) / min(wrong) < 2


def test_ids_tokens_and_codes_have_their_forms_and_do_not_repeat() -> None:
    randomness = SystemRandomness()
    ids = {randomness.new_id() for _ in range(1000)}
    tokens = {randomness.token() for _ in range(1000)}
    assert len(ids) == len(tokens) == 1000
    assert all(re.fullmatch(r"[a-z0-9]{24}", new_id) for new_id in ids)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", token) for token in tokens)


def test_codes_keep_their_leading_noughts() -> None:
    codes = [SystemRandomness().digits(2) for _ in range(3000)]
    assert all(re.fullmatch(r"[0-9]{2}", code) for code in codes)
    assert len(set(codes)) == 100


def test_the_clock_is_aware_and_in_utc() -> None:
    now = SystemClock().now()
    assert now.utcoffset() == timedelta(0)
    assert abs(now - datetime.now(UTC)) < timedelta(seconds=5)


def test_importing_the_means_brings_no_heavy_library() -> None:
    said = subprocess.run(
        [
            sys.executable,
            "-c",
            IMPORT_AND_LOOK,
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == "[]"
