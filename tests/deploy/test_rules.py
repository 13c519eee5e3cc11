"""Each rule holds of our template, and each notices when it is broken."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from deploy import rules
from deploy.project import Template

Change = Callable[[dict[str, Any]], object]


def first(plain: Template, kind: str) -> dict[str, Any]:
    found: dict[str, Any] = next(r for r in plain["Resources"].values() if r["Type"] == kind)
    return found


def properties(plain: Template, name: str) -> dict[str, Any]:
    found: dict[str, Any] = plain["Resources"][name]["Properties"]
    return found


def statements(plain: Template, role: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = properties(plain, role)["Policies"][0]["PolicyDocument"]["Statement"]
    return found


def source(plain: Template) -> dict[str, Any]:
    found: dict[str, Any] = first(plain, "AWS::Lambda::EventSourceMapping")["Properties"]
    return found


BREAKS: dict[str, list[tuple[str, Change]]] = {
    "tables_survive": [
        ("is encrypted", lambda t: properties(t, "RecordsTable").pop("SSESpecification")),
        ("point in time", lambda t: properties(t, "EphemeraTable").pop("PointInTimeRecoverySpecification")),
        (
            "expires",
            lambda t: properties(t, "EphemeraTable")["TimeToLiveSpecification"].update(Enabled=False),
        ),
        ("protected", lambda t: properties(t, "RecordsTable").update(DeletionProtectionEnabled=False)),
        ("stack goes", lambda t: t["Resources"]["RecordsTable"].pop("DeletionPolicy")),
        ("replaced", lambda t: t["Resources"]["RecordsTable"].pop("UpdateReplacePolicy")),
        ("by request", lambda t: properties(t, "RecordsTable").update(BillingMode="PROVISIONED")),
    ],
    "buckets_show_nothing": [
        ("is encrypted", lambda t: properties(t, "MaterialsBucket").pop("BucketEncryption")),
        (
            "closed to the public",
            lambda t: properties(t, "MaterialsBucket")["PublicAccessBlockConfiguration"].update(
                BlockPublicPolicy=False
            ),
        ),
        (
            "closed to the public",
            lambda t: properties(t, "MaterialsBucket").pop("PublicAccessBlockConfiguration"),
        ),
        ("no owner but", lambda t: properties(t, "MaterialsBucket").pop("OwnershipControls")),
        ("TLS only", lambda t: t["Resources"].pop("MaterialsBucketPolicy")),
        ("go after a day", lambda t: properties(t, "MaterialsBucket").pop("LifecycleConfiguration")),
        (
            "keeps the rest",
            lambda t: properties(t, "MaterialsBucket")["LifecycleConfiguration"]["Rules"].append(
                {"Status": "Enabled", "ExpirationInDays": 30}
            ),
        ),
        ("stack goes", lambda t: t["Resources"]["MaterialsBucket"].pop("DeletionPolicy")),
        ("replaced", lambda t: t["Resources"]["MaterialsBucket"].pop("UpdateReplacePolicy")),
    ],
    "functions_have_roles_of_their_own": [
        ("shares", lambda t: properties(t, "SweepPayments").update(Role=properties(t, "APIHandler")["Role"])),
        ("not made", lambda t: properties(t, "SweepPayments").update(Role={"Fn::Sub": "role/of-another"})),
    ],
    "rights_are_narrow": [
        ("is a pattern", lambda t: statements(t, "SweepPaymentsRole")[0].update(Action="dynamodb:*")),
        ("is a pattern", lambda t: statements(t, "SweepPaymentsRole")[0].update(Resource=["*"])),
        (
            "is a pattern",
            lambda t: statements(t, "SweepPaymentsRole")[1].update(
                Resource={"Fn::Sub": "${RecordsTable.Arn}/index/*"}
            ),
        ),
        (
            "is a pattern",
            lambda t: statements(t, "ApiHandlerRole")[0].update(
                Resource={"Fn::Sub": "${MaterialsBucket.Arn}/*"}
            ),
        ),
        ("everything but", lambda t: statements(t, "ApiHandlerRole")[0].update(NotAction="iam:PassRole")),
        ("managed", lambda t: properties(t, "ApiHandlerRole").update(ManagedPolicyArns=["x"])),
    ],
    "functions_write_their_own_logs": [
        ("for ever", lambda t: properties(t, "APIHandlerLogs").pop("RetentionInDays")),
        ("no log group", lambda t: properties(t, "APIHandler").pop("LoggingConfig")),
        (
            "shares its log group",
            lambda t: properties(t, "APIHandler").update(
                LoggingConfig=properties(t, "SweepPayments")["LoggingConfig"]
            ),
        ),
    ],
    "functions_are_bounded": [
        ("29 s", lambda t: properties(t, "APIHandler").update(Timeout=30)),
        ("beside itself", lambda t: properties(t, "SweepPayments").pop("ReservedConcurrentExecutions")),
        ("arm64", lambda t: properties(t, "APIHandler").update(Architectures=["x86_64"])),
    ],
    "streams_block_on_nothing": [
        ("bisects", lambda t: source(t).pop("BisectBatchOnFunctionError")),
        ("gives up", lambda t: source(t).pop("MaximumRetryAttempts")),
        ("gives up", lambda t: source(t).update(MaximumRetryAttempts=-1)),
        ("partial", lambda t: source(t).pop("FunctionResponseTypes")),
        ("relevant", lambda t: source(t).pop("FilterCriteria")),
        ("into a queue", lambda t: source(t).pop("DestinationConfig")),
        ("into a queue", lambda t: t["Resources"].pop("DeadLetters")),
        ("may write", lambda t: statements(t, "VerifyStreamRole").pop()),
        ("oldest", lambda t: source(t).update(StartingPosition="LATEST")),
    ],
    "somebody_is_called": [
        ("no alarm on Errors of APIHandler", lambda t: t["Resources"].pop("APIHandlerErrorsAlarm")),
        ("no alarm on MoneyWaits", lambda t: t["Resources"].pop("MoneyWaitsForAPersonAlarm")),
        ("no alarm on Approximate", lambda t: t["Resources"].pop("DeadLettersAlarm")),
        ("no alarm on Invocations", lambda t: t["Resources"].pop("SweepPaymentsStoppedAlarm")),
        ("tells nobody", lambda t: properties(t, "DeadLettersAlarm").pop("AlarmActions")),
    ],
    "stands_in_every_partition": [
        ("names a partition", lambda t: statements(t, "ApiHandlerRole")[0].update(Resource="arn:aws:s3:::x")),
        (
            "names a partition",
            lambda t: statements(t, "ApiHandlerRole")[0].update(Resource="arn:aws-cn:s3:::x"),
        ),
        (
            "names a host",
            lambda t: t["Outputs"].update(Queue={"Value": "https://sqs.eu-west-1.amazonaws.com/1/q"}),
        ),
        ("regional", lambda t: properties(t, "RestAPI").update(EndpointConfiguration={"Types": ["EDGE"]})),
    ],
    "one_stage_named_api": [
        ("not one named api", lambda t: properties(t, "RestAPIapiStage").update(StageName="prod")),
        (
            "second stage",
            lambda t: first(t, "AWS::ApiGateway::Deployment")["Properties"].update(StageName="Stage"),
        ),
    ],
}


@pytest.mark.parametrize(
    ("rule", "complaint", "change"),
    [
        pytest.param(rule, complaint, change, id=f"{rule}-{place}-{complaint}")
        for rule, breaks in BREAKS.items()
        for place, (complaint, change) in enumerate(breaks)
    ],
)
def test_a_template_that_breaks_a_rule_is_complained_of(
    plain: Template, rule: str, complaint: str, change: Change
) -> None:
    broken = deepcopy(plain)
    change(broken)
    assert any(complaint in said for said in getattr(rules, rule)(broken))


def test_every_rule_is_seen_to_fail() -> None:
    assert [rule.__name__ for rule in rules.RULES] == list(BREAKS)


def test_the_template_breaks_no_rule(plain: Template) -> None:
    assert rules.complaints(plain) == []
