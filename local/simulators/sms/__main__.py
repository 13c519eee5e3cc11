"""`python -m local.simulators.sms`: the SMS operator on a port of its own."""

import os

from local.simulators.service import command_line, secret_of_the_product, serve
from local.simulators.sms.app import build
from local.simulators.sms.operator import Customer


def main() -> None:
    """Read the command line and serve; the customer's names and key come from the product's environment."""
    parser = command_line("sms", "The SMS operator: Tencent Cloud's SendSms and an inbox.")
    parser.add_argument("--secret-id", default=os.environ.get("SMS_SECRET_ID") or "local-sms")
    parser.add_argument("--app-id", default=os.environ.get("SMS_APP_ID") or "1400000001")
    parser.add_argument("--sign-name", default=os.environ.get("SMS_SIGN_NAME") or "报考")
    parser.add_argument("--report-url", default=_report_url(), help="where status reports go; empty: nowhere")
    parser.add_argument(
        "--report-delay-s", type=float, default=2, help="how long after a message (default: %(default)s)"
    )
    options = parser.parse_args()
    customer = Customer(
        options.secret_id,
        secret_of_the_product("sms_secret_key", otherwise="local-sms-key"),
        options.app_id,
        options.sign_name,
    )
    serve(
        options,
        lambda surroundings: build(
            surroundings,
            customer,
            report_url=options.report_url,
            report_delay_s=options.report_delay_s,
        ),
    )


def _report_url() -> str:
    """The address that the customer would enter in the operator's console."""
    public_url = os.environ.get("PUBLIC_URL", "").rstrip("/")
    token = secret_of_the_product("sms_report_token", otherwise="")
    return f"{public_url}/api/webhooks/sms/tencent/{token}" if public_url and token else ""


if __name__ == "__main__":
    main()
