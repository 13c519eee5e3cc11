"""Which names are taken, and which two spellings are one name (handbook section 6, FAQ 9)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import NameInvalidError
from chalicelib.domain.identity import Identity, IdType, has_homophone, name_key, normal_name

TAKEN = [
    # why it is taken, as written, as kept
    ("two characters", "王明", "王明"),
    ("a rare character of an extension block", "王𠀀", "王𠀀"),
    ("the round zero that some names have", "李〇", "李〇"),
    ("a homophone in square brackets", "王晓[沛]", "王晓[沛]"),
    ("Chinese brackets", "王晓【沛】", "王晓[沛]"),
    ("full-width brackets", "王晓［沛］", "王晓[沛]"),
    ("a rare homophone in brackets", "王[𠀀]", "王[𠀀]"),
    ("the middle dot of the standard", "买买提·阿卜杜拉", "买买提·阿卜杜拉"),
    ("a Japanese middle dot", "买买提・阿卜杜拉", "买买提·阿卜杜拉"),
    ("a bullet", "买买提•阿卜杜拉", "买买提·阿卜杜拉"),
    ("a full-width full stop", "买买提．阿卜杜拉", "买买提·阿卜杜拉"),
    ("a foreign name", "Anne-Marie O'Neill", "Anne-Marie O'Neill"),
    ("spaces around and several between", "  Anna   Lee ", "Anna Lee"),
    ("a wide space", "王　明", "王 明"),
    ("letters with marks, in either form", "Jose\u0301", "José"),
    ("the longest name", "甲" * 50, "甲" * 50),
]


@pytest.mark.parametrize(("written", "kept"), [row[1:] for row in TAKEN], ids=[row[0] for row in TAKEN])
def test_a_name_is_kept_in_one_form(written: str, kept: str) -> None:
    assert normal_name(written) == kept
    assert normal_name(kept) == kept


REFUSED = [
    ("nothing", ""),
    ("one character", "王"),
    ("only spaces", "    "),
    ("longer than any name", "甲" * 51),
    ("digits", "王明2"),
    ("a control character", "王\x00明"),
    ("an invisible character", "王\u200b明"),
    ("a picture", "王明😀"),
    ("markup", "王<b>明"),
    ("no letter at all", "··"),
    ("no letter between the dots and dashes", "-·-"),
    ("a bracket that does not close", "王晓[沛"),
    ("a bracket that does not open", "王晓沛]"),
    ("brackets around nothing", "王晓[]"),
    ("brackets around two characters", "王[晓沛]"),
    ("brackets within brackets", "王[[沛]]"),
]


@pytest.mark.parametrize("written", [row[1] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_no_document_carries_is_refused(written: str) -> None:
    with pytest.raises(NameInvalidError) as refused:
        normal_name(written)
    assert refused.value.field == "name"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("买买提·阿卜杜拉", "买买提•阿卜杜拉"),
        ("Anna Lee", "ANNA LEE"),
        ("Anna Lee", "AnnaLee"),
        ("Ａｎｎａ", "Anna"),
        ("王晓[沛]", "王晓【沛】"),
        ("Jose\u0301", "José"),
    ],
)
def test_two_spellings_of_one_name_are_one_name(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(("one", "other"), [("王晓明", "王小明"), ("王晓沛", "王晓[沛]"), ("王明", "王明明")])
def test_two_names_stay_two(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@given(st.text(max_size=60))
def test_whatever_is_written_is_kept_in_one_form_or_refused(written: str) -> None:
    try:
        kept = normal_name(written)
    except NameInvalidError:
        return
    assert normal_name(kept) == kept
    assert name_key(kept) == name_key(written)


def test_a_name_with_a_homophone_is_known_by_its_bracket() -> None:
    assert has_homophone("王晓[沛]")
    assert not has_homophone("王晓沛")


def test_a_person_is_name_and_number_and_type_together() -> None:
    wang = Identity("王晓明", IdType.RESIDENT_ID, "11010519491231002X")
    assert wang.person_key == Identity("王 晓明", IdType.RESIDENT_ID, "11010519491231002X").person_key
    assert wang.person_key != Identity("王小明", IdType.RESIDENT_ID, "11010519491231002X").person_key
    assert wang.person_key != Identity("王晓明", IdType.PASSPORT, "11010519491231002X").person_key
    assert wang.id_key == Identity("王小明", IdType.RESIDENT_ID, "11010519491231002X").id_key
