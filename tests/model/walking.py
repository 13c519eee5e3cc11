"""How many histories are walked, and which."""

import os

from hypothesis import HealthCheck, Phase, settings

settings.register_profile("small", derandomize=True)
settings.register_profile("long", phases=(Phase.generate, Phase.shrink))
_MANY = 10_000


def walking(*, usually: int, steps: int) -> settings:
    """The settings of histories of so many steps.

    Usually few, always the same ones; `HYPOTHESIS_PROFILE=long` walks ten thousand new ones, or as many as
    `HISTORIES` says.
    """
    profile = os.environ.get("HYPOTHESIS_PROFILE", "small")
    many = int(os.environ.get("HISTORIES", _MANY))
    return settings(
        settings.get_profile(profile),
        max_examples=usually if profile == "small" else many,
        stateful_step_count=steps,
        deadline=None,
        print_blob=True,
        suppress_health_check=tuple(HealthCheck),
    )
