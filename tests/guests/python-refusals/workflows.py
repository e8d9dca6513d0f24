"""Workflows that ask for what a workflow does not get, each named after what it asks for."""

import importlib
import os
import random
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import uuid
from pathlib import Path

from temporalio import workflow


@workflow.defn
class Clock:
    @workflow.run
    async def run(self) -> float:
        return time.time()


@workflow.defn
class Sleep:
    @workflow.run
    async def run(self) -> None:
        time.sleep(1)


@workflow.defn
class Randomness:
    @workflow.run
    async def run(self) -> float:
        return random.random()


@workflow.defn
class Uuid:
    @workflow.run
    async def run(self) -> str:
        return str(uuid.uuid4())


@workflow.defn
class Files:
    @workflow.run
    async def run(self) -> str:
        return Path("/etc/hostname").read_text()


@workflow.defn
class Environment:
    @workflow.run
    async def run(self) -> str:
        return os.environ["HOME"]


@workflow.defn
class Sockets:
    @workflow.run
    async def run(self) -> None:
        socket.create_connection(("127.0.0.1", 80))


@workflow.defn
class Http:
    @workflow.run
    async def run(self) -> bytes:
        return urllib.request.urlopen("http://127.0.0.1").read()


@workflow.defn
class Processes:
    @workflow.run
    async def run(self) -> None:
        subprocess.run(["true"], check=True)


@workflow.defn
class Threads:
    @workflow.run
    async def run(self) -> None:
        threading.Thread(target=print).start()


@workflow.defn
class Stdin:
    @workflow.run
    async def run(self) -> str:
        return sys.stdin.readline()


@workflow.defn
class UnboundedMemory:
    @workflow.run
    async def run(self) -> int:
        held = []
        while True:
            held.append(bytes(1 << 20))


@workflow.defn
class EndlessLoop:
    @workflow.run
    async def run(self) -> None:
        while True:
            pass


@workflow.defn
class DeepRecursion:
    @workflow.run
    async def run(self) -> int:
        return self.deeper(0)

    def deeper(self, depth: int) -> int:
        return self.deeper(depth + 1) + 1


@workflow.defn
class LateImport:
    @workflow.run
    async def run(self) -> str:
        return importlib.import_module("wave").__name__
