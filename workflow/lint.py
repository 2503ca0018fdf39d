"""What `snakemake --lint` finds, held against the few findings that are accepted."""

import re
import subprocess
import sys
from pathlib import Path

ACCEPTED = {  # finding: why it is accepted
    "Specify a conda environment or container for each rule.": (
        "one environment serves all rules: requirements.lock, environment.yml for conda"
    ),
}
SUBJECT = re.compile(r"^Lints for (.+?)(?: \(line .*)?:$")
FINDING = re.compile(r"^    \* (.+?):?$")


def findings() -> list[tuple[str, str]]:
    """(what it is about, finding) of all that Snakemake finds in this workflow."""
    snakemake = Path(sys.executable).with_name("snakemake")
    done = subprocess.run([snakemake, "--lint"], capture_output=True, text=True, check=False)
    found, subject = [], ""
    for line in (done.stdout + done.stderr).splitlines():
        if about := SUBJECT.match(line):
            subject = about[1]
        elif finding := FINDING.match(line):
            found.append((subject, finding[1].rstrip(":")))
    if not found and done.returncode:
        sys.exit(done.stdout + done.stderr)
    return found


def main() -> None:
    found = findings()
    wrong = [f"{subject}: {finding}" for subject, finding in found if finding not in ACCEPTED]
    gone = sorted(set(ACCEPTED) - {finding for _, finding in found})
    wrong += [
        f"no longer found, take it off the list in {Path(__file__).name}: {one}" for one in gone
    ]
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"{len(found)} findings of snakemake --lint, all of accepted kinds")


if __name__ == "__main__":
    main()
