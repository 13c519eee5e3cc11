"""Usernames, passwords, security questions and phones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.account import checked_password, checked_username, joined_answers, username_key
from chalicelib.domain.errors import (
    PasswordWeakError,
    PhoneInvalidError,
    SecurityQuestionsInvalidError,
    UsernameInvalidError,
)
from chalicelib.domain.identity import masked_phone, normal_phone


@pytest.mark.parametrize("username", ["wang", "Wang_Ming_1990", "a123", "abcd1234567", "a" * 20])
def test_a_username_of_letters_digits_and_underscores_is_taken(username: str) -> None:
    assert checked_username(username) == username


BAD_USERNAMES = [
    ("three characters", "abc"),
    ("21 characters", "a" * 21),
    ("begins with a digit", "1abc"),
    ("a phone", "13800000001"),
    ("a resident ID", "11010519491231002X"),
    ("a passport number", "E12345678"),
    ("a small letter before a passport number", "e12345678"),
    ("a Hong Kong permit", "H1234567801"),
    ("an old foreign resident card", "USA123456789012"),
    ("Chinese", "王晓明的账号"),
    ("a full-width letter", "ｗang"),
    ("a space", "wang ming"),
    ("a line break at the end", "wang\n"),
    ("nothing", ""),
]


@pytest.mark.parametrize("username", [row[1] for row in BAD_USERNAMES], ids=[r[0] for r in BAD_USERNAMES])
def test_a_username_that_could_be_something_else_is_refused(username: str) -> None:
    with pytest.raises(UsernameInvalidError) as refused:
        checked_username(username)
    assert refused.value.field == "username"


def test_usernames_that_differ_in_case_are_one() -> None:
    assert username_key("WangMing") == username_key("wangming")


@pytest.mark.parametrize(
    "password", ["letters1", "12345678!", "letters!", "密码很长很长很长1", "a1" * 32, "pass word", "a1b2c3d4"]
)
def test_a_password_of_two_kinds_is_taken(password: str) -> None:
    assert checked_password(password, username="wang") == password


BAD_PASSWORDS = [
    ("seven characters", "abcde12"),
    ("65 characters", "a1" * 32 + "b"),
    ("letters only", "abcdefgh"),
    ("digits only", "12345678"),
    ("signs only", "!@#$%^&*"),
    ("contains the username", "xwangx12345"),
    ("contains the username in capitals", "12345WANG678"),
]


@pytest.mark.parametrize("password", [row[1] for row in BAD_PASSWORDS], ids=[r[0] for r in BAD_PASSWORDS])
def test_a_password_that_is_too_plain_is_refused(password: str) -> None:
    with pytest.raises(PasswordWeakError) as refused:
        checked_password(password, username="wang")
    assert refused.value.field == "password"


QUESTIONS = ("您的出生地是？", "您小学的校名是？")


@pytest.mark.parametrize("answers", [("沈阳", "Shenyang No.1"), (" 沈 阳 ", "ｓｈｅｎｙａｎｇ NO.1")])
def test_answers_are_compared_without_case_width_and_spaces(answers: tuple[str, ...]) -> None:
    assert joined_answers(QUESTIONS, answers) == "沈阳\nshenyangno.1"


def test_the_order_of_the_answers_counts() -> None:
    assert joined_answers(QUESTIONS, ("甲", "乙")) != joined_answers(QUESTIONS, ("乙", "甲"))


@pytest.mark.parametrize(
    ("questions", "answers"),
    [
        pytest.param(("同一问题", "同一问题"), ("甲", "乙"), id="the same question twice"),
        pytest.param(("同一问题", " 同一问题 "), ("甲", "乙"), id="the same question with spaces around"),
        pytest.param(("  ", "问题"), ("甲", "乙"), id="a question of spaces"),
        pytest.param(QUESTIONS, ("甲", "   "), id="an answer of spaces"),
        pytest.param(QUESTIONS, ("甲",), id="an answer too few"),
        pytest.param(QUESTIONS, ("甲", "乙", "丙"), id="an answer too many"),
    ],
)
def test_questions_repeat_or_answers_are_missing(
    questions: tuple[str, ...], answers: tuple[str, ...]
) -> None:
    with pytest.raises(SecurityQuestionsInvalidError):
        joined_answers(questions, answers)


@given(st.lists(st.text(min_size=1, max_size=20), min_size=2, max_size=2))
def test_the_join_of_answers_can_be_taken_apart_in_one_way_only(answers: list[str]) -> None:
    try:
        joined = joined_answers(QUESTIONS, tuple(answers))
    except SecurityQuestionsInvalidError:
        return
    assert joined.count("\n") == 1


@pytest.mark.parametrize("written", ["13800000001", " 19912345678 ", "13000000000"])
def test_a_mainland_mobile_number_is_taken(written: str) -> None:
    assert normal_phone(written) == written.strip() == normal_phone(normal_phone(written))


@pytest.mark.parametrize(
    "written",
    [
        "",
        "12800000001",
        "1380000000",
        "138000000011",
        "+8613800000001",
        "１３８０００００００１",
        "138 0000 0001",
        "0241234567",
    ],
)
def test_anything_else_is_no_phone(written: str) -> None:
    with pytest.raises(PhoneInvalidError) as refused:
        normal_phone(written)
    assert refused.value.field == "phone"


def test_a_phone_is_shown_masked() -> None:
    assert masked_phone("13812345678") == "138****5678"
