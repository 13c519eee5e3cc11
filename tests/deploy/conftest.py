"""The template of a small project, made once."""

import pytest

from deploy.check import template_of
from deploy.judges import transformed
from deploy.project import Template
from tests.deploy.standin import standin_project


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The finished template; copy it before changing it."""
    return template_of(standin_project(tmp_path_factory.mktemp("deploy") / "project"))


@pytest.fixture(scope="session")
def plain(template: Template) -> Template:
    """The same after the SAM transform, for a region of China; copy it before changing it."""
    return transformed(template, "cn-north-1")
