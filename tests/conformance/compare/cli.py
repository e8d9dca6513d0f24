"""Runs the `temporal` CLI against one server, and makes what it prints comparable."""

import asyncio
import difflib
import itertools
import re
import shlex
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from temporalio import activity, workflow
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker, WorkerDeploymentConfig

from conformance.compare.difference import ABSENT, Difference, Known, judge
from conformance.compare.normalize import Normalizer
from harness.server import temporal_binary
from harness.worker import new_worker

# How often, and for how long, a line that may lag behind is run again.
AGAIN_SECONDS = 0.5
TRIES = 20
# `~` or `~[until]`, and the command.
_LINE = re.compile(r"(~(?:\[([^]]+)\])?)?(.+)")

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_COLOR = re.compile(r"\x1b\[[0-9;]*m")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z| [+-]\d{4} UTC)?")
_AGO = re.compile(r"\b(?:now|a moment ago|(?:\d+|a|an) (?:second|minute|hour)s? (?:ago|from now))\b")
_LASTED = re.compile(r"\b(?:\d+m)?\d+(?:\.\d+)?(?:ms|µs|s)\b")
_SIZES = re.compile(r"((?:History|State)\w*(?:Size|Count|Length|Bytes)\w*\"?:? *\"?)\d+")


@workflow.defn(name="ComparedByCli")
class ComparedByCli:
    """What the command lines start."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.total = 0
        self.finished = False

    @workflow.run
    async def run(self, what: str = "") -> Any:
        if what == "fail":
            raise ApplicationError("it failed", type="Failure", non_retryable=True)
        if what == "activity":
            return await workflow.execute_activity(
                "held", schedule_to_close_timeout=timedelta(minutes=5), activity_id="held"
            )
        if what != "at once":
            await workflow.wait_condition(lambda: self.finished)
        return {"what": what, "notes": self.notes, "total": self.total}

    @workflow.signal
    def note(self, text: str) -> None:
        self.notes.append(text)

    @workflow.signal
    def finish(self) -> None:
        self.finished = True

    @workflow.query(name="notes")
    def get_notes(self) -> list[str]:
        return self.notes

    @workflow.update
    def add(self, number: int) -> int:
        self.total += number
        return self.total

    @add.validator
    def check(self, number: int) -> None:
        if number < 0:
            raise ApplicationError("not below 0")


@activity.defn(name="held")
async def held() -> None:
    """Ends when somebody completes it from elsewhere."""
    activity.raise_complete_async()


class CliScene:
    """One server, under one unique name, with workers on the task queues `name` and `name-deployed`."""

    def __init__(self, client: Any, address: str, name: str) -> None:
        self.address = address
        self.name = name
        self._client = client
        self._folder = tempfile.TemporaryDirectory(prefix="temporal-cli-")
        self._normalizer = Normalizer(name)

    def workers(self) -> list[Worker]:
        deployed = WorkerDeploymentConfig(
            version=WorkerDeploymentVersion(deployment_name=self.name, build_id="one"),
            use_worker_versioning=True,
            default_versioning_behavior=VersioningBehavior.PINNED,
        )
        return [
            new_worker(self._client, self.name, [ComparedByCli], [held], identity="worker"),
            new_worker(
                self._client, f"{self.name}-deployed", [ComparedByCli], identity="deployed", deployment_config=deployed
            ),
        ]

    async def run(self, line: str) -> list[str]:
        """What one command prints, line by line, and with which code it ends."""
        arguments = shlex.split(line.replace("{name}", self.name))
        settings = Path(self._folder.name) / "temporal.yaml"
        arguments += ["--env-file", str(settings), "--color", "never"]
        if arguments[0] != "env":
            arguments += ["--address", self.address, "--identity", "cli"]
        process = await asyncio.create_subprocess_exec(
            temporal_binary(),
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, error = await asyncio.wait_for(process.communicate(), 40)
        errors = [f"stderr: {text}" for text in self._lines(error)]
        return [*self._lines(out), *errors, f"exit code {process.returncode}"]

    def _lines(self, printed: bytes) -> list[str]:
        text = _COLOR.sub("", printed.decode()).replace(self.address, "<address>").replace(self._folder.name, "<folder>")
        text = self._normalizer.text(text)
        for pattern, word in ((_ID, "<id>"), (_MOMENT, "<time>"), (_AGO, "<time>"), (_LASTED, "<time>")):
            text = pattern.sub(word, text)
        text = _SIZES.sub(r"\1<number>", text)
        # The width of columns follows from what is in them.
        return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


async def compare_lines(
    group: str, lines: list[str], known: list[Known], temporal: CliScene, sundial: CliScene
) -> list[Difference]:
    """Runs the lines one after another on both servers at once. All differences, known or not."""
    found = []
    for number, line in enumerate(lines, 1):
        lags, until, command = _LINE.fullmatch(line).groups()
        for _ in range(TRIES if lags else 1):
            theirs, ours = await asyncio.gather(temporal.run(command), sundial.run(command))
            differing = _differing(f"cli.{group}", f"{number}: {command}", theirs, ours)
            if (until is None or until in theirs and until in ours) and not judge(differing, known):
                break
            await asyncio.sleep(AGAIN_SECONDS)
        found += differing
    return found


def _differing(program: str, label: str, temporal: list[str], sundial: list[str]) -> list[Difference]:
    """Line against line, where what only one has does not shift the rest."""
    found = []
    for _, i, j, k, l in difflib.SequenceMatcher(None, temporal, sundial, autojunk=False).get_opcodes():
        if temporal[i:j] != sundial[k:l]:
            pairs = itertools.zip_longest(temporal[i:j], sundial[k:l], fillvalue=ABSENT)
            found += [Difference(program, label, *pair) for pair in pairs]
    return found
