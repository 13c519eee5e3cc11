"""`python -m local.simulators.alipay`: the payment provider on a port of its own."""

import os

from local.simulators.alipay.app import build
from local.simulators.alipay.keys import APP_ID, SELLER_ID
from local.simulators.alipay.notices import Merchant
from local.simulators.service import command_line, serve


def main() -> None:
    """Read the command line and serve; the merchant's names come from the product's own environment."""
    parser = command_line("alipay", "Alipay: the gateway, the cashier and the signed notices.")
    parser.add_argument("--app-id", default=os.environ.get("ALIPAY_APP_ID") or APP_ID)
    parser.add_argument("--seller-id", default=os.environ.get("ALIPAY_SELLER_ID") or SELLER_ID)
    parser.add_argument(
        "--notice-scale",
        type=float,
        default=1 / 6,
        help="how long the gaps between sends of a notice are, 1 being the real 4 min to 15 h (default: 1/6)",
    )
    options = parser.parse_args()
    merchant = Merchant(options.app_id, options.seller_id)
    serve(options, lambda surroundings: build(surroundings, merchant, notice_scale=options.notice_scale))


if __name__ == "__main__":
    main()
