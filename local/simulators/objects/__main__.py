"""`python -m local.simulators.objects`: the store of files on a port of its own."""

import os

from local.simulators.objects.app import build
from local.simulators.objects.signing import Account
from local.simulators.service import command_line, serve


def main() -> None:
    """Read the command line and serve; the bucket and its keys come from the product's environment."""
    parser = command_line("objects", "The store of files: as much of S3 as the product uses.")
    parser.add_argument("--bucket", default=os.environ.get("MATERIALS_BUCKET") or "baokao-materials")
    options = parser.parse_args()
    account = Account(
        os.environ.get("AWS_ACCESS_KEY_ID") or "local",
        os.environ.get("AWS_SECRET_ACCESS_KEY") or "local",
        os.environ.get("AWS_REGION") or "cn-north-1",
    )
    serve(options, lambda surroundings: build(surroundings, account, options.bucket))


if __name__ == "__main__":
    main()
