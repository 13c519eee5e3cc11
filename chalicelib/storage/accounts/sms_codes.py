"""SMS codes on their way and proofs of phones (FAQ 3). Expired counts as absent, swept away or not."""

from dataclasses import replace
from datetime import datetime

from chalicelib.domain.errors import SmsCodeExpiredError
from chalicelib.domain.ids import SmsCodeId
from chalicelib.domain.sms import MOST_TRIES, PhoneProof, SmsCode
from chalicelib.storage import keys
from chalicelib.storage.attributes import second_not_before
from chalicelib.storage.connection import ConditionFailedError, Tables
from chalicelib.storage.sealed import seal, unseal
from chalicelib.storage.tables import ABSENT, PRESENT, PhoneProofRow, SmsCodeRow
from chalicelib.storage.transaction import Transaction
from chalicelib.usecases.ports import Sealer


class DynamoSmsCodes:
    """`SmsCodes`."""

    def __init__(self, *, tables: Tables, sealer: Sealer) -> None:
        self._tables = tables
        self._sealer = sealer

    def put(self, code: SmsCode) -> None:
        """Keep a new code."""
        row = SmsCodeRow(
            # All of it: a code of six digits is soon found behind its hash.
            sealed_code=seal(code, context=_context(code.id), sealer=self._sealer),
            tries=code.tries,
            ends_at=code.expires_at,
            expires_at=second_not_before(code.expires_at),
        )
        self._tables.put(keys.sms_code(code.id), row)

    def pay_try(self, code_id: SmsCodeId, *, now: datetime) -> SmsCode:
        """Count one try, then give the code, so that no two guesses share a try."""
        # Still good, and tried less often than allowed. A code that is used up is gone.
        in_time = SmsCodeRow.ends_at > now
        try:
            item = self._tables.update(
                keys.sms_code(code_id),
                # Sent twice after a lost answer this costs a try too many, which is on the safe side.
                SmsCodeRow.tries.add(1),
                on=in_time & (SmsCodeRow.tries < MOST_TRIES),
            )
        except ConditionFailedError as error:
            raise SmsCodeExpiredError from error
        row = SmsCodeRow.from_raw_data(item)
        code = unseal(row.sealed_code, SmsCode, context=_context(code_id), sealer=self._sealer)
        return replace(code, tries=row.tries)

    def prove(self, code: SmsCode, proof: PhoneProof) -> None:
        """Trade the code for a proof: once."""
        row = PhoneProofRow(
            purpose=proof.purpose,
            phone_key=keys.phone_fingerprint(proof.phone, self._sealer),
            sealed_proof=seal(proof, context=_context(proof.token_hash), sealer=self._sealer),
            ends_at=proof.expires_at,
            expires_at=second_not_before(proof.expires_at),
        )
        transaction = Transaction(self._tables).delete(
            keys.sms_code(code.id),
            on=PRESENT,  # nobody has used it
            failing=SmsCodeExpiredError,
        )
        transaction.put(keys.phone_proof(proof.token_hash), row, on=ABSENT)  # tokens do not repeat
        transaction.commit()

    def proof(self, token_hash: str, *, now: datetime) -> PhoneProof | None:
        """A proof that is still good."""
        row = self._tables.read(keys.phone_proof(token_hash), PhoneProofRow)
        if row is None or row.ends_at <= now:
            return None
        return unseal(row.sealed_proof, PhoneProof, context=_context(token_hash), sealer=self._sealer)


def _context(name: str) -> str:
    return f"sms#{name}"
