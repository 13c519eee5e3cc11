"""Which material a review asks for, and when it may be uploaded and taken back: tables, one row a case."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.actions import Action, CandidateFacts, Case, Reason, allowed_actions, removal_refusal
from chalicelib.domain.actions.material import upload_refusal
from chalicelib.domain.credential import Credential, CredentialKind, CredentialLevel
from chalicelib.domain.errors import InvalidInputError
from chalicelib.domain.exam import Window
from chalicelib.domain.material import (
    FLAW_SENTENCES,
    LARGEST_BYTES,
    MATERIAL_LABELS,
    MATERIAL_STATE_LABELS,
    ContentType,
    Flaw,
    MaterialKind,
    MaterialMissingError,
    MaterialState,
    check_nothing_missing,
    check_offer,
    materials_needed,
)
from chalicelib.domain.registration import Choices, Registration, State
from chalicelib.domain.review import ReviewChannel, ReviewReason
from tests.builders import NOW, VERIFIED, a_credential, a_payable_registration, an_account, an_offering
from tests.builders_material import a_material

ACCOUNT = an_account()
EDUCATION = a_credential(ACCOUNT)
DEGREE = a_credential(
    ACCOUNT, facts=replace(EDUCATION.facts, kind=CredentialKind.DEGREE, level=CredentialLevel.BACHELOR)
)
ONLINE = replace(
    an_offering().policy,
    review_channel=ReviewChannel.ONLINE,
    channel_for=dict.fromkeys(ReviewReason, ReviewChannel.ONLINE),
)
ON_SITE = replace(ONLINE, review_channel=ReviewChannel.ON_SITE, channel_for={})
Why, Kind = ReviewReason, MaterialKind


def abroad(credential: Credential) -> Credential:
    return replace(credential, facts=replace(credential.facts, foreign=True))


def waiting(*reasons: ReviewReason, degree: bool = True, state: State = State.UNDER_REVIEW) -> Registration:
    choices = Choices(education_id=EDUCATION.id, degree_id=DEGREE.id if degree else None)
    return a_payable_registration(ACCOUNT, state=state, choices=choices, review_reasons=tuple(reasons))


ASKED_FOR = [
    # why a person looks, which records come from abroad, what is asked for
    ([Why.IDENTITY_UNVERIFIED], [], [Kind.ID_PHOTO]),
    ([Why.EDUCATION_UNVERIFIED], [], [Kind.EDUCATION_CERTIFICATE]),
    ([Why.EDUCATION_UNVERIFIED], [EDUCATION], [Kind.FOREIGN_CERTIFICATE]),
    ([Why.DEGREE_UNVERIFIED], [], [Kind.DEGREE_CERTIFICATE]),
    ([Why.DEGREE_UNVERIFIED], [DEGREE], [Kind.FOREIGN_CERTIFICATE]),
    ([Why.DEGREE_UNVERIFIED], [EDUCATION], [Kind.DEGREE_CERTIFICATE]),
    ([Why.NAME_DIFFERS], [], [Kind.ID_PHOTO, Kind.NAME_CHANGE_PROOF]),
    ([Why.EXEMPTION_LEVEL], [], [Kind.EXEMPTION_PROOF]),
    ([Why.COMMITMENT_DECLINED], [], [Kind.ID_PHOTO, Kind.EDUCATION_CERTIFICATE, Kind.DEGREE_CERTIFICATE]),
    ([Why.COMMITMENT_NOT_ELIGIBLE], [], [Kind.ID_PHOTO, Kind.EDUCATION_CERTIFICATE, Kind.DEGREE_CERTIFICATE]),
    ([Why.COMMITMENT_DECLINED], [EDUCATION, DEGREE], [Kind.ID_PHOTO, Kind.FOREIGN_CERTIFICATE]),
    ([Why.IDENTITY_UNVERIFIED, Why.NAME_DIFFERS], [], [Kind.ID_PHOTO, Kind.NAME_CHANGE_PROOF]),
    (
        [Why.EDUCATION_UNVERIFIED, Why.DEGREE_UNVERIFIED, Why.EXEMPTION_LEVEL],
        [DEGREE],
        [Kind.EDUCATION_CERTIFICATE, Kind.FOREIGN_CERTIFICATE, Kind.EXEMPTION_PROOF],
    ),
]


@pytest.mark.parametrize(("reasons", "foreign", "kinds"), ASKED_FOR)
def test_a_review_asks_for_what_its_reasons_call_for_each_kind_once(
    reasons: list[ReviewReason], foreign: list[Credential], kinds: list[MaterialKind]
) -> None:
    credentials = [abroad(each) if each in foreign else each for each in (EDUCATION, DEGREE)]
    needed = materials_needed(waiting(*reasons), credentials, ONLINE)
    assert [each.kind for each in needed] == kinds
    assert all(each.required and each.reason in reasons for each in needed)


def test_who_has_chosen_no_degree_is_asked_for_none() -> None:
    needed = materials_needed(waiting(Why.COMMITMENT_DECLINED, degree=False), [EDUCATION], ONLINE)
    assert [each.kind for each in needed] == [Kind.ID_PHOTO, Kind.EDUCATION_CERTIFICATE]


def test_on_site_files_are_welcome_and_not_required() -> None:
    needed = materials_needed(waiting(Why.EDUCATION_UNVERIFIED), [EDUCATION], ON_SITE)
    assert [(each.kind, each.required) for each in needed] == [(Kind.EDUCATION_CERTIFICATE, False)]
    check_nothing_missing(needed, [])


def test_every_reason_asks_for_something() -> None:
    for reason in ReviewReason:
        assert materials_needed(waiting(reason), [EDUCATION, DEGREE], ONLINE), reason


@pytest.mark.parametrize("state", [s for s in State if s not in (State.UNDER_REVIEW, State.REJECTED)])
def test_nothing_is_asked_for_while_no_person_has_to_look(state: State) -> None:
    registration = waiting(Why.COMMITMENT_DECLINED, state=state)
    assert materials_needed(registration, [EDUCATION, DEGREE], ONLINE) == ()


def test_what_is_missing_is_named_and_a_refused_file_does_not_count() -> None:
    registration = waiting(Why.COMMITMENT_DECLINED, degree=False)
    needed = materials_needed(registration, [EDUCATION], ONLINE)
    photo = a_material(registration, 1)
    refused = a_material(registration, 2, kind=Kind.EDUCATION_CERTIFICATE, state=MaterialState.REFUSED)
    with pytest.raises(MaterialMissingError) as missing:
        check_nothing_missing(needed, [photo, refused])
    assert missing.value.detail == "线上核查还缺少材料：学历证书。"
    check_nothing_missing(needed, [photo, replace(refused, state=MaterialState.ACCEPTED)])


WHEN_UPLOADED = [
    # state of the registration, moment from NOW, why no photo or scan is taken
    (State.DRAFT, timedelta(), None),
    (State.UNDER_REVIEW, timedelta(), None),
    (State.REJECTED, timedelta(), None),
    (State.PAYABLE, timedelta(), Reason.NOTHING_TO_PROVE),
    (State.PAID, timedelta(), Reason.ALREADY_PAID),
    (State.SUPERSEDED, timedelta(), Reason.SUPERSEDED),
    (State.VOID, timedelta(), Reason.VOID),
    (State.DRAFT, timedelta(days=-6), Reason.REVIEW_NOT_OPEN),
    (State.UNDER_REVIEW, timedelta(days=6, microseconds=-1), None),
    (State.UNDER_REVIEW, timedelta(days=6), Reason.REVIEW_OVER),
    (State.UNDER_REVIEW, timedelta(days=8), Reason.LAPSED),
]


@pytest.mark.parametrize(("state", "later", "reason"), WHEN_UPLOADED)
def test_material_is_taken_before_a_review_is_passed_and_inside_its_window(
    state: State, later: timedelta, reason: Reason | None
) -> None:
    refusal = allowed_actions(waiting(state=state), an_offering(), facts(), NOW + later)[
        Action.UPLOAD_MATERIAL
    ]
    assert (refusal.reason if refusal else None) == reason
    if reason is Reason.REVIEW_NOT_OPEN:
        assert refusal is not None
        assert refusal.changes_at == an_offering().windows.review.start


def facts() -> CandidateFacts:
    return CandidateFacts(identity_check=VERIFIED, credentials=(EDUCATION,))


def case(state: State, later: timedelta = timedelta()) -> Case:
    return Case(waiting(state=state), an_offering(), facts(), NOW + later)


@pytest.mark.parametrize("kind", [Kind.CHANGE_FORM, Kind.ID_PHOTO])
def test_what_goes_with_a_request_for_a_change_is_taken_after_the_lock_too(kind: MaterialKind) -> None:
    assert upload_refusal(case(State.PAYABLE), kind) is None
    assert upload_refusal(case(State.PAID), kind) is None
    lapsed = upload_refusal(case(State.PAYABLE, timedelta(days=9)), kind)
    assert lapsed is not None
    assert lapsed.reason is Reason.LAPSED
    waits_for_review_still = upload_refusal(case(State.UNDER_REVIEW, timedelta(days=6)), kind)
    assert waits_for_review_still is None
    can_be_edited = upload_refusal(case(State.DRAFT, timedelta(days=6)), kind)
    assert can_be_edited is not None
    assert can_be_edited.reason is Reason.REVIEW_OVER
    certificate = upload_refusal(case(State.PAYABLE), Kind.EDUCATION_CERTIFICATE)
    assert certificate is not None
    assert certificate.reason is Reason.NOTHING_TO_PROVE


WHEN_TAKEN_BACK = [
    # state of the registration, of the file, why it cannot be taken back
    (State.DRAFT, MaterialState.ACCEPTED, None),
    (State.REJECTED, MaterialState.ACCEPTED, None),
    (State.UNDER_REVIEW, MaterialState.ACCEPTED, Reason.MATERIAL_UNDER_REVIEW),
    (State.UNDER_REVIEW, MaterialState.UPLOADED, Reason.MATERIAL_UNDER_REVIEW),
    (State.UNDER_REVIEW, MaterialState.REFUSED, None),
    (State.PAYABLE, MaterialState.ACCEPTED, Reason.MATERIAL_UNDER_REVIEW),
    (State.PAID, MaterialState.ACCEPTED, Reason.ALREADY_PAID),
    (State.PAID, MaterialState.REFUSED, None),
    (State.VOID, MaterialState.ACCEPTED, Reason.VOID),
]


@pytest.mark.parametrize(("state", "of_file", "reason"), WHEN_TAKEN_BACK)
def test_what_a_reviewer_looks_at_or_has_looked_at_stays(
    state: State, of_file: MaterialState, reason: Reason | None
) -> None:
    seen = case(state)
    refusal = removal_refusal(seen, a_material(seen.registration, state=of_file))
    assert (refusal.reason if refusal else None) == reason


@pytest.mark.parametrize(
    ("content_type", "size", "field"),
    [
        ("image/jpeg", 0, "size_bytes"),
        ("image/jpeg", LARGEST_BYTES + 1, "size_bytes"),
        ("image/heic", 1000, "content_type"),
        ("image/svg+xml", 1000, "content_type"),
        ("text/html", 1000, "content_type"),
        ("", 1000, "content_type"),
    ],
)
def test_what_cannot_be_taken_is_refused_before_it_is_sent(content_type: str, size: int, field: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        check_offer(content_type, size)
    assert refused.value.field == field


def test_a_file_of_exactly_five_mebibytes_is_taken() -> None:
    assert check_offer("application/pdf", LARGEST_BYTES) is ContentType.PDF
    assert check_offer("image/png", 1) is ContentType.PNG


def test_everything_has_its_words() -> None:
    assert set(FLAW_SENTENCES) == set(Flaw)
    assert set(MATERIAL_LABELS) == set(MaterialKind)
    assert set(MATERIAL_STATE_LABELS) == set(MaterialState)


def test_the_windows_of_these_tables_are_those_of_the_builders() -> None:
    windows = an_offering().windows
    assert windows.review == Window(NOW - timedelta(days=5), NOW + timedelta(days=6))
    assert windows.payment.end == NOW + timedelta(days=8)
