"""Material over HTTP: a file goes past the API into the store, and is kept or refused by its content."""

from dataclasses import replace
from typing import Any

import pytest
from chalice.test import HTTPResponse

from chalicelib import wiring
from chalicelib.domain.material import LARGEST_BYTES, ScanOutcome
from chalicelib.domain.registration import State
from chalicelib.integrations.materials import ContentInspector
from tests.api.browser import problem_code
from tests.api.story import Story
from tests.api.story_of_material import NEW_MATERIAL
from tests.builders import a_credential
from tests.integrations.files import (
    a_jpeg,
    a_jpeg_of_a_phone,
    a_pdf,
    a_png,
    a_png_bomb,
    an_animated_png,
    script_by_name,
)


class Uploader:
    """The candidate's page of one registration."""

    def __init__(self, story: Story, state: State = State.DRAFT) -> None:
        self.story = story
        self.registration = story.registration(state)
        self.base = f"/registrations/{self.registration.id}/materials"

    def begin(self, **changes: Any) -> HTTPResponse:
        return self.story.candidate.send("POST", self.base, NEW_MATERIAL | changes)

    def received(self, material_id: str) -> HTTPResponse:
        return self.story.candidate.send("POST", f"{self.base}/{material_id}/received")

    def uploaded(self, content: bytes = b"a photo", **changes: Any) -> dict[str, Any]:
        """Send one file, and what is said of it."""
        begun = self.begin(**changes)
        assert begun.status_code == 201, begun.body
        material_id = begun.json_body["material_id"]
        self.story.world.material_files.upload(material_id, content)
        received = self.received(material_id)
        assert received.status_code == 200, received.body
        return dict(received.json_body)

    def folder(self) -> dict[str, Any]:
        return dict(self.story.candidate.send("GET", self.base).json_body)


@pytest.fixture
def page(story: Story) -> Uploader:
    return Uploader(story)


@pytest.fixture
def strict(page: Uploader) -> Uploader:
    """The same, over the real judge of files."""
    wiring.install(replace(wiring.services(), material_inspector=ContentInspector()))
    return page


def test_a_file_is_sent_past_us_and_then_listed(page: Uploader) -> None:
    begun = page.begin().json_body
    assert begun["upload"]["url"] == "https://files.example.cn"
    assert begun["upload"]["fields"]["key"].endswith(begun["material_id"])
    assert begun["limits"] == {
        "largest_bytes": LARGEST_BYTES,
        "most_pages": 20,
        "most_pixels": 40_000_000,
        "at_most": 10,
        "content_types": ["image/jpeg", "image/png", "application/pdf"],
    }
    assert page.folder()["materials"] == []
    page.story.world.material_files.upload(begun["material_id"], b"a photo")
    material = page.received(begun["material_id"]).json_body
    assert (material["state"], material["state_label"], material["flaw"]) == ("accepted", "已上传", None)
    assert (material["kind_label"], material["file_name"]) == ("身份证件", "身份证.jpg")
    assert page.folder()["materials"] == [material]
    link = page.story.candidate.send("GET", f"{page.base}/{material['material_id']}/content").json_body
    assert link["url"].startswith("https://files.example.cn/materials/")


def test_what_was_never_sent_is_not_there(page: Uploader) -> None:
    begun = page.begin().json_body
    response = page.received(begun["material_id"])
    assert (response.status_code, problem_code(response)) == (404, "material_not_uploaded")
    assert page.folder()["materials"] == []


def test_asked_again_the_first_verdict_stands(page: Uploader) -> None:
    first = page.uploaded()
    assert page.received(first["material_id"]).json_body == first
    files = page.story.world.material_files
    assert (len(files.kept), files.uploads) == (1, {})
    assert len(page.folder()["materials"]) == 1


THREATS = [
    # what is said of it, what it is, why it is refused
    ("image/jpeg", b"", "empty"),
    ("image/jpeg", bytes(6 * 1024 * 1024), "too_large"),
    ("image/jpeg", a_png(), "type_differs"),
    ("image/jpeg", b"MZ a program", "type_differs"),
    ("image/png", b"<svg onload='alert(1)'/>", "type_differs"),
    ("application/pdf", b"<html>%PDF-1.7", "type_differs"),
    ("image/jpeg", a_jpeg()[:-100], "unreadable"),
    ("image/png", a_png_bomb(), "too_many_pixels"),
    ("image/png", an_animated_png(), "animated"),
    ("application/pdf", a_pdf(pages=21), "too_many_pages"),
    ("application/pdf", a_pdf(change=lambda w: w.encrypt("secret", algorithm="RC4-128")), "encrypted"),
    ("application/pdf", a_pdf(change=script_by_name), "active_content"),
]


@pytest.mark.parametrize(("content_type", "content", "flaw"), THREATS, ids=[flaw for *_, flaw in THREATS])
def test_a_file_that_is_not_what_it_should_be_is_not_kept(
    strict: Uploader, content_type: str, content: bytes, flaw: str
) -> None:
    material = strict.uploaded(content, content_type=content_type)
    assert (material["state"], material["flaw"]) == ("refused", flaw)
    assert material["sentence"]
    files = strict.story.world.material_files
    assert (files.kept, files.uploads) == ({}, {})
    shown = strict.story.candidate.send("GET", f"{strict.base}/{material['material_id']}/content")
    assert (shown.status_code, problem_code(shown)) == (404, "not_found")
    gone = strict.story.candidate.send("DELETE", f"{strict.base}/{material['material_id']}")
    assert gone.status_code == 204


def test_what_hides_in_a_photo_is_not_kept(strict: Uploader) -> None:
    strict.uploaded(a_jpeg_of_a_phone() + b"<script>alert(1)</script>")
    [kept] = strict.story.world.material_files.kept.values()
    assert b"<script>" not in kept.content
    assert b"a phone of somebody" not in kept.content


def test_what_a_scanner_finds_is_not_kept(page: Uploader) -> None:
    page.story.world.material_scanner.outcome = ScanOutcome.INFECTED
    assert page.uploaded()["flaw"] == "infected"
    assert page.story.world.material_files.kept == {}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"content_type": "image/heic"}, "content_type"),
        ({"content_type": "text/html"}, "content_type"),
        ({"size_bytes": 0}, "size_bytes"),
        ({"size_bytes": LARGEST_BYTES + 1}, "size_bytes"),
    ],
)
def test_what_cannot_be_taken_is_refused_before_it_is_sent(
    page: Uploader, changes: dict[str, Any], field: str
) -> None:
    response = page.begin(**changes)
    assert (response.status_code, problem_code(response)) == (422, "invalid_input")
    assert response.json_body["field"] == field
    assert page.story.world.material_files.offers == {}


def test_an_eleventh_file_is_refused_before_it_is_sent_and_after(page: Uploader) -> None:
    late = page.begin().json_body["material_id"]
    files = [page.uploaded() for _ in range(10)]
    response = page.begin()
    assert (response.status_code, problem_code(response)) == (409, "material_limit")
    assert page.folder()["uploads"]["other"]["code"] == "material_limit"
    page.story.world.material_files.upload(late, b"an eleventh")
    response = page.received(late)
    assert (response.status_code, problem_code(response)) == (409, "material_limit")
    page.story.candidate.send("DELETE", f"{page.base}/{files[0]['material_id']}")
    assert page.received(late).json_body["state"] == "accepted"


def test_nobody_may_upload_without_end(page: Uploader) -> None:
    for _ in range(60):
        assert page.begin().status_code == 201
    response = page.begin()
    assert (response.status_code, problem_code(response)) == (429, "too_many_requests")


@pytest.mark.parametrize("step", ["received", "content", ""])
def test_a_file_of_another_candidate_is_not_there(page: Uploader, step: str) -> None:
    mine = page.uploaded()
    method = {"received": "POST", "content": "GET", "": "DELETE"}[step]
    address = f"{page.base}/{mine['material_id']}/{step}".rstrip("/")
    response = page.story.stranger.send(method, address)
    assert (response.status_code, problem_code(response)) == (404, "not_found")
    assert len(page.folder()["materials"]) == 1


def test_a_file_of_one_registration_is_not_found_under_another_account(page: Uploader) -> None:
    begun = page.begin().json_body
    page.story.world.material_files.upload(begun["material_id"], b"a photo")
    stranger = page.story.world.accounts.with_username("stranger")
    assert stranger is not None
    page.story.world.given_credential(a_credential(stranger))
    started = page.story.stranger.send(
        "POST",
        "/registrations",
        {"exam_id": page.registration.exam_id, "authority_id": page.registration.authority_id},
    )
    assert started.status_code == 201
    other = f"/registrations/{started.json_body['registration_id']}/materials/{begun['material_id']}/received"
    response = page.story.stranger.send("POST", other)
    assert (response.status_code, problem_code(response)) == (404, "material_not_uploaded")


def test_while_it_is_looked_at_a_file_stays_and_another_may_come(story: Story) -> None:
    page = Uploader(story, State.UNDER_REVIEW)
    material = page.uploaded()
    assert material["removal"]["code"] == "material_under_review"
    response = story.candidate.send("DELETE", f"{page.base}/{material['material_id']}")
    assert (response.status_code, problem_code(response)) == (409, "material_under_review")
    assert page.uploaded(kind="other")["state"] == "accepted"


def test_after_a_review_is_passed_nothing_more_is_taken_but_for_a_change(story: Story) -> None:
    page = Uploader(story, State.PAYABLE)
    response = page.begin(kind="education_certificate")
    assert (response.status_code, problem_code(response)) == (409, "nothing_to_prove")
    said = page.folder()["uploads"]
    assert said["education_certificate"]["code"] == "nothing_to_prove"
    assert {kind for kind, permission in said.items() if permission["allowed"]} == {"id_photo", "change_form"}
    assert page.uploaded(kind="change_form")["state"] == "accepted"


def test_a_store_that_is_silent_loses_nothing(page: Uploader) -> None:
    begun = page.begin().json_body
    files = page.story.world.material_files
    files.upload(begun["material_id"], b"a photo")
    files.silent = True
    for response in (page.begin(), page.received(begun["material_id"])):
        assert (response.status_code, problem_code(response)) == (503, "files_unavailable")
    files.silent = False
    assert page.received(begun["material_id"]).json_body["state"] == "accepted"


def test_the_name_of_a_file_decides_nothing(page: Uploader) -> None:
    material = page.uploaded(file_name="../../etc/passwd\u202egpj.exe")
    assert material["state"] == "accepted"
    [place] = page.story.world.material_files.kept
    assert place.material_id == material["material_id"]
