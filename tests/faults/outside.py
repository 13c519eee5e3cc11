"""The fakes of the outside world behind `Breaking`: each call to them is one that can go wrong."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import NoReturn, TypeVar

from chalicelib.domain.ids import OrderId, RefundId
from chalicelib.domain.material import CleanFile, ContentType, Material
from chalicelib.domain.payment import Merchant, PaymentOrder, Trade
from chalicelib.domain.refund import Refund
from chalicelib.domain.sms import SendOutcome
from chalicelib.usecases.ports import (
    Acknowledgement,
    Channel,
    CheckRequest,
    CheckResult,
    DailyBill,
    FilesUnavailableError,
    FoundRefund,
    MaterialFiles,
    MaterialPlace,
    NoBill,
    Notice,
    PaymentDoor,
    PaymentProvider,
    ProviderUnavailableError,
    Receipt,
    RefundAnswer,
    Sending,
    Sms,
    TradeAnswer,
    UploadedFile,
    UploadForm,
    UploadOffer,
    VerificationService,
)
from tests.faults.breaking import Breaking

_T = TypeVar("_T")


class Wire:
    """Where calls leave the process."""

    def __init__(self) -> None:
        self._breaking: Breaking | None = None

    def set(self, breaking: Breaking | None) -> None:
        """Break calls from now on, or none any more."""
        self._breaking = breaking

    def call(self, name: str, send: Callable[[], _T], lost: Callable[[], _T]) -> _T:
        """Make a call, which may be the one that breaks."""
        return self._breaking.call(name, send, lost) if self._breaking else send()


class BreakableProvider:
    """`PaymentProvider`. Notices are read in the process and do not break."""

    def __init__(self, provider: PaymentProvider, wire: Wire) -> None:
        self._provider = provider
        self._wire = wire

    @property
    def name(self) -> str:
        return self._provider.name

    @property
    def merchant(self) -> Merchant:
        return self._provider.merchant

    def begin(self, order: PaymentOrder, channel: Channel, *, address: str) -> PaymentDoor:
        return self._wire.call(
            "begin", lambda: self._provider.begin(order, channel, address=address), _silence
        )

    def query(self, order_id: OrderId) -> TradeAnswer:
        return self._wire.call("query", lambda: self._provider.query(order_id), _silence)

    def close(self, order_id: OrderId) -> TradeAnswer:
        return self._wire.call("close", lambda: self._provider.close(order_id), _silence)

    def read_notice(self, body: bytes, headers: Mapping[str, str]) -> Notice:
        return self._provider.read_notice(body, headers)

    def acknowledge(self, receipt: Receipt) -> Acknowledgement:
        return self._provider.acknowledge(receipt)

    def refund(self, refund: Refund) -> RefundAnswer:
        return self._wire.call("refund", lambda: self._provider.refund(refund), _silence)

    def find_refund(self, order_id: OrderId, trade: Trade, number: RefundId) -> FoundRefund | None:
        return self._wire.call(
            "find_refund", lambda: self._provider.find_refund(order_id, trade, number), _silence
        )

    def daily_bill(self, day: date) -> AbstractContextManager[DailyBill | NoBill]:
        return self._wire.call("daily_bill", lambda: self._provider.daily_bill(day), _silence)


class BreakableSms:
    """`Sms`: silence is an outcome, no error."""

    def __init__(self, sms: Sms, wire: Wire) -> None:
        self._sms = sms
        self._wire = wire

    def send_code(self, phone: str, code: str, *, minutes: int) -> Sending:
        return self._wire.call(
            "send_code", lambda: self._sms.send_code(phone, code, minutes=minutes), _unknown_sending
        )

    def send_notice(self, phone: str, text: str) -> Sending:
        return self._wire.call("send_notice", lambda: self._sms.send_notice(phone, text), _unknown_sending)


class BreakableVerification:
    """`VerificationService`."""

    def __init__(self, verification: VerificationService, wire: Wire) -> None:
        self._verification = verification
        self._wire = wire

    def submit(self, requests: Sequence[CheckRequest]) -> None:
        return self._wire.call("submit", lambda: self._verification.submit(requests), _silence)

    def results(self, requests: Sequence[CheckRequest]) -> Sequence[CheckResult]:
        return self._wire.call("results", lambda: self._verification.results(requests), _silence)


class BreakableFiles:
    """`MaterialFiles`. Forms and links are made in the process and do not break."""

    def __init__(self, files: MaterialFiles, wire: Wire) -> None:
        self._files = files
        self._wire = wire

    def upload_form(self, place: MaterialPlace, offer: UploadOffer, *, now: datetime) -> UploadForm:
        return self._files.upload_form(place, offer, now=now)

    def uploaded(self, place: MaterialPlace) -> UploadedFile | None:
        return self._wire.call("uploaded", lambda: self._files.uploaded(place), _no_files)

    def keep(self, place: MaterialPlace, file: CleanFile, content_type: ContentType) -> None:
        return self._wire.call("keep", lambda: self._files.keep(place, file, content_type), _no_files)

    def discard_upload(self, place: MaterialPlace) -> None:
        return self._wire.call("discard_upload", lambda: self._files.discard_upload(place), _no_files)

    def forget(self, place: MaterialPlace) -> None:
        return self._wire.call("forget", lambda: self._files.forget(place), _no_files)

    def link(self, material: Material) -> str:
        return self._files.link(material)


def _no_files() -> NoReturn:
    raise FilesUnavailableError


def _silence() -> NoReturn:
    raise ProviderUnavailableError("no answer")


def _unknown_sending() -> Sending:
    return Sending(SendOutcome.UNKNOWN, "no answer")
