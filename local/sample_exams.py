"""The sample exams and authorities, through the operator's own import; doing it again changes nothing."""

from chalicelib import wiring
from chalicelib.domain.audit import AuditEntry, Clerk
from chalicelib.domain.ids import AuthorityId
from commands.catalogue.files import read_folder
from commands.catalogue.importing import Written, import_catalogue
from local.programs import SAMPLES

_CLERK = Clerk("make run", AuthorityId("liaoning"))


def import_sample_exams(services: wiring.Services) -> Written:
    """Store what `samples/` says, but for what is there already."""
    now = services.clock.now()
    entry = AuditEntry(
        id=services.randomness.new_id(), at=now, clerk=_CLERK, on_whom="", what="", reason="本机示例数据"
    )
    catalogue = read_folder(SAMPLES, known_providers=services.providers, now=now)
    return import_catalogue(catalogue, services, entry)
