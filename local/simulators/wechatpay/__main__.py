"""`python -m local.simulators.wechatpay`: the payment provider on a port of its own."""

import os

from local.simulators.service import command_line, serve
from local.simulators.wechatpay.app import build
from local.simulators.wechatpay.keys import APP_ID, MCHID
from local.simulators.wechatpay.notices import Names


def main() -> None:
    """Read the command line and serve; the merchant's names come from the product's own environment."""
    parser = command_line("wechatpay", "WeChat Pay: API v3, the pages of the payer and the signed notices.")
    parser.add_argument("--mchid", default=os.environ.get("WECHATPAY_MCHID") or MCHID)
    parser.add_argument("--app-id", default=os.environ.get("WECHATPAY_APP_ID") or APP_ID)
    parser.add_argument(
        "--notice-scale",
        type=float,
        default=1 / 6,
        help="how long the gaps between sends of a notice are, 1 being the real 15 s to 6 h (default: 1/6)",
    )
    options = parser.parse_args()
    names = Names(options.mchid, options.app_id)
    serve(options, lambda surroundings: build(surroundings, names, notice_scale=options.notice_scale))


if __name__ == "__main__":
    main()
