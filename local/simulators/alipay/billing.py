"""Which bills there are, and the address at which one can be fetched for half a minute.

A bill is there from ten o'clock of the day after, and only for a day on which money moved; that it is not
there yet and that there is none is said in the same words. What stands in a bill is in `bill.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from local.clock import ShiftedClock
from local.simulators.alipay.answers import BusinessRefusalError, bill_not_exist
from local.simulators.alipay.bill import ACCOUNT_SUFFIX, Billed, bill_zip
from local.simulators.alipay.contract import Call, text_of
from local.simulators.alipay.ledger import Ledger
from local.simulators.alipay.notices import Merchant
from local.simulators.faults import FaultSwitch
from local.simulators.page import SHANGHAI
from local.simulators.rsa_pairs import is_signed_by, sign

MADE_AFTER_S = 10 * 3600
ADDRESS_LIVES_S = 30
_PATH = "/downloadBillFile.resource"


@dataclass(frozen=True, slots=True)
class Billing:
    """One merchant's bills, made of the ledger when they are asked for."""

    ledger: Ledger
    merchant: Merchant
    key: rsa.RSAPrivateKey
    clock: ShiftedClock
    faults: FaultSwitch

    def routes(self) -> list[Route]:
        """Where bills are fetched."""
        return [Route(_PATH, self._download)]

    def address(self, call: Call) -> dict[str, object]:
        """Where the bill of a day is for the next half minute. Raises BusinessRefusalError."""
        if text_of(call.biz, "bill_type", longest=20) != "trade":
            raise BusinessRefusalError("invalid_arguments", "入参不合法：bill_type")
        try:
            day = date.fromisoformat(text_of(call.biz, "bill_date", longest=10))
        except ValueError:
            raise BusinessRefusalError("invalid_arguments", "入参不合法：bill_date") from None
        now, (_, end) = self.clock.now().timestamp(), _hours_of(day)
        if now < end + MADE_AFTER_S + self.faults.read().alipay.bill_late_s or not self._rows(day):
            raise bill_not_exist()
        account = f"{self.merchant.seller_id}{ACCOUNT_SUFFIX}"
        name = f"{account}_{day:%Y%m%d}.csv.zip"
        fields = {
            "bizType": "trade",
            "userId": account,
            "fileType": "csv.zip",
            "bizDates": f"{day:%Y%m%d}",
            "downloadFileName": name,
            "fileId": f"/trade/{account}/{day:%Y%m%d}.csv.zip",
            "timestamp": str(int(now)),
        }
        fields["token"] = sign(self.key, _signed_part(fields))
        return {"bill_download_url": f"{call.base}{_PATH}?{urlencode(fields)}"}

    async def _download(self, request: Request) -> Response:
        fields = dict(request.query_params)
        token = fields.pop("token", "")
        now = self.clock.now().timestamp()
        is_ours = is_signed_by(self.key.public_key(), _signed_part(fields), token)
        if not is_ours or not 0 <= now - int(fields["timestamp"]) <= ADDRESS_LIVES_S:
            return PlainTextResponse("下载链接无效或已过期", status_code=403)
        day = datetime.strptime(fields["bizDates"], "%Y%m%d").replace(tzinfo=SHANGHAI).date()
        faults, (_, end) = self.faults.read().alipay, _hours_of(day)
        rows = self._rows(day)
        content = bill_zip(
            self.merchant.seller_id,
            day,
            rows[:-1] if faults.bill_lacks_row else rows,
            made_at=end + MADE_AFTER_S - 3600,
            total_is_off_fen=1 if faults.bill_wrong_total else 0,
        )
        name = fields["downloadFileName"]
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(content, media_type="application/zip", headers=headers)

    def _rows(self, day: date) -> list[Billed]:
        start, end = _hours_of(day)
        paid = [Billed(trade) for trade in self.ledger.trades_paid(start, end)]
        back = [Billed(trade, refund) for trade, refund in self.ledger.refunds_made(start, end)]
        return sorted([*paid, *back], key=lambda row: row.at)


def _hours_of(day: date) -> tuple[float, float]:
    """The day's beginning and end in Shanghai."""
    start = datetime.combine(day, time(), SHANGHAI)
    return start.timestamp(), (start + timedelta(days=1)).timestamp()


def _signed_part(fields: Mapping[str, str]) -> str:
    return urlencode(sorted(fields.items()))
