"""What Lambda hands to a function beside its event. `gateway` and `pump` call the functions."""

import time
import uuid
from dataclasses import dataclass, field

_ACCOUNT = "000000000000"


@dataclass(frozen=True)
class LambdaContext:
    """The context of one call, with Lambda's own names for its fields."""

    function_name: str
    patience_s: float
    function_version: str = "$LATEST"
    memory_limit_in_mb: str = "512"
    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    identity: None = None
    client_context: None = None
    started_at_s: float = field(default_factory=time.monotonic)

    @property
    def invoked_function_arn(self) -> str:
        """The function's name as AWS writes it in full."""
        return f"arn:aws:lambda:local:{_ACCOUNT}:function:{self.function_name}"

    @property
    def log_group_name(self) -> str:
        """Where the cloud would keep what the function logs."""
        return f"/aws/lambda/{self.function_name}"

    @property
    def log_stream_name(self) -> str:
        """One stream for one process."""
        return "local"

    def get_remaining_time_in_millis(self) -> int:
        """How long the function may still run."""
        left_s = self.patience_s - (time.monotonic() - self.started_at_s)
        return max(0, int(left_s * 1000))
