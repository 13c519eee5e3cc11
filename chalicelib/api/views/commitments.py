"""Answers about the commitment, and about where a registration is reviewed."""

from datetime import datetime
from typing import Literal

from chalicelib.api.views.basics import PermissionView, View
from chalicelib.domain.registration import Commitment
from chalicelib.domain.review import ReviewChannel

CommitmentOptions = dict[Literal["adopted", "declined"], PermissionView]
"""Both choices of a confirmation, each with the reason beside it where it is not open."""


class CommitmentView(View, frozen=True):
    """The commitment as it was signed or declined."""

    commitment: Commitment
    text: str
    text_hash: str
    text_version: str
    signed_at: datetime
    withdrawn_at: datetime | None


class ReviewPlaceView(View, frozen=True):
    """Where a person looks at this registration, and what the candidate has to do for it."""

    channel: ReviewChannel
    label: str
    sentence: str
