"""Which exams and offerings make sense: looked at when they are loaded and when a window is extended.

Reasons are for the operator who loads them, in English; no candidate reads them.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from chalicelib.domain.china import ZONES
from chalicelib.domain.exam import Exam, LockAt, Offering, Policy, Windows
from chalicelib.domain.review import ReviewChannel, ReviewReason

PLATFORMS = ("city", "provincial", "national")
"""Whose platform holds an exam (FAQ 20)."""
MOST_SUBJECTS = 20
"""As many as a form of ours takes."""
LARGEST_FEE_FEN = 1_000_000
"""10,000 yuan. No fee is as large, so that more is a slip of the pen."""
_CODE = re.compile(r"[A-Za-z0-9_-]{1,48}")
"""What can stand in an address and in a form; an exam's id has its year besides."""
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]*[A-Za-z0-9](:[0-9]+)?(/[!-~]*)?")
_LONGEST_VALID = 20
_LONGEST_EXTENDED = 20
"""Years back from the exam; further back nothing can count, so the year is a slip."""


class SenselessError(Exception):
    """An exam or an offering contradicts itself; the text gives every reason."""


def check_offering(exam: Exam, offering: Offering, *, known_providers: Collection[str]) -> None:
    """Raise SenselessError with everything in the offering that makes no sense."""
    faults = [
        *_word_faults("authority", offering.authority_id, offering.authority_name),
        *(["another platform holds it"] if exam.link else []),
        *window_faults(offering.windows),
        *_fee_faults(exam, offering),
        *_place_faults(offering, known_providers),
        *_policy_faults(offering.policy, offering.windows),
    ]
    if faults:
        raise SenselessError(f"{offering.authority_id}: {'; '.join(faults)}")


def check_exam(exam: Exam) -> None:
    """Raise SenselessError with everything in the exam itself that makes no sense."""
    known = {subject.code for subject in exam.subjects}
    named = {code for level in exam.levels for code in level.subjects}
    faults = [*_naming_faults(exam), *_platform_faults(exam)]
    faults += [f"levels name the unknown subject {code}" for code in sorted(named - known)]
    faults += [f"level {level.code} has no subject" for level in exam.levels if not level.subjects]
    faults += [f"passes of level {x.code} count for no year" for x in exam.levels if x.validity_years < 1]
    faults += [
        f"passes of level {x.code} count for more than {_LONGEST_VALID} years"
        for x in exam.levels
        if x.validity_years > _LONGEST_VALID
    ]
    faults += [
        f"passes of {year} are extended by {added} years"
        for year, added in exam.extended_years.items()
        if added < 1 or not 0 < exam.year - year < _LONGEST_EXTENDED
    ]
    for level in exam.levels:
        faults += _repeated("subject", level.subjects, f" of level {level.code}")
        if len(level.subjects) > MOST_SUBJECTS:
            faults.append(f"level {level.code} has more than {MOST_SUBJECTS} subjects")
    faults += _archive_name_faults(exam)
    faults += _repeated("level", (level.code for level in exam.levels))
    faults += _repeated("major", (major.code for major in exam.majors))
    faults += _repeated("subject", (subject.code for subject in exam.subjects))
    if faults:
        raise SenselessError(f"{exam.code}: {'; '.join(faults)}")


def _naming_faults(exam: Exam) -> Iterator[str]:
    yield from _word_faults("exam", exam.code, exam.name)
    for what, named in (("level", exam.levels), ("major", exam.majors), ("subject", exam.subjects)):
        for each in named:
            yield from _word_faults(f"{what} {each.code}", each.code, each.name)


def _word_faults(what: str, code: str, name: str) -> Iterator[str]:
    if not _CODE.fullmatch(code):
        yield f"{code!r} is no code"
    if not name.strip():
        yield f"the {what} has no name"


def _platform_faults(exam: Exam) -> Iterator[str]:
    if exam.platform not in PLATFORMS:
        yield f"the platform {exam.platform!r} is unknown"
    if exam.link is None:
        if not exam.levels:
            yield "there is no level, and no other platform holds it"
        return
    # It is opened from our pages, so it must not be anything that runs in them.
    if not _ADDRESS.fullmatch(exam.link):
        yield f"{exam.link!r} is no address of a page"


def _archive_name_faults(exam: Exam) -> Iterator[str]:
    names = exam.archive_names
    for kind, meant, known in (
        ("level", names.levels, {level.code for level in exam.levels}),
        ("major", names.majors, {major.code for major in exam.majors}),
        ("subject", names.subjects, {subject.code for subject in exam.subjects}),
    ):
        unknown = sorted(set(meant.values()) - known)
        yield from (f"archive names mean the unknown {kind} {code}" for code in unknown)


def window_faults(windows: Windows) -> Iterator[str]:
    """What is wrong with four windows (handbook section 3)."""
    named = {
        "registration": windows.registration,
        "review": windows.review,
        "payment": windows.payment,
        "ticket": windows.ticket,
    }
    for name, window in named.items():
        if window.start >= window.end:
            yield f"the {name} window ends before it starts"
        if window.start < windows.registration.start:
            yield f"the {name} window opens before registration does"
    if not windows.registration.end <= windows.review.end <= windows.payment.end:
        yield "registration, review and payment must end in this order"
    if windows.ticket.start < windows.payment.end:
        yield "tickets are printed before the payment window is over"


def _fee_faults(exam: Exam, offering: Offering) -> Iterator[str]:
    fees, items = offering.subject_fees_fen, sum(item.amount_fen for item in offering.fee_items)
    subjects = {subject.code for subject in exam.subjects}
    yield from (f"subject {code} has no fee" for code in sorted(subjects - set(fees)))
    yield from (f"there is a fee for the unknown subject {code}" for code in sorted(set(fees) - subjects))
    yield from (f"the fee of {code} is negative" for code, fee in fees.items() if fee < 0)
    yield from (f"the fee item {x.code} is negative" for x in offering.fee_items if x.amount_fen < 0)
    most = f"{LARGEST_FEE_FEN // 100} yuan"
    yield from (
        f"subject {code} costs more than {most}" for code, fee in fees.items() if fee > LARGEST_FEE_FEN
    )
    yield from (
        f"the fee item {x.code} is more than {most}"
        for x in offering.fee_items
        if x.amount_fen > LARGEST_FEE_FEN
    )
    yield from _repeated("fee item", (item.code for item in offering.fee_items))
    # An order over nothing can be paid at no provider, so that the registration would never be complete.
    yield from (f"subject {code} costs nothing at all" for code, fee in fees.items() if fee + items == 0)


def _place_faults(offering: Offering, known_providers: Collection[str]) -> Iterator[str]:
    if not offering.sites:
        yield "there is no exam site"
    for site in offering.sites:
        yield from _word_faults(f"exam site {site.code}", site.code, site.name)
    yield from _repeated("exam site", (site.code for site in offering.sites))
    if not offering.providers:
        yield "there is no payment provider"
    yield from (
        f"the payment provider {x} is unknown" for x in offering.providers if x not in known_providers
    )
    yield from _repeated("payment provider", offering.providers)
    if offering.time_zone not in ZONES:
        yield f"the time zone {offering.time_zone} is unknown"
    if not offering.commitment_text.strip():
        yield "there is no commitment to sign"


def _policy_faults(policy: Policy, windows: Windows) -> Iterator[str]:
    if policy.allows_cancelling_confirmation and policy.lock_at is LockAt.PAYMENT:
        yield "cancelling a confirmation makes no sense where candidates edit until they pay"
    if policy.accepts_change_requests and not policy.changeable_on_request:
        yield "requests for a change are accepted but may touch nothing"
    yield from _repeated("changeable field", policy.changeable_on_request)
    if policy.channel_for.get(ReviewReason.COMMITMENT_WITHDRAWN) is ReviewChannel.ONLINE:
        yield "a withdrawn commitment is always reviewed on site"
    opt_out = policy.opt_out_refund
    if opt_out and (opt_out.start >= opt_out.end or opt_out.start < windows.payment.start):
        yield "the opt-out window ends before it starts, or starts before anything can be paid"


def _repeated(what: str, codes: Iterable[str], where: str = "") -> list[str]:
    twice = [code for code, count in Counter(codes).items() if count > 1]
    return [f"the {what} {code}{where} stands there twice" for code in twice]
