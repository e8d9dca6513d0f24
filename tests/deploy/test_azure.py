"""The scripts for Azure: free of what shellcheck finds, and what they do, told by programs that only play az, kubectl and helm."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from deploy.ending import SHUTDOWN_LIMIT_SECONDS
from deploy.objects import Objects
from deploy.renderer import DEPLOY, Renderer
from deploy.stand_ins import Call, StandIns
from harness.server import CHECKOUT

AZURE = DEPLOY / "azure"
SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
HOST = "sundial-db.postgres.database.azure.com"
# How az says that something is not there, and how it answers questions.
NOTHING_YET = [
    ("az aks show", "", 3),
    ("get secret sundial-database", "", 1),
    ("flexible-server show .* --output none", "", 3),
]
ANSWERS = [
    ("az account show", SUBSCRIPTION, 0),
    ("git", "0123456789ab", 0),
    ("--query fullyQualifiedDomainName", HOST, 0),
    ("--query id", "/an/id", 0),
    ("--query principalId", "a-principal", 0),
    ("get service/sundial-server", "10.20.0.9", 0),
]


@pytest.fixture
def stand_ins(tmp_path: Path) -> StandIns:
    return StandIns(tmp_path, answers=[*ANSWERS])


def values(call: Call) -> dict[str, Any]:
    """What --set and --set-string of a call of helm say, as values."""
    result: dict[str, Any] = {}
    for text in [*call.options("--set"), *call.options("--set-string")]:
        path, value = re.split(r"(?<!\\)=", text, maxsplit=1)
        *parents, last = [part.replace("\\.", ".") for part in re.split(r"(?<!\\)\.", path)]
        place = result
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = value[1:-1].split(",") if value.startswith("{") else value
    return result


@pytest.mark.parametrize("script", sorted(AZURE.glob("*.sh")), ids=lambda script: script.name)
def test_shellcheck_finds_nothing(script: Path) -> None:
    checker = Path(sys.executable).parent / "shellcheck"
    # Braces around every name, and a variable for every command in an argument, would make them harder to read.
    command = [checker, "--external-sources", "--enable=all", "--exclude=SC2250,SC2312", script.relative_to(CHECKOUT)]
    found = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout


def create(stand_ins: StandIns) -> None:
    ended = stand_ins.run(AZURE / "create.sh")
    assert ended.returncode == 0, ended.stderr


def test_a_cluster_is_made_from_nothing(stand_ins: StandIns) -> None:
    stand_ins.answers = [*NOTHING_YET, *ANSWERS]
    create(stand_ins)
    made = [" ".join(call.words[:4]) for call in stand_ins.calls() if "create" in call.words or "build" in call.words]
    wanted = [
        "az group create --name",
        "az acr create --resource-group",
        "az acr build --registry",
        "az network vnet create",
        "az aks create --resource-group",
        "az postgres flexible-server create",
        "kubectl --namespace sundial create",
        "az postgres flexible-server db",
    ]
    assert [line for line in made if line in wanted] == wanted
    assert stand_ins.calls()[-1].words[:2] == ["helm", "upgrade"]


def test_the_password_is_one_and_is_no_argument(stand_ins: StandIns) -> None:
    stand_ins.answers = [*NOTHING_YET, *ANSWERS]
    create(stand_ins)
    password = stand_ins.call("az postgres flexible-server create").given
    assert re.fullmatch(r"S-[0-9a-f]{48}", password)
    assert stand_ins.call("kubectl --namespace sundial create secret").given == password
    assert not [call.line for call in stand_ins.calls() if password in call.line]


def test_a_second_run_makes_nothing_twice_and_keeps_the_password(stand_ins: StandIns) -> None:
    create(stand_ins)
    lines = [call.line for call in stand_ins.calls()]
    assert not [line for line in lines if "aks create" in line or "flexible-server create" in line]
    assert not [line for line in lines if "--admin-password" in line or "create secret" in line]
    assert any(line.startswith("helm upgrade") for line in lines)


def test_a_new_cluster_gets_a_new_password_for_a_database_that_is_there(stand_ins: StandIns) -> None:
    stand_ins.answers = [("get secret sundial-database", "", 1), *ANSWERS]
    create(stand_ins)
    changed = stand_ins.call("az postgres flexible-server update")
    assert stand_ins.call("kubectl --namespace sundial create secret").given == changed.given != ""


def test_what_was_built_is_what_is_installed(stand_ins: StandIns, render: Renderer) -> None:
    create(stand_ins)
    built, installed = stand_ins.call("az acr build"), stand_ins.call("helm upgrade")
    assert installed.option("--values") == str(DEPLOY / "helm/sundial/values-aks.yaml")
    objects = Objects(render.chart("aks", **values(installed)))
    objects.check_schemas()
    image = objects.container("sundial-server")["image"]
    assert image == f"{built.option('--registry')}.azurecr.io/{built.option('--image')}"
    assert objects.environment("sundial-server")["SUNDIAL_DATABASE"].startswith(f"postgres://sundial@{HOST}:5432/sundial")
    assert objects.environment("sundial-server")["PGPASSWORD"]["secretKeyRef"] == {
        "name": "sundial-database",
        "key": "password",
    }


def test_nothing_is_deleted_before_its_name_is_said(stand_ins: StandIns) -> None:
    for said in ([], ["other"]):
        refused = stand_ins.run(AZURE / "delete.sh", *said)
        assert refused.returncode == 1
        assert "resource group sundial" in refused.stderr
        assert not [call.line for call in stand_ins.calls() if "delete" in call.line]
    assert stand_ins.run(AZURE / "delete.sh", "sundial").returncode == 0
    assert stand_ins.call("az group delete").option("--name") == "sundial"


def test_worker_hosts_on_container_apps_reach_the_server_in_the_cluster(stand_ins: StandIns, render: Renderer) -> None:
    ended = stand_ins.run(AZURE / "container-apps.sh")
    assert ended.returncode == 0, ended.stderr
    app = stand_ins.call("az containerapp create")
    assert app.option("--args") == "worker"
    assert "SUNDIAL_ADDRESS=10.20.0.9:7233" in app.words
    assert float(app.option("--termination-grace-period")) >= SHUTDOWN_LIMIT_SECONDS + 10
    # The cluster lets their network in, and no other.
    given = values(stand_ins.call("helm upgrade"))
    given["server"]["database"] = {"postgres": {"host": HOST}}
    objects = Objects(render.chart("aks", **given))
    objects.check_schemas()
    service = objects.get("Service", "sundial-server")
    assert service["metadata"]["annotations"] == {"service.beta.kubernetes.io/azure-load-balancer-internal": "true"}
    assert (service["spec"]["type"], service["spec"]["externalTrafficPolicy"]) == ("LoadBalancer", "Local")
    peers = objects.get("NetworkPolicy", "sundial-server")["spec"]["ingress"][0]["from"]
    ranges = [peer["ipBlock"]["cidr"] for peer in peers if "ipBlock" in peer]
    assert ranges == [stand_ins.call("az network vnet subnet create").option("--address-prefixes")]


def test_worker_hosts_on_container_apps_take_another_server_s_address(stand_ins: StandIns) -> None:
    ended = stand_ins.run(AZURE / "container-apps.sh", ADDRESS="temporal.example.org:7233")
    assert ended.returncode == 0, ended.stderr
    assert "SUNDIAL_ADDRESS=temporal.example.org:7233" in stand_ins.call("az containerapp create").words
    assert not [call.line for call in stand_ins.calls() if call.words[0] in ("helm", "kubectl")]


def test_a_missing_program_is_named(stand_ins: StandIns) -> None:
    stand_ins.programs = ("az", "kubectl", "git")
    ended = stand_ins.run(AZURE / "create.sh", PATH=f"{stand_ins.folder}/bin:/usr/bin:/bin")
    assert ended.returncode == 1
    assert "helm is not installed" in ended.stderr
