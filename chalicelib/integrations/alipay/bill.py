"""What stands in Alipay's daily bill: a zip with the details of a day and their summary, both CSV in GBK.

The details begin with four lines that start with `#`, then the columns' names, then a row for each payment
and refund; lines that start with `#` end them and say what the rows add up to. There are no quotation marks,
and identifiers end in a tab.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import BinaryIO

from chalicelib.domain.bill import BillDamagedError, BilledPayment, BilledRefund, BillRow
from chalicelib.domain.ids import OrderId, RefundId, TradeNo
from chalicelib.domain.payment import Trade
from chalicelib.integrations.alipay.archive import Entry, entries, lines_of
from chalicelib.integrations.alipay.forms import SHANGHAI, fen_from_yuan
from chalicelib.integrations.alipay.gateway import NO_BILL, Done, Gateway, NotDone
from chalicelib.integrations.bills import BillFile
from chalicelib.usecases.ports.outside import ProviderRefusedError, ProviderUnavailableError

_NAME = "alipay"
# GBK and what it grew into; the bytes of commas and line ends occur in no other sign of either.
_ENCODING = "gb18030"
_TITLE = "#支付宝业务明细查询"
_ACCOUNT = re.compile(r"#账号：\[(\d+)\]\s*")
_PERIOD = re.compile(r"#起始日期：\[(\d{4})年(\d\d)月(\d\d)日 00:00:00\].*")
_BEGINNING = re.compile(r"#-+业务明细列表-+")
_ENDING = re.compile(r"#-+业务明细列表结束-+")
_PAYMENTS = re.compile(r"#交易合计：(\d{1,9})笔，商家实收共(-?[\d.]{1,15})元.*")
_REFUNDS = re.compile(r"#退款合计：(\d{1,9})笔，商家实收退款共(-?[\d.]{1,15})元.*")
_READY_AFTER = timedelta(hours=10)
"""After midnight in Shanghai."""
_MOST_LAST_LINES = 16
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")
_LONGEST_NUMBER = 64
# The account is the seller's number with four more digits.
_ACCOUNT_SUFFIX = 4
_COLUMNS = ("支付宝交易号", "商户订单号", "业务类型", "完成时间", "订单金额", "商家实收", "退款批次号/请求号")


@dataclass(frozen=True, slots=True)
class AlipayBill:
    """The bill of one seller and one day, as it lies on disk."""

    file: BillFile
    seller_id: str
    day: date

    @property
    def sha256(self) -> str:
        """Of the zip, in hex."""
        return self.file.sha256

    @property
    def raw(self) -> BinaryIO:
        """The zip at its beginning."""
        return self.file.opened()

    def rows(self) -> Iterator[BillRow]:
        """Payments and refunds, as they come. Raises BillDamagedError."""
        with self.file.opened() as file:
            lines = lines_of(file, _details(file))
            self._read_head(lines)
            yield from _rows(lines, _places_of(next(lines, b"")))

    def _read_head(self, lines: Iterator[bytes]) -> None:
        title, account, period, beginning = (_text(next(lines, b"")).strip() for _ in range(4))
        whose, when = _ACCOUNT.fullmatch(account), _PERIOD.fullmatch(period)
        if title != _TITLE or whose is None or when is None or not _BEGINNING.fullmatch(beginning):
            raise BillDamagedError
        if whose[1] != self.seller_id and whose[1][:-_ACCOUNT_SUFFIX] != self.seller_id:
            raise BillDamagedError
        if "-".join(when.groups()) != self.day.isoformat():
            raise BillDamagedError


def bill_address(gateway: Gateway, day: date, *, now: datetime) -> str | None:
    """Where the bill can be fetched within half a minute; None where Alipay has none for the day.

    Raises ProviderUnavailableError, also while there can be none, and ProviderRefusedError.
    """
    following = datetime.combine(day + timedelta(days=1), time(), SHANGHAI)
    if now < following:
        raise ProviderUnavailableError("the day is not over")
    content = {"bill_type": "trade", "bill_date": day.isoformat()}
    match gateway.call("alipay.data.dataservice.bill.downloadurl.query", content):
        case Done({"bill_download_url": str(address)}) if address:
            return address
        case Done():
            raise ProviderUnavailableError("Alipay's answer lacks the address of the bill")
        case NotDone(sub_code) if sub_code in NO_BILL and now >= following + _READY_AFTER:
            return None
        case NotDone(sub_code) if sub_code in NO_BILL:
            raise ProviderUnavailableError("the bill is not made yet")
        case NotDone(sub_code):
            raise ProviderRefusedError(f"Alipay refuses: {sub_code}")


def _details(file: BinaryIO) -> Entry:
    title = _TITLE.encode(_ENCODING)
    found = [entry for entry in entries(file) if next(lines_of(file, entry), b"").strip() == title]
    if len(found) != 1:
        raise BillDamagedError
    return found[0]


def _places_of(header: bytes) -> list[int]:
    """Where the columns that we read are, and at the end how many there are."""
    names = [re.sub("[（(]元[）)]$", "", name.strip()) for name in _text(header).split(",")]
    if any(names.count(name) != 1 for name in _COLUMNS):
        raise BillDamagedError
    return [*(names.index(name) for name in _COLUMNS), len(names)]


def _rows(lines: Iterator[bytes], places: list[int]) -> Iterator[BillRow]:
    """The rows, then the comparison with what the last lines say of them."""
    count, received_fen = {BilledPayment: 0, BilledRefund: 0}, {BilledPayment: 0, BilledRefund: 0}
    *wanted, columns = places
    for line in lines:
        if line.startswith(b"#"):
            if not _ENDING.fullmatch(_text(line).strip()):
                raise BillDamagedError
            break
        values = line.split(b",")
        if len(values) != columns:
            raise BillDamagedError
        try:
            row, fen = _read_row([values[place].decode(_ENCODING).strip() for place in wanted])
        except ValueError:
            raise BillDamagedError from None
        if row is not None:
            count[type(row)] += 1
            received_fen[type(row)] += fen
            yield row
    _compare(lines, count, received_fen)


def _read_row(values: list[str]) -> tuple[BillRow | None, int]:
    """What a row says, and what the seller received or gave by it. Raises ValueError."""
    trade_no, order_id, kind, at, amount, received, refund_id = values
    if kind not in {"交易", "退款"}:
        return None, 0
    if not 0 < len(trade_no) <= _LONGEST_NUMBER or not 0 < len(order_id) <= _LONGEST_NUMBER:
        raise ValueError("a number is missing or too long")
    trade = Trade(_NAME, TradeNo(trade_no))
    if kind == "退款":
        fen = _positive(fen_from_yuan(amount.removeprefix("-")))
        refund = BilledRefund(
            order_id=OrderId(order_id), trade=trade, refund_id=RefundId(refund_id), amount_fen=fen
        )
        return refund, fen_from_yuan(received.removeprefix("-"))
    fen = _positive(fen_from_yuan(amount))
    payment = BilledPayment(order_id=OrderId(order_id), trade=trade, amount_fen=fen, paid_at=_moment(at))
    return payment, fen_from_yuan(received)


def _compare(
    lines: Iterator[bytes], count: Mapping[type[BillRow], int], received_fen: Mapping[type[BillRow], int]
) -> None:
    """Raises BillDamagedError unless the last lines are whole and say the same as the rows."""
    last = [_text(line).strip() for _, line in zip(range(_MOST_LAST_LINES), lines, strict=False)]
    if next(lines, None) is not None or not all(line.startswith("#") for line in last if line):
        raise BillDamagedError
    for form, kind in ((_PAYMENTS, BilledPayment), (_REFUNDS, BilledRefund)):
        said = [match for line in last if (match := form.fullmatch(line))]
        try:
            totals = [(int(match[1]), fen_from_yuan(match[2].removeprefix("-"))) for match in said]
        except ValueError:
            raise BillDamagedError from None
        if totals != [(count[kind], received_fen[kind])]:
            raise BillDamagedError


def _text(line: bytes) -> str:
    try:
        return line.decode(_ENCODING)
    except ValueError:
        raise BillDamagedError from None


def _moment(shown: str) -> datetime:
    if not _MOMENT.fullmatch(shown):
        raise ValueError("not a moment")
    # Several times quicker than reading by a pattern, which counts over half a million rows.
    return datetime.fromisoformat(shown).replace(tzinfo=SHANGHAI).astimezone(UTC)


def _positive(fen: int) -> int:
    if fen <= 0:
        raise ValueError("no money moved")
    return fen
