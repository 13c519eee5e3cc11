"""Files that browsers send: a form whose policy says what may be in it.

Source: "Authenticating Requests: Browser-Based Uploads Using POST" and "POST Policy" of the S3 API reference.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from local.simulators.objects.refusals import RefusedError

_MOST_FIELDS = 100
_NEEDS_NO_CONDITION = {"policy", "x-amz-signature", "file"}


@dataclass(frozen=True)
class Form:
    """The fields by their names in small letters, and the file."""

    fields: Mapping[str, str]
    file: bytes


def read_form(content_type: str, body: bytes) -> Form:
    """Read a form; what stands behind the file does not count. Raises RefusedError."""
    kind, options = parse_options_header(content_type)
    if kind != "multipart/form-data" or "boundary" not in options:
        raise RefusedError("MalformedPOSTRequest", "The body is not well-formed multipart/form-data")
    decoder = MultipartDecoder(options["boundary"].encode(), max_parts=_MOST_FIELDS)
    decoder.receive_data(body)
    decoder.receive_data(None)
    fields: dict[str, str] = {}
    name, is_file, content = "", False, b""
    try:
        while not isinstance(event := decoder.next_event(), Epilogue | NeedData):
            if isinstance(event, Field | File):
                name, is_file, content = event.name.lower(), event.name.lower() == "file", b""
            elif isinstance(event, Data):
                content += event.data
                if not event.more_data and is_file:
                    return Form(fields, content)
                if not event.more_data:
                    fields[name] = content.decode()
    except ValueError as error:
        raise RefusedError("MalformedPOSTRequest", str(error)) from error
    raise RefusedError("MalformedPOSTRequest", "POST requires exactly one file upload per request")


def check_conditions(form: Form, *, bucket: str, now: datetime) -> None:
    """Raise RefusedError unless the policy still holds, allows every field, and the size of the file."""
    policy = _read_policy(form.fields["policy"])
    if datetime.fromisoformat(policy["expiration"]) <= now:
        raise RefusedError("AccessDenied", "Invalid according to Policy: Policy expired.")
    given = {**form.fields, "bucket": bucket}
    spoken_of: set[str] = set()
    for condition in policy["conditions"]:
        spoken_of.update(_check(condition, given, len(form.file)))
    extra = {
        name
        for name in form.fields
        if name not in spoken_of | _NEEDS_NO_CONDITION and not name.startswith("x-ignore-")
    }
    if extra:
        raise RefusedError("AccessDenied", f"Invalid according to Policy: Extra input fields: {min(extra)}")


def _read_policy(text: str) -> dict[str, Any]:
    try:
        policy = json.loads(base64.b64decode(text, validate=True))
        datetime.fromisoformat(policy["expiration"])
        list(policy["conditions"])
    except (ValueError, binascii.Error, KeyError, TypeError):
        raise RefusedError("InvalidPolicyDocument", "Invalid Policy") from None
    return dict(policy)


def _check(condition: Any, given: Mapping[str, str], size: int) -> list[str]:
    """Check one condition; the fields it speaks of."""
    match condition:
        case dict():
            pairs = [(name.lower(), value) for name, value in condition.items()]
            for name, value in pairs:
                _hold(given.get(name) == value, condition)
            return [name for name, _ in pairs]
        case ["content-length-range", least, most]:
            if size < int(least):
                raise RefusedError("EntityTooSmall", "Your proposed upload is smaller than the minimum")
            if size > int(most):
                raise RefusedError("EntityTooLarge", "Your proposed upload exceeds the maximum size")
            return []
        case ["eq", name, value]:
            name = name.lower().removeprefix("$")
            _hold(given.get(name) == value, condition)
            return [name]
        case ["starts-with", name, value]:
            name = name.lower().removeprefix("$")
            _hold(given.get(name, "").startswith(value), condition)
            return [name]
        case _:
            raise RefusedError("InvalidPolicyDocument", "Invalid Policy: Invalid condition")


def _hold(holds: bool, condition: Any) -> None:  # noqa: FBT001 - reads as a sentence
    if not holds:
        failed = json.dumps(condition)
        raise RefusedError("AccessDenied", f"Invalid according to Policy: Policy Condition failed: {failed}")
