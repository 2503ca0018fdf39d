"""A stand-in for one repository of GitHub on this machine: issues, pull requests, comments, labels.

It refuses what GitHub refuses: a wrong token, a pull request without a difference, a second one of
the same branch, and what its settings don't allow.
"""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

TOKEN, REPOSITORY = "S3CRET-TOKEN", "ann/review"
BOT, STRANGER = "review-bot", "mallory"


class GitHubStandIn:
    """Serves from `with` to its end; differ(head, base) says whether two branches do."""

    def __init__(self, differ=lambda head, base: True):
        self.differ = differ
        self.entries = []  # issues and pull requests, which share their numbers
        self.comments = {}
        self.requests = []
        self.pulls_allowed = True
        self.failures = []  # codes of the answers to come
        self.page_size = 100

    def __enter__(self):
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(self))
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    @property
    def environment(self):
        return {
            "GITHUB_API_URL": self.url,
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_TOKEN": TOKEN,
        }

    def issues(self, state="open"):
        return [one for one in self.entries if "head" not in one and one["state"] == state]

    def pulls(self, state="open"):
        return [one for one in self.entries if "head" in one and one["state"] == state]

    def comment(self, number, body, by=BOT):
        self.comments.setdefault(number, []).append({"body": body, "user": {"login": by}})

    def open_issue(self, title, body, labels=(), by=BOT):
        return self._add({"title": title, "body": body, "labels": list(labels)}, by)

    def _add(self, told, by=BOT):
        entry = {"labels": [], **told, "state": "open", "user": {"login": by}}
        entry["number"] = len(self.entries) + 1
        self.entries.append(entry)
        return entry

    def answer(self, method, path, query, told):
        """Code and content of the answer to a request of this repository."""
        if method == "GET" and path == "issues":
            found = [
                one | ({"pull_request": {}} if "head" in one else {})
                for one in self.entries
                if one["state"] == query["state"]
                and set(filter(None, query.get("labels", "").split(","))) <= set(one["labels"])
            ]
            return 200, self._page(found, query)
        if method == "GET" and path == "pulls":
            owner, _, head = query["head"].partition(":")
            assert owner == REPOSITORY.partition("/")[0]
            found = [
                one
                for one in self.pulls(query["state"])
                if (one["head"], one["base"]) == (head, query["base"])
            ]
            return 200, self._page(found, query)
        if method == "POST" and path == "pulls":
            if not self.pulls_allowed:
                said = "GitHub Actions is not permitted to create or approve pull requests."
                return 403, {"message": said}
            if not self.differ(told["head"], told["base"]):
                return 422, {"message": "Validation Failed: No commits between them"}
            if any(one["head"] == told["head"] for one in self.pulls()):
                return 422, {"message": "A pull request already exists"}
            return 201, self._add(told)
        if method == "POST" and path == "issues":
            return 201, self._add(told)
        entry = next(
            (one for one in self.entries if re.match(rf"(issues|pulls)/{one['number']}\b", path)),
            None,
        )
        if entry is None:
            return 404, {"message": "Not Found"}
        if path.endswith("/comments") and method == "GET":
            return 200, self._page(self.comments.get(entry["number"], []), query)
        if path.endswith("/comments"):
            self.comment(entry["number"], told["body"])
        elif path.endswith("/labels"):
            entry["labels"] = sorted({*entry["labels"], *told["labels"]})
            return 200, [{"name": name} for name in entry["labels"]]
        elif method == "PATCH":
            entry.update(told)
        return 200, entry

    def _page(self, found, query):
        size, page = min(int(query["per_page"]), self.page_size), int(query["page"])
        return found[(page - 1) * size : page * size]


def handler_of(github):
    class Handler(BaseHTTPRequestHandler):
        def do(self):
            length = int(self.headers.get("Content-Length") or 0)
            told = json.loads(self.rfile.read(length) or "null")
            parts = urlsplit(self.path)
            path = parts.path.removeprefix(f"/repos/{REPOSITORY}/")
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            github.requests.append((self.command, path))
            if github.failures:
                code, content = github.failures.pop(0), {"message": "in a moment"}
            elif self.headers["Authorization"] != f"Bearer {TOKEN}":
                code, content = 401, {"message": "Bad credentials"}
            elif told and len(told.get("body") or "") > 65_536:
                code, content = 422, {"message": "body is too long"}
            else:
                code, content = github.answer(self.command, path, query, told)
            written = json.dumps(content).encode()
            self.send_response(code)
            self.send_header("Content-Length", str(len(written)))
            self.end_headers()
            self.wfile.write(written)

        do_GET = do_POST = do_PATCH = do

        def log_message(self, *_):
            pass

    return Handler
