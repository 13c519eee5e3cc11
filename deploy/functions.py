"""What Chalice's decorators cannot say of a function: its logs, its retries, and which records wake it.

What the function's own code may touch is said in `.chalice/policy-<function>.json`. What Lambda needs the
role for on the function's behalf follows from the template, so it is added here and cannot be forgotten.
"""

import json
from collections.abc import Iterator
from typing import Any

from deploy.project import PackagingError, Template

LOG_RETENTION_DAYS = 180
"""China's Cybersecurity Law, article 21: network logs are kept for no less than six months."""

WOKEN_BY: dict[str, list[dict[str, Any]]] = {
    "verify_stream": [
        {"NewImage": {"check_state": {"S": ["verifying"]}, "submitted": {"BOOL": [False]}}},
    ],
    "notify_stream": [
        {
            "Keys": {"sk": {"S": [{"prefix": "REGISTRATION#"}]}},
            "NewImage": {"state": {"S": ["payable", "rejected", "paid", "superseded", "void", "opted_out"]}},
        },
        # Back among those that wait for a review: only a finding taken back is told of there.
        {
            "Keys": {"sk": {"S": [{"prefix": "REGISTRATION#"}]}},
            "OldImage": {"state": {"S": ["void"]}},
            "NewImage": {"state": {"S": ["under_review"]}},
        },
        {
            "Keys": {"sk": {"S": ["DISCREPANCY"]}},
            "NewImage": {"review_shard": {"S": [{"exists": True}]}},
        },
    ],
    "forget_stream": [
        {"Keys": {"sk": {"S": [{"prefix": prefix}]}}, "NewImage": {"pk": {"S": [{"exists": False}]}}}
        for prefix in ("MATERIAL#", "REGISTRATION#")
    ],
}
"""For each function on the stream, the shapes of the records that concern it; any one is enough.

Lambda does not start anything for the others. They may let through more than the code acts on, never less: a
test holds them to `storage/changes.py`. A shape is of the record's `dynamodb` part, the only one that counts.
"""

DISK_MB = {"fetch_bills": 2048}
"""More of Lambda's disk than the 512 MB that come by themselves: a bill of at most 1 GiB lies there."""

DEAD_LETTERS = "DeadLetters"


def functions(template: Template) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give each function's name in the template and its resource."""
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            yield name, resource


def events(function: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """Return the properties of the function's event sources of a kind, `Schedule` or `DynamoDB`."""
    sources = function["Properties"].get("Events", {}).values()
    return [source["Properties"] for source in sources if source["Type"] == kind]


def handler_of(function: dict[str, Any]) -> str:
    """Return what the function is called in the code."""
    handler: str = function["Properties"]["Handler"]
    return handler.rpartition(".")[2]


def finish_functions(template: Template) -> None:
    """Complete every function in place, and add the queue where records end that nothing could be made of."""
    for name, function in list(functions(template)):
        _give_logs(template, name, function)
        if size_mb := DISK_MB.get(handler_of(function)):
            function["Properties"]["EphemeralStorage"] = {"Size": size_mb}
        for source in events(function, "DynamoDB"):
            _attach_to_stream(template, function, source)
        if events(function, "Schedule"):
            # The next run asks the same again; a late one would only stand in its way.
            function["Properties"]["EventInvokeConfig"] = {
                "MaximumRetryAttempts": 0,
                "MaximumEventAgeInSeconds": 60,
            }
    template["Resources"][DEAD_LETTERS] = {
        "Type": "AWS::SQS::Queue",
        "Properties": {"MessageRetentionPeriod": 1209600, "SqsManagedSseEnabled": True},
    }


def _give_logs(template: Template, name: str, function: dict[str, Any]) -> None:
    # A group of its own and named by CloudFormation: there before the function is, gone with the stack, and
    # the role may write there and nowhere else. Chalice's own setting names a group that is not the API's.
    group = f"{name}Logs"
    template["Resources"][group] = {
        "Type": "AWS::Logs::LogGroup",
        "Properties": {"RetentionInDays": LOG_RETENTION_DAYS},
    }
    function["Properties"]["LoggingConfig"] = {"LogGroup": {"Ref": group}}
    _allow(
        template,
        function,
        "WriteLogs",
        ["logs:CreateLogStream", "logs:PutLogEvents"],
        {"Fn::GetAtt": [group, "Arn"]},
    )


def _attach_to_stream(template: Template, function: dict[str, Any], source: dict[str, Any]) -> None:
    handler = handler_of(function)
    if handler not in WOKEN_BY:
        raise PackagingError(
            f"{handler} listens to the stream, but WOKEN_BY does not say which records concern it"
        )
    stream = {"Fn::GetAtt": ["RecordsTable", "StreamArn"]}
    source.update(
        Stream=stream,
        # Not LATEST: what is written while the function is being made must reach it too.
        StartingPosition="TRIM_HORIZON",
        FilterCriteria={"Filters": [{"Pattern": _pattern(shape)} for shape in WOKEN_BY[handler]]},
        FunctionResponseTypes=["ReportBatchItemFailures"],
        # A record that breaks the code is found by halving and set aside after a hundred quick tries, within
        # a minute or so; a service that is silent gets the time that a hundred time-outs take.
        BisectBatchOnFunctionError=True,
        MaximumRetryAttempts=100,
        MaximumRecordAgeInSeconds=3600,
        DestinationConfig={
            "OnFailure": {"Type": "SQS", "Destination": {"Fn::GetAtt": [DEAD_LETTERS, "Arn"]}}
        },
    )
    read = ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"]
    _allow(template, function, "ReadTheStream", [f"dynamodb:{action}" for action in read], stream)
    _allow(template, function, "SetAside", ["sqs:SendMessage"], {"Fn::GetAtt": [DEAD_LETTERS, "Arn"]})


def _pattern(shape: dict[str, Any]) -> str:
    return json.dumps({"dynamodb": shape}, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _allow(
    template: Template, function: dict[str, Any], sid: str, actions: list[str], resource: dict[str, Any]
) -> None:
    role = template["Resources"][function["Properties"]["Role"]["Fn::GetAtt"][0]]
    statements = role["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    statements.append({"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resource})
