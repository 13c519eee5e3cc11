"""Who a candidate is: names, ID types, ID numbers and phones; their checks are in `verification.py`."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from chalicelib.domain.errors import IdNumberInvalidError, NameInvalidError, PhoneInvalidError


class IdType(StrEnum):
    """证件类型 (handbook section 6)."""

    RESIDENT_ID = "resident_id"
    PASSPORT = "passport"
    HK_MACAO_PERMIT = "hk_macao_permit"
    TAIWAN_PERMIT = "taiwan_permit"
    FOREIGN_RESIDENT_CARD = "foreign_resident_card"


@dataclass(frozen=True, slots=True)
class Identity:
    """Name and ID, in normal form; fixed when the account is made (FAQ 5)."""

    name: str
    id_type: IdType
    id_number: str

    @property
    def person_key(self) -> str:
        """Equal for two identities that are the same person on paper: same ID and same compared name."""
        return f"{self.id_key}|{name_key(self.name)}"

    @property
    def id_key(self) -> str:
        """Equal for the same ID number of the same type."""
        return f"{self.id_type}|{self.id_number}"


# First two digits of a resident ID: provinces, Taiwan (71) and, for residence permits, 81 to 83.
_NUMBERS_IN_REGION = {"1": "12345", "2": "123", "3": "1234567", "4": "123456", "5": "01234", "6": "12345"}
_PROVINCES = {f"{region}{n}" for region, numbers in _NUMBERS_IN_REGION.items() for n in numbers}
_PROVINCES |= {"71", "81", "82", "83"}
_MOD_11_2_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_MOD_11_2_DIGITS = "10X98765432"
_PHONE = re.compile(r"1[3-9][0-9]{9}")
_OTHER_ID_FORMS = {
    IdType.PASSPORT: re.compile(r"[A-Z0-9]{5,17}"),
    IdType.HK_MACAO_PERMIT: re.compile(r"[HM][0-9]{8}([0-9]{2})?"),
    IdType.TAIWAN_PERMIT: re.compile(r"[0-9]{8}([0-9]{2})?"),
    IdType.FOREIGN_RESIDENT_CARD: re.compile(r"[A-Z]{3}[0-9]{12}|9[0-9]{16}[0-9X]"),
}
_LIFELONG = {IdType.HK_MACAO_PERMIT: 9, IdType.TAIWAN_PERMIT: 8}
"""A permit's first characters stay for life; what follows counts how often it was issued anew."""
_MIDDLE_DOT = "·"
_DOTS = dict.fromkeys(map(ord, "•・･‧∙⋅．"), _MIDDLE_DOT)
_BRACKETS = str.maketrans({"【": "[", "】": "]", "［": "[", "］": "]", "〔": "[", "〕": "]"})
_LONGEST_NAME = 50
_SHORTEST_SHOWN_IN_FIVE = 8


def check_digit(first_17: str) -> str:
    """ISO 7064 MOD 11-2 over the first 17 digits, as GB 11643 has it."""
    return _MOD_11_2_DIGITS[sum(int(d) * w for d, w in zip(first_17, _MOD_11_2_WEIGHTS, strict=True)) % 11]


def normal_id_number(id_type: IdType, written: str, *, today: date) -> str:
    """The one form: half-width, upper case, 15 digits made 18, permits without the number of their issue.

    Raises IdNumberInvalidError.
    """
    number = "".join(unicodedata.normalize("NFKC", written).split()).upper()
    if id_type is IdType.RESIDENT_ID:
        return _normal_resident_id(number, today)
    form = _OTHER_ID_FORMS[id_type]
    if not (number.isascii() and form.fullmatch(number)) or _is_of_resident(number, today):
        raise IdNumberInvalidError(field="id_number")
    if (
        id_type is IdType.FOREIGN_RESIDENT_CARD
        and len(number) == 18
        and check_digit(number[:17]) != number[17]
    ):
        raise IdNumberInvalidError(field="id_number")
    return number[: _LIFELONG[id_type]] if id_type in _LIFELONG else number


def _is_of_resident(number: str, today: date) -> bool:
    """A resident's number under another type would make a second person of its holder."""
    try:
        _normal_resident_id(number, today)
    except IdNumberInvalidError:
        return False
    return True


def possible_id_numbers(written: str, *, today: date) -> tuple[str, ...]:
    """What somebody may mean who writes an ID number and not its type; in normal forms, likeliest first."""
    plain = "".join(unicodedata.normalize("NFKC", written).split()).upper()
    try:
        return (_normal_resident_id(plain, today),)
    except IdNumberInvalidError:
        permits = [t for t in _LIFELONG if _OTHER_ID_FORMS[t].fullmatch(plain)]
        return tuple(dict.fromkeys([plain, *(plain[: _LIFELONG[t]] for t in permits)]))


def _normal_resident_id(number: str, today: date) -> str:
    if re.fullmatch(r"[0-9]{15}", number):
        # The old cards have a two-digit year, all of the 20th century, and no check digit.
        first_17 = f"{number[:6]}19{number[6:]}"
        number = first_17 + check_digit(first_17)
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number) or number[:2] not in _PROVINCES:
        raise IdNumberInvalidError(field="id_number")
    if not _is_past_date(number[6:14], today) or check_digit(number[:17]) != number[17]:
        raise IdNumberInvalidError(field="id_number")
    return number


def _is_past_date(digits: str, today: date) -> bool:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return date(1900, 1, 1) <= born <= today


def normal_name(written: str) -> str:
    """A name as it is kept: one kind of middle dot and bracket, single spaces. Raises NameInvalidError."""
    name = unicodedata.normalize("NFC", written).translate(_DOTS).translate(_BRACKETS)
    name = " ".join(name.split())
    if not 2 <= len(name) <= _LONGEST_NAME or not all(_may_stand_in_a_name(c) for c in name):
        raise NameInvalidError(field="name")
    if not any(c.isalpha() for c in name):
        raise NameInvalidError(field="name")
    if re.sub(r"\[\w\]", "", name).count("[") or name.count("[") != name.count("]"):
        raise NameInvalidError(field="name")
    return name


def _may_stand_in_a_name(character: str) -> bool:
    # 〇 stands in names, but Unicode counts it as a number.
    return character in f"{_MIDDLE_DOT}[] -'.’〇" or unicodedata.category(character)[0] in "LM"


def name_key(name: str) -> str:
    """What two spellings of one name have in common: compatibility forms, case and spaces do not count."""
    folded = unicodedata.normalize("NFKC", name.translate(_DOTS).translate(_BRACKETS)).casefold()
    return "".join(folded.split())


def has_homophone(name: str) -> bool:
    """True where a rare character is written as a homophone in brackets, such as 王晓[沛]."""
    return "[" in name


def normal_phone(written: str) -> str:
    """A mainland mobile number, ASCII digits only. Raises PhoneInvalidError."""
    phone = written.strip()
    if not _PHONE.fullmatch(phone):
        raise PhoneInvalidError(field="phone")
    return phone


def masked_phone(phone: str) -> str:
    """138****1234."""
    return f"{phone[:3]}****{phone[-4:]}"


def masked_id_number(id_number: str) -> str:
    """The first three and last two characters, of a short one the first and last; the rest as stars."""
    head, tail = (3, 2) if len(id_number) >= _SHORTEST_SHOWN_IN_FIVE else (1, 1)
    return id_number[:head] + "*" * (len(id_number) - head - tail) + id_number[-tail:]
