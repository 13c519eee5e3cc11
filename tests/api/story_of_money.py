"""Good requests about money that need more than an open order."""

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.domain.exam import Window
from tests.builders import an_exam, an_offering, money_for

if TYPE_CHECKING:
    from tests.api.story import Request, Story


def paid_where_one_may_leave(story: "Story") -> "Request":
    """A paid registration at an authority that gives fees back."""
    order = story.order()
    story.world.orders.settle(order, money_for(order), now=story.world.clock.now())
    offering = an_offering()
    leaving = Window(offering.windows.payment.start, offering.windows.ticket.end)
    policy = replace(offering.policy, opt_out_refund=leaving)
    story.world.exams.put(an_exam(), [replace(offering, policy=policy)])
    return {"registration_id": order.registration_id}, None
