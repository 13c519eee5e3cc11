"""Mistakes after the confirmation: take it back, or ask the authority for a change (FAQ 17)."""

from chalicelib.api import bodies, views
from chalicelib.api.routing import Audience, Call, Resource
from chalicelib.api.showing.changes import change_request_view
from chalicelib.api.showing.choices import choices_of
from chalicelib.api.showing.registrations import registration_view
from chalicelib.domain.ids import RegistrationId
from chalicelib.usecases.registrations.cancel_confirmation import cancel_confirmation
from chalicelib.usecases.registrations.change_on_request import Wish, request_change, requests_of

resource = Resource(__name__, tag="报名")


@resource.serves(
    "POST",
    "/registrations/{registration_id}/confirmation/cancellation",
    audience=Audience.CANDIDATE,
    body=bodies.Cancellation,
    answer=views.RegistrationView,
)
def cancel(call: Call[bodies.Cancellation], registration_id: str) -> views.RegistrationView:
    """Take my confirmation back, where the authority allows it; a passed review is lost."""
    now = call.services.clock.now()
    situation = cancel_confirmation(
        call.account,
        RegistrationId(registration_id),
        version=call.body.version,
        ports=call.services.registration_ports,
        now=now,
    )
    return registration_view(situation, now)


@resource.serves(
    "POST",
    "/registrations/{registration_id}/change-requests",
    audience=Audience.CANDIDATE,
    body=bodies.ChangeWish,
    answer=views.ChangeRequestView,
    status=201,
)
def ask_for_change(call: Call[bodies.ChangeWish], registration_id: str) -> views.ChangeRequestView:
    """Ask the authority to change what is locked; the photo of my ID and the form are uploaded before."""
    request = request_change(
        call.account,
        RegistrationId(registration_id),
        Wish(what=call.body.what, why=call.body.why, wanted=choices_of(call.body.wanted)),
        ports=call.services.change_ports,
        randomness=call.services.randomness,
        now=call.services.clock.now(),
    )
    return change_request_view(request, request.state)


@resource.serves(
    "GET",
    "/registrations/{registration_id}/change-requests",
    audience=Audience.CANDIDATE,
    answer=views.ChangeRequestsView,
)
def list_change_requests(call: Call[None], registration_id: str) -> views.ChangeRequestsView:
    """What I asked the authority to change, newest first, with its answers."""
    found = requests_of(call.account, RegistrationId(registration_id), ports=call.services.change_ports)
    return views.ChangeRequestsView(
        change_requests=tuple(change_request_view(request, state) for request, state in found)
    )
