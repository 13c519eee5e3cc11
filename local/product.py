"""The product itself, wired for one machine: settings from the environment, the clock that people may move.

Every program that runs the product's code (workers, pump, preparation, staff commands) starts here.
"""

import os
from pathlib import Path
from typing import Any

from chalicelib import config, wiring
from local.clock import ShiftedClock
from local.environment import CLOCK_VARIABLE


def install_wiring() -> wiring.Services:
    """Build the product's services over the movable clock and make them the ones that everything asks."""
    clock = ShiftedClock(Path(os.environ[CLOCK_VARIABLE]))
    services = wiring.build(config.read_settings(os.environ), clock=clock)
    wiring.install(services)
    return services


def load_app() -> Any:  # Chalice comes without types
    """Return the Chalice app, wired."""
    install_wiring()
    import app

    return app.app
