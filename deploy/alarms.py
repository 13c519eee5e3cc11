"""When a person is called: something was set aside, broke, fell behind or stopped."""

from typing import Any

from chalicelib.observability import NAMESPACE
from deploy.functions import DEAD_LETTERS, events, functions
from deploy.project import Template

TOPIC = "AlarmTopic"
TOLD_BY_THE_CODE = {
    "MoneyWaitsForAPerson": "Money does not agree: finance has to look (finance's list says at what)",
    "ProviderRefused": "An outside party refuses us for good: keys, settings or rights are wrong",
    "BillDamaged": "A daily bill is malformed or does not add up; it is fetched again each half hour",
    "BillOverdue": "A daily bill is not done with two days later: missing, silent, damaged or refused",
}
"""What a function counts itself, with what an alarm on it says."""


def add_alarms(template: Template) -> None:
    """Add the topic that people subscribe to, and an alarm for everything that can go wrong unseen."""
    template["Conditions"] = {"SomebodyIsTold": {"Fn::Not": [{"Fn::Equals": [{"Ref": "AlarmEmail"}, ""]}]}}
    # Not encrypted: alarms cannot write to a topic under the AWS-managed key, and carry no personal data.
    template["Resources"][TOPIC] = {"Type": "AWS::SNS::Topic"}
    template["Resources"]["AlarmSubscription"] = {
        "Type": "AWS::SNS::Subscription",
        "Condition": "SomebodyIsTold",
        "Properties": {"TopicArn": {"Ref": TOPIC}, "Protocol": "email", "Endpoint": {"Ref": "AlarmEmail"}},
    }
    alarms = _alarms_on_the_api(template) | {
        "DeadLettersAlarm": _alarm(
            "A record of the stream could not be dealt with; it can be read again for 24 hours only",
            namespace="AWS/SQS",
            metric="ApproximateNumberOfMessagesVisible",
            dimensions={"QueueName": {"Fn::GetAtt": [DEAD_LETTERS, "QueueName"]}},
            Statistic="Maximum",
        )
    }
    for metric, about in TOLD_BY_THE_CODE.items():
        alarms[f"{metric}Alarm"] = _alarm(about, namespace=NAMESPACE, metric=metric, dimensions={})
    for name, function in functions(template):
        alarms |= _alarms_on_function(name, function)
    template["Resources"] |= alarms


def _alarms_on_the_api(template: Template) -> dict[str, Any]:
    api = template["Resources"]["RestAPI"]["Properties"]
    return {
        "ApiErrorsAlarm": _alarm(
            "The API answers with 5xx",
            namespace="AWS/ApiGateway",
            metric="5XXError",
            dimensions={"ApiName": api["DefinitionBody"]["info"]["title"], "Stage": api["StageName"]},
        )
    }


def _alarms_on_function(name: str, function: dict[str, Any]) -> dict[str, Any]:
    of_function = {"FunctionName": {"Ref": name}}
    alarms = {
        f"{name}ErrorsAlarm": _alarm(
            f"{name} fails", namespace="AWS/Lambda", metric="Errors", dimensions=of_function
        )
    }
    for source in events(function, "Schedule"):
        # What runs at certain hours only is missed after a day, what runs each minute much sooner.
        is_rate = str(source["Schedule"]).startswith("rate")
        alarms[f"{name}StoppedAlarm"] = _alarm(
            f"{name} has not run for {'15 minutes' if is_rate else 'a day'}",
            namespace="AWS/Lambda",
            metric="Invocations",
            dimensions=of_function,
            Period=900 if is_rate else 86400,
            Threshold=1,
            ComparisonOperator="LessThanThreshold",
            TreatMissingData="breaching",
        )
    if events(function, "DynamoDB"):
        alarms[f"{name}BehindAlarm"] = _alarm(
            f"{name} is more than 10 minutes behind the stream",
            namespace="AWS/Lambda",
            metric="IteratorAge",
            dimensions=of_function,
            Statistic="Maximum",
            Threshold=600_000,
        )
    return alarms


def _alarm(
    about: str, *, namespace: str, metric: str, dimensions: dict[str, Any], **other: Any
) -> dict[str, Any]:
    return {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "AlarmDescription": about,
            "Namespace": namespace,
            "MetricName": metric,
            "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
            "Statistic": "Sum",
            "Period": 300,
            "EvaluationPeriods": 1,
            "Threshold": 0,
            "ComparisonOperator": "GreaterThanThreshold",
            "TreatMissingData": "notBreaching",
            "AlarmActions": [{"Ref": TOPIC}],
            "OKActions": [{"Ref": TOPIC}],
        }
        | other,
    }
