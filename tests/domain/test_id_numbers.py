"""Which ID numbers are taken, and in which form they are kept (handbook section 6)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import IdNumberInvalidError
from chalicelib.domain.identity import (
    IdType,
    check_digit,
    masked_id_number,
    normal_id_number,
    possible_id_numbers,
)

TODAY = date(2026, 9, 1)
RESIDENT = IdType.RESIDENT_ID
PASSPORT = IdType.PASSPORT
HK_MACAO = IdType.HK_MACAO_PERMIT
TAIWAN = IdType.TAIWAN_PERMIT
FOREIGN = IdType.FOREIGN_RESIDENT_CARD


def resident(first_17: str) -> str:
    return first_17 + check_digit(first_17)


TAKEN = [
    # why it is taken, ID type, as written, as kept
    ("the example of the national standard", RESIDENT, "11010519491231002X", "11010519491231002X"),
    ("a small x is a capital X", RESIDENT, "11010519491231002x", "11010519491231002X"),
    (
        "full-width digits from a Chinese keyboard",
        RESIDENT,
        "１１０１０５１９４９１２３１００２Ｘ",
        "11010519491231002X",
    ),
    ("spaces between the groups", RESIDENT, " 110105 19491231 002X ", "11010519491231002X"),
    ("the old 15 digits become 18", RESIDENT, "110105491231002", "11010519491231002X"),
    ("born today", RESIDENT, resident("21010220260901001"), resident("21010220260901001")),
    ("born on the first day that is believed", RESIDENT, resident("21010219000101001"), None),
    ("born on a 29 February", RESIDENT, resident("21010220000229001"), None),
    ("Taiwan", RESIDENT, resident("71000019900101001"), None),
    ("a residence permit of Hong Kong people", RESIDENT, resident("81000019900101001"), None),
    ("a residence permit of Macao people", RESIDENT, resident("82000019900101001"), None),
    ("a residence permit of Taiwan people", RESIDENT, resident("83000019900101001"), None),
    ("a Chinese passport", PASSPORT, "e12345678", "E12345678"),
    ("a passport of 15 digits", PASSPORT, "990105491231002", "990105491231002"),
    ("the shortest passport number", PASSPORT, "A1234", "A1234"),
    ("the longest passport number", PASSPORT, "A1234567890123456", "A1234567890123456"),
    ("a Hong Kong permit", HK_MACAO, "h12345678", "H12345678"),
    ("a Macao permit with its issue number", HK_MACAO, "M1234567801", "M12345678"),
    ("a Taiwan permit", TAIWAN, "12345678", "12345678"),
    ("a Taiwan permit with its issue number", TAIWAN, "1234567801", "12345678"),
    ("an old foreign resident card", FOREIGN, "usa123456789012", "USA123456789012"),
    ("a new foreign resident card", FOREIGN, resident("91100019900101001"), None),
]


@pytest.mark.parametrize(
    ("id_type", "written", "kept"), [row[1:] for row in TAKEN], ids=[row[0] for row in TAKEN]
)
def test_an_id_number_is_kept_in_one_form(id_type: IdType, written: str, kept: str | None) -> None:
    assert normal_id_number(id_type, written, today=TODAY) == (kept or written)


REFUSED = [
    # why it is refused, ID type, as written
    ("nothing", RESIDENT, ""),
    ("a wrong check digit", RESIDENT, "110105194912310020"),
    ("one digit too few", RESIDENT, "11010519491231002"),
    ("one digit too many", RESIDENT, "11010519491231002X1"),
    ("X in the middle", RESIDENT, "1101051949123100X2"),
    ("a province that does not exist", RESIDENT, resident("10010519491231002")),
    ("the prefix of foreigners", RESIDENT, resident("91100019900101001")),
    ("a month that does not exist", RESIDENT, resident("21010219901301001")),
    ("a day that does not exist", RESIDENT, resident("21010219900431001")),
    ("29 February of a common year", RESIDENT, resident("21010219000229001")),
    ("born tomorrow", RESIDENT, resident("21010220260902001")),
    ("born in 1899", RESIDENT, resident("21010218991231001")),
    ("15 digits with a wrong date", RESIDENT, "110105491331002"),
    ("digits of another script", RESIDENT, "١١٠١٠٥١٩٤٩١٢٣١٠٠٢X"),
    ("a passport number with a sign", PASSPORT, "E-1234567"),
    ("a passport number too short", PASSPORT, "E123"),
    ("a passport number too long", PASSPORT, "A12345678901234567"),
    ("Chinese characters", PASSPORT, "护照号码一二三"),
    ("a permit with a wrong letter", HK_MACAO, "C12345678"),
    ("an old resident number that is called a passport's", PASSPORT, "110105491231002"),
    ("a permit with 9 digits", HK_MACAO, "H123456789"),
    ("a Taiwan permit with 9 digits", TAIWAN, "123456789"),
    ("a foreign card with a wrong check digit", FOREIGN, resident("91100019900101001")[:-1] + "*"),
    ("a foreign card with two letters", FOREIGN, "US1234567890123"),
]


@pytest.mark.parametrize(
    ("id_type", "written"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_what_no_document_carries_is_refused(id_type: IdType, written: str) -> None:
    with pytest.raises(IdNumberInvalidError) as refused:
        normal_id_number(id_type, written, today=TODAY)
    assert refused.value.field == "id_number"


def test_a_new_foreign_card_is_checked_by_its_check_digit() -> None:
    right = resident("91100019900101001")
    wrong = right[:-1] + ("1" if right[-1] != "1" else "2")
    with pytest.raises(IdNumberInvalidError):
        normal_id_number(FOREIGN, wrong, today=TODAY)


_FIRST_17 = st.text("0123456789", min_size=17, max_size=17)


READ_AS = [
    ("210105491231002", (resident("21010519491231002"),)),
    ("h1234567801", ("H1234567801", "H12345678")),
    ("1234567801", ("1234567801", "12345678")),  # a passport's, or a Taiwan permit's
    ("12345678", ("12345678",)),
    ("e 12345678", ("E12345678",)),
    ("no number at all", ("NONUMBERATALL",)),
]


@pytest.mark.parametrize(("written", "numbers"), READ_AS)
def test_a_number_of_unknown_type_is_read_as_whatever_it_may_be(
    written: str, numbers: tuple[str, ...]
) -> None:
    assert possible_id_numbers(written, today=TODAY) == numbers


@given(_FIRST_17, st.integers(0, 16), st.integers(1, 9))
def test_the_check_digit_shows_every_single_wrong_digit(first_17: str, place: int, by: int) -> None:
    wrong = first_17[:place] + str((int(first_17[place]) + by) % 10) + first_17[place + 1 :]
    assert check_digit(wrong) != check_digit(first_17)


@given(_FIRST_17, st.integers(0, 15))
def test_the_check_digit_shows_two_neighbours_swapped(first_17: str, place: int) -> None:
    one, other = first_17[place], first_17[place + 1]
    swapped = first_17[:place] + other + one + first_17[place + 2 :]
    assert (check_digit(swapped) == check_digit(first_17)) == (one == other)


_BIRTHS = st.dates(date(1900, 1, 1), TODAY)


@given(_BIRTHS, st.integers(0, 999), st.sampled_from(["11", "21", "54", "65", "71", "83"]))
def test_a_kept_number_stays_as_it_is(born: date, serial: int, province: str) -> None:
    number = resident(f"{province}0102{born:%Y%m%d}{serial:03}")
    kept = normal_id_number(RESIDENT, number.lower(), today=TODAY)
    assert kept == normal_id_number(RESIDENT, kept, today=TODAY) == number


@given(st.sampled_from(list(IdType)), st.text(max_size=25))
def test_whatever_is_written_is_kept_in_one_form_or_refused(id_type: IdType, written: str) -> None:
    try:
        kept = normal_id_number(id_type, written, today=TODAY)
    except IdNumberInvalidError:
        return
    assert kept.isascii()
    assert normal_id_number(id_type, kept, today=TODAY) == kept


@pytest.mark.parametrize(
    ("id_number", "shown"),
    [
        ("11010519491231002X", "110*************2X"),
        ("E12345678", "E12****78"),
        ("12345678", "123***78"),
        ("A1234", "A***4"),
        ("A123456", "A*****6"),
    ],
)
def test_an_id_number_is_shown_masked(id_number: str, shown: str) -> None:
    assert masked_id_number(id_number) == shown


@given(st.text("ABC0123456789", min_size=5, max_size=18))
def test_at_least_three_characters_of_an_id_number_stay_hidden(id_number: str) -> None:
    shown = masked_id_number(id_number)
    assert len(shown) == len(id_number)
    assert shown.count("*") >= 3
