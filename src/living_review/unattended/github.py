"""GitHub's REST interface, as far as a scheduled run needs it.

The address, the repository and the token come from the environment, as GitHub's own machines set
them; without them nobody is asked.
"""

import os
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.util.retry import Retry

from living_review.errors import ReviewError
from living_review.search.settings import LOOPBACK

URL, REPOSITORY, TOKEN = "GITHUB_API_URL", "GITHUB_REPOSITORY", "GITHUB_TOKEN"
NEEDED = (URL, REPOSITORY, TOKEN)
TIMEOUT = (10, 60)  # seconds to connect, and to wait for an answer
A_PAGE = 100
LONGEST = 60_000  # characters of a body; GitHub takes 65,536
BACKOFF = 1.0  # seconds before asking again; each time twice as long
AGAIN = Retry(
    total=4,
    backoff_factor=BACKOFF,
    status_forcelist=(429, 500, 502, 503, 504),
    allowed_methods=("GET", "PATCH"),  # what may be done twice: a POST may have been done
    raise_on_status=False,
)
HINTS = {
    401: "the token is not valid",
    403: "the token may not do this; docs/unattended.md names the settings that allow it",
    404: "there is no such repository, or the token may not see it",
}

Row = Mapping[str, Any]


class GitHubError(ReviewError):
    """GitHub was not reached or refused what was asked."""


class Bearer(AuthBase):
    """The token, whatever a .netrc of the machine says of this host."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class GitHub:
    """One repository. Raises GitHubError with what GitHub said."""

    def __init__(self, url: str, repository: str, token: str, retry: Retry = AGAIN) -> None:
        """Raises GitHubError for an address that would send the token in the clear."""
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise GitHubError(f"{URL} has to begin with https://")
        self.repository = repository
        self._url = f"{url.rstrip('/')}/repos/{repository}"
        self._session = requests.Session()
        self._session.auth = Bearer(token)
        self._session.headers["Accept"] = "application/vnd.github+json"
        self._session.headers["X-GitHub-Api-Version"] = "2022-11-28"
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=retry))

    @classmethod
    def of(cls, environment: Mapping[str, str] = os.environ) -> "GitHub | None":
        """None where the environment names no repository: nobody is to be told."""
        url, repository, token = (environment.get(name, "").strip() for name in NEEDED)
        return cls(url, repository, token) if url and repository and token else None

    @property
    def owner(self) -> str:
        return self.repository.partition("/")[0]

    def every(self, path: str, **parameters: str) -> Iterator[dict[str, Any]]:
        """All entries of a list, page by page."""
        page = 0
        while True:
            page += 1
            asked = {**parameters, "per_page": str(A_PAGE), "page": str(page)}
            listed = self._ask("GET", path, params=asked)
            yield from listed
            if len(listed) < A_PAGE:
                return

    def post(self, path: str, told: Row) -> Any:
        return self._ask("POST", path, json=told)

    def patch(self, path: str, told: Row) -> Any:
        return self._ask("PATCH", path, json=told)

    def _ask(self, method: str, path: str, **told: Any) -> Any:
        try:
            answer = self._session.request(method, f"{self._url}/{path}", timeout=TIMEOUT, **told)
            content = answer.json()
        except (requests.RequestException, ValueError) as error:
            words = f"GitHub was not reached for {method} {path}: {type(error).__name__}"
            raise GitHubError(words) from error
        if not answer.ok:
            said = content.get("message", "") if isinstance(content, dict) else ""
            hint = HINTS.get(answer.status_code, "")
            words = "; ".join(filter(None, (str(said), hint)))
            raise GitHubError(f"GitHub refused {method} {path}: {answer.status_code} {words}")
        return content
