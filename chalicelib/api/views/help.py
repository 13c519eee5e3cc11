"""Answers to the twenty questions: the same for all, and what is true for the one who is logged in."""

from chalicelib.api.views.basics import View


class HelpLinkView(View, frozen=True):
    """The page that solves it."""

    label: str
    path: str


class HelpQuestionView(View, frozen=True):
    """One of the twenty questions."""

    number: int
    question: str
    answer: tuple[str, ...]
    links: tuple[HelpLinkView, ...]


class HelpView(View, frozen=True):
    """The twenty questions."""

    questions: tuple[HelpQuestionView, ...]


class MyAnswerView(View, frozen=True):
    """What one question comes to for me, now."""

    number: int
    sentences: tuple[str, ...]
    links: tuple[HelpLinkView, ...]


class MyHelpView(View, frozen=True):
    """The questions about which there is something to tell me, by number."""

    answers: tuple[MyAnswerView, ...]
