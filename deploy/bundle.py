"""The zip that Lambda gets: lean, compiled beforehand, and the same bytes from the same sources.

Why each step is worth it is measured in docs/decisions/0010-packaging.md; none changes what the code does.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from deploy.project import PackagingError

SERVICES = frozenset({"dynamodb", "s3", "ssm"})
"""The services of AWS that the code asks; botocore's descriptions of the other four hundred stay behind."""

UNPACKED_LIMIT_MB = 250
"""Lambda takes no more, code and layers together."""

_CORE = re.compile(r"(_retry|partitions|sdk-default-configuration)\.json(\.gz)?")
_EPOCH = (1980, 1, 1, 0, 0, 0)


def remake(chalices_zip: Path, requirements: Path, target: Path, *, scratch: Path) -> None:
    """Turn Chalice's zip into ours, which must hold every package that `requirements` names."""
    with ZipFile(chalices_zip) as zipped:
        zipped.extractall(scratch)
    _refuse_missing(requirements, scratch)
    drop_litter(scratch)
    trim_botocore(scratch / "botocore" / "data")
    _compile(scratch)
    _refuse_too_big(scratch)
    _zip(scratch, target)


def missing_packages(requirements: Path, site: Path) -> list[str]:
    """Return the packages that are named but not there: Chalice only warns when a wheel cannot be had."""
    wanted = re.findall(r"^([A-Za-z0-9._-]+)\s*==", requirements.read_text(), re.MULTILINE)
    there = {_canonical(path.name.split("-")[0]) for path in site.glob("*.dist-info")}
    return [name for name in wanted if _canonical(name) not in there]


def drop_litter(site: Path) -> None:
    """Remove what no program reads: scripts, caches, the packages' own tests."""
    for path in [site / "bin", *site.rglob("__pycache__"), *site.glob("*/tests")]:
        shutil.rmtree(path, ignore_errors=True)


def trim_botocore(descriptions: Path) -> None:
    """Leave the descriptions of the services that are asked, and of where they are in every partition."""
    for path in descriptions.iterdir():
        if path.is_dir() and path.name not in SERVICES:
            shutil.rmtree(path)
        elif path.is_file() and path.name != "endpoints.json" and not _CORE.fullmatch(path.name):
            path.unlink()
    endpoints = descriptions / "endpoints.json"
    if endpoints.exists():
        # A megabyte that is parsed at every cold start, for two services.
        everywhere = json.loads(endpoints.read_text())
        for partition in everywhere["partitions"]:
            partition["services"] = {k: v for k, v in partition["services"].items() if k in SERVICES}
        endpoints.write_text(json.dumps(everywhere, separators=(",", ":")))


def _refuse_missing(requirements: Path, site: Path) -> None:
    missing = missing_packages(requirements, site)
    if missing:
        raise PackagingError(f"no wheel for Lambda could be had of: {', '.join(missing)}")


def _refuse_too_big(site: Path) -> None:
    size_mb = sum(path.stat().st_size for path in _files(site)) / 1e6
    if size_mb > UNPACKED_LIMIT_MB:
        raise PackagingError(f"{size_mb:.0f} MB unpacked, and Lambda takes {UNPACKED_LIMIT_MB}")


def _compile(site: Path) -> None:
    # Lambda's folder is read-only: without these files every cold start compiles everything anew. Unchecked,
    # because the sources there cannot change, and so that the zip's dates do not matter. A process of its own
    # with a fixed hash seed, because both leave traces in the bytes.
    command = [
        sys.executable,
        "-I",
        "-m",
        "compileall",
        "-q",
        "-j",
        "1",
        "--invalidation-mode",
        "unchecked-hash",
    ]
    where = ["-s", str(site), "-p", "/var/task", str(site)]
    done = subprocess.run(
        [*command, *where],
        env=os.environ | {"PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise PackagingError(f"a source does not compile:\n{done.stdout}{done.stderr}")


def _zip(site: Path, target: Path) -> None:
    with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=9) as zipped:
        for path in _files(site):
            entry = ZipInfo(path.relative_to(site).as_posix(), _EPOCH)
            entry.compress_type = ZIP_DEFLATED
            # Lambda runs as another user than unpacks: everybody may read.
            entry.external_attr = 0o100644 << 16
            zipped.writestr(entry, path.read_bytes())


def _files(site: Path) -> Iterator[Path]:
    return (path for path in sorted(site.rglob("*")) if path.is_file())


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
