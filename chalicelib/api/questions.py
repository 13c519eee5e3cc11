"""Help in place: the twenty questions for all, and live answers for the one who is logged in."""

from chalicelib.api import views
from chalicelib.api.routing import Audience, Call, Resource
from chalicelib.api.showing.help import help_view, my_help_view
from chalicelib.usecases.registrations.help_for_me import own_affairs

resource = Resource(__name__, tag="帮助")


@resource.serves("GET", "/help", audience=Audience.ANYONE, answer=views.HelpView)
def get_help(_: Call[None]) -> views.HelpView:
    """The twenty questions, each with the page that solves it."""
    return help_view()


@resource.serves("GET", "/help/mine", audience=Audience.CANDIDATE, answer=views.MyHelpView)
def get_my_help(call: Call[None]) -> views.MyHelpView:
    """What the questions come to for me now: my phone, my last code, my checks, my registrations."""
    services = call.services
    affairs = own_affairs(
        call.account,
        ports=services.registration_ports,
        messages=services.messages,
        orders=services.orders,
        now=services.clock.now(),
    )
    return my_help_view(affairs)
