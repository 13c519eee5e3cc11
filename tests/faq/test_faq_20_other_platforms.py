"""FAQ 20: exams that are held elsewhere are listed with their platform and link, and not started here."""

from chalicelib.domain.ids import ExamId
from tests.api.browser import Browser, problem_code
from tests.builders import AUTHORITY_ID, an_exam, an_offering
from tests.fakes import World
from tests.faq.candidate import candidate

ELSEWHERE = an_exam(
    id=ExamId("fire-engineer-2026"),
    code="fire-engineer",
    name="一级注册消防工程师",
    platform="national",
    link="http://www.cpta.com.cn/",
)


def test_faq_20_everybody_sees_which_platform_holds_an_exam_and_how_to_get_there(world: World) -> None:
    world.exams.put(ELSEWHERE, [])
    listed = {exam["exam_id"]: exam for exam in Browser(world).send("GET", "/exams").json_body["exams"]}
    there, here = listed["fire-engineer-2026"], listed[an_exam().id]
    assert (there["platform"], there["link"]) == ("national", "http://www.cpta.com.cn/")
    assert here["link"] is None
    assert len(here["offerings"]) == 1


def test_faq_20_it_cannot_be_started_here_and_the_reason_names_the_link(world: World) -> None:
    offering = an_offering(exam_id=ELSEWHERE.id)
    world.exams.put(ELSEWHERE, [offering])
    someone = candidate(world)
    (permission,) = someone.get(f"/exams/{ELSEWHERE.id}/start")["offerings"]
    assert permission["start"]["code"] == "held_elsewhere"
    body = {"exam_id": ELSEWHERE.id, "authority_id": AUTHORITY_ID}
    refused = someone.send("POST", "/registrations", body)
    assert (refused.status_code, problem_code(refused)) == (409, "held_elsewhere")
    assert refused.json_body["faq"] == 20
    assert "链接" in refused.json_body["detail"]
