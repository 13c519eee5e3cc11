"""Reads a made-up bill of many rows and prints how long it took and how much memory. No tests.

python -m tests.integrations.large_bill 500000
"""

import gzip
import hashlib
import resource
import sys
import tempfile
import time
from pathlib import Path

from chalicelib.integrations.bills import BillFile
from chalicelib.integrations.wechatpay.bill_rows import Reading
from chalicelib.integrations.wechatpay.bills import WechatPayBill
from tests.integrations.wechatpay_bill_side import COLUMNS, DAY, PAYMENT, TOTALS, line, row
from tests.integrations.wechatpay_side import MCHID


def write(path: Path, count: int) -> str:
    """A bill of so many payments; gives its SHA-1."""
    sha1 = hashlib.sha1(usedforsecurity=False)
    with gzip.open(path, "wb", compresslevel=1) as file:

        def add(text: str) -> None:
            content = f"{text}\r\n".encode()
            sha1.update(content)
            file.write(content)

        add("\ufeff" + ",".join(COLUMNS))
        for index in range(count):
            chance = hashlib.sha256(str(index).encode())
            order, trade = chance.hexdigest()[:24], f"4200001234{int(chance.hexdigest(), 16)}"[:28]
            payer = f"o{chance.hexdigest()[24:51]}"
            add(row(PAYMENT | {"商户订单号": order, "微信订单号": trade, "用户标识": payer}))
        due, paid = (f"{count * fen // 100}.{count * fen % 100:02d}" for fen in (19105, 19205))
        add(",".join(TOTALS))
        add(line([str(count), due, "0.00", "0.00", "0.00", paid, "0.00"]))
    return sha1.hexdigest()


def main() -> None:
    """Print rows, zipped bytes, seconds, and bytes of memory over what there was before."""
    count = int(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bill.gz"
        before = _peak_bytes()
        sha1 = write(path, count)
        began = time.monotonic()
        with path.open("rb") as file:
            size = path.stat().st_size
            bill = WechatPayBill(BillFile(size, "", file.fileno()), Reading(day=DAY, mchid=MCHID))
            bill.compare_with(sha1)
            rows = sum(1 for _ in bill.rows())
        print(rows, size, round(time.monotonic() - began, 2), _peak_bytes() - before)


def _peak_bytes() -> int:
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


if __name__ == "__main__":
    main()
