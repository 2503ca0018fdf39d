"""The libraries that are installed, against those that a lock file names."""

import re
import sys
from importlib import metadata

PYTHON = "{}.{}".format(*sys.version_info)


def differences(lock: str, python: str = "") -> list[str]:
    """How the present environment differs from a lock, a line a package; [] if it does not.

    lock: lines of name==version, other lines are passed over; python: the minor version that went
    with it, "" if that is not known.
    """
    found = [f"python {PYTHON} here, {python} there"] if python not in ("", PYTHON) else []
    for line in lock.splitlines():
        name, pinned, version = line.strip().partition("==")
        if pinned and not line.lstrip().startswith("#"):
            here = _installed(name)
            if here != version:
                found.append(f"{_normal(name)} {here or 'absent'} here, {version} there")
    return found


def _installed(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
