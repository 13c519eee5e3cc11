"""The clock that people may move."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from local.clock import ClockFileDamagedError, ShiftedClock


def test_without_a_file_the_clock_is_right(tmp_path: Path) -> None:
    clock = ShiftedClock(tmp_path / "clock.json")
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=1)


def test_every_reader_sees_each_of_many_quick_moves(tmp_path: Path) -> None:
    mover, reader = ShiftedClock(tmp_path / "a" / "clock.json"), ShiftedClock(tmp_path / "a" / "clock.json")
    for offset_s in (3600, -3600, 1.5, 0, 86400):
        mover.shift(offset_s)
        assert reader.offset_s() == offset_s
    assert reader.now() - datetime.now(UTC) > timedelta(hours=23)
    assert reader.now().tzinfo is UTC


def test_an_offset_beyond_the_calendar_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    clock = ShiftedClock(tmp_path / "clock.json")
    with pytest.raises(OverflowError):
        clock.shift(1e15)
    assert clock.offset_s() == 0


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"offset_s": "later"}', '{"offset_s": true}'])
def test_a_damaged_file_is_said_to_be_damaged(tmp_path: Path, content: str) -> None:
    (tmp_path / "clock.json").write_text(content)
    with pytest.raises(ClockFileDamagedError):
        ShiftedClock(tmp_path / "clock.json").now()
