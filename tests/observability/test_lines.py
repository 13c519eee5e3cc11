"""What a line of the log says, and what it never says."""

import json
from typing import Any

import pytest

import app
from chalicelib.observability import BLOT, about, count, log, redact


def written(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize(
    "personal",
    [
        "13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "8613800138000",
        "21010219900101123x",
        "210102199001011234",
        "210102900101123",
    ],
)
@pytest.mark.parametrize("around", ["{}", "手机{}。", "phone={},", "[{}]", "a{}b", "第1号:{}"])
def test_a_phone_or_id_number_is_blotted_wherever_it_stands(personal: str, around: str) -> None:
    assert redact(around.format(personal)) == around.format(BLOT)


@pytest.mark.parametrize(
    "harmless",
    [
        "2026112322001412345678901234",
        "1795446028649",
        "1795446028",
        "12800138000",
        "2026-11-23T15:00:28.648+00:00",
    ],
)
def test_trade_numbers_instants_and_short_numbers_stay_as_they_are(harmless: str) -> None:
    assert redact(harmless) == harmless


def test_personal_data_is_blotted_at_every_depth_and_the_line_stays_json(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log.info("Asked", found=[13800138000, {"13900139000": ("210102199001011234",)}], when=object(), 姓名=None)
    [line] = written(capsys)
    assert line["found"] == [BLOT, {BLOT: [BLOT]}]


def test_the_text_and_the_trace_of_an_exception_are_blotted(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        raise ValueError("13800138000 is taken")
    except ValueError:
        log.exception("Broke", order_id="o-1")
    [line] = written(capsys)
    assert line["exception"].endswith(f"ValueError: {BLOT} is taken")
    assert line["order_id"] == "o-1"
    assert "13800138000" not in json.dumps(line)


def test_a_field_whose_name_says_it_is_private_is_never_written(capsys: pytest.CaptureFixture[str]) -> None:
    log.warning("Refused", phone="whatever", password="secret")
    [line] = written(capsys)
    assert (line["phone"], line["password"]) == (BLOT, BLOT)


def test_a_field_named_as_logging_names_its_own_is_moved_aside(capsys: pytest.CaptureFixture[str]) -> None:
    log.error("Odd", message="m", args=1, module="x", name="王")
    [line] = written(capsys)
    assert (line["message"], line["message_"], line["args_"], line["name_"]) == ("Odd", "m", 1, BLOT)


def test_what_a_block_is_about_stands_on_its_lines_and_on_no_later_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with about(request_id="r-1"):
        log.info("Inside")
    log.info("Outside")
    inside, outside = written(capsys)
    assert inside["request_id"] == "r-1"
    assert "request_id" not in outside


def test_a_line_says_where_it_was_written(capsys: pytest.CaptureFixture[str]) -> None:
    log.info("Here")
    [line] = written(capsys)
    assert line["location"].startswith("test_a_line_says_where_it_was_written:")
    assert line["timestamp"].endswith("+00:00")


def test_a_count_is_one_metric_in_the_products_namespace(capsys: pytest.CaptureFixture[str]) -> None:
    count("MoneyReceived", 2)
    [line] = written(capsys)
    assert line["MoneyReceived"] == [2.0]
    assert line["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "Baokao"


def test_chalices_own_lines_are_lines_like_ours(capsys: pytest.CaptureFixture[str]) -> None:
    log.info("Once")
    app.app.log.error("Caught exception for %s", "13800138000")
    ours, chalices = written(capsys)
    assert ours["message"] == "Once"
    assert chalices["message"] == f"Caught exception for {BLOT}"
