"""What is possible, and the reason beside the button for what is not."""

from chalicelib.api import views
from chalicelib.domain.actions import EXPLANATIONS, Refusal
from chalicelib.domain.errors import DomainError


def permission_view(refusal: Refusal | None, loses: tuple[str, ...] = ()) -> views.PermissionView:
    """Possible, with what it would lose; or the reason beside the button."""
    if refusal is None:
        return views.PermissionView(allowed=True, loses=loses)
    explanation = EXPLANATIONS[refusal.reason]
    return views.PermissionView(
        allowed=False,
        code=refusal.reason,
        reason=explanation.sentence,
        faq=explanation.faq,
        changes_at=refusal.changes_at,
    )


def limit_view(error: type[DomainError]) -> views.PermissionView:
    """There is no room for another: the same words as the refusal of one more."""
    return views.PermissionView(allowed=False, code=error.code, reason=error.message, faq=error.faq)
