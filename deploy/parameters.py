"""What the operator decides when deploying, and the environment that the functions get from it.

The names on the right are those that `chalicelib/config.py` reads; a test holds the two together.
Secrets are not here: they lie in one SSM SecureString, made before the stack, and are read at run time.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One parameter of the template, and the environment variable that carries it, if any does."""

    variable: str | None
    about: str
    default: str | None = None
    pattern: str = r".+"
    rule: str = "may not be empty"

    def as_parameter(self) -> dict[str, str]:
        """Return it as CloudFormation declares it."""
        declared = {
            "Type": "String",
            "Description": self.about,
            "AllowedPattern": f"^{self.pattern}$",
            "ConstraintDescription": self.rule,
        }
        return declared if self.default is None else declared | {"Default": self.default}


_URL = {"pattern": r"https://[^\s?#]*[^\s?#/]", "rule": "an https address without a slash at the end"}
_NAMED_KEY = r"(PUB_KEY_ID_[0-9]+|[0-9A-F]{40}):[A-Za-z0-9+/]{128,}={0,2}"

CHOICES = {
    "PublicUrl": Choice(variable="PUBLIC_URL", about="Where people open the product", **_URL),
    "SecretsParameter": Choice(
        variable="BAOKAO_SECRETS_PARAMETER",
        about="Name of the SSM SecureString that holds the secrets as JSON",
        default="/baokao/secrets",
        pattern=r"(/[A-Za-z0-9_.-]+)+",
        rule="a parameter's name that begins with a slash",
    ),
    "SecretsKeyArn": Choice(
        variable=None,
        about="The KMS key that SecretsParameter is encrypted with",
        pattern=r"arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key/[A-Za-z0-9-]+",
        rule="the ARN of a KMS key, not of an alias",
    ),
    "AlipayGateway": Choice(
        variable="ALIPAY_GATEWAY",
        about="Where Alipay is asked",
        default="https://openapi.alipay.com/gateway.do",
        **_URL,
    ),
    "AlipayAppId": Choice(
        variable="ALIPAY_APP_ID", about="Our application at Alipay", pattern=r"\d+", rule="digits"
    ),
    "AlipaySellerId": Choice(
        variable="ALIPAY_SELLER_ID",
        about="The account at Alipay that is paid to",
        pattern=r"2088\d{12}",
        rule="sixteen digits that begin with 2088",
    ),
    "AlipayPublicKey": Choice(
        variable="ALIPAY_PUBLIC_KEY",
        about="Alipay's public key for our application, base64 without its PEM lines",
        pattern=r"[A-Za-z0-9+/]{128,}={0,2}",
        rule="base64 in one line",
    ),
    "WechatPayUrl": Choice(
        variable="WECHATPAY_URL",
        about="Where WeChat Pay is asked",
        default="https://api.mch.weixin.qq.com",
        **_URL,
    ),
    "WechatPayMchid": Choice(
        variable="WECHATPAY_MCHID",
        about="The merchant at WeChat Pay that is paid to",
        pattern=r"\d{8,10}",
        rule="eight to ten digits",
    ),
    "WechatPayAppId": Choice(
        variable="WECHATPAY_APP_ID",
        about="Our application at WeChat Pay",
        pattern=r"wx[0-9a-f]{16}",
        rule="wx and sixteen digits or letters to f",
    ),
    "WechatPayCertificateSerial": Choice(
        variable="WECHATPAY_CERTIFICATE_SERIAL",
        about="Serial number of the merchant certificate whose key signs our calls",
        pattern=r"[0-9A-F]{40}",
        rule="forty hexadecimal digits in capitals",
    ),
    "WechatPayPublicKeys": Choice(
        variable="WECHATPAY_PUBLIC_KEYS",
        about="WeChat Pay's public keys as NAME:BASE64, the preferred one first; two while one takes over",
        pattern=_NAMED_KEY + "(," + _NAMED_KEY + ")*",
        rule="PUB_KEY_ID_... or a certificate's serial number, a colon, base64 in one line; commas between",
    ),
    "SmsEndpoint": Choice(
        variable="SMS_ENDPOINT",
        about="Where text messages are handed in",
        default="https://sms.tencentcloudapi.com",
        **_URL,
    ),
    "SmsSecretId": Choice(variable="SMS_SECRET_ID", about="Name of the key that signs for text messages"),
    "SmsAppId": Choice(variable="SMS_APP_ID", about="Our application for text messages"),
    "SmsSignName": Choice(variable="SMS_SIGN_NAME", about="The approved signature before each text message"),
    "SmsCodeTemplate": Choice(variable="SMS_CODE_TEMPLATE", about="The approved template of codes"),
    "SmsNoticeTemplate": Choice(variable="SMS_NOTICE_TEMPLATE", about="The approved template of notices"),
    "VerificationUrl": Choice(
        variable="VERIFICATION_URL", about="Where identities and credentials are verified", **_URL
    ),
    "VerificationClientId": Choice(
        variable="VERIFICATION_CLIENT_ID", about="Who we are to the verification service"
    ),
    "VerificationPollS": Choice(
        variable="VERIFICATION_POLL_S",
        about="After how many seconds an unanswered verification is asked about again, each time",
        default="900,3600,14400,43200,86400,129600,172800",
        pattern=r"\d+(,\d+)*",
        rule="seconds, separated by commas",
    ),
    "AlarmEmail": Choice(
        variable=None, about="Who is told of alarms; nobody when empty", default="", pattern=r"(\S+@\S+)?"
    ),
}


def parameters() -> dict[str, dict[str, str]]:
    """Return every parameter of the template."""
    return {name: choice.as_parameter() for name, choice in CHOICES.items()}


def environment() -> dict[str, Any]:
    """Return the variables that every function gets."""
    chosen = {choice.variable: {"Ref": name} for name, choice in CHOICES.items() if choice.variable}
    return chosen | {
        "RECORDS_TABLE": {"Ref": "RecordsTable"},
        "EPHEMERA_TABLE": {"Ref": "EphemeraTable"},
        "MATERIALS_BUCKET": {"Ref": "MaterialsBucket"},
        "LOG_LEVEL": "INFO",
        # Credentials come by the environment; without this a missing one is looked for on a network first.
        "AWS_EC2_METADATA_DISABLED": "true",
    }
