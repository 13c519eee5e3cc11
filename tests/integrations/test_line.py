"""One HTTP call to an outside party."""

import time

import pytest

from chalicelib.integrations.line import LONGEST_ANSWER_BYTES, Line
from chalicelib.usecases.ports import ProviderUnavailableError
from local.sockets import free_port
from tests.integrations.stub import Said, party


def test_an_answer_comes_back_whole_whatever_its_status() -> None:
    with party() as stub:
        stub.answer = lambda asked: Said(asked.body * 2, status=418, headers={"X-Sign": "s"})
        answer = Line().call("POST", f"{stub.url}/a?b=c", headers={"X-Key": "k"}, body=b"ab" * 50_000)
    assert (answer.status, answer.body, answer.headers["x-sign"]) == (418, b"ab" * 100_000, "s")
    assert (stub.asked[0].method, stub.asked[0].path, stub.asked[0].headers["x-key"]) == (
        "POST",
        "/a?b=c",
        "k",
    )


def test_calls_that_follow_each_other_share_a_connection() -> None:
    with party() as stub:
        stub.answer = lambda _: Said(b"x")
        line = Line()
        for _ in range(3):
            line.call("GET", stub.url)
    assert len(stub.connections) == 1


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    with party() as stub:
        stub.answer = lambda _: Said(status=302, headers={"Location": "/elsewhere"})
        assert Line().call("GET", stub.url).status == 302
    assert len(stub.asked) == 1


@pytest.mark.parametrize(
    "said",
    [
        Said(b"late", after_s=1),
        Said(b"cut off", promised=100),
        Said(b"x" * (LONGEST_ANSWER_BYTES + 1)),
        Said(b"drop by drop", trickle_s=0.2),
    ],
    ids=["silent", "cut off", "flood", "trickle"],
)
def test_silence_a_flood_a_trickle_or_half_an_answer_is_no_answer_and_is_asked_once(said: Said) -> None:
    began = time.monotonic()
    with party() as stub:
        stub.answer = lambda _: said
        with pytest.raises(ProviderUnavailableError):
            Line(read_s=0.5, longest_answer_s=1).call("GET", f"{stub.url}/?secret=1")
        assert time.monotonic() - began < 2
    assert len(stub.asked) == 1


def test_nobody_there_is_no_answer_and_the_error_does_not_repeat_the_address() -> None:
    with pytest.raises(ProviderUnavailableError) as refusal:
        Line().call("GET", f"http://127.0.0.1:{free_port()}/?out_trade_no=secret")
    assert "secret" not in str(refusal.value)
    assert refusal.value.__cause__ is None
