"""`python -m deploy.check`: judge the template of the app as it stands, without fetching a single wheel.

The template does not depend on the wheels, so a few seconds are enough and no network is needed.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from deploy.judges import REGIONS, TemplateRefusedError, lint, transformed
from deploy.project import ROOT, PackagingError, Template, copy_of_what_is_packed, package
from deploy.rules import complaints
from deploy.template import as_text, finished


def template_of(project: Path) -> Template:
    """Return the finished template of a project; its zip is thrown away."""
    with TemporaryDirectory() as scratch:
        copy = copy_of_what_is_packed(project, Path(scratch, "copy"), with_wheels=False)
        return finished(package(copy, Path(scratch, "out")))


def judge(template: Template) -> None:
    """Raise TemplateRefusedError unless the rules, the SAM transform and cfn-lint all take the template."""
    found = sorted({said for region in REGIONS for said in complaints(transformed(template, region))})
    if found:
        raise TemplateRefusedError("the template breaks our own rules:\n" + "\n".join(found))
    with TemporaryDirectory() as scratch:
        path = Path(scratch, "template.json")
        path.write_text(as_text(template), encoding="utf-8")
        lint(path)


def main() -> int:
    """Check the project; say in one line that it holds, or what does not."""
    try:
        template = template_of(ROOT)
        judge(template)
    except (PackagingError, TemplateRefusedError) as refused:
        print(refused, file=sys.stderr)
        return 1
    print(f"The template holds: {len(template['Resources'])} resources, for {', '.join(REGIONS)}.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
