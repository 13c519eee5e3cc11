"""Storing a catalogue that was read: what is new, and on request what differs from what is stored."""

from dataclasses import dataclass

from chalicelib import wiring
from chalicelib.domain.audit import AuditEntry
from chalicelib.usecases.desk.import_catalogue import import_authority, import_exam
from commands.catalogue.files import Catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """How many of them an import wrote, because they were new or differed."""

    authorities: int
    exams: int

    def __str__(self) -> str:
        return f"{self.exams} exams and {self.authorities} authorities written"


def import_catalogue(
    catalogue: Catalogue, services: wiring.Services, entry: AuditEntry, *, again: bool = False
) -> Written:
    """Store the exams and authorities; those that are there already only if `again`, and where they differ.

    `entry` says who imports, when and why. Raises ChangedElsewhereError (a clerk changed something
    meanwhile); what was written before stays, and the same import again writes the rest.
    """
    authorities, exams = services.authorities, services.exams
    return Written(
        authorities=sum(
            import_authority(authority, entry, authorities=authorities)
            for authority in catalogue.authorities
            if again or authorities.get(authority.id) is None
        ),
        exams=sum(
            import_exam(exam, offerings, entry, exams=exams)
            for exam, offerings in catalogue.exams
            if again or exams.fresh_exam(exam.id) is None
        ),
    )
