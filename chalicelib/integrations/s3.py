"""One bucket of S3, for whoever keeps files: its client, and what its refusals mean.

Which credentials, region and address are botocore's affair, so that a bucket in China, one elsewhere and the
one on this machine are asked by the same code.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar

from chalicelib.usecases.ports import FilesUnavailableError, ProviderRefusedError

ENCRYPTION = "AES256"
# A request of ours lives 28 s: two attempts of 10 s for a file of 5 MiB fit in.
_CONNECT_S = 2
_READ_S = 10
_ATTEMPTS = 2
_ASK_AGAIN = {"SlowDown", "InternalError", "ServiceUnavailable", "RequestTimeout", "500", "502", "503", "504"}
_T = TypeVar("_T")


class Bucket:
    """A bucket by its name."""

    def __init__(self, name: str) -> None:
        self.name = name

    @cached_property
    def client(self) -> Any:
        """Botocore's client of S3."""
        # Late: most requests have nothing to do with files, and making a client takes a tenth of a second.
        from botocore.config import Config
        from botocore.session import get_session

        config = Config(
            signature_version="s3v4",
            connect_timeout=_CONNECT_S,
            read_timeout=_READ_S,
            retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
        )
        return get_session().create_client("s3", config=config)


def asked(call: Callable[[], _T]) -> _T:
    """Call S3. Raises FilesUnavailableError (ask again), ProviderRefusedError (our rights or settings)."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return call()
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in _ASK_AGAIN:
            raise FilesUnavailableError(code) from error
        raise ProviderRefusedError(code) from error
    except BotoCoreError as error:
        raise FilesUnavailableError(type(error).__name__) from error
