"""The command line: thin words over the functions of the stages, a module for each subject."""

from living_review.cli import extraction, pooling, records, review, screening, unattended
from living_review.cli.app import app, main

__all__ = ["app", "extraction", "main", "pooling", "records", "review", "screening", "unattended"]
