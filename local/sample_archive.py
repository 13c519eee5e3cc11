"""The sample archive: earlier years of the made-up people, counted back from this year, so never out of date.

It goes through the operator's own import; doing it again changes nothing.
"""

import re
import tempfile
from pathlib import Path

from chalicelib import wiring
from chalicelib.domain.china import china_date
from commands.archive.importing import Keeping, Outcome, Pace, import_archive
from local.programs import SAMPLES

_YEAR = re.compile(r"\bY-([0-9]+)\b")
_NEVER_WAITS = Pace(rows_per_s=float("inf"))


def import_sample_archive(services: wiring.Services) -> Outcome:
    """Keep what `samples/archive.csv` says, with its years counted back from this year's exams."""
    year = china_date(services.clock.now()).year
    text = (SAMPLES / "archive.csv").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        file, report = Path(folder) / "archive.csv", Path(folder) / "refused.csv"
        file.write_text(_YEAR.sub(lambda found: str(year - int(found[1])), text), encoding="utf-8")
        keeping = Keeping(archive=services.archive, pace=_NEVER_WAITS)
        outcome = import_archive(file, report, keeping=keeping, exams=services.exams, clock=services.clock)
        if outcome.refused:
            raise ValueError(
                f"the sample archive has refused rows:\n{report.read_text(encoding='utf-8-sig')}"
            )
    return outcome
