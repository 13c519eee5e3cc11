"""The daily bill of WeChat Pay: asked for, downloaded, compared with its hash before a row of it is believed.

What stands in it is in `bill_rows.py`. A day without payments and refunds has no bill.
"""

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import BinaryIO

from chalicelib.domain.bill import BillDamagedError, BillRow
from chalicelib.integrations.bills import BillFile
from chalicelib.integrations.wechatpay import contents
from chalicelib.integrations.wechatpay.bill_rows import Reading, rows_in
from chalicelib.integrations.wechatpay.contents import Done, NotDone, decoded, sorted_out
from chalicelib.integrations.wechatpay.sdk import WechatPaySdk
from chalicelib.usecases.ports.outside import ProviderRefusedError, ProviderUnavailableError
from chalicelib.usecases.ports.providers import DailyBill, NoBill

LARGEST_UNZIPPED_BYTES = 1 << 30
_PIECE_BYTES = 1 << 16
_LONGEST_LINE_BYTES = 1 << 14


@contextmanager
def daily_bill(sdk: WechatPaySdk, day: date, *, mchid: str) -> Iterator[DailyBill | NoBill]:
    """The bill of a day, as the port says."""
    pointer = _pointer(sdk, day)
    if isinstance(pointer, NoBill):
        yield pointer
        return
    with sdk.downloaded(pointer.download_url) as file:
        bill = WechatPayBill(file, Reading(day=day, mchid=mchid))
        bill.compare_with(pointer.hash_value)
        yield bill


class WechatPayBill:
    """The `DailyBill` port over a zipped file."""

    def __init__(self, file: BillFile, reading: Reading) -> None:
        """Nothing is read yet."""
        self._file = file
        self._reading = reading

    @property
    def sha256(self) -> str:
        """Of the zipped file."""
        return self._file.sha256

    @property
    def raw(self) -> BinaryIO:
        """The zipped file."""
        return self._file.opened()

    def compare_with(self, sha1: str, *, most_bytes: int = LARGEST_UNZIPPED_BYTES) -> None:
        """Raises BillDamagedError where the unzipped file is too large, or not what WeChat Pay signed for."""
        found, size = hashlib.sha1(usedforsecurity=False), 0
        with self._unzipped() as file:
            while piece := file.read(_PIECE_BYTES):
                found.update(piece)
                size += len(piece)
                if size > most_bytes:
                    raise BillDamagedError
        if found.hexdigest() != sha1.lower():
            raise BillDamagedError

    def rows(self) -> Iterator[BillRow]:
        """As the port says."""
        with self._unzipped() as file:
            yield from rows_in(_lines(file), self._reading)

    @contextmanager
    def _unzipped(self) -> Iterator[gzip.GzipFile]:
        try:
            with self._file.opened() as raw, gzip.GzipFile(fileobj=raw) as file:
                yield file
        except (gzip.BadGzipFile, EOFError, zlib.error):
            raise BillDamagedError from None


def _pointer(sdk: WechatPaySdk, day: date) -> contents.BillPointer | NoBill:
    match sorted_out(sdk.trade_bill(day)):
        case Done(text):
            try:
                return decoded(text, contents.BillPointer)
            except ValueError:
                raise ProviderUnavailableError("WeChat Pay's answer names no bill") from None
        case NotDone("NO_STATEMENT_EXIST"):
            return NoBill()
        case NotDone("STATEMENT_CREATING"):
            raise ProviderUnavailableError("WeChat Pay's bill of the day is not made yet")
        case NotDone(code):
            raise ProviderRefusedError(f"WeChat Pay refuses the bill: {code}")


def _lines(file: gzip.GzipFile) -> Iterator[bytes]:
    """Line by line; of one that is too long come pieces, which are no rows."""
    return iter(lambda: file.readline(_LONGEST_LINE_BYTES), b"")
