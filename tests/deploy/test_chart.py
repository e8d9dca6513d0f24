"""The Helm chart: what it renders to for each situation, and which values it refuses."""

import asyncio
import json
from typing import Any

import kubernetes_validate
import pytest

from deploy.ending import SHUTDOWN_LIMIT_SECONDS
from deploy.objects import Objects
from deploy.renderer import CHART, Refused, Renderer
from harness.server import Server, free_port, sundial_binary
from harness.ui_server import UI_VERSION

HOST = "database.example.org"
# What a file of values leaves to whoever installs: names that are theirs.
SITUATIONS: dict[str, dict[str, Any]] = {
    "local": {},
    "aks": {
        "image": {"repository": "registry.example.org/sundial", "tag": "1"},
        "server": {"database": {"postgres": {"host": HOST}}},
    },
    "worker-only": {
        "worker": {
            "address": "temporal-frontend.temporal:7233",
            "modules": {"image": "registry.example.org/modules:1", "taskQueue": "order"},
        }
    },
}


@pytest.fixture(params=SITUATIONS)
def objects(request: pytest.FixtureRequest, render: Renderer) -> Objects:
    return Objects(render.chart(request.param, **SITUATIONS[request.param]))


def situation(render: Renderer, name: str) -> Objects:
    return Objects(render.chart(name, **SITUATIONS[name]))


def test_there_is_a_situation_for_every_file_of_values() -> None:
    assert {f"values-{name}.yaml" for name in SITUATIONS} == {path.name for path in CHART.glob("values-*.yaml")}


def test_kubernetes_takes_every_object(objects: Objects) -> None:
    objects.check_schemas()


def test_a_misspelled_field_would_be_found(objects: Objects) -> None:
    objects.container("sundial-worker")["imagePolicy"] = "Always"
    with pytest.raises(kubernetes_validate.ValidationError, match="imagePolicy"):
        objects.check_schemas()


def test_pods_have_no_rights_that_they_do_not_need(objects: Objects) -> None:
    for name, pod in objects.pods():
        assert pod["automountServiceAccountToken"] is False, name
        assert pod["enableServiceLinks"] is False, name
        assert pod["securityContext"]["runAsNonRoot"] is True, name
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        for container in [*pod["containers"], *pod.get("initContainers", [])]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }, name
            assert {"requests", "limits"} == set(container["resources"]), name


def test_what_is_written_to_is_mounted(objects: Objects) -> None:
    for name in ("sundial-server", "sundial-worker"):
        if f"Deployment/{name}" in objects.names():
            mounts = {mount["mountPath"] for mount in objects.container(name)["volumeMounts"]}
            assert {"/var/cache/sundial", "/tmp"} <= mounts


def test_sundial_gets_time_to_end(objects: Objects) -> None:
    for name, pod in objects.pods():
        if name != "sundial-ui":
            assert pod["terminationGracePeriodSeconds"] >= SHUTDOWN_LIMIT_SECONDS + 10, name


def test_selectors_find_the_pods_of_their_part_alone(objects: Objects) -> None:
    labels = {
        found["metadata"]["name"]: found["spec"]["template"]["metadata"]["labels"]
        for found in objects.all
        if found["kind"] == "Deployment"
    }
    for found in objects.all:
        wanted = found["spec"].get("selector") if found["kind"] in ("Service", "PodDisruptionBudget") else None
        if wanted:
            wanted = wanted.get("matchLabels", wanted)
            matching = [name for name, had in labels.items() if wanted.items() <= had.items()]
            assert matching == [found["metadata"]["name"]]


def test_worker_hosts_are_replaced_one_at_a_time_and_spread(render: Renderer) -> None:
    objects = situation(render, "aks")
    worker = objects.get("Deployment", "sundial-worker")["spec"]
    assert worker["replicas"] == 3
    assert worker["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}
    assert worker["template"]["spec"]["topologySpreadConstraints"][0]["topologyKey"] == "kubernetes.io/hostname"
    assert objects.get("PodDisruptionBudget", "sundial-worker")["spec"]["maxUnavailable"] == 1


def test_two_servers_never_have_one_database(render: Renderer) -> None:
    server = situation(render, "aks").get("Deployment", "sundial-server")["spec"]
    assert (server["replicas"], server["strategy"]) == (1, {"type": "Recreate"})


def test_the_server_is_asked_by_grpc_and_the_worker_host_by_its_own_command(render: Renderer) -> None:
    objects = situation(render, "local")
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        assert objects.container("sundial-server")[probe]["grpc"] == {"port": 7233}
    worker = objects.container("sundial-worker")
    assert worker["readinessProbe"]["exec"]["command"][:3] == ["/usr/local/bin/sundial", "workflow", "list"]
    assert "livenessProbe" not in worker


def test_the_database_s_password_is_referred_to(render: Renderer) -> None:
    environment = situation(render, "aks").environment("sundial-server")
    assert environment["SUNDIAL_DATABASE"] == f"postgres://sundial@{HOST}:5432/sundial?sslmode=disable"
    assert environment["PGPASSWORD"] == {"secretKeyRef": {"name": "sundial-database", "key": "password"}}


def test_a_cluster_on_one_machine_keeps_its_workflows_on_a_volume(render: Renderer) -> None:
    objects = situation(render, "local")
    claim = objects.get("PersistentVolumeClaim", "sundial-data")
    assert claim["metadata"]["annotations"]["helm.sh/resource-policy"] == "keep"
    environment = objects.environment("sundial-server")
    assert environment["SUNDIAL_DATABASE"] == "/var/lib/sundial/sundial.db"
    assert "PGPASSWORD" not in environment
    mounts = {mount["name"]: mount["mountPath"] for mount in objects.container("sundial-server")["volumeMounts"]}
    assert mounts["data"] == "/var/lib/sundial"


def test_worker_hosts_alone_run_the_components_of_an_image(render: Renderer) -> None:
    objects = situation(render, "worker-only")
    assert objects.names() == {
        "ServiceAccount/sundial",
        "Deployment/sundial-worker",
        "PodDisruptionBudget/sundial-worker",
    }
    environment = objects.environment("sundial-worker")
    assert environment["SUNDIAL_ADDRESS"] == "temporal-frontend.temporal:7233"
    assert (environment["SUNDIAL_MODULES"], environment["SUNDIAL_TASK_QUEUE"]) == ("/srv/modules", "order")
    assert "temporal-frontend.temporal:7233" in objects.notes


async def test_worker_hosts_alone_are_ready_when_temporal_s_server_answers(render: Renderer) -> None:
    container = situation(render, "worker-only").container("sundial-worker")
    _, *arguments = container["readinessProbe"]["exec"]["command"]
    temporal = await Server.start("temporal")
    try:
        for address, ready in ((temporal.address, True), (f"127.0.0.1:{free_port()}", False)):
            asked = await asyncio.create_subprocess_exec(
                sundial_binary(), *arguments, env={"SUNDIAL_ADDRESS": address}, stderr=asyncio.subprocess.DEVNULL
            )
            assert (await asked.wait() == 0) == ready
    finally:
        temporal.stop()


def test_only_marked_pods_reach_the_server(render: Renderer) -> None:
    policy = situation(render, "aks").get("NetworkPolicy", "sundial-server")["spec"]
    (rule,) = policy["ingress"]
    assert {"matchLabels": {"sundial.dev/client": "true"}} in [peer["podSelector"] for peer in rule["from"]]
    assert policy["policyTypes"] == ["Ingress"]
    off = Objects(render.chart("local", networkPolicy={"enabled": False}))
    assert "NetworkPolicy/sundial-server" not in off.names()


def test_the_web_ui_is_the_version_that_is_tested(render: Renderer) -> None:
    image = situation(render, "local").container("sundial-ui")["image"]
    assert image == f"temporalio/ui:{UI_VERSION.removeprefix('v')}"


def test_the_web_ui_s_cookie_is_secure_where_its_page_is(render: Renderer) -> None:
    for origin, insecure in (("http://localhost:8080", "true"), ("https://sundial.example.org", "false")):
        environment = Objects(render.chart("local", ui={"origin": origin})).environment("sundial-ui")
        assert environment["TEMPORAL_CORS_ORIGINS"] == origin
        assert environment["TEMPORAL_CSRF_COOKIE_INSECURE"] == insecure


def test_variables_are_settings_of_the_binary(render: Renderer, settings: set[str]) -> None:
    more = {"memoryLimit": "512MiB", "cpuLimitMs": 1500, "activities": "/srv/activities.toml"}
    everything = {**SITUATIONS["worker-only"]["worker"], **more}
    names = set(Objects(render.chart("worker-only", worker=everything)).environment("sundial-worker"))
    names |= set(situation(render, "aks").environment("sundial-server")) - {"PGPASSWORD"}
    assert len(names) >= 10
    assert names <= settings


REFUSED: dict[str, tuple[str, dict[str, Any], str]] = {
    "a database without its host": ("aks", {}, "/server/database/postgres/host"),
    "worker hosts without a server": ("worker-only", {}, "/worker/address"),
    "components without a task queue": (
        "worker-only",
        {"worker": {"address": "temporal:7233", "modules": {"image": "modules:1"}}},
        "/worker/modules/taskQueue",
    ),
    "a misspelled value": ("local", {"worker": {"replica": 3}}, "additional properties 'replica' not allowed"),
    "a password in the values": (
        "local",
        {"server": {"database": {"postgres": {"password": "secret"}}}},
        "additional properties 'password' not allowed",
    ),
    "two servers": ("local", {"server": {"replicas": 2}}, "additional properties 'replicas' not allowed"),
    "an address with a scheme": ("worker-only", {"worker": {"address": "https://x.tmprl.cloud:7233"}}, "/worker/address"),
    "a size that is none": ("local", {"worker": {"cacheLimit": "2 gigabytes"}}, "/worker/cacheLimit"),
    "too little time to end": ("local", {"worker": {"terminationGracePeriodSeconds": 10}}, "minimum"),
    "a database of another kind": ("local", {"server": {"database": {"kind": "mysql"}}}, "/server/database/kind"),
    "no memory limit": ("local", {"server": {"resources": {"limits": {"memory": None}}}}, "/server/resources/limits"),
    "no disruption allowed": ("local", {"worker": {"podDisruptionBudget": {"maxUnavailable": 0}}}, "maxUnavailable"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_bad_values_are_refused(render: Renderer, name: str) -> None:
    files, values, reason = REFUSED[name]
    with pytest.raises(Refused) as refused:
        render.chart(files, **values)
    assert reason in str(refused.value), json.dumps(str(refused.value))
