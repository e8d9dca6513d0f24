"""A server with certificates, and who gets in: SDKs, the `sundial` and `temporal` command lines, the worker host."""

import asyncio
import json
import ssl
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from tempfile import mkstemp

import pytest
import trustme
from temporalio import workflow
from temporalio.client import Client
from temporalio.service import TLSConfig
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from harness.http_api import HttpApi
from harness.server import Server, free_port, sundial_binary, temporal_binary
from harness.sundial import SundialFailed, sundial

pytestmark = pytest.mark.sundial_only


@workflow.defn
class Greet:
    @workflow.run
    async def run(self, name: str) -> str:
        return f"hello {name}"


@dataclass
class Certificates:
    """The PEM files of one authority."""

    folder: Path
    authority: Path
    server: tuple[Path, Path]
    client: tuple[Path, Path]

    @classmethod
    def make(cls, folder: Path) -> "Certificates":
        authority = trustme.CA()
        path = folder / "authority.pem"
        authority.cert_pem.write_to_path(path)

        def issue(name: str, identity: str) -> tuple[Path, Path]:
            certificate = authority.issue_cert(identity)
            certificate.cert_chain_pems[0].write_to_path(folder / f"{name}.pem")
            certificate.private_key_pem.write_to_path(folder / f"{name}.key")
            return folder / f"{name}.pem", folder / f"{name}.key"

        return cls(folder, path, issue("server", "sundial.test"), issue("client", "client.test"))

    def config(self, *, with_client: bool = True) -> TLSConfig:
        certificate, key = self.client
        return TLSConfig(
            server_root_ca_cert=self.authority.read_bytes(),
            domain="sundial.test",
            client_cert=certificate.read_bytes() if with_client else None,
            client_private_key=key.read_bytes() if with_client else None,
        )

    def flags(self, *, with_client: bool = True) -> list[str]:
        """For `sundial` and `temporal`, which name them alike."""
        flags = ["--tls-ca-path", str(self.authority), "--tls-server-name", "sundial.test"]
        if with_client:
            flags += ["--tls-cert-path", str(self.client[0]), "--tls-key-path", str(self.client[1])]
        return flags


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates.make(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
async def secure(certificates: Certificates, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    """A server that wants a certificate of each client."""
    port = free_port()
    certificate, key = certificates.server
    command = [str(sundial_binary()), "server", "--port", str(port)]
    command += ["--db", str(tmp_path_factory.mktemp("secure") / "sundial.db")]
    command += ["--tls-cert-path", str(certificate), "--tls-key-path", str(key)]
    command += ["--tls-client-ca-path", str(certificates.authority)]
    server = Server(f"127.0.0.1:{port}", "sundial", command=command, tls=certificates.config())
    server.log = Path(mkstemp(prefix="secure-", suffix=".log")[1])
    server.launch_again()
    try:
        await server.ready()
        yield server
    finally:
        server.stop()


async def test_an_sdk_runs_a_workflow_over_mutual_tls(secure: Server, unique: str) -> None:
    client = await Client.connect(secure.address, tls=secure.tls or False)
    # Its sandbox would import this file again, with all of trustme.
    runner = UnsandboxedWorkflowRunner()
    async with Worker(client, task_queue=unique, workflows=[Greet], workflow_runner=runner):
        assert await client.execute_workflow(Greet.run, "you", id=unique, task_queue=unique) == "hello you"


async def test_a_client_without_a_certificate_is_refused(secure: Server, certificates: Certificates) -> None:
    with pytest.raises(RuntimeError):
        await Client.connect(secure.address, tls=certificates.config(with_client=False))
    with pytest.raises(RuntimeError):
        await Client.connect(secure.address)


async def test_the_http_api_has_the_same_doors(secure: Server, certificates: Certificates) -> None:
    context = ssl.create_default_context(cafile=str(certificates.authority))
    context.check_hostname = False
    api = HttpApi.beside(secure.address, context)
    with pytest.raises(OSError):
        await api.get("/system-info")
    context.load_cert_chain(*certificates.client)
    assert (await api.get("/system-info")).body["serverVersion"]
    # Where TLS is expected, the answer to anything else is one of TLS's own, which is no HTTP.
    with pytest.raises((OSError, HTTPException)):
        await HttpApi.beside(secure.address).get("/system-info")


async def test_a_client_that_says_nothing_is_not_waited_for(secure: Server) -> None:
    """Neither before TLS nor in the middle of its first words, which tell that a greeting of 512 bytes will come."""
    host, port = secure.address.split(":")

    async def wait_for_end(first_words: bytes) -> float:
        begun = time.monotonic()
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(first_words)
        # The connection may end in an alert of TLS.
        await reader.read()
        writer.close()
        return time.monotonic() - begun

    broken_off = bytes([22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3]) + bytes(60)
    took = await asyncio.gather(wait_for_end(b""), wait_for_end(broken_off))
    assert all(5 < seconds < 30 for seconds in took), took


async def test_the_command_lines_connect(secure: Server, certificates: Certificates) -> None:
    assert await sundial("workflow", "list", *certificates.flags(), address=secure.address) is not None
    temporal = [str(temporal_binary()), "operator", "namespace", "list", "--address", secure.address]
    listed = await asyncio.to_thread(
        subprocess.run, [*temporal, *certificates.flags(), "-o", "json"], capture_output=True, check=True, timeout=30
    )
    assert "default" in {found["namespaceInfo"]["name"] for found in json.loads(listed.stdout)}


async def test_the_command_line_says_why_it_does_not_connect(secure: Server, certificates: Certificates) -> None:
    flags = certificates.flags(with_client=False)
    # The server's alert may come before or after it closes, so the cause has different words.
    with pytest.raises(SundialFailed, match="connection to .* broke") as refused:
        await sundial("workflow", "list", *flags, address=secure.address)
    assert "--tls-cert-path" in str(refused.value)
    with pytest.raises(SundialFailed, match="unknownissuer|invalid peer certificate"):
        await sundial("workflow", "list", "--tls", address=secure.address)


async def test_what_is_wrong_with_certificates_is_named(certificates: Certificates) -> None:
    server = ("server", "--port", "0", "--db", certificates.folder / "unused.db")
    certificate, key = certificates.server
    for flags, words in [
        (["--tls-cert-path", certificate], "server_tls_cert_path is given without server_tls_key_path"),
        (["--tls-client-ca-path", certificate], "without server_tls_cert_path"),
        (["--tls-cert-path", certificates.folder / "none.pem", "--tls-key-path", key], "can't be read"),
        (["--tls-cert-path", Path(__file__), "--tls-key-path", key], "holds no PEM"),
        (["--tls-cert-path", key, "--tls-key-path", key], "can't be used"),
    ]:
        with pytest.raises(SundialFailed, match=words):
            await sundial(*server, *flags)


async def test_the_worker_host_serves_over_mutual_tls(
    secure: Server, certificates: Certificates, unique: str, guests
) -> None:
    """The component of the fan-out example, from the registry, over two connections that are both secure."""
    component = await guests.example("fan-out")
    push = ("module", "push", component, "--name", "secure-fan-out", "--task-queue", unique)
    await sundial(*push, *certificates.flags(), address=secure.address)
    command = [str(sundial_binary()), "worker", "--address", secure.address, *certificates.flags()]
    log = certificates.folder / "worker.log"
    with log.open("wb") as sink:
        host = await asyncio.create_subprocess_exec(*command, stdout=sink, stderr=sink)
    try:
        client = await Client.connect(secure.address, tls=secure.tls or False)
        result = await client.execute_workflow(
            "FanOut", {"numbers": [1, 2, 3], "child_task_queue": None}, id=unique, task_queue=unique
        )
        assert result == {"total": 14, "children": 3}, log.read_text()
    finally:
        host.terminate()
        await host.wait()


async def test_an_api_key_is_not_shown() -> None:
    listing = await sundial("config")
    assert "secret" not in json.dumps(listing)
    process = await asyncio.create_subprocess_exec(
        *(str(sundial_binary()), "config"),
        stdout=asyncio.subprocess.PIPE,
        env={"SUNDIAL_API_KEY": "secret", "PATH": "/usr/bin", "HOME": str(Path.home())},
    )
    shown, _ = await process.communicate()
    assert b"secret" not in shown and b"(not shown)" in shown, shown.decode(sys.stdout.encoding or "utf-8")
