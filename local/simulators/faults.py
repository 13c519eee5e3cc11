"""How the simulators can be told to misbehave, and the file through which they are told.

What a fault does is written where it is done, in the simulator; here are its name, its kind and its limits.
"""

import fcntl
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

import msgspec

Seconds = Annotated[float, msgspec.Meta(ge=0, le=30 * 86400)]


class FaultsFileDamagedError(Exception):
    """The file of faults exists but cannot be understood."""


class UnknownFaultError(Exception):
    """There is no such fault, or it cannot take this value."""


class PaymentFaults(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Faults that every payment provider can have."""

    lose_notices: bool = False
    """Notices are kept back; the control page can still send one by hand."""
    repeat_notices: Annotated[int, msgspec.Meta(ge=0, le=100)] = 0
    """How many times more a notice is sent after it was answered with `success`."""
    delay_notices_s: Seconds = 0
    """How long a new notice waits before it is sent first."""
    reorder_notices: bool = False
    """A new notice waits until a younger one has overtaken it."""
    silent: bool = False
    """The gateway takes a merchant's call and never answers; nothing is done."""
    answer_late_s: Seconds = 0
    """The gateway does what it is asked, then waits before it answers."""
    error_500: bool = False
    """The gateway answers a merchant's call with 500; nothing is done."""
    pay_twice: bool = False
    """An order that is paid may be paid again, as a second trade."""
    pay_after_expiry: bool = False
    """The cashier takes money after `time_expire`."""
    bill_lacks_row: bool = False
    """The bill of a day lacks its last row, and adds up without it."""
    bill_wrong_total: bool = False
    """The totals of a bill say a fen more than its rows."""
    bill_late_s: Seconds = 0
    """How much later than promised the bill of a day is made."""


class AlipayFaults(PaymentFaults, frozen=True, forbid_unknown_fields=True):
    """Faults of Alipay."""

    balance_too_low: bool = False
    """Refunds are refused because the merchant's account holds too little; one that was made stays made."""


class WechatPayFaults(PaymentFaults, frozen=True, forbid_unknown_fields=True):
    """Faults of WeChat Pay, and the odd things that it does on purpose."""

    old_key: Literal["never", "sometimes", "always"] = "never"
    """How often notices are signed with the key from before the migration."""
    probe_notices: bool = False
    """Each notice is first sent with a wrong signature, which the merchant must refuse."""
    probe_answers: bool = False
    """Every answer to the merchant carries a wrong signature."""
    foreign_currency: bool = False
    """Payments are told of in US dollars."""
    refund_delay_s: Seconds = 2
    """How long a refund is under way; with 0 it is done in the answer."""
    refund_abnormal: bool = False
    """Refunds end as ABNORMAL: the payer's account takes no money."""
    refund_closed: bool = False
    """Refunds end as CLOSED: nothing went back."""
    balance_too_low: bool = False
    """New refunds are refused, for the merchant's account holds too little."""


class SmsFaults(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Faults of the SMS provider."""

    silent: bool = False
    error_500: bool = False
    refuse: bool = False
    """Every number is answered with a refusal (the package is used up)."""
    lose_messages: bool = False
    """Every number is answered with `Ok`, and nothing arrives."""


class VerificationFaults(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Faults of the verification service."""

    delay_s: Seconds = 2
    """How long after a request its answer is ready."""
    silent: bool = False
    error_500: bool = False
    error: bool = False
    """Every request that is ready is answered with ERROR."""
    strangers: Literal["MATCHED", "MISMATCHED", "NOT_FOUND", "UNCHECKABLE"] = "MATCHED"
    """What is answered about people and documents that are in no list and have no special end."""


class ObjectsFaults(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Faults of the store of files."""

    silent: bool = False
    error_500: bool = False


class Faults(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All faults of all simulators; as made, everybody behaves."""

    alipay: AlipayFaults = AlipayFaults()
    wechatpay: WechatPayFaults = WechatPayFaults()
    sms: SmsFaults = SmsFaults()
    verification: VerificationFaults = VerificationFaults()
    objects: ObjectsFaults = ObjectsFaults()


class FaultSwitch:
    """The faults in a file that all simulators read and the control page writes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._faults = Faults()

    def read(self) -> Faults:
        """The faults that are on now; no file means none."""
        try:
            stat = self._path.stat()
        except FileNotFoundError:
            self._seen, self._faults = None, Faults()
            return self._faults
        seen = (stat.st_mtime_ns, stat.st_ino)
        if seen != self._seen:
            try:
                self._faults = msgspec.json.decode(self._path.read_bytes(), type=Faults)
            except msgspec.MsgspecError as error:
                raise FaultsFileDamagedError(f"{self._path}: {error}") from error
            self._seen = seen
        return self._faults

    def change(self, wanted: Mapping[str, object]) -> Faults:
        """Switch the named faults of the named simulators and leave the others. Raises UnknownFaultError."""
        with self._alone():
            merged: dict[str, object] = msgspec.to_builtins(self.read())
            for party, switches in wanted.items():
                held = merged.get(party)
                if not isinstance(held, dict) or not isinstance(switches, Mapping):
                    raise UnknownFaultError(f"no faults for {party!r}")
                merged[party] = {**held, **switches}
            try:
                faults = msgspec.convert(merged, Faults)
            except msgspec.ValidationError as error:
                raise UnknownFaultError(str(error)) from error
            self._write(faults)
            return faults

    def clear(self) -> Faults:
        """Everybody behaves again."""
        with self._alone():
            self._write(Faults())
            return Faults()

    def _write(self, faults: Faults) -> None:
        handle, temporary = tempfile.mkstemp(dir=self._path.parent, prefix=".faults-")
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.encode(faults))
        Path(temporary).replace(self._path)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
