"""How checkers are registered and asked. The rules are in the modules beside this one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.whole_store import WholeStore

Checker = Callable[[WholeStore], Iterator[str]]
CHECKERS: list[Checker] = []


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that is broken; `checker` is the name of the function that found it."""

    checker: str
    message: str


def checker(check: Checker) -> Checker:
    """One of those that `violations` asks."""
    CHECKERS.append(check)
    return check


def violations(store: WholeStore) -> list[Violation]:
    """Everything that is wrong in itself, whatever may have happened outside."""
    return [Violation(check.__name__, message) for check in CHECKERS for message in check(store)]
