"""FAQ 2: one phone binds one account; whoever has it anew is told what to do."""

from tests.api.browser import Browser, problem_code
from tests.api.story import Story, new_account
from tests.builders import a_phone
from tests.fakes import World
from tests.faq.candidate import candidate
from tests.usecases.joining import PASSWORD, proof


def test_faq_02_a_phone_that_is_bound_opens_no_other_account(world: World) -> None:
    candidate(world)
    anyone = Browser(world)
    form = {
        "username": "newcomer",
        "password": PASSWORD,
        "name": "赵云",
        "id_type": "resident_id",
        "id_number": "110101199003074530",
        "phone_proof": proof(world, a_phone(1)),
        "security_questions": [
            {"question": "您的出生地是？", "answer": "沈阳"},
            {"question": "您小学的校名是？", "answer": "第一小学"},
        ],
    }
    refused = anyone.send("POST", "/accounts", form)
    assert (refused.status_code, problem_code(refused)) == (409, "phone_taken")
    assert refused.json_body["faq"] == 2


def test_faq_02_another_phone_opens_it(world: World) -> None:
    story = Story(world)
    assert story.anyone.send("POST", "/accounts", new_account(story)).status_code == 201
