"""python -m eutils FOLDER [--port 0]: serves a folder of records until it is stopped.

Its first line is the address to set as NCBI_EUTILS_URL.
"""

import argparse
import contextlib
import signal
from datetime import date
from pathlib import Path

from eutils.server import StandIn


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m eutils", description=__doc__)
    parser.add_argument("folder", type=Path, help="with *.xml or *.xml.gz, PubmedArticleSets")
    parser.add_argument("--port", type=int, default=0, help="0 for one that is free")
    parser.add_argument("--today", type=date.fromisoformat, help="its clock, as 2026-08-03")
    asked = parser.parse_args()
    if not asked.folder.is_dir():
        parser.error(f"folder is {asked.folder}; there is no such folder")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with StandIn(asked.folder, asked.port) as medline, contextlib.suppress(KeyboardInterrupt):
        medline.today = asked.today or medline.today
        print(medline.url, flush=True)
        signal.pause()


if __name__ == "__main__":
    main()
