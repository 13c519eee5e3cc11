"""The candidates: so many at once, one after the other, until the time is over."""

import asyncio
import random
import time
from itertools import count

from tests.soak.browser import Browser, GoneError, RefusedError
from tests.soak.candidate import Candidate, StuckError, WantedExam
from tests.soak.figures import Figures
from tests.soak.mischief import kill_programs, make_faults, move_clock
from tests.soak.running import Product
from tests.soak.ways import WAYS

_LAST_ONES_S = 60.0
"""So long may those finish who have begun when the time is over, still under fire."""


async def put_under_load(
    product: Product,
    exam: WantedExam,
    figures: Figures,
    *,
    at_once: int,
    seconds: float,
    chance: random.Random,
) -> None:
    """Returns when the last candidate has gone home and the mischief is over."""
    ends_at_s = time.monotonic() + seconds
    numbers = count(1)

    async def queue() -> None:
        while time.monotonic() < ends_at_s:
            await _come_and_go(next(numbers), product, exam, figures, chance.getrandbits(32))

    tasks = [
        asyncio.create_task(cause(product, figures, random.Random(chance.getrandbits(32))))
        for cause in (make_faults, kill_programs, move_clock)
    ]
    crowd = [asyncio.create_task(queue()) for _ in range(at_once)]
    done, late = await asyncio.wait(crowd, timeout=seconds + _LAST_ONES_S)
    for task in (*tasks, *late):
        task.cancel()
    figures.candidates["sent home at the end"] += len(late)
    for ended in await asyncio.gather(*tasks, *late, *done, return_exceptions=True):
        if isinstance(ended, Exception):
            figures.surprises.append(f"{type(ended).__name__}: {ended}")


async def _come_and_go(number: int, product: Product, exam: WantedExam, figures: Figures, seed: int) -> None:
    chance = random.Random(seed)
    browser = Browser(product.address, number, figures)
    candidate = Candidate(number, browser, exam, figures, chance)
    figures.candidates["came"] += 1
    try:
        await candidate.comes_to_the_payment()
        (way,) = chance.choices([way for way, _ in WAYS], [weight for _, weight in WAYS])
        figures.ways[way.__name__] += 1
        await way(candidate, product.clock)
        figures.candidates["done"] += 1
    except StuckError as stuck:
        figures.candidates[f"stuck at {str(stuck).partition(':')[0]}"] += 1
    except GoneError:
        figures.candidates["found nobody there"] += 1
    except RefusedError as refused:
        figures.candidates[f"sent away: {refused.code}"] += 1
    finally:
        await browser.close()
