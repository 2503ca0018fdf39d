"""What all commands share."""

import sys

import typer

from living_review.errors import ReviewError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Keep a systematic review alive. Each command works on the review in this folder.",
)


def main() -> None:
    """Run a command; a ReviewError becomes its text and exit code 1, a bug keeps its traceback."""
    try:
        app()
    except ReviewError as error:
        sys.exit(str(error))
