"""What the whole run shares: hooks that are read before any test is, and where the run ends."""

from tests.faults.counting import pytest_addoption, pytest_terminal_summary

__all__ = ["pytest_addoption", "pytest_terminal_summary"]
