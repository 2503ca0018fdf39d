"""HTTP/1.1 on loopback: requests in, answers out with the headers that NCBI sends, and faults."""

import contextlib
import gzip
import socket
import struct
import sys
import threading
import time
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol
from urllib.parse import parse_qsl, urlsplit

from eutils.answers import Answer, page
from eutils.faults import Fault, Order

PATH = "/entrez/eutils/"
_ABSENT = page(404, "Object not found!", "The requested URL was not found on this server.")
_BROKEN_OFF = (Fault.TRUNCATED, Fault.CUT_CHUNKS, Fault.RESET_MIDWAY, Fault.STALLED)
_REASONS = {414: "Request-URI Too Long", 429: "Too Many Requests"}


class Answering(Protocol):
    """Who gives the answers."""

    stopped: threading.Event

    def answer(
        self, utility: str, params: dict[str, str], method: str, url: str
    ) -> tuple[Answer, Order | None, tuple[int, int] | None]:
        """The answer, the fault that it meets, and the limit of the rate with what is left."""
        ...


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, answering: Answering, port: int = 0) -> None:
        self.answering = answering
        super().__init__(("127.0.0.1", port), Handler)

    def handle_error(self, request, client_address) -> None:
        """Say nothing of a client that went away: faults are about that."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def do_GET(self) -> None:
        self._serve(b"")

    def do_POST(self) -> None:
        self._serve(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def log_message(self, *_) -> None:
        """Nothing: the stand-in keeps the requests."""

    def _serve(self, body: bytes) -> None:
        url = urlsplit(self.path)
        utility = url.path.removeprefix(PATH).removesuffix(".fcgi")
        params = _params(url.query, body.decode("utf-8", "replace"))
        try:
            answer, order, rate = self.server.answering.answer(
                utility, params, self.command, self.path
            )
        except KeyError:
            return self._send(_ABSENT, None, None)
        self._send(answer, order, rate)

    def _send(self, answer: Answer, order: Order | None, rate: tuple[int, int] | None) -> None:
        body = answer.body
        fault = order.fault if order else None
        cut = len(body) // 2
        if order and order.at is not None:
            cut = min(order.at, len(body))
        if fault is Fault.RESET:
            return self._reset()
        if fault is Fault.SLOW:
            self.server.answering.stopped.wait(order.seconds)
        if fault in _BROKEN_OFF:
            head = self._head(answer, rate, {"Content-Length": str(len(body))})
            if fault is Fault.CUT_CHUNKS:
                head = self._head(answer, rate, {"Transfer-Encoding": "chunked"})
                body, cut = _chunked(body), cut + len(f"{len(body):x}\r\n")
            self._write(head + body[:cut])
            if fault is Fault.STALLED:
                self.server.answering.stopped.wait(order.seconds)
            self.close_connection = True
            return self._reset() if fault is Fault.RESET_MIDWAY else None
        if fault is Fault.TRUNCATED_QUIETLY:
            body = body[:cut]
        framing = {"Content-Length": str(len(body))}
        if answer.by == "Finatra":
            framing = {"Transfer-Encoding": "chunked"}
            if "gzip" in self.headers.get("Accept-Encoding", ""):
                framing = {"Content-Encoding": "gzip", **framing}
                body = gzip.compress(body, compresslevel=1)
        if fault is Fault.BAD_GZIP:
            framing = {"Content-Encoding": "gzip", **framing}
            body = body[:20] + bytes(20) + body[20:]
        if "Transfer-Encoding" in framing:
            body = _chunked(body)
        self._write(self._head(answer, rate, framing) + body)

    def _head(self, answer: Answer, rate: tuple[int, int] | None, framing: dict[str, str]) -> bytes:
        headers = _usual_headers(answer, rate) | framing | dict(answer.headers)
        lines = [f"HTTP/1.1 {answer.status} {_REASONS.get(answer.status, _reason(answer.status))}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if answer.status >= 400:
            self.close_connection = True
            lines.append("Connection: close")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def _write(self, content: bytes) -> None:
        with contextlib.suppress(ConnectionError):
            self.wfile.write(content)

    def _reset(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


def _params(query: str, body: str) -> dict[str, str]:
    """Parameters of address and body; a repeated id is one list, of others the last counts."""
    params: dict[str, str] = {}
    for name, value in parse_qsl(f"{query}&{body}", keep_blank_values=True):
        if name == "id" and "id" in params:
            value = f"{params['id']},{value}"
        params[name] = value
    return params


def _chunked(body: bytes, size: int = 1 << 20) -> bytes:
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def _reason(status: int) -> str:
    known = BaseHTTPRequestHandler.responses.get(status, ("",))
    return known[0]


def _usual_headers(answer: Answer, rate: tuple[int, int] | None) -> dict[str, str]:
    """In the order of 2025. NCBI-SID and NCBI-PHID name a session; these name none."""
    secure = {
        "Date": formatdate(time.time(), usegmt=True),
        "Server": answer.by,
        "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
        "Content-Security-Policy": "upgrade-insecure-requests",
        "Referrer-Policy": "origin-when-cross-origin",
    }
    browser = {"X-UA-Compatible": "IE=Edge", "X-XSS-Protection": "1; mode=block"}
    if answer.by != "Finatra":
        negotiated = {"Vary": "accept-language,accept-charset,Accept-Encoding"}
        page = {"Accept-Ranges": "bytes", "Content-Language": "en", "Expires": secure["Date"]}
        return secure | negotiated | page | {"Content-Type": answer.content_type} | browser
    limit, left = rate or (3, 2)
    session = "5EE05EE05EE05EE0_0001SID"
    return {
        **secure,
        "NCBI-SID": session,
        "NCBI-PHID": "5EE05EE05EE05EE0000000000000001.1.1.m_1",
        "Content-Type": answer.content_type,
        "Cache-Control": "private",
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(left),
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "X-RateLimit-Limit,X-RateLimit-Remaining",
        "Set-Cookie": f"ncbi_sid={session}; domain=.nih.gov; path=/",
        "Vary": "Accept-Encoding",
        **browser,
    }
