"""`make soak`: many candidates, faults and kills for ten minutes, then the books. 0 if they balance."""

import argparse
import asyncio
import random
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from tests.soak.books import faults_found, lines_of, providers_books
from tests.soak.figures import Figures
from tests.soak.load import put_under_load
from tests.soak.logs import unexplained
from tests.soak.running import Product, running
from tests.soak.settling import NeverQuietError, settle

_MOST_PRINTED = 40


def read_arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="of load (default: %(default)g)")
    parser.add_argument("--at-once", type=int, default=24, help="candidates (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=None, help="of what is left to chance in the load")
    parser.add_argument("--keep", action="store_true", help="keep the data folder also where all is well")
    return parser.parse_args()


def main() -> int:
    """Run it; 0 if the books balance."""
    asked = read_arguments()
    # Told to end, it ends the product, too.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(1))
    seed = random.SystemRandom().randrange(2**31) if asked.seed is None else asked.seed
    room = Path(tempfile.mkdtemp(prefix="baokao-soak-"))
    print(f"seed {seed}; the product keeps what it holds in {room}", flush=True)
    figures = Figures()
    with running(room / "data") as product:
        exam = product.open_exam()
        load = put_under_load(
            product,
            exam,
            figures,
            at_once=asked.at_once,
            seconds=asked.minutes * 60,
            chance=random.Random(seed),
        )
        asyncio.run(load)
        print("The load is over; jobs run until nothing is due.", flush=True)
        faults = judge(product, figures)
    for line in faults[:_MOST_PRINTED]:
        print(f"WRONG: {line}")
    if faults:
        print(f"{len(faults)} faults; everything is kept in {room}")
        return 1
    print("The books balance.")
    if not asked.keep:
        shutil.rmtree(room)
    return 0


def judge(product: Product, figures: Figures) -> list[str]:
    """Let all of it settle, print the figures, and say what is wrong."""
    began_s = time.monotonic()
    faults: list[str] = []
    notes: list[str] = []
    try:
        notes = settle(product)
    except (NeverQuietError, TimeoutError) as error:
        faults.append(str(error))
    store, books = product.whole_store(), providers_books(product.folder.simulators)
    letters = product.folder.dead_letters
    aside = len(letters.read_text(encoding="utf-8").splitlines()) if letters.exists() else 0
    lines = [
        *figures.lines(),
        *lines_of(store, books),
        *notes,
        f"stream records put aside: {aside}; settled within {time.monotonic() - began_s:.0f} s",
    ]
    print("\n".join(lines), flush=True)
    return [*faults, *faults_found(store, books, figures), *unexplained(product.folder.logs)]


if __name__ == "__main__":
    sys.exit(main())
