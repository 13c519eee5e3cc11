"""My education and degree records (FAQ 6 to 10)."""

from chalicelib.api import bodies, views
from chalicelib.api.routing import Audience, Call, Resource
from chalicelib.api.showing.accounts import credential_view
from chalicelib.api.showing.permissions import limit_view, permission_view
from chalicelib.domain.credential import MOST_CREDENTIALS, CredentialFacts
from chalicelib.domain.errors import CredentialLimitError
from chalicelib.domain.identity import normal_name
from chalicelib.usecases.accounts.add_credential import add_credential

resource = Resource(__name__, tag="学历学位")


@resource.serves("GET", "/credentials", audience=Audience.CANDIDATE, answer=views.CredentialsView)
def list_credentials(call: Call[None]) -> views.CredentialsView:
    """My records, each with the state of its check."""
    records = call.services.credentials.of(call.account.id)
    names = {exam.code: exam.name for exam, _ in call.services.exams.all()}
    return views.CredentialsView(
        credentials=tuple(credential_view(record, call.account.identity, names) for record in records),
        at_most=MOST_CREDENTIALS,
        adding=permission_view(None) if len(records) < MOST_CREDENTIALS else limit_view(CredentialLimitError),
    )


@resource.serves(
    "POST",
    "/credentials",
    audience=Audience.CANDIDATE,
    body=bodies.NewCredential,
    answer=views.CredentialView,
    status=201,
)
def add_record(call: Call[bodies.NewCredential]) -> views.CredentialView:
    """Add a record; it is checked automatically where that is possible."""
    record = add_credential(
        call.account.id,
        _facts(call.body, call.account.identity.name),
        credentials=call.services.credentials,
        now=call.services.clock.now(),
    )
    return credential_view(record, call.account.identity, {})  # nobody has passed it yet


def _facts(body: bodies.NewCredential, own_name: str) -> CredentialFacts:
    return CredentialFacts(
        kind=body.kind,
        level=body.level,
        school=body.school.strip(),
        major=body.major.strip(),
        certificate_no=body.certificate_no.strip(),  # `$` lets a line break pass
        obtained_on=body.obtained_on,
        name_on_certificate=normal_name(body.name_on_certificate or own_name),
        foreign=body.foreign,
    )
