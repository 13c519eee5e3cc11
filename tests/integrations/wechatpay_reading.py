"""How the adapter reads WeChat Pay's notices, and that it calls nobody for it. No tests here."""

from collections.abc import Iterator
from contextlib import contextmanager

from chalicelib.usecases.ports import NoticeRefusedError
from tests.integrations.wechatpay_side import Notice, connections, provider

_PROVIDER = provider()


def read(notice: Notice) -> object:
    """What it says to the adapter."""
    return _PROVIDER.read_notice(notice.body, notice.headers)


def refused(notice: Notice) -> bool:
    """Whether the adapter takes it for no notice of WeChat Pay."""
    try:
        read(notice)
    except NoticeRefusedError:
        return True
    return False


@contextmanager
def nobody_is_called(after: Notice) -> Iterator[None]:
    """No connection is opened while the block lasts; reading the first notice loads the library."""
    read(after)
    with connections() as tried:
        yield
        assert tried == []
