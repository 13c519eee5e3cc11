"""`python -m deploy.package [--out DIR]`: build what is deployed, a template and the zip it names.

Then `aws cloudformation package` uploads the zip and `aws cloudformation deploy` makes the stack;
docs/deploying.md has the commands. The functions run on the version of Python that ran this.
"""

import argparse
import hashlib
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from deploy.bundle import remake
from deploy.check import judge
from deploy.judges import TemplateRefusedError
from deploy.project import ROOT, PackagingError, copy_of_what_is_packed, package
from deploy.template import as_text, finished

TEMPLATE = "template.json"
BUNDLE = "deployment.zip"


def build(project: Path, out: Path) -> None:
    """Write the template and the zip into `out`, unless the template is refused."""
    with TemporaryDirectory() as scratch:
        copy = copy_of_what_is_packed(project, Path(scratch, "copy"), with_wheels=True)
        chalices = Path(scratch, "out")
        template = finished(package(copy, chalices))
        judge(template)
        out.mkdir(parents=True, exist_ok=True)
        remake(chalices / BUNDLE, copy / "requirements.txt", out / BUNDLE, scratch=Path(scratch, "site"))
    (out / TEMPLATE).write_text(as_text(template), encoding="utf-8")


def main() -> int:
    """Build, and say what was built."""
    parser = argparse.ArgumentParser(prog="python -m deploy.package", description="Build what is deployed.")
    parser.add_argument("--out", type=Path, default=ROOT / "build", help="where to (default: build/)")
    out: Path = parser.parse_args().out
    try:
        build(ROOT, out)
    except (PackagingError, TemplateRefusedError) as refused:
        print(refused, file=sys.stderr)
        return 1
    bundle = (out / BUNDLE).read_bytes()
    print(f"{out / TEMPLATE}")
    print(f"{out / BUNDLE}: {len(bundle) / 1e6:.1f} MB, sha256 {hashlib.sha256(bundle).hexdigest()}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
