"""Sessions, codes, limits, recoveries and sent messages in memory. What is over counts as absent."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.domain.errors import RecoveryExpiredError, SmsCodeExpiredError, TooManyRequestsError
from chalicelib.domain.ids import RecoveryId, SmsCodeId
from chalicelib.domain.sms import (
    MOST_TRIES,
    CodeFate,
    DeliveryReport,
    Limit,
    PhoneProof,
    SentMessage,
    SmsCode,
    after_report,
)
from chalicelib.usecases.ports import Recovery, Session, StaleWriteError
from tests.fakes.memory import Memory


class FakeSessions:
    """`Sessions` in memory."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def put(self, session: Session) -> None:
        with self._memory.lock:
            self._memory.sessions[session.token_hash] = session

    def get(self, token_hash: str) -> Session | None:
        with self._memory.lock:
            return self._memory.sessions.get(token_hash)

    def delete(self, token_hash: str) -> None:
        with self._memory.lock:
            self._memory.sessions.pop(token_hash, None)


class FakeSmsCodes:
    """`SmsCodes` in memory."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def put(self, code: SmsCode) -> None:
        with self._memory.lock:
            self._memory.codes[code.id] = code

    def pay_try(self, code_id: SmsCodeId, *, now: datetime) -> SmsCode:
        with self._memory.lock:
            stored = self._memory.codes.get(code_id)
            if stored is None or now >= stored.expires_at or stored.tries >= MOST_TRIES:
                raise SmsCodeExpiredError
            tried = replace(stored, tries=stored.tries + 1)
            self._memory.codes[code_id] = tried
            return tried

    def prove(self, code: SmsCode, proof: PhoneProof) -> None:
        with self._memory.lock:
            if code.id not in self._memory.codes:
                raise SmsCodeExpiredError
            if proof.token_hash in self._memory.proofs:
                raise StaleWriteError
            del self._memory.codes[code.id]
            self._memory.proofs[proof.token_hash] = proof

    def proof(self, token_hash: str, *, now: datetime) -> PhoneProof | None:
        with self._memory.lock:
            stored = self._memory.proofs.get(token_hash)
            return stored if stored and now < stored.expires_at else None


class FakeLimits:
    """`Limits` in memory."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def take(self, limit: Limit, subject: str, *, now: datetime) -> None:
        key = (limit.name, subject)
        with self._memory.lock:
            uses, ends_at = self._memory.windows.get(key, (0, now))
            if ends_at <= now:
                uses, ends_at = 0, now + timedelta(seconds=limit.window_s)
            if uses >= limit.at_most:
                raise TooManyRequestsError(changes_at=ends_at)
            self._memory.windows[key] = (uses + 1, ends_at)


class FakeRecoveries:
    """`Recoveries` in memory."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def put(self, recovery: Recovery) -> None:
        with self._memory.lock:
            self._memory.recoveries[recovery.id] = recovery

    def get(self, recovery_id: RecoveryId, *, now: datetime) -> Recovery | None:
        with self._memory.lock:
            stored = self._memory.recoveries.get(recovery_id)
            return stored if stored and now < stored.expires_at else None

    def pay_try(self, recovery: Recovery, *, at_most: int) -> None:
        with self._memory.lock:
            stored = self._stored(recovery)
            if stored.failures >= at_most:
                raise RecoveryExpiredError
            if stored.failures != recovery.failures:
                raise StaleWriteError
            self._memory.recoveries[recovery.id] = replace(stored, failures=stored.failures + 1)

    def grant(self, recovery: Recovery, reset_token_hash: str) -> None:
        with self._memory.lock:
            stored = self._stored(recovery)
            self._memory.recoveries[recovery.id] = replace(stored, reset_token_hash=reset_token_hash)

    def use(self, recovery: Recovery) -> None:
        with self._memory.lock:
            del self._memory.recoveries[self._stored(recovery).id]

    def _stored(self, recovery: Recovery) -> Recovery:
        stored = self._memory.recoveries.get(recovery.id)
        if stored is None:
            raise RecoveryExpiredError
        return stored


class FakeMessages:
    """`Messages` in memory."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def record(self, message: SentMessage, *, effect: str | None = None) -> None:
        with self._memory.lock:
            early = self._memory.early_reports.pop(message.serial, None) if message.serial else None
            self._memory.messages.append(after_report(message, early) if early else message)
            if effect is not None:
                self._memory.effects.add(effect)

    def report(self, report: DeliveryReport) -> bool:
        with self._memory.lock:
            for number, message in enumerate(self._memory.messages):
                if message.serial == report.serial:
                    self._memory.messages[number] = after_report(message, report)
                    return self._memory.messages[number] != message
            return self._memory.early_reports.setdefault(report.serial, report) is report

    def of_code(self, code_id: SmsCodeId) -> CodeFate | None:
        with self._memory.lock:
            for message in self._memory.messages:
                if message.code_id == code_id:
                    return CodeFate(
                        outcome=message.outcome,
                        reason=message.reason,
                        at=message.at,
                        reported_at=message.reported_at,
                    )
            return None

    def was_sent(self, effect: str) -> bool:
        with self._memory.lock:
            return effect in self._memory.effects

    def to_phone(self, phone: str) -> Sequence[SentMessage]:
        with self._memory.lock:
            found = [message for message in self._memory.messages if message.phone == phone]
        return sorted(found, key=lambda message: message.at, reverse=True)[:20]
