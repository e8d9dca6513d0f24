"""Headless Chromium, driven by the DevTools protocol over a pair of pipes: opens pages, reads what they show, takes pictures.

Owns the browser's process and what its pages asked of the network. What a page should show is the tests' part.
"""

import asyncio
import base64
import itertools
import json
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.wait import eventually

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# A message holds a whole picture.
MESSAGE_LIMIT_BYTES = 1 << 26
SHOWN_WITHIN_SECONDS = 20.0
CLOSES_WITHIN_SECONDS = 20


def chromium() -> str:
    """The browser on this machine."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    raise RuntimeError("no Chromium: `apt-get install chromium-headless-shell`")


@dataclass(frozen=True)
class Answer:
    """What the server of a page answered to one request of it."""

    status: int
    url: str

    def __str__(self) -> str:
        return f"{self.status} {self.url}"


class Browser:
    """One process. Each page is a tab of its own."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._pages: dict[str, Page] = {}

    async def command(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        """One command, and its result."""
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        self._waiting[number] = asyncio.get_running_loop().create_future()
        self._writer.write(json.dumps(message).encode() + b"\0")
        answer = await self._waiting[number]
        assert "error" not in answer, f"{method}: {answer['error']}"
        return answer["result"]

    async def listen(self) -> None:
        """Hands on what the browser says, until it ends."""
        while True:
            try:
                message = json.loads((await self._reader.readuntil(b"\0"))[:-1])
            except asyncio.IncompleteReadError:
                return
            if "id" in message:
                self._waiting.pop(message["id"]).set_result(message)
            elif (page := self._pages.get(message.get("sessionId", ""))) is not None:
                page.heard(message["method"], message["params"])

    @asynccontextmanager
    async def page(self, url: str) -> AsyncIterator["Page"]:
        """Opens a page, and closes it after the block."""
        target = (await self.command("Target.createTarget", url="about:blank", width=1500, height=1100))["targetId"]
        session = (await self.command("Target.attachToTarget", targetId=target, flatten=True))["sessionId"]
        page = self._pages[session] = Page(self, session)
        try:
            for domain in ("Network", "Page", "Runtime"):
                await self.command(f"{domain}.enable", session)
            await self.command("Page.navigate", session, url=url)
            yield page
        finally:
            del self._pages[session]
            await self.command("Target.closeTarget", targetId=target)


@dataclass
class Page:
    """A tab. `answers` are those to all its requests so far, `errors` what its scripts threw."""

    browser: Browser
    session: str
    answers: list[Answer] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def heard(self, method: str, parameters: dict[str, Any]) -> None:
        if method == "Network.responseReceived":
            answer = parameters["response"]
            self.answers.append(Answer(answer["status"], answer["url"]))
        elif method == "Network.loadingFailed" and not parameters.get("canceled"):
            self.errors.append(f"a request failed: {parameters['errorText']}")
        elif method == "Runtime.exceptionThrown":
            details = parameters["exceptionDetails"]
            self.errors.append(details.get("exception", {}).get("description", details["text"]))

    async def evaluate(self, script: str) -> Any:
        """The value of an expression in the page."""
        result = await self.browser.command(
            "Runtime.evaluate", self.session, expression=script, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    async def text(self) -> str:
        """What a person could read on it, without line ends."""
        return " ".join((await self.evaluate("document.body ? document.body.innerText : ''")).split())

    async def shows(self, *texts: str) -> None:
        """Returns once all the texts are shown, whatever their case: style sheets change it."""

        async def shown() -> bool:
            text = (await self.text()).lower()
            missing = [wanted for wanted in texts if wanted.lower() not in text]
            assert not missing, f"not shown: {missing}; but: {text[:1500]}"
            return True

        await eventually(shown, within=SHOWN_WITHIN_SECONDS, every=0.1)

    async def settled(self) -> None:
        """Returns once no request was answered for half a second. Some stay open for as long as a page does: they wait for news."""
        seen, unchanged = -1, 0

        def is_settled() -> bool:
            nonlocal seen, unchanged
            unchanged = unchanged + 1 if len(self.answers) == seen else 0
            seen = len(self.answers)
            return unchanged >= 5

        await eventually(is_settled, within=SHOWN_WITHIN_SECONDS, every=0.1)

    async def click(self, text: str) -> None:
        """Clicks the first button or link that says this."""
        script = f"""(() => {{
            const wanted = {json.dumps(text.lower())};
            const found = [...document.querySelectorAll('button, a, [role=tab]')]
                .find((element) => element.innerText.trim().toLowerCase() === wanted);
            found?.click();
            return !!found;
        }})()"""
        await eventually(lambda: self.evaluate(script), within=SHOWN_WITHIN_SECONDS)

    async def picture(self, file: Path) -> None:
        """Writes a PNG of what is seen now."""
        taken = await self.browser.command("Page.captureScreenshot", self.session, format="png")
        file.write_bytes(base64.b64decode(taken["data"]))


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    """A browser for the length of a block."""
    with tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as profile:
        process = await asyncio.create_subprocess_exec(
            # Chromium listens and answers on these two numbers and no others.
            *("/bin/sh", "-c", 'exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null', chromium()),
            *("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"),
            *("--remote-debugging-pipe", f"--user-data-dir={profile}", "--window-size=1500,1100"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=MESSAGE_LIMIT_BYTES,
        )
        assert process.stdin is not None and process.stdout is not None, "both are pipes"
        running = Browser(process.stdout, process.stdin)
        listening = asyncio.create_task(running.listen())
        try:
            yield running
        finally:
            # Its processes end with it, and with them the pipes that waiting for it waits for.
            await running.command("Browser.close")
            await asyncio.wait_for(process.wait(), CLOSES_WITHIN_SECONDS)
            listening.cancel()
