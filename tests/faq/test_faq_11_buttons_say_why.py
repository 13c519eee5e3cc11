"""FAQ 11: a button that cannot be used says why beside it. What browsers can do is tested with the pages."""

import pytest

from chalicelib.domain.registration import UNPAID, State
from tests.api.browser import Browser
from tests.builders import a_payable_registration, a_registration
from tests.fakes import World
from tests.faq.candidate import candidate


@pytest.mark.parametrize("state", [*UNPAID, State.PAID, State.SUPERSEDED, State.VOID])
@pytest.mark.parametrize("days", [0, 7, 30], ids=["registering", "paying", "all over"])
def test_faq_11_every_button_can_be_used_or_says_why_not(world: World, state: State, days: int) -> None:
    someone = candidate(world)
    make = a_registration if state is State.DRAFT else a_payable_registration
    registration = make(someone.account, state=state)
    world.given_registration(registration, someone.account)
    world.clock.advance(days=days)
    someone.browser = Browser(world).log_in(someone.account)
    shown = someone.get("/registrations")["registrations"][0]["allowed_actions"]
    assert len(shown) == 11
    for action, permission in shown.items():
        if not permission["allowed"]:
            assert permission["code"], action
            assert permission["reason"].endswith("。"), action
