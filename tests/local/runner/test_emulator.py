"""The emulator keeps its pace however much was written."""

import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from local.emulator import emulator_binary, emulator_command, hasten_stream
from local.sockets import free_port

# As the emulator asks: the number of the next record, and what came after one.
NEXT_NUMBER = "SELECT MAX(CAST(sequence_number AS INTEGER)) FROM _stream_records WHERE table_name = 'x'"
AFTER = (
    "SELECT * FROM _stream_records WHERE table_name = 'x' AND shard_id = 'y'"
    " AND CAST(sequence_number AS INTEGER) > 7 ORDER BY CAST(sequence_number AS INTEGER) ASC LIMIT 9"
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Path]:
    """The file of a running emulator."""
    try:
        emulator_binary()
    except FileNotFoundError as missing:
        pytest.skip(str(missing))
    file = tmp_path / "records.db"
    command = emulator_command(free_port(), database=file)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as emulator:
        assert emulator.stdout is not None
        assert "listening" in emulator.stdout.readline()
        yield file
        emulator.terminate()


@pytest.mark.parametrize("question", [NEXT_NUMBER, AFTER])
def test_its_place_in_the_stream_is_found_without_looking_through_all_of_it(
    database: Path, question: str
) -> None:
    hasten_stream(database)
    hasten_stream(database)  # at every start
    with closing(sqlite3.connect(database)) as opened:
        ((*_, plan),) = opened.execute(f"EXPLAIN QUERY PLAN {question}")
    assert plan.startswith("SEARCH _stream_records USING INDEX stream_numbers")


def test_a_file_that_is_no_database_of_its_own_is_let_be(tmp_path: Path) -> None:
    file = tmp_path / "records.db"
    file.write_text("something else")
    hasten_stream(file)
    assert file.read_text() == "something else"
