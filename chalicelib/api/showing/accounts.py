"""From accounts and credentials to answers."""

from collections.abc import Mapping

from chalicelib.api import views, words
from chalicelib.api.showing.review import passed_views
from chalicelib.domain.account import Account
from chalicelib.domain.credential import Credential, name_differs
from chalicelib.domain.identity import Identity, masked_id_number, masked_phone
from chalicelib.domain.verification import Verification


def account_view(account: Account) -> views.AccountView:
    """My account, masked."""
    return views.AccountView(
        username=account.username,
        name=account.identity.name,
        id_type=account.identity.id_type,
        id_number_hint=masked_id_number(account.identity.id_number),
        phone_hint=masked_phone(account.phone),
        identity=_check_view(account.identity_check, words.IDENTITY_STEPS[account.identity_check.state]),
    )


def _check_view(check: Verification, next_step: str) -> views.CheckView:
    return views.CheckView(
        state=check.state,
        label=words.CHECK_LABELS[check.state],
        since=check.since,
        next_step=next_step,
        mismatched_fields=check.mismatched_fields,
    )


def credential_view(
    credential: Credential, identity: Identity, exam_names: Mapping[str, str]
) -> views.CredentialView:
    """One record with its check (FAQ 7), and the exams it was passed for; their names are by code."""
    facts = credential.facts
    return views.CredentialView(
        credential_id=credential.id,
        kind=facts.kind,
        level=facts.level,
        school=facts.school,
        major=facts.major,
        certificate_no=facts.certificate_no,
        obtained_on=facts.obtained_on,
        name_on_certificate=facts.name_on_certificate,
        name_differs=name_differs(credential, identity),
        foreign=facts.foreign,
        check=_check_view(credential.check, words.credential_step(credential, identity)),
        added_at=credential.added_at,
        passed_for=passed_views(credential, exam_names),
    )
