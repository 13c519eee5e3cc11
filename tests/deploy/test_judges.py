"""The judges refuse what CloudFormation would refuse, before it is asked."""

from copy import deepcopy
from pathlib import Path

import pytest

from deploy.check import judge, template_of
from deploy.judges import TemplateRefusedError, lint, transformed
from deploy.project import ROOT, Template
from deploy.template import as_text
from tests.deploy.standin import standin_project


def test_the_template_of_the_product_as_it_stands_holds() -> None:
    judge(template_of(ROOT))


def test_the_same_app_gives_the_same_text_every_time(template: Template, tmp_path: Path) -> None:
    assert as_text(template_of(standin_project(tmp_path / "again"))) == as_text(template)


def test_the_transform_refuses_a_function_without_code(template: Template) -> None:
    broken = deepcopy(template)
    broken["Resources"]["APIHandler"]["Properties"].pop("Handler")
    with pytest.raises(TemplateRefusedError, match="APIHandler"):
        transformed(broken, "cn-north-1")


def test_cfn_lint_refuses_what_points_nowhere(template: Template, tmp_path: Path) -> None:
    broken = deepcopy(template)
    broken["Outputs"]["Lost"] = {"Value": {"Ref": "NoSuchThing"}}
    (tmp_path / "template.json").write_text(as_text(broken))
    with pytest.raises(TemplateRefusedError, match="NoSuchThing"):
        lint(tmp_path / "template.json")


def test_our_own_rules_are_asked(template: Template) -> None:
    broken = deepcopy(template)
    del broken["Resources"]["RecordsTable"]["Properties"]["SSESpecification"]
    with pytest.raises(TemplateRefusedError, match="RecordsTable: not so that it is encrypted"):
        judge(broken)
