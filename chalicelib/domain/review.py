"""Why a person must look at a registration, and where (handbook 4.3 and 4.5; FAQ 8, 9, 12, 13)."""

from collections.abc import Iterable, Mapping
from enum import StrEnum


class ReviewChannel(StrEnum):
    """线上核查 or 现场核查."""

    ONLINE = "online"
    ON_SITE = "on_site"


class ReviewReason(StrEnum):
    """Why a confirmed registration needs a person (handbook 4.3)."""

    COMMITMENT_DECLINED = "commitment_declined"
    COMMITMENT_WITHDRAWN = "commitment_withdrawn"
    COMMITMENT_NOT_ELIGIBLE = "commitment_not_eligible"
    IDENTITY_UNVERIFIED = "identity_unverified"
    EDUCATION_UNVERIFIED = "education_unverified"
    DEGREE_UNVERIFIED = "degree_unverified"
    NAME_DIFFERS = "name_differs"
    ARCHIVE_NAME_DIFFERS = "archive_name_differs"
    EXEMPTION_LEVEL = "exemption_level"


_ON_SITE_UNLESS_SAID = frozenset(
    {
        ReviewReason.IDENTITY_UNVERIFIED,
        ReviewReason.EDUCATION_UNVERIFIED,
        ReviewReason.DEGREE_UNVERIFIED,
        ReviewReason.NAME_DIFFERS,
        ReviewReason.ARCHIVE_NAME_DIFFERS,
    }
)
"""A failed check or another name is looked at on site (FAQ 8, 9), unless the authority says otherwise."""


def review_channel(
    reasons: Iterable[str], *, default: ReviewChannel, channel_for: Mapping[ReviewReason, ReviewChannel]
) -> ReviewChannel | None:
    """Where somebody must look, or None where nobody must: what one reason brings on site is there whole.

    `default` and `channel_for` are the authority's own. A withdrawn commitment is always on site (FAQ 13).
    """
    channels = {_channel_of(ReviewReason(reason), default, channel_for) for reason in reasons}
    if ReviewChannel.ON_SITE in channels:
        return ReviewChannel.ON_SITE
    return ReviewChannel.ONLINE if channels else None


def _channel_of(
    reason: ReviewReason, default: ReviewChannel, channel_for: Mapping[ReviewReason, ReviewChannel]
) -> ReviewChannel:
    if reason is ReviewReason.COMMITMENT_WITHDRAWN:
        return ReviewChannel.ON_SITE
    return channel_for.get(reason, ReviewChannel.ON_SITE if reason in _ON_SITE_UNLESS_SAID else default)
