"""Which offerings make sense: one row a mistake, and the words in which it is refused."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.china import MomentUnreadableError, moment_on_clock
from chalicelib.domain.exam import (
    ArchiveNames,
    ChoiceField,
    FeeItem,
    Level,
    LockAt,
    Offering,
    Site,
    Subject,
    SubjectKind,
    Window,
)
from chalicelib.domain.ids import AuthorityId
from chalicelib.domain.policy import SenselessError, check_exam, check_offering
from chalicelib.domain.review import ReviewChannel, ReviewReason
from tests.builders import an_exam, an_offering

PROVIDERS = ("alipay", "wechatpay")
BASE = an_offering()
DAY = timedelta(days=1)
FEES = dict(BASE.subject_fees_fen)


def with_windows(**changes: Window) -> Offering:
    return replace(BASE, windows=replace(BASE.windows, **changes))


def with_policy(**changes: Any) -> Offering:
    return replace(BASE, policy=replace(BASE.policy, **changes))


def from_to(start: int, end: int) -> Window:
    """Days from the opening of registration."""
    opening = BASE.windows.registration.start
    return Window(opening + start * DAY, opening + end * DAY)


SENSIBLE = [
    ("as Liaoning has it", BASE),
    ("review and payment end together", with_windows(review=from_to(0, 12), payment=from_to(0, 12))),
    ("tickets from the moment payment is over", with_windows(payment=from_to(0, 12), ticket=from_to(12, 20))),
    ("locked by the confirmation, which may be cancelled",
     with_policy(lock_at=LockAt.CONFIRMATION, allows_cancelling_confirmation=True)),
    ("locked by the review, and cancelling loses the review",
     with_policy(lock_at=LockAt.REVIEW, allows_cancelling_confirmation=True)),
    ("requests may touch the exam site only", with_policy(changeable_on_request=(ChoiceField.SITE,))),
    ("no requests at all", with_policy(accepts_change_requests=False, changeable_on_request=())),
    ("money back for those who leave in the last days", with_policy(opt_out_refund=from_to(8, 12))),
    ("subjects for nothing, but a fee item",
     replace(BASE, subject_fees_fen=dict.fromkeys(FEES, 0), fee_items=(FeeItem("service", "报名费", 1),))),
    ("two providers", replace(BASE, providers=PROVIDERS)),
]  # fmt: skip

SENSELESS = [
    ("registration ends before it starts", with_windows(registration=from_to(1, 0)),
     "the registration window ends before it starts"),
    ("an empty window", with_windows(ticket=from_to(20, 20)), "the ticket window ends before it starts"),
    ("review is over before registration", with_windows(review=from_to(0, 9)),
     "registration, review and payment must end in this order"),
    ("payment is over before review", with_windows(payment=from_to(0, 10)),
     "registration, review and payment must end in this order"),
    ("paying before registering", with_windows(payment=from_to(-1, 13)),
     "the payment window opens before registration does"),
    ("tickets while others still pay", with_windows(ticket=from_to(12, 20)),
     "tickets are printed before the payment window is over"),
    ("a subject without a fee", replace(BASE, subject_fees_fen={k: v for k, v in FEES.items() if k != "law"}),
     "subject law has no fee"),
    ("a fee for no subject", replace(BASE, subject_fees_fen=FEES | {"lwa": 5600}),
     "there is a fee for the unknown subject lwa"),
    ("a negative fee", replace(BASE, subject_fees_fen=FEES | {"law": -1}), "the fee of law is negative"),
    ("a negative fee item", replace(BASE, fee_items=(FeeItem("rebate", "减免", -100),)),
     "the fee item rebate is negative"),
    ("nothing to pay", replace(BASE, subject_fees_fen=FEES | {"law": 0}, fee_items=()),
     "subject law costs nothing at all"),
    ("nowhere to sit", replace(BASE, sites=()), "there is no exam site"),
    ("one site twice", replace(BASE, sites=(Site("a", "一", "一"), Site("a", "二", "二"))),
     "the exam site a stands there twice"),
    ("nowhere to pay", replace(BASE, providers=()), "there is no payment provider"),
    ("a provider nobody knows", replace(BASE, providers=("alipya",)),
     "the payment provider alipya is unknown"),
    ("a zone nobody knows", replace(BASE, time_zone="Asia/Shenyang"),
     "the time zone Asia/Shenyang is unknown"),
    ("nothing to sign", replace(BASE, commitment_text=" \n"), "there is no commitment to sign"),
    ("cancelling where everything may be edited until it is paid",
     with_policy(lock_at=LockAt.PAYMENT, allows_cancelling_confirmation=True),
     "cancelling a confirmation makes no sense where candidates edit until they pay"),
    ("requests that may touch nothing", with_policy(changeable_on_request=()),
     "requests for a change are accepted but may touch nothing"),
    ("a withdrawn commitment looked at online",
     with_policy(channel_for={ReviewReason.COMMITMENT_WITHDRAWN: ReviewChannel.ONLINE}),
     "a withdrawn commitment is always reviewed on site"),
    ("a fee that is a slip of the pen", replace(BASE, subject_fees_fen=FEES | {"law": 1_000_001}),
     "law costs more than 10000 yuan"),
    ("a fee item that is a slip of the pen", replace(BASE, fee_items=(FeeItem("book", "教材", 10**9),)),
     "the fee item book is more than 10000 yuan"),
    ("an exam site that no form can send", replace(BASE, sites=(Site("a b", "一", "一"),)),
     "'a b' is no code"),
    ("an exam site nobody finds", replace(BASE, sites=(Site("a", "", ""),)), "the exam site a has no name"),
    ("an authority that no address can have", replace(BASE, authority_id=AuthorityId("辽宁")),
     "'辽宁' is no code"),
    ("an authority without a name", replace(BASE, authority_name=" "), "the authority has no name"),
    ("money back before anybody paid", with_policy(opt_out_refund=from_to(-2, -1)),
     "the opt-out window ends before it starts, or starts before anything can be paid"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "offering"), SENSIBLE, ids=[row[0] for row in SENSIBLE])
def test_an_offering_that_makes_sense_is_taken(case: str, offering: Offering) -> None:
    check_offering(an_exam(), offering, known_providers=PROVIDERS)


@pytest.mark.parametrize(("case", "offering", "reason"), SENSELESS, ids=[row[0] for row in SENSELESS])
def test_an_offering_that_makes_no_sense_is_refused_with_the_reason(
    case: str, offering: Offering, reason: str
) -> None:
    with pytest.raises(SenselessError) as refused:
        check_offering(an_exam(), offering, known_providers=PROVIDERS)
    assert reason in str(refused.value)


def test_what_another_platform_holds_is_offered_by_nobody_here() -> None:
    with pytest.raises(SenselessError, match="another platform holds it"):
        check_offering(an_exam(link="http://www.cpta.com.cn/"), BASE, known_providers=PROVIDERS)


def test_all_that_makes_no_sense_is_said_at_once() -> None:
    offering = replace(BASE, sites=(), providers=(), time_zone="Moon")
    with pytest.raises(SenselessError, match=r"exam site.*provider.*time zone"):
        check_offering(an_exam(), offering, known_providers=PROVIDERS)


LEVEL = Level(code="all", name="考全科", subjects=("law",), validity_years=2)
MANY = tuple(Subject(f"paper-{number}", "科目", SubjectKind.PUBLIC) for number in range(21))
SENSELESS_EXAMS = [
    ("a level of unknown subjects", {"levels": (replace(LEVEL, subjects=("law", "lwa")),)}, "lwa"),
    ("a level of nothing", {"levels": (replace(LEVEL, subjects=()),)}, "level all has no subject"),
    ("passes that never count", {"levels": (replace(LEVEL, validity_years=0),)}, "count for no year"),
    ("passes extended by nothing", {"extended_years": {2024: 0}}, "passes of 2024 are extended by 0 years"),
    ("passes of this year extended", {"extended_years": {2026: 1}}, "passes of 2026 are extended"),
    ("a slip in the year", {"extended_years": {204: 1}}, "passes of 204 are extended"),
    ("an old name for nothing", {"archive_names": ArchiveNames(levels={"全科": "al"})}, "unknown level al"),
    ("an old name for no subject", {"archive_names": ArchiveNames(subjects={"a": "x"})}, "unknown subject x"),
    ("one code for two levels", {"levels": (LEVEL, LEVEL)}, "the level all stands there twice"),
    ("nothing to register for", {"levels": ()}, "there is no level, and no other platform holds it"),
    (
        "a subject twice at a level",
        {"levels": (replace(LEVEL, subjects=("law", "law")),)},
        "the subject law of level all stands there twice",
    ),
    (
        "more subjects than a form takes",
        {"subjects": MANY, "levels": (replace(LEVEL, subjects=tuple(x.code for x in MANY)),)},
        "level all has more than 20 subjects",
    ),
    ("a level without a name", {"levels": (replace(LEVEL, name=" "),)}, "the level all has no name"),
    ("a code that no form can send", {"levels": (replace(LEVEL, code=""),)}, "'' is no code"),
    ("a code that no address can have", {"code": "一级建造师"}, "'一级建造师' is no code"),
    ("a link that runs in the page", {"link": "javascript:alert(1)"}, "is no address of a page"),
    ("a link that is broken", {"link": "https://[::1"}, "is no address of a page"),
    (
        "passes for a lifetime",
        {"levels": (replace(LEVEL, validity_years=200),)},
        "passes of level all count for more than 20 years",
    ),
    ("a link to nowhere", {"link": "https://"}, "is no address of a page"),
    ("an exam without a name", {"name": ""}, "the exam has no name"),
    ("no platform", {"platform": ""}, "the platform '' is unknown"),
]


@pytest.mark.parametrize(("case", "changes", "reason"), SENSELESS_EXAMS, ids=[r[0] for r in SENSELESS_EXAMS])
def test_an_exam_that_makes_no_sense_is_refused(case: str, changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(SenselessError, match=reason):
        check_exam(an_exam(**changes))


CLOCKS = [
    ("2026-12-05 24:00", "2026-12-06T00:00:00+08:00"),
    ("2026-12-05 17:00", "2026-12-05T17:00:00+08:00"),
    ("2026-12-31 24:00", "2027-01-01T00:00:00+08:00"),
]


@pytest.mark.parametrize(("written", "moment"), CLOCKS)
def test_an_authoritys_clock_is_read_with_24_00_as_the_end_of_the_day(written: str, moment: str) -> None:
    assert moment_on_clock(written, "Asia/Shanghai").isoformat() == moment


@pytest.mark.parametrize(
    ("written", "zone"),
    [
        ("2026-12-05", "Asia/Shanghai"),
        ("2026-12-05 24:01", "Asia/Shanghai"),
        ("2026-12-05 12:60", "Asia/Shanghai"),
        ("2026-02-30 12:00", "Asia/Shanghai"),
        ("2026-12-05 12:00", "Europe/Berlin"),
        ("morgen", "Asia/Shanghai"),
    ],
)
def test_what_is_no_moment_is_refused(written: str, zone: str) -> None:
    with pytest.raises(MomentUnreadableError):
        moment_on_clock(written, zone)
