"""The compose file: whole by the specification, its secrets elsewhere, and everything in it told how to start and end."""

import re
from typing import Any

import pytest

from deploy.durations import seconds
from deploy.ending import SHUTDOWN_LIMIT_SECONDS
from deploy.renderer import COMPOSE_FILE, DEPLOY, Refused, Renderer
from harness.ui_server import UI_VERSION

PASSWORD = "chosen-by-the-test"
OURS = {"server", "worker", "native-activities"}


@pytest.fixture
def services(render: Renderer) -> dict[str, Any]:
    return render.compose(POSTGRES_PASSWORD=PASSWORD)["services"]


def test_what_a_newcomer_needs_is_there(services: dict[str, Any]) -> None:
    assert set(services) == {"database", "server", "worker", "ui", "activities", "native-activities"}
    assert services["database"]["image"] == "postgres:16"
    assert services["ui"]["image"] == f"temporalio/ui:{UI_VERSION.removeprefix('v')}"


def test_without_a_password_nothing_starts(render: Renderer) -> None:
    for environment in ({}, {"POSTGRES_PASSWORD": ""}):
        with pytest.raises(Refused, match=r"choose one in the file \.env"):
            render.compose(**environment)


def test_secrets_come_from_the_environment_alone(services: dict[str, Any]) -> None:
    holders = {
        (name, variable)
        for name, service in services.items()
        for variable, value in (service.get("environment") or {}).items()
        if PASSWORD in value
    }
    assert holders == {("database", "POSTGRES_PASSWORD"), ("server", "PGPASSWORD")}
    assert not [line for line in COMPOSE_FILE.read_text().splitlines() if re.search(r"PASSWORD: (?!\$\{)", line)]


def test_the_example_environment_names_every_variable(render: Renderer) -> None:
    example = (DEPLOY / "compose/.env.example").read_text()
    named = set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE))
    used = set(re.findall(r"\$\{([A-Z_]+)", COMPOSE_FILE.read_text()))
    # The image's name is for those who publish one.
    assert named == used - {"SUNDIAL_IMAGE"}
    # As it stands it must not be taken for a choice.
    assert re.search(r"^POSTGRES_PASSWORD=$", example, re.MULTILINE)


def test_everything_is_started_again_and_waits_for_what_it_needs(services: dict[str, Any]) -> None:
    needs = {"server": "database", "worker": "server", "ui": "server", "activities": "server"}
    for name, service in services.items():
        assert service["restart"] == "unless-stopped", name
    for name, needed in needs.items():
        assert services[name]["depends_on"][needed]["condition"] == "service_healthy"
        assert "test" in services[needed]["healthcheck"]


def test_sundial_gets_time_to_end_and_no_more_rights_than_it_needs(services: dict[str, Any]) -> None:
    for name in OURS | {"activities"}:
        service = services[name]
        assert seconds(service["stop_grace_period"]) >= SHUTDOWN_LIMIT_SECONDS + 10, name
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
    for name in OURS:
        # The root is read-only, and compiled components have to go somewhere.
        assert "/var/cache/sundial" in [volume["target"] for volume in services[name]["volumes"]], name


def test_ports_are_open_on_this_machine_alone(services: dict[str, Any]) -> None:
    published = {name: service["ports"] for name, service in services.items() if service.get("ports")}
    assert set(published) == {"server", "ui"}
    for ports in published.values():
        assert [port["host_ip"] for port in ports] == ["127.0.0.1"]


def test_what_is_stored_survives_the_containers(render: Renderer, services: dict[str, Any]) -> None:
    volumes = render.compose(POSTGRES_PASSWORD=PASSWORD)["volumes"]
    kept = {volume["source"] for volume in services["database"]["volumes"]}
    assert kept == {"database"}
    assert kept <= set(volumes)
