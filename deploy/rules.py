"""What must hold of the finished template. Each rule gives its complaints as sentences; none is the aim.

The rules read what the SAM transform makes, not what we wrote: a default of SAM's that breaks one is found.
They ask what a resource is, not what it is called, so a table or a function added tomorrow falls under them.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from chalicelib.observability import NAMESPACE
from deploy.buckets import UPLOADS
from deploy.project import Template

Resource = dict[str, Any]
Rule = Callable[[Template], Iterator[str]]

UNIVERSAL_PRINCIPALS = frozenset({"apigateway.amazonaws.com", "events.amazonaws.com", "lambda.amazonaws.com"})
"""Services that bear this name in China too; others there end in `.amazonaws.com.cn`."""

_OBJECTS_OF_ONE_FOLDER = re.compile(r"\$\{\w+Bucket\.Arn\}/[a-z]+/\*")
"""Objects have no other name in a policy than what their keys begin with."""
_TLS_ONLY = "'Effect': 'Deny', 'Principal': '*', 'Action': 's3:*'"


def complaints(plain: Template) -> list[str]:
    """Return everything that the rules have to say against a template of plain CloudFormation."""
    return [complaint for rule in RULES for complaint in rule(plain)]


def tables_survive(plain: Template) -> Iterator[str]:
    """No mistake, of ours or in an account, loses a table or shows it to others."""
    for name, table in _of_type(plain, "AWS::DynamoDB::Table"):
        properties = table["Properties"]
        wanted = {
            "is encrypted": properties.get("SSESpecification", {}).get("SSEEnabled") is True,
            "can be restored to a point in time": properties.get("PointInTimeRecoverySpecification", {}).get(
                "PointInTimeRecoveryEnabled"
            )
            is True,
            "expires by expires_at": properties.get("TimeToLiveSpecification")
            == {"AttributeName": "expires_at", "Enabled": True},
            "is protected from deletion": properties.get("DeletionProtectionEnabled") is True,
            "is retained when the stack goes": table.get("DeletionPolicy") == "Retain",
            "is retained when it is replaced": table.get("UpdateReplacePolicy") == "Retain",
            "is paid for by request": properties.get("BillingMode") == "PAY_PER_REQUEST",
        }
        yield from (f"table {name}: not so that it {what}" for what, holds in wanted.items() if not holds)


def buckets_show_nothing(plain: Template) -> Iterator[str]:
    """No mistake shows a file to others, loses one that is kept, or keeps one that nobody came back for."""
    guarded = {
        policy["Properties"]["Bucket"].get("Ref")
        for _, policy in _of_type(plain, "AWS::S3::BucketPolicy")
        if _TLS_ONLY in str(policy["Properties"]["PolicyDocument"]["Statement"])
    }
    for name, bucket in _of_type(plain, "AWS::S3::Bucket"):
        properties = bucket["Properties"]
        lifecycle = properties.get("LifecycleConfiguration", {}).get("Rules", [])
        wanted = {
            "is encrypted": "SSEAlgorithm" in str(properties.get("BucketEncryption")),
            "is closed to the public in all four ways": list(
                properties.get("PublicAccessBlockConfiguration", {}).values()
            )
            == [True] * 4,
            "knows no owner but the account": "BucketOwnerEnforced"
            in str(properties.get("OwnershipControls")),
            "is reached over TLS only": name in guarded,
            "lets uploads go after a day": any(
                rule.get("Prefix") == UPLOADS and rule.get("ExpirationInDays") == 1 for rule in lifecycle
            ),
            "keeps the rest": all(
                rule.get("Prefix") == UPLOADS for rule in lifecycle if "ExpirationInDays" in rule
            ),
            "is retained when the stack goes": bucket.get("DeletionPolicy") == "Retain",
            "is retained when it is replaced": bucket.get("UpdateReplacePolicy") == "Retain",
        }
        yield from (f"bucket {name}: not so that it {what}" for what, holds in wanted.items() if not holds)


def functions_have_roles_of_their_own(plain: Template) -> Iterator[str]:
    """A right that one function needs is given to no other."""
    roles = {name: str(function["Properties"].get("Role")) for name, function in _functions(plain)}
    shared = Counter(roles.values())
    yield from (
        f"function {name}: shares its role with another" for name, role in roles.items() if shared[role] > 1
    )
    for name, function in _functions(plain):
        role = function["Properties"].get("Role")
        if not (isinstance(role, dict) and role.get("Fn::GetAtt", [""])[0] in plain["Resources"]):
            yield f"function {name}: its role is not made by this template"


def rights_are_narrow(plain: Template) -> Iterator[str]:
    """Every statement names its actions and its resources; nothing is allowed by a pattern."""
    for name, role in _of_type(plain, "AWS::IAM::Role"):
        if role["Properties"].get("ManagedPolicyArns"):
            yield f"role {name}: a managed policy allows more than is needed"
        for statement in _statements(role):
            where = f"role {name}, statement {statement.get('Sid', '?')}"
            if "NotAction" in statement or "NotResource" in statement:
                yield f"{where}: allows everything but something"
            yield from (
                f"{where}: {text} is a pattern"
                for text in _texts([statement.get("Action"), statement.get("Resource")])
                if "*" in text and not _OBJECTS_OF_ONE_FOLDER.fullmatch(text)
            )


def functions_write_their_own_logs(plain: Template) -> Iterator[str]:
    """Logs are kept for a time that is said, in a group that only its function writes."""
    for name, group in _of_type(plain, "AWS::Logs::LogGroup"):
        if not group["Properties"].get("RetentionInDays"):
            yield f"log group {name}: kept for ever"
    groups = [str(function["Properties"].get("LoggingConfig")) for _, function in _functions(plain)]
    for name, function in _functions(plain):
        logs = function["Properties"].get("LoggingConfig")
        if logs is None or logs.get("LogGroup", {}).get("Ref") not in plain["Resources"]:
            yield f"function {name}: has no log group of this template"
        elif groups.count(str(logs)) > 1:
            yield f"function {name}: shares its log group with another"


def functions_are_bounded(plain: Template) -> Iterator[str]:
    """No function outlives its caller, and no schedule runs beside itself."""
    scheduled = set(_scheduled(plain))
    for name, function in _functions(plain):
        properties = function["Properties"]
        if name == "APIHandler" and properties["Timeout"] > 29:
            yield "function APIHandler: may run longer than API Gateway's 29 s"
        if name in scheduled and properties.get("ReservedConcurrentExecutions") != 1:
            yield f"function {name}: a schedule may run beside itself"
        if properties.get("Architectures") != ["arm64"]:
            yield f"function {name}: not built for arm64"


def streams_block_on_nothing(plain: Template) -> Iterator[str]:
    """A record that cannot be dealt with is isolated, set aside where somebody sees it, and passed."""
    for name, source in _of_type(plain, "AWS::Lambda::EventSourceMapping"):
        properties = source["Properties"]
        queue = _attribute_of(properties.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination"))
        wanted = {
            "bisects a failing batch": properties.get("BisectBatchOnFunctionError") is True,
            "gives up after some tries": 0 <= properties.get("MaximumRetryAttempts", -1) <= 100,
            "takes partial failures": properties.get("FunctionResponseTypes") == ["ReportBatchItemFailures"],
            "is woken by relevant records only": bool(properties.get("FilterCriteria", {}).get("Filters")),
            "sets aside into a queue of this template": queue in dict(_of_type(plain, "AWS::SQS::Queue")),
            "may write to that queue": queue is not None
            and _may_send(plain, properties["FunctionName"], queue),
            "starts at the oldest record": properties.get("StartingPosition") == "TRIM_HORIZON",
        }
        yield from (
            f"stream source {name}: not so that it {what}" for what, holds in wanted.items() if not holds
        )


def somebody_is_called(plain: Template) -> Iterator[str]:
    """Failing functions, set-aside records and money that waits have an alarm that tells somebody."""
    watched: set[tuple[str, str | None]] = set()
    for name, alarm in _of_type(plain, "AWS::CloudWatch::Alarm"):
        if not alarm["Properties"].get("AlarmActions"):
            yield f"alarm {name}: tells nobody"
        if alarm["Properties"]["Namespace"] == NAMESPACE:
            watched.add((alarm["Properties"]["MetricName"], "the code"))
        for dimension in alarm["Properties"].get("Dimensions", []):
            value = dimension["Value"]
            if isinstance(value, dict):
                watched.add((alarm["Properties"]["MetricName"], value.get("Ref") or _attribute_of(value)))
    wanted = [("MoneyWaitsForAPerson", "the code"), ("BillDamaged", "the code"), ("BillOverdue", "the code")]
    wanted += [("Errors", name) for name, _ in _functions(plain)]
    wanted += [("Invocations", name) for name in _scheduled(plain)]
    wanted += [("ApproximateNumberOfMessagesVisible", name) for name, _ in _of_type(plain, "AWS::SQS::Queue")]
    yield from (f"no alarm on {metric} of {name}" for metric, name in wanted if (metric, name) not in watched)


def stands_in_every_partition(plain: Template) -> Iterator[str]:
    """China's regions are a partition of their own: no ARN and no host may be written for another."""
    for text in _texts(plain["Resources"]) | _texts(plain.get("Outputs", {})):
        if re.search(r"arn:aws[a-z-]*:", text):
            yield f"names a partition: {text}"
        if "amazonaws.com" in text and text not in UNIVERSAL_PRINCIPALS:
            yield f"names a host of one partition: {text}"
    for name, api in _of_type(plain, "AWS::ApiGateway::RestApi"):
        if api["Properties"].get("EndpointConfiguration") != {"Types": ["REGIONAL"]}:
            yield f"API {name}: China has regional endpoints only"


def one_stage_named_api(plain: Template) -> Iterator[str]:
    """The pages ask below /api, which is the stage's name."""
    stages = [stage["Properties"].get("StageName") for _, stage in _of_type(plain, "AWS::ApiGateway::Stage")]
    if stages != ["api"]:
        yield f"the API's stages are {stages}, not one named api"
    for name, deployment in _of_type(plain, "AWS::ApiGateway::Deployment"):
        if "StageName" in deployment["Properties"]:
            yield f"deployment {name}: makes a second stage"


RULES: tuple[Rule, ...] = (
    tables_survive,
    buckets_show_nothing,
    functions_have_roles_of_their_own,
    rights_are_narrow,
    functions_write_their_own_logs,
    functions_are_bounded,
    streams_block_on_nothing,
    somebody_is_called,
    stands_in_every_partition,
    one_stage_named_api,
)


def _of_type(plain: Template, kind: str) -> Iterator[tuple[str, Resource]]:
    return ((name, resource) for name, resource in plain["Resources"].items() if resource["Type"] == kind)


def _functions(plain: Template) -> Iterator[tuple[str, Resource]]:
    return _of_type(plain, "AWS::Lambda::Function")


def _scheduled(plain: Template) -> Iterator[str]:
    for _, rule in _of_type(plain, "AWS::Events::Rule"):
        for target in rule["Properties"]["Targets"]:
            name = _attribute_of(target["Arn"])
            if name:
                yield name


def _statements(role: Resource) -> Iterator[dict[str, Any]]:
    for policy in role["Properties"].get("Policies", []):
        yield from policy["PolicyDocument"]["Statement"]


def _may_send(plain: Template, function: Any, queue: str) -> bool:
    role = _attribute_of(plain["Resources"][function["Ref"]]["Properties"]["Role"])
    return any(
        "sqs:SendMessage" in statement["Action"] and _attribute_of(statement["Resource"]) == queue
        for statement in _statements(plain["Resources"][role])
    )


def _attribute_of(value: Any) -> str | None:
    """Return the resource that a Fn::GetAtt asks for something."""
    named = value.get("Fn::GetAtt") if isinstance(value, dict) else None
    return str(named[0]) if named else None


def _texts(value: Any) -> set[str]:
    match value:
        case str():
            return {value}
        case dict():
            return set().union(*(_texts(item) for item in value.values()))
        case list():
            return set().union(*(_texts(item) for item in value))
        case _:
            return set()
