"""Programs that are written with another SDK: one process of each language runs them, on whichever server is asked for.

It reads requests from its input, a JSON object a line, and answers each with what the program recorded, by a line of its output, in the order
in which they end. Histories are fetched here, as for any other program.
"""

import asyncio
import base64
import itertools
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from google.protobuf.symbol_database import Default as symbol_database

from conformance.compare.scene import Scene

# An answer is one line.
LINE_LIMIT = 16 << 20
ENDS_WITHIN_SECONDS = 10


@dataclass
class _Running:
    process: asyncio.subprocess.Process
    log: Path
    reading: asyncio.Task[None]


class Driver:
    """`command` makes the program if it has to, and says how to run it."""

    def __init__(self, language: str, command: Callable[[], list[str | Path]]) -> None:
        self._language = language
        self._command = command
        self._running: _Running | None = None
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._numbers = itertools.count()

    def __str__(self) -> str:
        return self._language

    async def start(self) -> None:
        """Starts the process, which may have to be built first."""
        command = await asyncio.to_thread(self._command)
        log = Path(tempfile.mkstemp(prefix="driver-", suffix=".log")[1])
        with log.open("wb") as sink:
            process = await asyncio.create_subprocess_exec(
                *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=sink, limit=LINE_LIMIT
            )
        self._running = _Running(process, log, asyncio.create_task(self._read(process, log)))

    async def names(self) -> list[str]:
        """The programs that it has."""
        command = await asyncio.to_thread(self._command)
        process = await asyncio.create_subprocess_exec(*command, "list", stdout=asyncio.subprocess.PIPE)
        printed, _ = await process.communicate()
        names: list[str] = json.loads(printed)
        return names

    async def run(self, program: str, scene: Scene) -> None:
        """Runs a program on the scene's server, and records all that it tells."""
        assert self._running is not None, "the driver was not started"
        number = next(self._numbers)
        answered = self._waiting[number] = asyncio.get_running_loop().create_future()
        request = {
            "id": number,
            "address": scene.client.service_client.config.target_host,
            "namespace": scene.namespace,
            "name": scene.name,
            "program": program,
        }
        stdin = self._running.process.stdin
        assert stdin is not None
        stdin.write(json.dumps(request).encode() + b"\n")
        await stdin.drain()
        answer = await answered
        for told in answer["recorded"] or []:
            await _record(scene, told)
        assert not answer.get("error"), answer["error"]

    async def stop(self) -> None:
        """Ends the process: it ends with its input."""
        if self._running is None:
            return
        running, self._running = self._running, None
        assert running.process.stdin is not None
        running.process.stdin.close()
        try:
            await asyncio.wait_for(running.process.wait(), ENDS_WITHIN_SECONDS)
        except TimeoutError:
            running.process.kill()
            await running.process.wait()
        await running.reading

    async def _read(self, process: asyncio.subprocess.Process, log: Path) -> None:
        assert process.stdout is not None
        while line := await process.stdout.readline():
            answer = json.loads(line)
            waiting = self._waiting.pop(answer["id"])
            # The program's time may be over.
            if not waiting.done():
                waiting.set_result(answer)
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(AssertionError(f"the driver ended: {log.read_text(errors='replace')[-2000:]}"))
        self._waiting.clear()


async def _record(scene: Scene, told: dict[str, Any]) -> None:
    label = told["label"]
    match told["kind"]:
        case "value":
            scene.record(label, told.get("value"))
        case "message":
            message = symbol_database().GetSymbol(told["type"])()
            message.ParseFromString(base64.b64decode(told["bytes"]))
            scene.record(label, message)
        case "history":
            await scene.history(
                told["workflow_id"], label=label, run_id=told.get("run_id", ""), tasks=told.get("tasks", False)
            )
        case kind:
            raise AssertionError(f"the driver records a {kind}")
