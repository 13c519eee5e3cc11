"""The commitment as it was signed or declined: the very text, its version, and when (FAQ 12, 13)."""

from dataclasses import dataclass

from chalicelib.domain.account import Account
from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.ids import RegistrationId
from chalicelib.domain.registration import Signature
from chalicelib.usecases.ports import Exams, Registrations


@dataclass(frozen=True, slots=True)
class SignedText:
    """What was said to which text."""

    signature: Signature
    text: str


def signed_text(
    account: Account, registration_id: RegistrationId, *, registrations: Registrations, exams: Exams
) -> SignedText:
    """The text of one of this account's registrations. Raises NotFoundError, also before any was signed."""
    registration = registrations.get(account.id, registration_id)
    signature = registration.signature if registration else None
    text = exams.commitment_text(signature.text_hash) if signature else None
    if signature is None or text is None:
        raise NotFoundError
    return SignedText(signature, text)
