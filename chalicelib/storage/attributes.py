"""How values of the domain lie in DynamoDB: exact moments, whole numbers, sealed bytes, nested documents.

Also the rounding of moments to whole seconds, which indexes and expiry need.
"""

from datetime import UTC, datetime, timedelta
from typing import TypeVar

import msgspec
from pynamodb.attributes import Attribute
from pynamodb.constants import BINARY, LIST, NUMBER, STRING

_T = TypeVar("_T")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_MICROSECOND = timedelta(microseconds=1)


def second_reached(moment: datetime) -> int:
    """The last whole second that has begun at `moment`: what is due at it or before is due."""
    return (moment - _EPOCH) // _SECOND


def second_not_before(moment: datetime) -> int:
    """The first whole second not before `moment`: nothing comes due or is swept away too soon."""
    return -((_EPOCH - moment) // _SECOND)


def fixed_width(moment: datetime) -> str:
    """A moment as text that sorts as the moments do."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class IntegerAttribute(Attribute[int]):
    """A whole number; DynamoDB keeps 38 digits of it."""

    attr_type = NUMBER

    def serialize(self, value: int) -> str:
        """Digits."""
        return str(value)

    def deserialize(self, value: str) -> int:
        """Digits back to the number."""
        return int(value)


class MomentAttribute(Attribute[datetime]):
    """A moment to the microsecond, as a number, so that conditions can compare it."""

    attr_type = NUMBER

    def serialize(self, value: datetime) -> str:
        """Microseconds since 1970, UTC."""
        return str((value - _EPOCH) // _MICROSECOND)

    def deserialize(self, value: str) -> datetime:
        """Aware, in UTC."""
        return _EPOCH + int(value) * _MICROSECOND


class TextsAttribute(Attribute[list[str]]):
    """Texts in their order."""

    attr_type = LIST

    def serialize(self, value: list[str]) -> list[dict[str, str]]:
        """Each under the letter of its type."""
        return [{STRING: text} for text in value]

    def deserialize(self, value: list[dict[str, str]]) -> list[str]:
        """The texts again."""
        return [text[STRING] for text in value]


class SealedAttribute(Attribute[bytes]):
    """Personal data, encrypted before it gets here."""

    attr_type = BINARY


class DocumentAttribute(Attribute[_T]):
    """A frozen dataclass of the domain as JSON: for what no condition looks into."""

    attr_type = STRING

    def __init__(self, of: type[_T], *, null: bool = False) -> None:
        super().__init__(null=null)
        self._of = of

    def serialize(self, value: _T) -> str:
        """JSON."""
        return msgspec.json.encode(value).decode()

    def deserialize(self, value: str) -> _T:
        """The dataclass again, checked against its types."""
        return msgspec.json.decode(value, type=self._of)
