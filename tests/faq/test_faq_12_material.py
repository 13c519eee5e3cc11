"""FAQ 12 and 6: who declines the commitment, or has a record that no computer checks, uploads material."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.material import MaterialMissingError
from chalicelib.domain.review import ReviewChannel, ReviewReason
from chalicelib.domain.verification import Verification, VerificationState
from chalicelib.usecases.desk.review import review_registration
from tests.api.browser import problem_code
from tests.builders import NOW, a_credential, an_account, an_entry, an_exam, an_offering
from tests.fakes import World
from tests.faq.candidate import Answer, Candidate, candidate


def upload(someone: Candidate, registration: Answer, kind: str) -> Answer:
    base = f"/registrations/{registration['registration_id']}/materials"
    body = {"kind": kind, "content_type": "image/jpeg", "size_bytes": 7, "file_name": "照片.jpg"}
    begun = someone.send("POST", base, body)
    assert begun.status_code == 201, begun.body
    material_id = begun.json_body["material_id"]
    someone.world.material_files.upload(material_id, b"a photo")
    return dict(someone.send("POST", f"{base}/{material_id}/received").json_body)


def folder(someone: Candidate, registration: Answer) -> Answer:
    return someone.get(f"/registrations/{registration['registration_id']}/materials")


def passes_review(someone: Candidate, registration: Answer) -> Any:
    return review_registration(
        an_entry(id=someone.world.randomness.new_id()),
        someone.account.id,
        registration["registration_id"],
        rejection=None,
        registrations=someone.world.registrations,
        credentials=someone.world.credentials,
        exams=someone.world.exams,
        materials=someone.world.materials,
        now=someone.world.clock.now(),
    )


def test_faq_12_who_declines_is_told_what_to_upload_and_passes_with_it(world: World) -> None:
    someone = candidate(world)
    declined = someone.confirmed("declined")
    assert [need["kind"] for need in declined["materials_needed"]] == ["id_photo", "education_certificate"]
    assert all(need["required"] for need in declined["materials_needed"])
    assert "照片或扫描件" in declined["materials_needed"][0]["sentence"]
    assert declined["allowed_actions"]["upload_material"] == {"allowed": True}
    assert folder(someone, declined)["missing"] == ["id_photo", "education_certificate"]
    upload(someone, declined, "id_photo")
    assert folder(someone, declined)["missing"] == ["education_certificate"]
    with pytest.raises(MaterialMissingError):
        passes_review(someone, declined)
    upload(someone, declined, "education_certificate")
    assert folder(someone, declined)["missing"] == []
    passes_review(someone, declined)
    passed = someone.seen(declined)
    assert (passed["state"], passed["materials_needed"]) == ("payable", [])
    assert passed["allowed_actions"]["upload_material"]["code"] == "nothing_to_prove"
    assert passed["allowed_actions"]["upload_material"]["faq"] == 12


def test_faq_12_material_is_taken_until_the_review_ends(world: World) -> None:
    someone = candidate(world)
    declined = someone.confirmed("declined")
    world.clock.move_to(an_offering().windows.review.end)
    someone.browser = someone.browser.log_in(someone.account)
    base = f"/registrations/{declined['registration_id']}/materials"
    body = {"kind": "education_certificate", "content_type": "image/jpeg", "size_bytes": 7}
    response = someone.send("POST", base, body)
    assert (response.status_code, problem_code(response)) == (409, "review_over")
    # The ID and the form go with a change, which can be asked for still (FAQ 17).
    assert someone.seen(declined)["allowed_actions"]["request_change"]["allowed"]
    assert someone.send("POST", base, {**body, "kind": "id_photo"}).status_code == 201


def with_foreign_education(world: World) -> Candidate:
    facts = replace(a_credential(an_account()).facts, foreign=True)
    check = Verification(VerificationState.UNCHECKABLE, NOW)
    return candidate(world, education=a_credential(an_account(), facts=facts, check=check))


def test_faq_06_a_foreign_record_asks_for_its_certificate_and_the_original_on_site(world: World) -> None:
    someone = with_foreign_education(world)
    [need] = someone.confirmed()["materials_needed"]
    assert (need["kind"], need["required"]) == ("foreign_certificate", False)
    assert need["label"] == "教育部留学服务中心认证书"
    assert "现场核查时请携带原件" in need["sentence"]


def test_faq_06_where_the_authority_looks_online_the_certificate_is_required(world: World) -> None:
    policy = replace(
        an_offering().policy, channel_for={ReviewReason.EDUCATION_UNVERIFIED: ReviewChannel.ONLINE}
    )
    world.exams.put(an_exam(), [an_offering(policy=policy)])
    someone = with_foreign_education(world)
    waiting = someone.confirmed()
    [need] = waiting["materials_needed"]
    assert (need["kind"], need["required"]) == ("foreign_certificate", True)
    with pytest.raises(MaterialMissingError) as missing:
        passes_review(someone, waiting)
    assert missing.value.code == "material_missing"
    upload(someone, waiting, "foreign_certificate")
    assert passes_review(someone, waiting).state == "payable"


def test_faq_12_files_go_with_the_registration_they_were_uploaded_for(world: World) -> None:
    someone = candidate(world)
    declined = someone.confirmed("declined")
    material = upload(someone, declined, "id_photo")
    other = candidate(world, 2, name="李明", id_number_of=2)
    response = other.send(
        "GET", f"/registrations/{declined['registration_id']}/materials/{material['material_id']}/content"
    )
    assert (response.status_code, problem_code(response)) == (404, "not_found")
