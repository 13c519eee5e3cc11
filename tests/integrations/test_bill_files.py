"""Bills as they were downloaded, in S3, over the simulated store and with botocore unchanged."""

from collections.abc import Iterator
from datetime import date

import pytest

from chalicelib.integrations.bill_files import S3BillFiles
from chalicelib.integrations.s3 import Bucket
from chalicelib.usecases.ports import FilesUnavailableError
from local.simulators.faults import FaultSwitch
from tests.fakes.bills import FakeBill
from tests.integrations.test_material_files import BUCKET, ENVIRON
from tests.local.simulators.running import Service, simulator

DAY = date(2026, 9, 1)
BILL = FakeBill(sha256="ab" * 32)
KEY = f"bills/alipay/2026-09-01/{BILL.sha256}"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with simulator("objects", tmp_path_factory.mktemp("bills"), environ=ENVIRON) as service:
        yield service


@pytest.fixture
def files(service: Service, monkeypatch: pytest.MonkeyPatch) -> S3BillFiles:
    for name, value in {**ENVIRON, "AWS_ENDPOINT_URL_S3": service.url}.items():
        monkeypatch.setenv(name, value)
    return S3BillFiles(BUCKET)


def test_a_bill_is_kept_whole_under_provider_day_and_hash_and_may_be_kept_again(files: S3BillFiles) -> None:
    for _ in range(2):
        files.keep("alipay", DAY, BILL)
    kept = Bucket(BUCKET).client.get_object(Bucket=BUCKET, Key=KEY)
    assert kept["Body"].read() == BILL.raw.read()
    assert kept["ServerSideEncryption"] == "AES256"


def test_a_store_in_trouble_is_asked_again_later(files: S3BillFiles, service: Service) -> None:
    switch = FaultSwitch(service.folder / "faults.json")
    switch.change({"objects": {"error_500": True}})
    try:
        with pytest.raises(FilesUnavailableError):
            files.keep("alipay", DAY, BILL)
    finally:
        switch.clear()
