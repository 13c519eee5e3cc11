"""The browser for the end-to-end tests: finds one, installs one where it may, or says that neither holds."""

import os
import shutil
import subprocess
import sys

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_PACKAGES = {"browser": "chromium", "font": "fonts-noto-cjk"}


def find_browser() -> str | None:
    """Return the path of a Chromium or Chrome on this machine."""
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


def main() -> int:
    """See to it that there is a browser, with a Chinese font; 1 where none is and none may be installed."""
    missing = []
    if find_browser() is None:
        missing.append(_PACKAGES["browser"])
    if not _has_chinese_font():
        missing.append(_PACKAGES["font"])
    if missing and _may_install():
        _install(missing)
    if find_browser() is None:
        print(
            "No browser: install Chromium or Chrome; as root on Debian `make test` does so itself.",
            file=sys.stderr,
        )
        return 1
    return 0


def _has_chinese_font() -> bool:
    if shutil.which("fc-list") is None:
        return False
    listed = subprocess.run(["fc-list", ":lang=zh", "family"], capture_output=True, check=False)
    return bool(listed.stdout.strip())


def _may_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _install(packages: list[str]) -> None:
    print(f"Installing {', '.join(packages)} …", flush=True)
    quietly = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
        subprocess.run(["apt-get", *words], env=quietly, stdout=subprocess.DEVNULL, check=False)


if __name__ == "__main__":
    sys.exit(main())
