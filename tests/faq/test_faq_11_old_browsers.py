"""FAQ 11: buttons do nothing in an old browser. Old ones are told so in words, and which is old is said."""

import json
import re
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "web"
PAGE = (WEB / "index.html").read_text("utf-8")
SCRIPT = (WEB / "public" / "old-browser.js").read_text("utf-8")
BUILD = (WEB / "vite.config.ts").read_text("utf-8")
# The product is of 2026: six years of Chromium, the Firefox and Safari that are still kept up.
NEWEST_THAT_MUST_DO = {"chrome": 86, "edge": 86, "firefox": 115, "safari": 15, "ios": 15}


def built_for() -> dict[str, int]:
    """What the build writes its scripts and styles for."""
    listed = re.search(r"OLDEST_BROWSERS = \[(.*?)\]", BUILD, re.DOTALL)
    assert listed is not None
    names = re.findall(r'"([a-z]+)([0-9]+)"', listed[1])
    return {name: int(version) for name, version in names}


@pytest.mark.parametrize(("browser", "version"), NEWEST_THAT_MUST_DO.items())
def test_faq_11_the_pages_are_built_for_browsers_of_six_years(browser: str, version: int) -> None:
    assert built_for()[browser] <= version


def test_faq_11_scripts_and_styles_alike() -> None:
    assert BUILD.count("arget: OLDEST_BROWSERS") == 2


def test_faq_11_the_linter_knows_the_same_browsers() -> None:
    listed = json.loads((WEB / "package.json").read_text("utf-8"))["browserslist"]
    assert {name: int(version) for name, _, version in map(str.split, listed)} == built_for()


def test_faq_11_an_old_browser_is_told_in_words_what_to_use() -> None:
    for word in ("浏览器版本过低", "Chrome", "Edge", "火狐", "Safari", "360", "极速模式", "搜狗", "高速模式"):
        assert word in SCRIPT, word


def test_faq_11_the_words_come_before_anything_that_an_old_browser_cannot_read() -> None:
    told, started = PAGE.index("/old-browser.js"), PAGE.index('type="module"')
    assert told < started
    assert 'id="cannot-start"' in PAGE
    # It changes the text of what is there, and that is read out.
    assert 'role="alert"' in PAGE


@pytest.mark.parametrize(
    "newer", ["=>", "`", "const ", "let ", "?.", "??", "async ", "class ", "...", "import "]
)
def test_faq_11_the_script_that_tells_runs_in_the_oldest_browser(newer: str) -> None:
    code = re.sub(r"//.*", "", SCRIPT)
    assert newer not in code


def test_faq_11_360_and_sogou_take_their_fast_engine_by_themselves() -> None:
    assert '<meta name="renderer" content="webkit"' in PAGE


def test_faq_11_without_scripts_it_is_said_too() -> None:
    without = re.search(r"<noscript>(.*?)</noscript>", PAGE, re.DOTALL)
    assert without is not None
    assert "JavaScript" in without[1]
