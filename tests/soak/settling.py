"""After the load: everybody behaves, time passes, jobs run until nothing is due and all bills are matched."""

import time
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from chalicelib.domain.bill import BillReport, day_begins
from chalicelib.domain.china import china_date
from tests.soak.running import MINUTE_S, Product
from tests.whole_store import WholeStore

_QUIET_WITHIN_S = 420.0
_BILLS_WITHIN_S = 90.0
_MOST_DAYS = 6
_BILLS_WILL_BE_MADE = timedelta(hours=10, minutes=1)
_BILLS_ARE_MADE = timedelta(hours=12, minutes=31)


class NeverQuietError(Exception):
    """Something is still due after all that time."""


def settle(product: Product) -> list[str]:
    """Until nothing is due and each day has its bills; what was noted on the way."""
    product.faults.clear()
    product.wait_until_answering()
    _until_quiet(product)
    notes = []
    first = china_date(datetime.now(UTC))
    _offer_bad_bills(product, first)
    for ahead in range(_MOST_DAYS):
        # Refunds of the quiet time fall on later days, whose bills say so; two bills see each midnight.
        day = first + timedelta(days=ahead)
        notes += _match_bills(product, day)
        _until_quiet(product)
        if ahead and not _unmatched(product.whole_store()):
            break
    return notes


def _until_quiet(product: Product) -> None:
    ends_at_s = time.monotonic() + _QUIET_WITHIN_S
    while due := due_in(product.whole_store()):
        if time.monotonic() > ends_at_s:
            raise NeverQuietError(f"still due: {dict(list(due.items())[:10])}")
        _move_to(product, min(max(due.values()), product.clock.now() + timedelta(days=1)))
        time.sleep(3 * MINUTE_S)


def due_in(store: WholeStore) -> Mapping[str, datetime]:
    """What jobs still have to do; money that waits for the bill of its day is not asked about."""
    return {
        key.pk: datetime.fromtimestamp(int(item["due_at"]["N"]), UTC)
        for key, item in store.items.items()
        if "due_at" in item and not item["due_shard"]["S"].startswith("unmatched:")
    }


def _offer_bad_bills(product: Product, day: date) -> None:
    """First one that does not add up, and one that is late: neither may be believed."""
    product.faults.change({"alipay": {"bill_wrong_total": True}, "wechatpay": {"bill_late_s": 1800}})
    _move_to(product, day_begins(day + timedelta(days=1)) + _BILLS_WILL_BE_MADE)
    ends_at_s = time.monotonic() + _BILLS_WITHIN_S
    while True:
        reports = [product.services.bills.report(name, day) for name in product.services.providers]
        if all(report is not None and not report.is_complete for report in reports):
            break
        if time.monotonic() > ends_at_s or any(report and report.is_complete for report in reports):
            raise NeverQuietError(f"what became of bad bills: {reports}")
        time.sleep(MINUTE_S)
    product.faults.clear()


def _match_bills(product: Product, day: date) -> list[str]:
    _move_to(product, day_begins(day + timedelta(days=1)) + _BILLS_ARE_MADE)
    ends_at_s = time.monotonic() + _BILLS_WITHIN_S
    bills, names = product.services.bills, product.services.providers
    while time.monotonic() < ends_at_s:
        reports = [bills.report(name, day) for name in names]
        if all(report is not None and report.is_complete for report in reports):
            return [_line(report) for report in reports if report is not None]
        time.sleep(MINUTE_S)
        # Tried again each half hour of the product's time.
        product.clock.shift(product.clock.offset_s() + 1800)
    raise NeverQuietError(f"the bills of {day} are not done with: {reports}")


def _line(report: BillReport) -> str:
    rows = f"{report.totals.payments} payments, {report.totals.refunds} refunds"
    differences = f"{report.differing} differ, {report.gone} missing"
    return f"bill of {report.provider}, {report.day}: {rows}, {report.learnt} not known before, {differences}"


def _unmatched(store: WholeStore) -> list[str]:
    return [
        key.pk
        for key, item in store.items.items()
        if item.get("due_shard", {}).get("S", "").startswith("unmatched:")
    ]


def _move_to(product: Product, moment: datetime) -> None:
    clock = product.clock
    ahead_s = (moment - clock.now()).total_seconds() + 1
    if ahead_s > 0:
        clock.shift(clock.offset_s() + ahead_s)
