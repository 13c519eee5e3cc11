"""Makes the tables, reads in the sample exams and archive; done already, none of it changes anything."""

import os
import sys
import traceback

from chalicelib.storage.tables import create_missing_tables
from local.product import install_wiring
from local.sample_archive import import_sample_archive
from local.sample_exams import import_sample_exams

_LIKELY_CAUSE = (
    "The store could not be made ready. If an earlier state of the code filled the data folder, "
    "begin anew with --fresh, or choose another folder with --data."
)


def main() -> None:
    """Prepare the store for the product."""
    services = install_wiring()
    create_missing_tables(os.environ["RECORDS_TABLE"], os.environ["EPHEMERA_TABLE"])
    import_sample_exams(services)
    import_sample_archive(services)


if __name__ == "__main__":
    try:
        main()
    except Exception:  # noqa: BLE001 - whatever it was, the reader of its last words needs a way out
        traceback.print_exc()
        sys.exit(_LIKELY_CAUSE)
