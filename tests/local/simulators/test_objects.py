"""The simulated store of files as botocore, unchanged, and a browser see it."""

import os
import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.session import Session

from local.clock import ShiftedClock
from local.simulators.faults import FaultSwitch
from tests.local.simulators.running import Service, simulator

BUCKET = "files-of-tests"
PREFIX = "/simulators/objects"
ENVIRON = {
    "AWS_ACCESS_KEY_ID": "AKIDtest",
    "AWS_SECRET_ACCESS_KEY": "a key that both sides hold",
    "AWS_REGION": "cn-north-1",
    "MATERIALS_BUCKET": BUCKET,
}


@pytest.fixture(scope="module")
def objects(simulators_folder: Path) -> Iterator[Service]:
    with simulator("objects", simulators_folder, "--root-path", PREFIX, environ=ENVIRON) as service:
        yield service


@pytest.fixture
def client(objects: Service) -> Any:
    return s3(objects)


def s3(service: Service, *, key: str = ENVIRON["AWS_SECRET_ACCESS_KEY"], name: str = "AKIDtest") -> Any:
    return Session().create_client(
        "s3",
        "cn-north-1",
        endpoint_url=f"{service.url}{PREFIX}",
        aws_access_key_id=name,
        aws_secret_access_key=key,
        config=Config(signature_version="s3v4", retries={"total_max_attempts": 1}, read_timeout=2),
    )


def form(client: Any, key: str = "incoming/a", **changes: Any) -> dict[str, Any]:
    fields = {"Content-Type": "image/jpeg", "x-amz-meta-kind": "id_photo"}
    conditions = [*({name: value} for name, value in fields.items()), ["content-length-range", 1, 1000]]
    how = {"Fields": fields, "Conditions": conditions, "ExpiresIn": 600} | changes
    made: dict[str, Any] = client.generate_presigned_post(BUCKET, key, **how)
    return made


def send(made: dict[str, Any], content: bytes = b"a photo", changes: Any = None) -> httpx.Response:
    fields = {name: value for name, value in (made["fields"] | (changes or {})).items() if value is not None}
    return httpx.post(
        made["url"], data=fields, files={"file": ("x.jpg", content)}, trust_env=False, verify=False
    )


def fetched(url: str) -> httpx.Response:
    return httpx.get(url, trust_env=False, verify=False)


def code_of(answer: httpx.Response) -> str:
    return answer.text.partition("<Code>")[2].partition("</Code>")[0]


def test_an_object_is_put_looked_at_read_listed_and_deleted(client: Any) -> None:
    key = "materials/沈阳/a b+c~(1).jpg"
    client.put_object(
        Bucket=BUCKET, Key=key, Body=b"bytes", ContentType="image/jpeg", ServerSideEncryption="AES256"
    )
    head = client.head_object(Bucket=BUCKET, Key=key)
    assert (head["ContentLength"], head["ContentType"]) == (5, "image/jpeg")
    assert head["ServerSideEncryption"] == "AES256"
    assert client.get_object(Bucket=BUCKET, Key=key)["Body"].read() == b"bytes"
    [listed] = client.list_objects_v2(Bucket=BUCKET, Prefix="materials/沈阳/")["Contents"]
    assert (listed["Key"], listed["Size"]) == (key, 5)
    for _ in range(2):
        client.delete_object(Bucket=BUCKET, Key=key)
    with pytest.raises(ClientError, match="NoSuchKey"):
        client.get_object(Bucket=BUCKET, Key=key)
    with pytest.raises(ClientError, match="404"):
        client.head_object(Bucket=BUCKET, Key=key)


def test_a_browser_sends_a_file_with_a_form(client: Any) -> None:
    answer = send(form(client))
    assert answer.status_code == 204
    found = client.get_object(Bucket=BUCKET, Key="incoming/a")
    assert found["Body"].read() == b"a photo"
    assert (found["ContentType"], found["Metadata"]) == ("image/jpeg", {"kind": "id_photo"})


@pytest.mark.parametrize(
    ("content", "code"), [(b"x" * 1001, "EntityTooLarge"), (b"", "EntityTooSmall")], ids=["large", "empty"]
)
def test_a_file_of_another_size_than_the_policy_allows_is_refused(
    client: Any, content: bytes, code: str
) -> None:
    answer = send(form(client, "incoming/sized"), content)
    assert (answer.status_code, code_of(answer)) == (400, code)
    with pytest.raises(ClientError, match="NoSuchKey"):
        client.get_object(Bucket=BUCKET, Key="incoming/sized")


@pytest.mark.parametrize(
    "changes",
    [
        {"key": "materials/shenyang/another"},
        {"Content-Type": "text/html"},
        {"Content-Type": None},
        {"x-amz-meta-kind": "other"},
        {"x-amz-meta-more": "1"},
        {"acl": "public-read"},
        {"success_action_redirect": "https://example.com"},
        {"policy": None},
        {"x-amz-signature": "0" * 64},
        {"x-amz-credential": "AKIDother/20260101/cn-north-1/s3/aws4_request"},
        {"x-amz-algorithm": "AWS4-HMAC-SHA1"},
    ],
)
def test_a_form_that_says_something_else_than_was_signed_is_refused(
    client: Any, changes: dict[str, str | None]
) -> None:
    answer = send(form(client, "incoming/changed"), changes=changes)
    assert answer.status_code == 403
    assert client.list_objects_v2(Bucket=BUCKET, Prefix="materials/")["KeyCount"] == 0


def test_a_form_lives_as_long_as_it_says(client: Any) -> None:
    answer = send(form(client, ExpiresIn=-1))
    assert (answer.status_code, code_of(answer)) == (403, "AccessDenied")
    assert "expired" in answer.text


def test_a_form_signed_with_another_key_is_refused(objects: Service) -> None:
    answer = send(form(s3(objects, key="another")))
    assert (answer.status_code, code_of(answer)) == (403, "SignatureDoesNotMatch")


def test_a_body_that_is_no_form_is_refused(objects: Service, client: Any) -> None:
    url = f"{objects.url}{PREFIX}/{BUCKET}"
    kinds = {"Content-Type": "multipart/form-data; boundary=x"}
    for body, headers in ((b"{}", {}), (b"", kinds), (b"--x\r\nnonsense", kinds)):
        answer = httpx.post(url, content=body, headers=headers, trust_env=False, verify=False)
        assert (answer.status_code, code_of(answer)) == (400, "MalformedPOSTRequest")


def test_an_address_gives_the_file_as_it_was_signed_to_be_given(client: Any) -> None:
    client.put_object(Bucket=BUCKET, Key="materials/a/b", Body=b"bytes", ContentType="image/jpeg")
    how = {
        "Bucket": BUCKET,
        "Key": "materials/a/b",
        "ResponseContentDisposition": 'attachment; filename="a b.jpg"',
        "ResponseCacheControl": "private, no-store",
    }
    url = client.generate_presigned_url("get_object", how, ExpiresIn=300)
    answer = fetched(url)
    assert (answer.status_code, answer.content) == (200, b"bytes")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="a b.jpg"'
    assert answer.headers["Cache-Control"] == "private, no-store"
    for changed in (
        url.replace("attachment", "inline"),
        url.replace("materials/a/b", "materials/a/c"),
        url.replace("X-Amz-Expires=300", "X-Amz-Expires=3000"),
        url.replace("127.0.0.1", "localhost"),
        url[:-4],
    ):
        assert code_of(fetched(changed)) == "SignatureDoesNotMatch"
    assert code_of(fetched(url.partition("?")[0])) == "AccessDenied"
    over = client.generate_presigned_url("get_object", how, ExpiresIn=-1)
    assert code_of(fetched(over)) == "AccessDenied"
    client.delete_object(Bucket=BUCKET, Key="materials/a/b")


@pytest.mark.parametrize(
    ("who", "code"),
    [({"key": "another"}, "SignatureDoesNotMatch"), ({"name": "AKIDother"}, "InvalidAccessKeyId")],
)
def test_a_stranger_is_refused(objects: Service, who: dict[str, str], code: str) -> None:
    with pytest.raises(ClientError, match=code):
        s3(objects, **who).get_object(Bucket=BUCKET, Key="incoming/a")


def test_another_bucket_is_not_there(client: Any) -> None:
    with pytest.raises(ClientError, match="NoSuchBucket"):
        client.put_object(Bucket="another", Key="a", Body=b"")


def test_an_upload_that_nobody_came_back_for_goes_after_a_day_and_what_is_kept_stays(
    client: Any, clock: ShiftedClock
) -> None:
    send(form(client, "incoming/left"))
    client.put_object(Bucket=BUCKET, Key="materials/kept", Body=b"kept")
    clock.shift(timedelta(hours=23).total_seconds())
    assert client.head_object(Bucket=BUCKET, Key="incoming/left")
    clock.shift(timedelta(hours=25).total_seconds())
    with pytest.raises(ClientError, match="NoSuchKey"):
        client.get_object(Bucket=BUCKET, Key="incoming/left")
    assert client.get_object(Bucket=BUCKET, Key="materials/kept")["Body"].read() == b"kept"
    client.delete_object(Bucket=BUCKET, Key="materials/kept")


def test_what_was_stored_survives_a_kill(tmp_path: Path) -> None:
    with simulator("objects", tmp_path, "--root-path", PREFIX, environ=ENVIRON) as first:
        s3(first).put_object(Bucket=BUCKET, Key="materials/a", Body=b"bytes")
        os.kill(first.process.pid, signal.SIGKILL)
        first.process.wait(timeout=5)
    with simulator("objects", tmp_path, "--root-path", PREFIX, environ=ENVIRON) as second:
        assert s3(second).get_object(Bucket=BUCKET, Key="materials/a")["Body"].read() == b"bytes"


def test_a_store_out_of_order_says_so_or_nothing(client: Any, faults: FaultSwitch) -> None:
    faults.change({"objects": {"error_500": True}})
    with pytest.raises(ClientError, match="InternalError"):
        client.get_object(Bucket=BUCKET, Key="incoming/a")
    faults.change({"objects": {"error_500": False, "silent": True}})
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(
            client.generate_presigned_url("get_object", {"Bucket": BUCKET, "Key": "a"}),
            timeout=0.5,
            trust_env=False,
            verify=False,
        )
