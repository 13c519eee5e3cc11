"""FAQ 7: each record shows its state, since when, and what to do next."""

from dataclasses import replace

import pytest

from chalicelib.domain.verification import Verification, VerificationState
from tests.api.browser import problem_code
from tests.builders import NOW, a_credential, an_account
from tests.fakes import World
from tests.faq.candidate import candidate

# state of the check | its label, and words of what comes next
STATES = [
    (VerificationState.VERIFYING, "核验中", "48 小时"),
    (VerificationState.VERIFIED, "核验通过", "无需操作"),
    (VerificationState.MISMATCHED, "核验不一致", "不影响报名"),
    (VerificationState.NOT_FOUND, "未查到记录", "不影响报名"),
    (VerificationState.UNCHECKABLE, "不能自动核验", "工作人员核查"),
    (VerificationState.TIMED_OUT, "核验超时", "不影响报名"),
]


@pytest.mark.parametrize(("state", "label", "next_step"), STATES)
def test_faq_07_a_record_says_where_it_stands_since_when_and_what_comes_next(
    world: World, state: VerificationState, label: str, next_step: str
) -> None:
    record = replace(a_credential(an_account()), check=Verification(state, NOW))
    someone = candidate(world, education=record)
    (shown,) = someone.get("/credentials")["credentials"]
    check = shown["check"]
    assert (check["state"], check["label"]) == (state.value, label)
    assert check["since"] == NOW.isoformat().replace("+00:00", "Z")
    assert next_step in check["next_step"]
    answers = {answer["number"]: answer for answer in someone.get("/help/mine")["answers"]}
    (told,) = answers[7]["sentences"][:1]
    assert told.startswith(f"您的学历（沈阳建筑大学）：{label}（9月1日 10:00起）。")


def test_faq_07_while_it_is_being_checked_nothing_can_be_started_and_it_is_said_why(world: World) -> None:
    record = replace(a_credential(an_account()), check=Verification(VerificationState.VERIFYING, NOW))
    refused = candidate(world, education=record).start()
    assert (refused.status_code, problem_code(refused), refused.json_body["faq"]) == (
        409,
        "credential_verifying",
        7,
    )


def test_faq_07_the_states_of_the_table_are_all_there_are() -> None:
    assert {row[0] for row in STATES} == set(VerificationState)
