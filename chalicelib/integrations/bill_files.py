"""Bills as they were downloaded, kept for audit: `bills/<provider>/<day>/<sha256>`."""

from datetime import date

from chalicelib.integrations.s3 import ENCRYPTION, Bucket, asked
from chalicelib.usecases.ports import DailyBill


class S3BillFiles:
    """`BillFiles`."""

    def __init__(self, bucket: str) -> None:
        self._bucket = Bucket(bucket)

    def keep(self, provider: str, day: date, bill: DailyBill) -> None:
        """Under its own hash: the same file again is the same."""
        with bill.raw as raw:
            request = {
                "Bucket": self._bucket.name,
                "Key": f"bills/{provider}/{day.isoformat()}/{bill.sha256}",
                "Body": raw,
                "ServerSideEncryption": ENCRYPTION,
            }
            asked(lambda: self._bucket.client.put_object(**request))
