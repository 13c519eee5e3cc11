"""How properties are tried: as many examples as ever, and a slow machine is no failure."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None, print_blob=True)
settings.load_profile("unhurried")
