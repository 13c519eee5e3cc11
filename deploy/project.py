"""Runs Chalice's own packaging over a clean copy of the project, so that only what belongs goes in.

Chalice zips whatever lies in `chalicelib/`, caches and all, and keeps old zips by the hash of some of it.
From a copy that is made anew each time it can neither pick up litter nor serve a stale zip.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

Template = dict[str, Any]
"""A CloudFormation template as JSON reads it."""

ROOT = Path(__file__).resolve().parent.parent
STAGE = "cloud"
"""Chalice's stage, a section of .chalice/config.json; API Gateway's stage is named there and is `api`."""

_LITTER = shutil.ignore_patterns("__pycache__", "*.pyc", ".*")


class PackagingError(Exception):
    """What should have been packed could not be; the message says why."""


def copy_of_what_is_packed(project: Path, target: Path, *, with_wheels: bool) -> Path:
    """Copy the app, its library, its settings for Chalice and, if wanted, the list of packages it needs."""
    target.mkdir(parents=True)
    for name in ("app.py", ".chalice/config.json"):
        if not (project / name).is_file():
            raise PackagingError(f"{project} has no {name}: there is nothing to package")
    shutil.copy(project / "app.py", target)
    shutil.copytree(project / "chalicelib", target / "chalicelib", ignore=_LITTER)
    (target / ".chalice").mkdir()
    for setting in sorted((project / ".chalice").glob("*.json")):
        shutil.copy(setting, target / ".chalice")
    # Without this file Chalice asks for no wheel, and the template comes out just the same within seconds.
    if with_wheels:
        shutil.copy(project / "requirements.txt", target)
    return target


def package(copy: Path, out: Path) -> Template:
    """Let Chalice write its template and its zip into `out`; return the template."""
    environment = os.environ | {
        # Chalice asks for a region though nothing depends on it; a fixed one gives one answer everywhere.
        "AWS_DEFAULT_REGION": "cn-north-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        # The app is imported from the copy before the copy is zipped.
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    environment.pop("AWS_PROFILE", None)
    chalice = [sys.executable, "-c", "from chalice.cli import main; raise SystemExit(main())"]
    command = [*chalice, "--project-dir", str(copy), "package", "--stage", STAGE, str(out)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=copy, check=False)
    if done.returncode:
        raise PackagingError(f"chalice package failed:\n{done.stdout}{done.stderr}")
    template: Template = json.loads((out / "sam.json").read_text())
    (out / "sam.json").unlink()
    return template
