"""The Helm chart: what it renders to for each situation, and which values it refuses."""

import json
from typing import Any

import kubernetes_validate
import pytest

from deploy.ending import SHUTDOWN_LIMIT_SECONDS
from deploy.objects import HEALTH, Objects
from deploy.renderer import CHART, Refused, Renderer
from deploy.situations import HOST, SITUATIONS, TLS, situation
from harness.ui_server import UI_VERSION


@pytest.fixture(params=SITUATIONS)
def objects(request: pytest.FixtureRequest, render: Renderer) -> Objects:
    return Objects(render.chart(request.param, **SITUATIONS[request.param]))


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


def test_health_is_asked_where_it_is_answered(objects: Objects) -> None:
    for name in ("sundial-server", "sundial-worker"):
        if f"Deployment/{name}" not in objects.names():
            continue
        container = objects.container(name)
        (port,) = [port["containerPort"] for port in container["ports"] if port["name"] == "metrics"]
        assert objects.environment(name)["SUNDIAL_METRICS_ADDRESS"] == f"0.0.0.0:{port}"
        assert container["livenessProbe"]["httpGet"] == HEALTH
        annotations = objects.get("Deployment", name)["spec"]["template"]["metadata"]["annotations"]
        assert annotations == {"prometheus.io/scrape": "true", "prometheus.io/port": str(port)}


def test_ready_is_a_server_that_answers_and_a_worker_host_whose_server_does(render: Renderer) -> None:
    objects = situation(render, "local")
    assert objects.container("sundial-server")["startupProbe"]["httpGet"] == HEALTH
    assert objects.container("sundial-server")["readinessProbe"]["grpc"] == {"port": 7233}
    asked = objects.container("sundial-worker")["readinessProbe"]["exec"]["command"]
    assert asked[:3] == ["/usr/local/bin/sundial", "workflow", "list"]


def test_the_database_s_password_is_referred_to(render: Renderer) -> None:
    environment = situation(render, "aks").environment("sundial-server")
    assert environment["SUNDIAL_DATABASE"] == f"postgres://sundial@{HOST}:5432/sundial?sslmode=verify-full"
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


def test_only_marked_pods_reach_the_server(render: Renderer) -> None:
    policy = situation(render, "aks").get("NetworkPolicy", "sundial-server")["spec"]
    rule, metrics = policy["ingress"]
    assert (rule["ports"], metrics) == (
        [{"port": "grpc", "protocol": "TCP"}],
        {"ports": [{"port": "metrics", "protocol": "TCP"}]},
    )
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
    for deployment in ("sundial-server", "sundial-worker"):
        names |= set(Objects(render.chart("local", **TLS)).environment(deployment))
    assert len(names) >= 19
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
    "certificates of clients without one of the server": (
        "local",
        {"server": {"tls": {"clientAuthoritySecretName": "authority"}}},
        "/server/tls/secretName",
    ),
    "a server with TLS and worker hosts without": (
        "local",
        {"server": {"tls": {"secretName": "server-certificate"}}},
        "say in worker.tls how its certificate is known",
    ),
    "an API key in the values": ("worker-only", {"worker": {"apiKey": {"value": "x"}}}, "'value' not allowed"),
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
