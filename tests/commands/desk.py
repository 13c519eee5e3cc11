"""A clerk at a shell. No tests here."""

import io
import sys

from commands.staff.__main__ import read_arguments
from tests.api.browser import services_of
from tests.builders import AUTHORITY_ID
from tests.fakes import World

CLERK = ("--authority", AUTHORITY_ID, "--clerk", "zhang")
WHY = ("--reason", "持身份证原件到现场")


def run(world: World, action: str, *words: str, typed: str = "", clerk: tuple[str, ...] = CLERK) -> list[str]:
    """What a command says; `typed` is what comes by standard input."""
    sys.stdin = io.StringIO(typed)
    arguments = read_arguments().parse_args([*action.split(), *clerk, *words])
    return list(arguments.run(arguments, services_of(world)))
