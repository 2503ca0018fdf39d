"""Small files that lie beside the page: what readers take with them, or follow."""

from collections.abc import Mapping
from typing import Any

from living_review.report import bibliography, citation, feed

CITATION = "CITATION.cff"
CITE, REFERENCES = "cite", "references"  # folders


def files(results: Mapping[str, Any]) -> dict[str, bytes]:
    """{path beside the page: content}, the same for the same results."""
    texts = {
        CITATION: citation.as_cff(results),
        **{f"{CITE}/{name}": text for name, text in citation.files(results).items()},
        **{f"{REFERENCES}/{name}": text for name, text in bibliography.files(results).items()},
    }
    written = {path: text.encode("utf-8", "replace") for path, text in texts.items()}
    return written | {feed.FILE: feed.feed(results)}
