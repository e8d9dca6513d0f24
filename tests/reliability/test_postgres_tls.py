"""A server that reaches its database by TLS: what `sslmode` in the address promises is kept."""

from pathlib import Path

import pytest
import trustme
from temporalio.client import Client

from harness.postgres import Cluster
from harness.server import Server, free_port

pytestmark = pytest.mark.sundial_only


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    """Who vouches for the database: the file that a client must be given to trust it."""
    return tmp_path / "authority.pem"


@pytest.fixture
def cluster(tmp_path: Path, authority: Path):
    running = Cluster(tmp_path, free_port())
    signer = trustme.CA()
    signer.cert_pem.write_to_path(str(authority))
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    issued = signer.issue_cert("localhost")
    certificate.write_bytes(b"".join(pem.bytes() for pem in issued.cert_chain_pems))
    issued.private_key_pem.write_to_path(str(key))
    running.require_tls(certificate, key)
    running.start()
    yield running
    running.stop()


async def refused(address: str) -> str:
    server = Server.launch("sundial", database=address)
    assert server.process is not None
    assert server.process.wait(30) != 0
    return server.log_tail()


async def test_a_connection_is_as_safe_as_its_address_asks(cluster: Cluster, authority: Path) -> None:
    by_name = cluster.address.replace("127.0.0.1", "localhost")
    verified = f"{by_name}?sslmode=verify-full&sslrootcert={authority}"
    for address in (f"{cluster.address}?sslmode=require", verified):
        server = await Server.start("sundial", database=address)
        try:
            client = await Client.connect(server.address)
            await client.start_workflow("Unserved", id="stays", task_queue="nobody")
            described = await client.get_workflow_handle("stays").describe()
            assert described.workflow_type == "Unserved"
            await client.get_workflow_handle("stays").terminate()
        finally:
            server.stop()
    assert "no encryption" in await refused(f"{cluster.address}?sslmode=disable")
    # The system trusts nobody who vouches for this certificate.
    unknown = await refused(f"{by_name}?sslmode=verify-full")
    assert "sslrootcert" in unknown
    # The certificate is for another name.
    other_name = await refused(f"{cluster.address}?sslmode=verify-full&sslrootcert={authority}")
    assert "sslmode" in other_name
