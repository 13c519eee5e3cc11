"""What is sent about a person or a certificate, and the request id made of it."""

import hashlib
import json
from dataclasses import dataclass

from chalicelib.usecases.ports.outside import CheckRequest

_IDENTITY = "identity"


@dataclass(frozen=True, slots=True)
class Submission:
    """One request in the protocol's words."""

    kind: str
    facts: dict[str, str]

    @property
    def request_id(self) -> str:
        """SHA-256 of kind and facts: the same facts are the same request, however often they come."""
        text = json.dumps([self.kind, self.facts], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def submission_of(request: CheckRequest) -> Submission:
    """The facts to be compared with the national records.

    A certificate is looked for under the name it carries, which may be an earlier one (FAQ 9).
    """
    identity, credential = request.identity, request.credential
    facts = {"name": identity.name, "id_type": str(identity.id_type), "id_number": identity.id_number}
    if credential is None:
        return Submission(_IDENTITY, facts)
    facts |= {
        "name": credential.name_on_certificate,
        "level": str(credential.level),
        "school": credential.school,
        "major": credential.major,
        "certificate_no": credential.certificate_no,
        "obtained_on": credential.obtained_on.isoformat(),
    }
    return Submission(str(credential.kind), facts)
