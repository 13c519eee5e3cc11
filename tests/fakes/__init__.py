"""Every port in memory: quick, obedient, and they remember what was asked of them.

`World` has one of each, over one memory. The contracts hold the stores to what the real ones do.
"""

from tests.fakes.world import World

__all__ = ["World"]
