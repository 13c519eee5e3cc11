"""A clerk at a shell, as `make staff` gives it."""

import subprocess
import sys
from pathlib import Path


class Clerk:
    """Works on the product that keeps what it holds in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def does(self, action: str, authority: str, *words: str) -> str:
        """Run one action and return what it printed. Raises AssertionError where it fails."""
        return self._runs("staff", action, authority, *words)

    def gives_back(self, order_id: str, authority: str, *words: str) -> str:
        """Do as finance: give money of a payment back. Raises as `does`."""
        return self._runs("finance", "give-back", authority, order_id, *words)

    def finds_account(self, username: str, authority: str) -> str:
        """The id of an account, as other actions take it."""
        found = self._runs("staff", "find-account", authority, "--reason", "来电询问", typed=username)
        return found.split()[0]

    def imports_archive(self, file: Path, authority: str) -> str:
        """Import earlier years. Raises as `does`; a refused row is a failure, too."""
        return self._runs("archive", "import", authority, str(file))

    def _runs(self, program: str, action: str, authority: str, *words: str, typed: str = "") -> str:
        command = [sys.executable, "-m", "local.command", program]
        done = subprocess.run(
            [*command, action, "--authority", authority, *words, "--data", str(self._folder)],
            input=typed,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def finds(self, listing: str, authority: str, registration_id: str) -> list[str]:
        """The ids that a listing gives for a registration: its account first, as other actions take them."""
        lines = self.does(listing, authority).splitlines()
        line = next(line for line in lines if registration_id in line)
        ids = line.split()
        return ids[:3] if listing == "change-requests" else ids[:2]
