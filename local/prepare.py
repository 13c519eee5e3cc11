"""Makes the tables and reads in the sample exams; both change nothing where it is done already."""

import os

from chalicelib.storage.tables import create_missing_tables
from commands.catalogue import import_folder
from local.product import install_wiring
from local.programs import SAMPLES


def main() -> None:
    """Prepare the store for the product."""
    services = install_wiring()
    create_missing_tables(os.environ["RECORDS_TABLE"], os.environ["EPHEMERA_TABLE"])
    import_folder(SAMPLES, services)


if __name__ == "__main__":
    main()
