"""The files of the catalogue: what is misspelt in them is refused, not dropped."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from commands.catalogue.files import CatalogueError, read_authority, read_commitment, read_exam
from tests.builders import NOW

SAMPLES = Path(__file__).parents[2] / "samples"
COMMITMENT = read_commitment(SAMPLES)


@pytest.mark.parametrize("file", sorted(SAMPLES.glob("*.json")), ids=lambda file: file.stem)
def test_the_samples_are_read_whole(file: Path) -> None:
    exam, _ = read_exam(file, COMMITMENT, NOW)
    assert exam.code == file.stem


@pytest.mark.parametrize("file", sorted((SAMPLES / "authorities").glob("*.json")), ids=lambda file: file.stem)
def test_so_are_the_sample_authorities(file: Path) -> None:
    assert read_authority(file).id == file.stem


MISSPELT: list[tuple[str, Callable[[Any], object]]] = [
    ("$.offerings[0].policy.allows_canceling", lambda x: x["offerings"][0]["policy"]),
    ("$.offerings[0].sites[0].allows_canceling", lambda x: x["offerings"][0]["sites"][0]),
    ("$.levels[1].allows_canceling", lambda x: x["levels"][1]),
]


@pytest.mark.parametrize(("place", "of_it"), MISSPELT)
def test_a_setting_that_nobody_knows_is_refused(
    tmp_path: Path, place: str, of_it: Callable[[Any], dict[str, object]]
) -> None:
    written = json.loads((SAMPLES / "social-worker.json").read_text())
    of_it(written)["allows_canceling"] = True
    file = tmp_path / "social-worker.json"
    file.write_text(json.dumps(written))
    with pytest.raises(CatalogueError) as refused:
        read_exam(file, COMMITMENT, NOW)
    assert str(refused.value) == f"social-worker.json: nobody knows {place}"


def test_nor_is_one_of_an_authority(tmp_path: Path) -> None:
    file = tmp_path / "liaoning.json"
    file.write_text('{"id": "liaoning", "name": "辽宁省", "passwort_reset": "fixed"}')
    with pytest.raises(CatalogueError, match="passwort_reset"):
        read_authority(file)
