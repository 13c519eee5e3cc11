"""What may be sent: the request bodies, which both validate requests and become the OpenAPI document."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct

from chalicelib.domain.credential import CredentialKind, CredentialLevel
from chalicelib.domain.exam import ChoiceField
from chalicelib.domain.identity import IdType
from chalicelib.domain.material import MaterialKind

# No control characters, and none that turn the direction of what is read around it.
_VISIBLE = r"^[^\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]*$"
Line = Annotated[str, Meta(min_length=1, max_length=100, pattern=_VISIBLE)]
Token = Annotated[str, Meta(min_length=1, max_length=100)]
Written = Annotated[str, Meta(min_length=1, max_length=50)]
Secret = Annotated[str, Meta(min_length=1, max_length=64)]
Code = Annotated[str, Meta(pattern=r"^[0-9]{6}$")]
Choice = Annotated[str, Meta(min_length=1, max_length=64)]
PhoneText = Annotated[str, Meta(max_length=20)]


class Body(Struct, frozen=True, forbid_unknown_fields=True):
    """A request body: unknown fields are refused."""


class SmsCodeRequest(Body, frozen=True):
    """Send a code to a phone."""

    phone: PhoneText


class SmsCodeAnswer(Body, frozen=True):
    """The six digits that arrived."""

    code: Code


class SecurityAnswer(Body, frozen=True):
    """One security question and its answer."""

    question: Line
    answer: Annotated[str, Meta(min_length=1, max_length=100)]


class NewAccount(Body, frozen=True):
    """Open an account; the phone was proved by a code before."""

    username: Written
    password: Secret
    name: Written
    id_type: IdType
    id_number: Written
    phone_proof: Token
    security_questions: Annotated[tuple[SecurityAnswer, ...], Meta(min_length=2, max_length=3)]
    confirm_same_id_number: bool = False
    """Go on although the ID number stands under another name (FAQ 5)."""


class Login(Body, frozen=True):
    """`login` is the username, the phone or the ID number."""

    login: Written
    password: Secret


class OneTimePasswordUse(Body, frozen=True):
    """Set a new password with the one that a clerk gave out (FAQ 4)."""

    login: Written
    one_time_password: Secret
    password: Secret
    id_number_tail: Annotated[str, Meta(max_length=10)] = ""
    """The last six characters of the ID number, where the refusal of the login asked for them."""


class PhoneChange(Body, frozen=True):
    """Bind another phone: proved by a code to it, and by the password."""

    phone_proof: Token
    password: Secret


class RecoveryRequest(Body, frozen=True):
    """Find an account by name and ID number (FAQ 4)."""

    name: Written
    id_type: IdType
    id_number: Written


class RecoveryAnswers(Body, frozen=True):
    """Answers to the security questions, in their order."""

    answers: Annotated[tuple[Line, ...], Meta(min_length=2, max_length=3)]


class RecoveryCode(Body, frozen=True):
    """The code that went to the bound phone."""

    code_id: Token
    code: Code


class NewPassword(Body, frozen=True):
    """A new password, allowed by the token of a recovery."""

    reset_token: Token
    password: Secret


class NewCredential(Body, frozen=True):
    """Add an education or degree record."""

    kind: CredentialKind
    level: CredentialLevel
    school: Line
    major: Line
    certificate_no: Annotated[str, Meta(pattern=r"^[0-9A-Za-z（）()\-]{4,40}$")]
    obtained_on: date
    name_on_certificate: Written | None = None
    """Left out where it is the account's name."""
    foreign: bool = False


class NewRegistration(Body, frozen=True):
    """Start a registration for an exam at an authority."""

    exam_id: Choice
    authority_id: Choice


class ChoicesBody(Body, frozen=True):
    """What is filled in so far; a draft may leave any of it open."""

    level: Choice | None = None
    major: Choice | None = None
    subjects: Annotated[tuple[Choice, ...], Meta(max_length=20)] = ()
    site: Choice | None = None
    education_id: Choice | None = None
    degree_id: Choice | None = None


class Draft(Body, frozen=True):
    """Save choices over the version that was read."""

    version: Annotated[int, Meta(ge=1)]
    choices: ChoicesBody


class ChoicesPreview(Body, frozen=True):
    """Choices that may be saved, or not."""

    choices: ChoicesBody


class Confirmation(Body, frozen=True):
    """Declare the registration complete, with or without signing the commitment."""

    version: Annotated[int, Meta(ge=1)]
    commitment: Literal["adopted", "declined"]
    commitment_text_hash: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
    """Of the text that was shown, so that what was signed is what was read."""


class NewMaterial(Body, frozen=True):
    """A file that is to be sent, before it is."""

    kind: MaterialKind
    content_type: Line
    """As the browser gives it; which ones are taken is in `limits`."""
    size_bytes: Annotated[int, Meta(ge=0)]
    file_name: Annotated[str, Meta(max_length=255)] | None = None

    @property
    def kept_file_name(self) -> str | None:
        """The end of the name: what tells files of one phone apart, and what kind of file it is."""
        return self.file_name[-60:] if self.file_name else None


class Cancellation(Body, frozen=True):
    """Take a confirmation back."""

    version: Annotated[int, Meta(ge=1)]


class ChangeWish(Body, frozen=True):
    """Ask the authority to change what is locked."""

    what: Annotated[tuple[ChoiceField, ...], Meta(min_length=1, max_length=6)]
    why: Annotated[str, Meta(min_length=1, max_length=500)]
    wanted: ChoicesBody
    """All choices as they shall be."""


class NewPaymentOrder(Body, frozen=True):
    """Open a payment order, or get the one that is open."""

    provider: Annotated[str, Meta(min_length=1, max_length=32)] = "alipay"
    channel: Literal["page", "wap"] = "page"
