"""Each of the twenty questions has tests that carry its number."""

import re
from pathlib import Path

import pytest

NAMES = [
    name
    for file in sorted(Path(__file__).parent.glob("test_faq_*.py"))
    for name in re.findall(r"^ *def (test_\w+)", file.read_text("utf-8"), re.MULTILINE)
]


@pytest.mark.parametrize("number", range(1, 21))
def test_every_question_has_a_test_of_its_name(number: int) -> None:
    assert any(name.startswith(f"test_faq_{number:02}_") for name in NAMES)


def test_every_test_is_named_after_a_question() -> None:
    numbers = "|".join(f"{number:02}" for number in range(1, 21))
    assert [name for name in NAMES if not re.match(rf"test_faq_({numbers})_", name)] == []
