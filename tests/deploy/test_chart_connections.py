"""How the parts of the chart reach the server: its environment, secrets and probes, tried with real servers."""

import asyncio
import urllib.error
import urllib.request
from pathlib import Path

import trustme

from deploy.objects import HEALTH, Objects
from deploy.renderer import Renderer
from deploy.situations import TLS, situation
from harness.server import Server, free_port, sundial_binary
from harness.wait import eventually


async def test_worker_hosts_alone_are_ready_when_temporal_s_server_answers(render: Renderer) -> None:
    objects = situation(render, "worker-only")
    temporal = await Server.start("temporal")
    try:
        assert await is_ready(objects, {"SUNDIAL_ADDRESS": temporal.address})
        assert not await is_ready(objects, {"SUNDIAL_ADDRESS": f"127.0.0.1:{free_port()}"})
    finally:
        temporal.stop()


def test_a_key_of_temporal_cloud_is_referred_to(render: Renderer) -> None:
    cloud = {"address": "sundial.a1b2c.tmprl.cloud:7233", "namespaces": ["sundial.a1b2c"], "apiKey": {"secretName": "cloud"}}
    objects = Objects(render.chart("worker-only", worker=cloud))
    objects.check_schemas()
    environment = objects.environment("sundial-worker")
    assert environment["SUNDIAL_API_KEY"] == {"secretKeyRef": {"name": "cloud", "key": "apiKey"}}
    # Its certificate is signed by an authority that everybody knows.
    assert environment["SUNDIAL_TLS"] == "true"
    assert "SUNDIAL_TLS_CA_PATH" not in environment


def test_the_web_ui_reaches_a_server_with_certificates_as_worker_hosts_do(render: Renderer) -> None:
    objects = Objects(render.chart("local", **TLS))
    objects.check_schemas()
    ours, theirs = objects.environment("sundial-worker"), objects.environment("sundial-ui")
    for name in ("CA", "CERT", "KEY"):
        assert theirs[f"TEMPORAL_TLS_{name}"] == ours[f"SUNDIAL_TLS_{name}_PATH"]
    assert theirs["TEMPORAL_TLS_SERVER_NAME"] == ours["SUNDIAL_TLS_SERVER_NAME"] == "sundial.test"
    assert theirs["TEMPORAL_TLS_ENABLE_HOST_VERIFICATION"] == "true"
    for name in ("sundial-worker", "sundial-ui"):
        mounted = {mount["mountPath"] for mount in objects.container(name)["volumeMounts"]}
        assert {"/etc/sundial/authority", "/etc/sundial/client"} <= mounted
    # Kubernetes has no gRPC probe with TLS.
    assert objects.container("sundial-server")["readinessProbe"]["httpGet"] == HEALTH


def secrets() -> dict[str, dict[str, bytes]]:
    """What the secrets of `TLS` hold: one authority, and what it signed."""
    authority = trustme.CA()

    def signed(name: str) -> dict[str, bytes]:
        certificate = authority.issue_cert(name)
        return {
            "tls.crt": certificate.cert_chain_pems[0].bytes(),
            "tls.key": certificate.private_key_pem.bytes(),
        }

    return {
        "authority": {"ca.crt": authority.cert_pem.bytes()},
        "server-certificate": signed("sundial.test"),
        "client-certificate": signed("client.test"),
    }


def mounted(objects: Objects, deployment: str, folder: Path, held: dict[str, dict[str, bytes]]) -> dict[str, str]:
    """The environment of a deployment's container, with the secrets that it mounts as files below `folder`."""
    pod = objects.get("Deployment", deployment)["spec"]["template"]["spec"]
    named = {volume["name"]: volume["secret"]["secretName"] for volume in pod["volumes"] if "secret" in volume}
    for mount in objects.container(deployment)["volumeMounts"]:
        place = folder / deployment / mount["mountPath"].lstrip("/")
        place.mkdir(parents=True)
        for name, content in held.get(named.get(mount["name"], ""), {}).items():
            (place / name).write_bytes(content)
    environment = objects.environment(deployment)
    return {
        name: f"{folder / deployment}{value}" if name.endswith("_PATH") or value.startswith("/var/") else value
        for name, value in environment.items()
    }


async def test_server_and_worker_hosts_agree_on_certificates(render: Renderer, tmp_path: Path) -> None:
    objects = Objects(render.chart("local", **TLS))
    held = secrets()
    port, metrics = free_port(), free_port()
    own = {"SUNDIAL_IP": "127.0.0.1", "SUNDIAL_PORT": str(port), "SUNDIAL_CACHE_DIR": str(tmp_path / "cache")}
    server = mounted(objects, "sundial-server", tmp_path, held) | own
    server["SUNDIAL_METRICS_ADDRESS"] = f"127.0.0.1:{metrics}"
    process = await asyncio.create_subprocess_exec(
        sundial_binary(), *objects.container("sundial-server")["args"], env=server, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        health = f"http://127.0.0.1:{metrics}{HEALTH['path']}"
        await eventually(lambda: asyncio.to_thread(is_answered, health), within=30)
        worker = mounted(objects, "sundial-worker", tmp_path, held) | {"SUNDIAL_ADDRESS": f"127.0.0.1:{port}"}
        assert await is_ready(objects, worker)
        # A client without a certificate is turned away, and so is one that wants another name.
        nobody = {name: value for name, value in worker.items() if "CERT" not in name and "KEY" not in name}
        assert not await is_ready(objects, nobody)
        assert not await is_ready(objects, worker | {"SUNDIAL_TLS_SERVER_NAME": "other.test"})
    finally:
        process.terminate()
        await process.wait()


def is_answered(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status == 200
    except urllib.error.URLError:
        return False


async def is_ready(objects: Objects, environment: dict[str, str]) -> bool:
    """Whether the worker host's readiness probe succeeds in this environment."""
    _, *arguments = objects.container("sundial-worker")["readinessProbe"]["exec"]["command"]
    asked = await asyncio.create_subprocess_exec(
        sundial_binary(),
        *arguments,
        env=environment,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    return await asked.wait() == 0
