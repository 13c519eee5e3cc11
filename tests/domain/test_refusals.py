"""Every refusal has a code of its own and a sentence that a candidate understands."""

import re

from chalicelib.domain.actions import Reason
from chalicelib.domain.errors import DomainError, InvalidInputError


def every_refusal() -> list[type[DomainError]]:
    found: list[type[DomainError]] = []
    waiting = [DomainError]
    while waiting:
        kind = waiting.pop()
        found.append(kind)
        waiting.extend(kind.__subclasses__())
    return [kind for kind in found if kind.__module__.startswith("chalicelib.domain")]


def test_every_code_belongs_to_one_refusal() -> None:
    # One that says nothing of its own keeps its parent's code on purpose: nobody is to tell the two apart.
    codes = [kind.code for kind in every_refusal() if "code" in vars(kind)]
    codes += [reason.value for reason in Reason]
    assert sorted(codes) == sorted(set(codes))
    assert all(re.fullmatch(r"[a-z][a-z_]+", code) for code in codes)


def test_every_refusal_speaks_chinese_in_a_whole_sentence() -> None:
    for kind in every_refusal():
        assert re.search(r"[\u4e00-\u9fff].*。$", kind.message), kind


def test_every_question_that_is_named_stands_in_the_faq() -> None:
    assert all(kind.faq is None or 1 <= kind.faq <= 20 for kind in every_refusal())


def test_a_refusal_may_name_the_field_and_speak_for_itself() -> None:
    plain = InvalidInputError()
    assert (plain.field, plain.detail) == (None, InvalidInputError.message)
    named = InvalidInputError(field="site", detail="没有这个报名点。")
    assert (named.field, named.detail) == ("site", "没有这个报名点。")
