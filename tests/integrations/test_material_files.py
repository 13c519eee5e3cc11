"""Files in S3, over the simulated store and with botocore unchanged: what gets in, and who sees it."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from chalicelib.domain.ids import AccountId, AuthorityId, MaterialId, RegistrationId
from chalicelib.domain.material import LARGEST_BYTES, CleanFile, ContentType, MaterialKind
from chalicelib.integrations.materials import S3Files
from chalicelib.usecases.ports import (
    FilesUnavailableError,
    MaterialPlace,
    ProviderRefusedError,
    UploadedFile,
    UploadForm,
    UploadOffer,
    place_of,
)
from local.simulators.faults import FaultSwitch
from tests.builders import NOW, a_registration, an_account
from tests.builders_material import a_material
from tests.local.simulators.running import Service, simulator

BUCKET = "materials-of-tests"
ENVIRON = {
    "AWS_ACCESS_KEY_ID": "AKIDtest",
    "AWS_SECRET_ACCESS_KEY": "a key that both sides hold",
    "AWS_REGION": "cn-north-1",
    "AWS_DEFAULT_REGION": "cn-north-1",
    "MATERIALS_BUCKET": BUCKET,
}
MATERIAL = a_material(a_registration(an_account()))
PLACE = place_of(MATERIAL)
OFFER = UploadOffer(kind=MaterialKind.ID_PHOTO, content_type=ContentType.JPEG, file_name="王晓明 身份证.jpg")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with simulator("objects", tmp_path_factory.mktemp("objects"), environ=ENVIRON) as service:
        yield service


@pytest.fixture
def files(service: Service, monkeypatch: pytest.MonkeyPatch) -> S3Files:
    for name, value in {**ENVIRON, "AWS_ENDPOINT_URL_S3": service.url}.items():
        monkeypatch.setenv(name, value)
    return S3Files(BUCKET)


@pytest.fixture
def faults(service: Service) -> Iterator[FaultSwitch]:
    switch = FaultSwitch(service.folder / "faults.json")
    yield switch
    switch.clear()


def send(form: UploadForm, content: bytes, **changes: str) -> httpx.Response:
    fields, file = form.fields | changes, {"file": ("whatever.exe", content)}
    return httpx.post(form.url, data=fields, files=file, trust_env=False, verify=False)


def test_what_a_browser_sent_is_read_with_what_was_said_of_it_and_can_be_discarded(files: S3Files) -> None:
    form = files.upload_form(PLACE, OFFER, now=NOW)
    assert (form.expires_at - NOW).total_seconds() == 600
    assert files.uploaded(PLACE) is None
    assert send(form, b"a photo").status_code == 204
    assert files.uploaded(PLACE) == UploadedFile(OFFER, 7, b"a photo")
    for _ in range(2):
        files.discard_upload(PLACE)
    assert files.uploaded(PLACE) is None


def test_a_name_need_not_be_said(files: S3Files) -> None:
    nameless = replace(OFFER, file_name=None)
    send(files.upload_form(PLACE, nameless, now=NOW), b"a photo")
    assert files.uploaded(PLACE) == UploadedFile(nameless, 7, b"a photo")
    files.discard_upload(PLACE)


@pytest.mark.parametrize("size", [0, LARGEST_BYTES + 1, 6 * 1024 * 1024])
def test_a_file_that_is_empty_or_too_large_does_not_get_in(files: S3Files, size: int) -> None:
    assert send(files.upload_form(PLACE, OFFER, now=NOW), bytes(size)).status_code == 400
    assert files.uploaded(PLACE) is None


def test_the_largest_file_gets_in(files: S3Files) -> None:
    assert send(files.upload_form(PLACE, OFFER, now=NOW), bytes(LARGEST_BYTES)).status_code == 204
    found = files.uploaded(PLACE)
    assert found is not None
    assert found.content is not None
    assert len(found.content) == LARGEST_BYTES
    files.discard_upload(PLACE)


@pytest.mark.parametrize(
    "changes",
    [
        {"key": "materials/shenyang/registration000000000001/material0000000000000001"},
        {"key": "incoming/account00000000000000002/registration000000000001/material0000000000000001"},
        {"Content-Type": "text/html"},
        {"x-amz-meta-kind": "degree_certificate"},
        {"x-amz-server-side-encryption": "none"},
        {"acl": "public-read"},
    ],
)
def test_a_form_takes_the_one_file_that_it_was_made_for(files: S3Files, changes: dict[str, str]) -> None:
    assert send(files.upload_form(PLACE, OFFER, now=NOW), b"a photo", **changes).status_code == 403
    assert files.uploaded(PLACE) is None


def test_a_file_larger_than_any_we_take_is_not_read(files: S3Files) -> None:
    clean = CleanFile(bytes(LARGEST_BYTES + 1))
    # However it got there: not by a form of ours.
    request = {"Bucket": BUCKET, "Body": clean.content, "ContentType": "image/jpeg"}
    key = f"incoming/{PLACE.account_id}/{PLACE.registration_id}/{PLACE.material_id}"
    files._bucket.client.put_object(Key=key, Metadata={"kind": "id_photo"}, **request)
    found = files.uploaded(PLACE)
    assert found is not None
    assert (found.size_bytes, found.content) == (LARGEST_BYTES + 1, None)
    files.discard_upload(PLACE)


def test_what_is_kept_is_given_for_five_minutes_and_to_be_saved(files: S3Files) -> None:
    for _ in range(2):
        files.keep(PLACE, CleanFile(b"clean"), ContentType.JPEG)
    url = files.link(MATERIAL)
    assert parse_qs(urlsplit(url).query)["X-Amz-Expires"] == ["300"]
    assert urlsplit(url).path.endswith(f"/materials/shenyang/{MATERIAL.registration_id}/{MATERIAL.id}")
    answer = httpx.get(url, trust_env=False, verify=False)
    assert answer.content == b"clean"
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="id_photo-{MATERIAL.id}.jpg"'
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["x-amz-server-side-encryption"] == "AES256"
    assert httpx.get(url.partition("?")[0], trust_env=False, verify=False).status_code == 403
    for _ in range(2):
        files.forget(PLACE)
    assert httpx.get(url, trust_env=False, verify=False).status_code == 404


def test_an_upload_of_another_account_is_not_found_under_ours(files: S3Files) -> None:
    send(files.upload_form(PLACE, OFFER, now=NOW), b"a photo")
    others = MaterialPlace(
        AuthorityId("shenyang"), AccountId("another"), RegistrationId("other"), MaterialId(PLACE.material_id)
    )
    assert files.uploaded(others) is None
    files.discard_upload(PLACE)


def test_a_store_that_is_out_of_order_is_to_be_asked_again(files: S3Files, faults: FaultSwitch) -> None:
    faults.change({"objects": {"error_500": True}})
    with pytest.raises(FilesUnavailableError):
        files.uploaded(PLACE)
    with pytest.raises(FilesUnavailableError):
        files.keep(PLACE, CleanFile(b"clean"), ContentType.JPEG)


def test_a_store_that_is_not_there_is_to_be_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**ENVIRON, "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9"}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(FilesUnavailableError):
        S3Files(BUCKET).forget(PLACE)


def test_a_store_that_knows_us_not_is_for_a_person(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    environ = {**ENVIRON, "AWS_ENDPOINT_URL_S3": service.url, "AWS_SECRET_ACCESS_KEY": "wrong"}
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ProviderRefusedError):
        S3Files(BUCKET).uploaded(PLACE)
