"""The functions' environment is the one that the product reads."""

import re
from collections.abc import Iterator, Mapping

import pytest

from chalicelib.config import DEFAULT_POLLS_S, read_settings
from deploy.parameters import CHOICES, environment

LEFT_AT_THEIR_DEFAULTS = {"COOKIE_SECURE", "BAOKAO_SECRETS"}
"""Cookies are always secure in the cloud, and secrets never stand in an environment there."""
IN_A_FORM_OF_ITS_OWN = {"WECHATPAY_PUBLIC_KEYS": "PUB_KEY_ID_1:AAAA"}
READ_BY_LIBRARIES = {"LOG_LEVEL", "AWS_EC2_METADATA_DISABLED"}


class Asked(Mapping[str, str]):
    """An environment that has whatever it is asked for, and remembers it."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        if name in LEFT_AT_THEIR_DEFAULTS:
            raise KeyError(name)
        return IN_A_FORM_OF_ITS_OWN.get(name, "1")

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


def test_every_setting_is_in_the_environment_and_nothing_else() -> None:
    asked = Asked()
    read_settings(asked)
    assert asked.names - LEFT_AT_THEIR_DEFAULTS == set(environment()) - READ_BY_LIBRARIES


def test_the_plan_of_polls_is_said_once() -> None:
    assert CHOICES["VerificationPollS"].default == DEFAULT_POLLS_S


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("PublicUrl", "https://bm.example.cn", "https://bm.example.cn/"),
        ("PublicUrl", "https://bm.example.cn", "http://bm.example.cn"),
        ("SecretsParameter", "/baokao/secrets", "baokao/secrets"),
        ("SecretsKeyArn", "arn:aws-cn:kms:cn-north-1:123456789012:key/1a-2b", "alias/baokao"),
        ("AlipaySellerId", "2088123412341234", "1088123412341234"),
        ("AlipayPublicKey", "A" * 392, "-----BEGIN PUBLIC KEY-----" + "A" * 392),
        ("WechatPayAppId", "wx2026000000000001", "2026000000000001"),
        ("WechatPayPublicKeys", f"PUB_KEY_ID_01:{'A' * 392}", f"key:{'A' * 392}"),
        ("WechatPayPublicKeys", f"PUB_KEY_ID_01:{'A' * 392},{'F' * 40}:{'A' * 392}", "PUB_KEY_ID_01:"),
        ("VerificationPollS", "900,3600", "900, 3600"),
        ("AlarmEmail", "", "nobody"),
        ("SmsSignName", "资格考试报名", ""),
    ],
)
def test_a_parameter_that_cannot_be_right_is_refused_before_anything_is_made(
    name: str, good: str, bad: str
) -> None:
    pattern = CHOICES[name].as_parameter()["AllowedPattern"]
    assert re.fullmatch(pattern, good)
    assert not re.fullmatch(pattern, bad)


def test_every_default_is_allowed() -> None:
    for name, choice in CHOICES.items():
        if choice.default is not None:
            assert re.fullmatch(choice.as_parameter()["AllowedPattern"], choice.default), name
