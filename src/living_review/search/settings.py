"""Where and as whom Medline is asked: from the environment alone, since the protocol is public."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from living_review.errors import ReviewError

MEDLINE = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/"
URL, TOOL, EMAIL, KEY = "NCBI_EUTILS_URL", "NCBI_TOOL", "NCBI_EMAIL", "NCBI_API_KEY"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
# NCBI blocks an address that asks more often.
PER_SECOND, PER_SECOND_WITH_KEY = 3, 10


@dataclass(frozen=True)
class Settings:
    """Where Medline is asked, and what each request says of who asks."""

    url: str = MEDLINE  # with a slash at its end
    tool: str = "living-review"
    email: str = field(default="", repr=False)
    key: str = field(default="", repr=False)

    @property
    def per_second(self) -> int:
        """Requests that NCBI allows."""
        return PER_SECOND_WITH_KEY if self.key else PER_SECOND

    @property
    def identity(self) -> dict[str, str]:
        """What is sent with each request; empty values are left out."""
        said = {"tool": self.tool, "email": self.email, "api_key": self.key}
        return {name: value for name, value in said.items() if value}

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Settings":
        """Raises ReviewError for an address that would send the key or the email in the clear."""
        url = environment.get(URL, "").strip() or MEDLINE
        parts = urlsplit(url)
        safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
        if not safe or not parts.hostname or parts.username or parts.query or parts.fragment:
            raise ReviewError(
                f"The address in {URL} can't be used; allowed: https://host/path, or http:// for "
                f"this machine itself ({', '.join(LOOPBACK)})"
            )
        return cls(
            url=url.rstrip("/") + "/",
            tool=environment.get(TOOL, "").strip() or cls.tool,
            email=environment.get(EMAIL, "").strip(),
            key=environment.get(KEY, "").strip(),
        )
