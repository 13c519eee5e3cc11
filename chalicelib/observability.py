"""What the product says about itself while it runs: `log`, `about` and `count`.

Lines are JSON on stdout, written by Powertools; metrics are CloudWatch's embedded format, also on
stdout, so neither needs a network call, a flush or a permission. Powertools is imported at the first
line, not at import. Which settings it reads: `LOG_LEVEL`, `POWERTOOLS_SERVICE_NAME` and
`POWERTOOLS_METRICS_NAMESPACE`.

No personal data belongs in a line. Pass ids of accounts, registrations and orders, never names, phones
or ID numbers. What slips through all the same, most likely inside the text of an exception, is blotted
out here: digits that look like a phone or an ID number wherever they stand, and fields whose name says
what they hold. A person's name has no shape to find it by, so the fields' names are all that guards it.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger

SERVICE = "baokao"
"""Also the name of Chalice's own logger, so that what Chalice says is a line like ours and as harmless."""
NAMESPACE = "Baokao"
BLOT = "***"

PRIVATE_FIELDS = frozenset(
    {"name", "username", "phone", "id_number", "password", "answer", "answers", "token"}
)
"""Fields of a line whose value is never written, whatever it is."""

_PHONE = r"1[3-9]\d(?:[ -]?\d{4}){2}"
_ID_NUMBER = r"\d{17}[\dXx]|\d{15}"
# Not between other digits: a provider's trade number, 28 digits, holds no ID number. 86 may precede a phone.
_PERSONAL = re.compile(rf"(?<!\d)(?:(?:86)?{_PHONE}|{_ID_NUMBER})(?!\d)")


# Given as a field, one of these makes `logging` raise; a line must never be what breaks a request.
_TAKEN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime"}


def redact(text: str) -> str:
    """Blot out whatever looks like a mainland mobile number or a resident ID number of 15 or 18 digits."""
    return _PERSONAL.sub(BLOT, text)


class Log:
    """Writes one line for each call: a fixed English sentence, and what varies as fields.

    Fixed sentences can be searched for and counted; values glued into them cannot.
    """

    def debug(self, message: str, /, **fields: object) -> None:
        """Say something only a developer looks for."""
        _logger().debug(message, stacklevel=3, extra=_writable(fields))

    def info(self, message: str, /, **fields: object) -> None:
        """Say what happened as it should; a refusal by a rule is this at most."""
        _logger().info(message, stacklevel=3, extra=_writable(fields))

    def warning(self, message: str, /, **fields: object) -> None:
        """Say what went wrong outside and will be tried again."""
        _logger().warning(message, stacklevel=3, extra=_writable(fields))

    def error(self, message: str, /, **fields: object) -> None:
        """Say what a person has to look at."""
        _logger().error(message, stacklevel=3, extra=_writable(fields))

    def exception(self, message: str, /, **fields: object) -> None:
        """Say the same as `error`, with the exception being dealt with."""
        _logger().exception(message, stacklevel=3, extra=_writable(fields))


log = Log()


@contextmanager
def about(**fields: object) -> Iterator[None]:
    """Add fields, a request's id for example, to every line written inside."""
    with _logger().append_context_keys(**_writable(fields)):
        yield


def count(name: str, value: int = 1) -> None:
    """Add to a metric; names are CamelCase and in the past tense, `MoneyReceived`."""
    from aws_lambda_powertools import single_metric
    from aws_lambda_powertools.metrics import MetricUnit

    # One metric, one line: nothing is kept in memory, so there is no flush for a handler to forget.
    with single_metric(name=name, unit=MetricUnit.Count, value=value, namespace=NAMESPACE):
        pass


@cache
def _logger() -> Logger:
    from aws_lambda_powertools import Logger

    return Logger(
        service=SERVICE,
        logger_handler=_Stdout(),
        json_serializer=_line,
        utc=True,
        use_rfc3339=True,
        serialize_stacktrace=False,  # the trace is in `exception` already
    )


class _Stdout(logging.StreamHandler[TextIO]):
    """Writes to what stdout is at that moment, not to what it was at the first line."""

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stdout
        super().emit(record)


def _line(fields: Mapping[str, object]) -> str:
    return json.dumps(_redacted(fields), ensure_ascii=False, separators=(",", ":"))


def _redacted(value: object) -> object:
    """Return the value as JSON can carry it, blotted at every depth, so that no odd type escapes."""
    match value:
        case None | bool():
            return value
        case int() | float():
            return BLOT if redact(str(value)) != str(value) else value
        case Mapping():
            return {redact(str(key)): _redacted(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_redacted(item) for item in value]
        case _:
            return redact(str(value))


def _writable(fields: Mapping[str, object]) -> dict[str, object]:
    """Hide what a field's name says is private, and move names aside that `logging` keeps for itself."""
    return {
        f"{key}_" if key in _TAKEN else key: BLOT if key in PRIVATE_FIELDS else value
        for key, value in fields.items()
    }
