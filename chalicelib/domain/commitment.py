"""The commitment (告知承诺): once declined or withdrawn, it is closed for this exam and year."""

from chalicelib.domain.errors import DomainError
from chalicelib.domain.registration import Commitment, Registration


class CommitmentClosedError(DomainError):
    """Declined or withdrawn once, the commitment is closed for this exam and year (FAQ 12, 13)."""

    code = "commitment_closed"
    message = "本年度此项考试已选择不采用（或已撤回）告知承诺制，不能再改为采用。"
    faq = 12


def check_commitment(registration: Registration, wanted: Commitment) -> None:
    """Raise CommitmentClosedError when a declined commitment would be adopted after all."""
    given = registration.signature.commitment if registration.signature else Commitment.ADOPTED
    if wanted is Commitment.ADOPTED and given is not Commitment.ADOPTED:
        raise CommitmentClosedError(field="commitment")
