"""What is packed, and what cannot be packed."""

from pathlib import Path
from zipfile import ZipFile

import pytest

from deploy.check import template_of
from deploy.project import PackagingError, copy_of_what_is_packed, package
from tests.deploy.standin import APP, standin_project


def test_only_the_app_its_library_and_its_settings_are_packed(tmp_path: Path) -> None:
    project = standin_project(tmp_path / "project")
    (project / "local").mkdir()
    (project / "local" / "secrets.json").write_text("{}")
    copy = copy_of_what_is_packed(project, tmp_path / "copy", with_wheels=False)
    package(copy, tmp_path / "out")
    with ZipFile(tmp_path / "out" / "deployment.zip") as zipped:
        assert set(zipped.namelist()) == {
            "app.py",
            "chalice/__init__.py",
            "chalice/app.py",
            "chalicelib/__init__.py",
        }


def test_a_project_without_an_app_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(PackagingError, match=r"no app\.py"):
        copy_of_what_is_packed(tmp_path, tmp_path / "copy", with_wheels=False)


def test_an_app_that_cannot_be_imported_is_refused_with_its_error(tmp_path: Path) -> None:
    project = standin_project(tmp_path / "project", "import there_is_no_such_module\n")
    with pytest.raises(PackagingError, match="there_is_no_such_module"):
        template_of(project)


def test_a_function_without_a_policy_of_its_own_is_refused(tmp_path: Path) -> None:
    unplanned = APP + "\n\n@app.lambda_function()\ndef unplanned(event, context):\n    return None\n"
    with pytest.raises(PackagingError, match="policy-cloud"):
        template_of(standin_project(tmp_path / "project", unplanned))


def test_a_stream_function_that_says_not_which_records_concern_it_is_refused(tmp_path: Path) -> None:
    renamed = APP.replace("verify_stream", "count_stream")
    project = standin_project(tmp_path / "project", renamed)
    settings = project / ".chalice" / "config.json"
    settings.write_text(settings.read_text().replace('"verify_stream"', '"count_stream"'))
    with pytest.raises(PackagingError, match="count_stream listens"):
        template_of(project)
