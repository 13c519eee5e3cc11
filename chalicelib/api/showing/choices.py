"""Choices on their way in and out."""

from chalicelib.api import bodies, views
from chalicelib.domain.ids import CredentialId
from chalicelib.domain.registration import Choices


def choices_of(body: bodies.ChoicesBody) -> Choices:
    """What was sent as choices."""
    return Choices(
        level=body.level,
        major=body.major,
        subjects=body.subjects,
        site=body.site,
        education_id=CredentialId(body.education_id) if body.education_id else None,
        degree_id=CredentialId(body.degree_id) if body.degree_id else None,
    )


def choices_view(choices: Choices) -> views.ChoicesView:
    """What is filled in."""
    return views.ChoicesView(
        level=choices.level,
        major=choices.major,
        subjects=choices.subjects,
        site=choices.site,
        education_id=choices.education_id,
        degree_id=choices.degree_id,
    )
