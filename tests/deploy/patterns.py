"""Lambda's filters of stream records, as far as ours go: equality with any of several, and prefixes."""

from collections.abc import Mapping
from typing import Any


def lets_through(shape: Mapping[str, Any], record: Mapping[str, Any]) -> bool:
    """Whether a record has the shape: every leaf that the shape names is there and is one of its values."""
    return all(name in record and _fits(wanted, record[name]) for name, wanted in shape.items())


def _fits(wanted: Any, found: Any) -> bool:
    if isinstance(wanted, dict):
        return isinstance(found, dict) and lets_through(wanted, found)
    return any(_is(one, found) for one in wanted)


def _is(wanted: Any, found: Any) -> bool:
    if isinstance(wanted, dict):
        [(operator, operand)] = wanted.items()
        if operator != "prefix":
            raise ValueError(f"no filter of ours uses {operator}")
        return isinstance(found, str) and found.startswith(operand)
    return type(wanted) is type(found) and bool(wanted == found)
