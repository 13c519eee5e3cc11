"""Where a registration is reviewed: by the authority's policy, and on site where the FAQ says so."""

import pytest

from chalicelib.domain.review import ReviewChannel, ReviewReason, review_channel

R = ReviewReason
ONLINE, ON_SITE = ReviewChannel.ONLINE, ReviewChannel.ON_SITE
USUAL: dict[ReviewReason, ReviewChannel] = {}

# reasons, the authority reviews usually, what it says of single reasons | where
CHANNELS = [
    ((), ONLINE, USUAL, None),
    ((R.COMMITMENT_DECLINED,), ONLINE, USUAL, ONLINE),  # FAQ 12
    ((R.COMMITMENT_DECLINED,), ON_SITE, USUAL, ON_SITE),
    ((R.COMMITMENT_NOT_ELIGIBLE,), ONLINE, USUAL, ONLINE),
    ((R.EXEMPTION_LEVEL,), ONLINE, USUAL, ONLINE),
    ((R.COMMITMENT_WITHDRAWN,), ONLINE, USUAL, ON_SITE),  # FAQ 13
    (
        (R.COMMITMENT_WITHDRAWN,),
        ONLINE,
        {R.COMMITMENT_WITHDRAWN: ONLINE},
        ON_SITE,
    ),  # nobody may say otherwise
    ((R.EDUCATION_UNVERIFIED,), ONLINE, USUAL, ON_SITE),  # FAQ 8
    ((R.DEGREE_UNVERIFIED,), ONLINE, USUAL, ON_SITE),  # FAQ 8
    ((R.IDENTITY_UNVERIFIED,), ONLINE, USUAL, ON_SITE),
    ((R.NAME_DIFFERS,), ONLINE, USUAL, ON_SITE),  # FAQ 9
    ((R.NAME_DIFFERS,), ONLINE, {R.NAME_DIFFERS: ONLINE}, ONLINE),
    ((R.EDUCATION_UNVERIFIED,), ON_SITE, {R.EDUCATION_UNVERIFIED: ONLINE}, ONLINE),
    ((R.COMMITMENT_DECLINED, R.NAME_DIFFERS), ONLINE, USUAL, ON_SITE),  # on site wins
    ((R.COMMITMENT_DECLINED, R.EXEMPTION_LEVEL), ONLINE, USUAL, ONLINE),
]


@pytest.mark.parametrize(("reasons", "default", "channel_for", "expected"), CHANNELS)
def test_where_a_registration_is_reviewed(
    reasons: tuple[ReviewReason, ...],
    default: ReviewChannel,
    channel_for: dict[ReviewReason, ReviewChannel],
    expected: ReviewChannel | None,
) -> None:
    assert review_channel(reasons, default=default, channel_for=channel_for) is expected
