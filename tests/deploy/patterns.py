"""Lambda's filters of stream records, as far as ours go: equality with any of several, prefixes, absence."""

from collections.abc import Mapping
from typing import Any


def lets_through(shape: Mapping[str, Any], record: Mapping[str, Any]) -> bool:
    """Whether a record has the shape: every leaf that the shape names has one of its values, or lacks one."""
    return all(_fits(wanted, record.get(name)) for name, wanted in shape.items())


def _fits(wanted: Any, found: Any) -> bool:
    if isinstance(wanted, dict):
        return lets_through(wanted, found if isinstance(found, dict) else {})
    return any(_is(one, found) for one in wanted)


def _is(wanted: Any, found: Any) -> bool:
    if isinstance(wanted, dict):
        [(operator, operand)] = wanted.items()
        if operator == "exists":
            return (found is not None) is operand
        if operator != "prefix":
            raise ValueError(f"no filter of ours uses {operator}")
        return isinstance(found, str) and found.startswith(operand)
    return type(wanted) is type(found) and bool(wanted == found)
