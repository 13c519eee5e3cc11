"""The zip: nothing is missing from it, nothing needless in it, and the same sources give the same bytes."""

import json
import sys
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import botocore
import pytest
from botocore.loaders import Loader
from botocore.session import Session

from deploy.bundle import SERVICES, missing_packages, remake, trim_botocore
from deploy.project import PackagingError


def zip_of(folder: Path, files: dict[str, str]) -> Path:
    folder.mkdir(parents=True)
    with ZipFile(folder / "chalices.zip", "w") as zipped:
        for name, text in files.items():
            zipped.writestr(name, text)
    return folder / "chalices.zip"


FILES = {
    "app.py": "ANSWERS = {'b', 'a', 'c'}\n",
    "six.py": "x = 1\n",
    "six-1.17.0.dist-info/METADATA": "",
    "bin/tool": "#!/old/path",
    "some/tests/test_it.py": "",
    "botocore/data/_retry.json": "{}",
    "botocore/data/ec2/2016-11-15/service-2.json.gz": "",
    "botocore/data/dynamodb/2012-08-10/service-2.json.gz": "",
}


def remade(tmp_path: Path, name: str) -> Path:
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("# comment\nsix==1.17.0\n")
    folder = tmp_path / name
    target = folder / "deployment.zip"
    remake(zip_of(folder, FILES), requirements, target, scratch=folder / "site")
    return target


def test_the_zip_is_compiled_for_this_python_and_holds_nothing_needless(tmp_path: Path) -> None:
    tag = sys.implementation.cache_tag
    with ZipFile(remade(tmp_path, "one")) as zipped:
        assert zipped.namelist() == [
            f"__pycache__/app.{tag}.pyc",
            f"__pycache__/six.{tag}.pyc",
            "app.py",
            "botocore/data/_retry.json",
            "botocore/data/dynamodb/2012-08-10/service-2.json.gz",
            "six-1.17.0.dist-info/METADATA",
            "six.py",
        ]
        compiled = zipped.read(f"__pycache__/app.{tag}.pyc")
    # PEP 552: flags 0b01 say that the file is found by its hash, and the missing 0b10 that nobody checks it.
    assert int.from_bytes(compiled[4:8], "little") == 0b01
    assert b"/var/task/app.py" in compiled


def test_the_same_sources_give_the_same_bytes(tmp_path: Path) -> None:
    assert remade(tmp_path, "one").read_bytes() == remade(tmp_path, "two").read_bytes()


def test_a_package_whose_wheel_could_not_be_had_stops_the_build(tmp_path: Path) -> None:
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("six==1.17.0\naws-lambda_powertools==3.37.0\nPyYAML==6.0.3\n")
    site = tmp_path / "there"
    for name in ("six-1.17.0", "aws_lambda_powertools-3.37.0"):
        (site / f"{name}.dist-info").mkdir(parents=True)
    assert missing_packages(requirements, site) == ["PyYAML"]
    with pytest.raises(PackagingError, match="PyYAML"):
        remake(zip_of(tmp_path / "zip", FILES), requirements, tmp_path / "d.zip", scratch=tmp_path / "site")


@pytest.mark.parametrize("region", ["cn-north-1", "ap-southeast-1"])
def test_trimmed_descriptions_still_make_every_client_we_use(tmp_path: Path, region: str) -> None:
    whole = Path(botocore.__file__).parent / "data"
    trimmed = tmp_path / "data"
    trimmed.mkdir()
    # The descriptions that stay are linked, not copied: they are large.
    for path in whole.iterdir():
        if path.is_dir() and path.name in SERVICES:
            (trimmed / path.name).symlink_to(path)
        elif path.is_file():
            (trimmed / path.name).write_bytes(path.read_bytes())
    trim_botocore(trimmed)

    session = Session()
    session.register_component("data_loader", Loader([str(trimmed)], include_default_search_paths=False))
    suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    for service in SERVICES:
        client: Any = session.create_client(
            service, region, aws_access_key_id="key", aws_secret_access_key="secret"
        )
        assert client.meta.endpoint_url == f"https://{service}.{region}.{suffix}"
        if service == "s3":
            form = client.generate_presigned_post("files", "incoming/a")
            assert form["url"] == f"https://files.s3.{region}.{suffix}/"
    endpoints = json.loads((trimmed / "endpoints.json").read_text())
    assert all(set(partition["services"]) <= SERVICES for partition in endpoints["partitions"])
