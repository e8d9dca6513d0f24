"""The objects of a rendered chart, found by kind and name, and checked against Kubernetes' own schemas."""

from collections.abc import Iterator
from typing import Any

import kubernetes_validate

# The oldest that Chart.yaml allows, and the newest whose schemas are there.
KUBERNETES_VERSIONS = ("1.27", "1.37")
# Where server and worker host answer whether they are well.
HEALTH = {"path": "/health", "port": "metrics"}


class Objects:
    """What a release is made of."""

    def __init__(self, release: dict[str, Any]) -> None:
        self.all: list[dict[str, Any]] = [found["manifest"] for found in release["objects"]]
        self.notes: str = release["notes"]

    def names(self) -> set[str]:
        return {f"{found['kind']}/{found['metadata']['name']}" for found in self.all}

    def get(self, kind: str, name: str) -> dict[str, Any]:
        (found,) = [found for found in self.all if (found["kind"], found["metadata"]["name"]) == (kind, name)]
        return found

    def pods(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """The name of each deployment, and what its pods are."""
        for found in self.all:
            if found["kind"] == "Deployment":
                yield found["metadata"]["name"], found["spec"]["template"]["spec"]

    def container(self, deployment: str) -> dict[str, Any]:
        (container,) = self.get("Deployment", deployment)["spec"]["template"]["spec"]["containers"]
        return container

    def environment(self, deployment: str) -> dict[str, Any]:
        """The variables of a deployment's container: their values, or where those come from."""
        return {entry["name"]: entry.get("value", entry.get("valueFrom")) for entry in self.container(deployment)["env"]}

    def check_schemas(self) -> None:
        """Every object is one that Kubernetes takes: no field unknown, missing or of another type."""
        for version in KUBERNETES_VERSIONS:
            for found in self.all:
                kubernetes_validate.validate(found, version, strict=True)
