"""A small project with the real project's settings, for tests that need not import the whole product."""

import shutil
from pathlib import Path

from deploy.project import ROOT

APP = """
from chalice import Chalice, Rate

app = Chalice(app_name="baokao")


@app.route("/exams/{exam_id}")
def show_exam(exam_id):
    return {}


@app.schedule(Rate(1, unit=Rate.MINUTES))
def sweep_payments(event):
    return None


@app.on_dynamodb_record(stream_arn="filled in when packaged")
def verify_stream(event):
    return None
"""


def standin_project(folder: Path, app: str = APP) -> Path:
    """Lay out a project that Chalice takes, with litter in it that must not be packed."""
    library = folder / "chalicelib"
    library.mkdir(parents=True)
    (folder / "app.py").write_text(app)
    (library / "__init__.py").write_text("")
    (library / "__pycache__").mkdir()
    (library / "__pycache__" / "stale.cpython-311.pyc").write_bytes(b"stale")
    (folder / "requirements.txt").write_text("six==1.17.0\n")
    shutil.copytree(ROOT / ".chalice", folder / ".chalice", ignore=shutil.ignore_patterns("deployments"))
    return folder
