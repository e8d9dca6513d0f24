"""Calls a server by its HTTP API, which both servers have ten ports above gRPC's."""

import asyncio
import json
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

PORT_OFFSET = 10
LIMIT_SECONDS = 20


@dataclass
class Answer:
    """What came back. `body` is the JSON."""

    status: int
    body: Any
    text: str
    content_type: str


@dataclass
class HttpApi:
    """`url` is what comes before the path."""

    url: str
    tls: ssl.SSLContext | None = None
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def beside(cls, address: str, tls: ssl.SSLContext | None = None) -> "HttpApi":
        """That of the server whose gRPC is at `address`."""
        host, port = address.rsplit(":", 1)
        scheme = "https" if tls else "http"
        return cls(f"{scheme}://{host}:{int(port) + PORT_OFFSET}", tls)

    async def get(self, path: str, **headers: str) -> Answer:
        return await self.send("GET", path, None, **headers)

    async def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        return await self.send("POST", path, b"" if body is None else json.dumps(body).encode(), **headers)

    async def send(self, verb: str, path: str, body: bytes | None, **headers: str) -> Answer:
        """Headers are named with `_` for `-`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.url + path, body, named, method=verb)
        return await asyncio.to_thread(self._send, request)

    def _send(self, request: urllib.request.Request) -> Answer:
        try:
            with urllib.request.urlopen(request, timeout=LIMIT_SECONDS, context=self.tls) as response:
                return _answer(response)
        except urllib.error.HTTPError as error:
            return _answer(error)


def segment(text: str) -> str:
    """A text as one part of a path."""
    return quote(text, safe="")


def _answer(response: Any) -> Answer:
    text = response.read().decode()
    return Answer(response.status, json.loads(text), text, response.headers.get("Content-Type", ""))
