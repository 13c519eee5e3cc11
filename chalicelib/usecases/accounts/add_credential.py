"""Add an education or degree record; the stream hands it to the automatic check (FAQ 6, 8)."""

from datetime import datetime

from chalicelib.domain.china import china_date
from chalicelib.domain.credential import (
    EARLIEST_DIPLOMA,
    LEVELS_OF,
    Credential,
    CredentialFacts,
    credential_id,
    first_check,
)
from chalicelib.domain.errors import InvalidInputError
from chalicelib.domain.ids import AccountId
from chalicelib.usecases.ports import Credentials


def add_credential(
    account_id: AccountId, facts: CredentialFacts, *, credentials: Credentials, now: datetime
) -> Credential:
    """Keep a new record. Raises InvalidInputError, CredentialDuplicateError, CredentialLimitError."""
    for field, text in (("school", facts.school), ("major", facts.major)):
        if not text:
            raise InvalidInputError(field=field, detail="请填写此项。")
    if facts.level not in LEVELS_OF[facts.kind]:
        raise InvalidInputError(field="level", detail="所选层次与学历/学位类别不符。")
    if not EARLIEST_DIPLOMA <= facts.obtained_on <= china_date(now):
        raise InvalidInputError(field="obtained_on", detail="请核对取得日期：不早于 1940 年，不晚于今天。")
    credential = Credential(
        id=credential_id(facts),
        account_id=account_id,
        facts=facts,
        check=first_check(facts, now),
        added_at=now,
    )
    credentials.add(credential)
    return credential
