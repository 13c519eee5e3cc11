"""Daily bills are downloaded to disk: hashed, bounded, and gone afterwards."""

import hashlib
import io
import os
import tempfile
import time
import tracemalloc
from pathlib import Path

import pytest

from chalicelib.integrations.bills import downloaded
from chalicelib.integrations.line import LONGEST_ANSWER_BYTES, Line
from chalicelib.usecases.ports import ProviderUnavailableError
from tests.integrations.stub import Party, Said

LARGE = os.urandom(1 << 20) * 3 + b"end"


def test_a_bill_larger_than_any_answer_is_read_as_often_as_one_likes(stub: Party) -> None:
    stub.answer = lambda _: Said(LARGE)
    assert len(LARGE) > LONGEST_ANSWER_BYTES
    with downloaded(Line(), f"{stub.url}/bill?token=1", headers={"Authorization": "a"}) as bill:
        assert (bill.size, bill.sha256) == (len(LARGE), hashlib.sha256(LARGE).hexdigest())
        first, second = bill.opened(), bill.opened()
        assert first.read(10) == LARGE[:10]
        first.close()
        assert second.read() == LARGE
        second.seek(-3, io.SEEK_END)
        assert second.read() == b"end"
    assert stub.asked[-1].headers["authorization"] == "a"


def test_no_file_is_left_in_the_folder_of_temporary_files(
    stub: Party, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    tempfile.tempdir = None
    stub.answer = lambda _: Said(b"x" * 100)
    try:
        with downloaded(Line(), stub.url) as bill:
            assert bill.opened().read() == b"x" * 100
            assert list(tmp_path.iterdir()) == []
    finally:
        tempfile.tempdir = None


@pytest.mark.parametrize("status", [204, 206, 302, 403, 404, 500])
def test_any_status_but_200_is_no_bill_and_no_redirect_is_followed(stub: Party, status: int) -> None:
    stub.answer = lambda _: Said(
        b"" if status == 204 else b"no bill", status=status, headers={"Location": "/elsewhere"}
    )
    asked = len(stub.asked)
    with pytest.raises(ProviderUnavailableError, match=str(status)), downloaded(Line(), stub.url):
        pass
    assert len(stub.asked) == asked + 1


@pytest.mark.parametrize(
    "said",
    [
        Said(b"late", after_s=1),
        Said(b"cut off", promised=100),
        Said(b"x" * 2001),
        Said(b"drop by drop", trickle_s=0.2),
    ],
    ids=["silent", "cut off", "flood", "trickle"],
)
def test_half_a_bill_one_too_large_or_one_too_slow_is_no_bill(stub: Party, said: Said) -> None:
    stub.answer = lambda _: said
    began = time.monotonic()
    with (
        pytest.raises(ProviderUnavailableError),
        downloaded(Line(read_s=0.5), stub.url, most_bytes=2000, longest_s=1),
    ):
        pass
    assert time.monotonic() - began < 2


def test_trouble_of_the_reader_is_not_taken_for_the_providers(stub: Party) -> None:
    stub.answer = lambda _: Said(b"x")
    with pytest.raises(OSError, match="mine"), downloaded(Line(), stub.url):
        raise OSError("mine")


def test_after_half_a_bill_the_line_still_serves(stub: Party) -> None:
    line = Line()
    stub.answer = lambda _: Said(LARGE)
    with pytest.raises(ProviderUnavailableError), downloaded(line, stub.url, most_bytes=10):
        pass
    stub.answer = lambda _: Said(b"whole")
    assert line.call("GET", stub.url).body == b"whole"


def test_a_bill_of_100_mb_takes_hardly_any_memory(stub: Party) -> None:
    content = bytes(100 << 20)
    stub.answer = lambda _: Said(content)
    tracemalloc.start()
    try:
        with downloaded(Line(), stub.url) as bill:
            assert bill.size == len(content)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2 << 20
