"""Sends what a workflow prints and logs to the host's log. The host adds the run's ids, and drops lines while it replays."""

import io
import logging
import sys
import time
import types

from temporalio import workflow
from wit_world.imports import host

# Longer lines are cut by the host anyway; without a bound, a line that never ends would be kept in memory.
MAX_LINE = 8 << 10


class LineWriter(io.TextIOBase):
    """A text stream whose lines become log lines."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, level: host.Level, name: str) -> None:
        self._level = level
        self._pending = ""
        self.name = name

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self._pending += text
        while (end := self._pending.find("\n")) >= 0 or len(self._pending) >= MAX_LINE:
            end = end if 0 <= end < MAX_LINE else MAX_LINE
            host.log(self._level, self._pending[:end])
            self._pending = self._pending[end:].removeprefix("\n")
        return len(text)

    def finish(self) -> None:
        """Logs what has no line end yet: at the end of an activation."""
        if self._pending:
            host.log(self._level, self._pending)
            self._pending = ""


class HostHandler(logging.Handler):
    """Hands log records to the host."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            host.log(_level(record.levelno), self.format(record))
        except Exception as error:
            host.log(host.Level.ERROR, f"a log line could not be formatted: {error!r}")


def _level(number: int) -> host.Level:
    if number >= logging.ERROR:
        return host.Level.ERROR
    if number >= logging.WARNING:
        return host.Level.WARN
    if number >= logging.INFO:
        return host.Level.INFO
    return host.Level.DEBUG if number >= logging.DEBUG else host.Level.TRACE


def install() -> None:
    """Routes print and logging to the host. After the modules are loaded: what they say before is the build's."""
    sys.stdout = sys.__stdout__ = LineWriter(host.Level.INFO, "<stdout>")
    sys.stderr = sys.__stderr__ = LineWriter(host.Level.WARN, "<stderr>")
    root = logging.getLogger()
    for handler in list(root.handlers):
        root.removeHandler(handler)
    root.addHandler(HostHandler())
    if root.level in (logging.NOTSET, logging.WARNING):
        # Python's default hides `workflow.logger.info`; the host has a level of its own.
        root.setLevel(logging.INFO)
    logging.time = _clock()
    # A logger may hold the streams of the build.
    logging.lastResort = root.handlers[0]
    for logger in list(logging.Logger.manager.loggerDict.values()):
        for handler in list(getattr(logger, "handlers", ())):
            if isinstance(handler, logging.StreamHandler):
                logger.removeHandler(handler)


def _clock() -> types.SimpleNamespace:
    """The module `time` as logging sees it: a record is made at the workflow's time."""

    def time_ns() -> int:
        return workflow.time_ns() if workflow.in_workflow() else 0

    return types.SimpleNamespace(**{**vars(time), "time_ns": time_ns, "time": lambda: time_ns() / 1e9})


def finish() -> None:
    """Ends open lines: an activation is over."""
    sys.stdout.finish()
    sys.stderr.finish()
