"""The situations that the chart has files of values for, and what each file leaves to whoever installs."""

from typing import Any

from deploy.objects import Objects
from deploy.renderer import Renderer

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

# A server that speaks TLS and asks for certificates of clients.
TLS: dict[str, Any] = {
    "server": {"tls": {"secretName": "server-certificate", "clientAuthoritySecretName": "authority"}},
    "worker": {
        "tls": {
            "serverName": "sundial.test",
            "authoritySecretName": "authority",
            "clientSecretName": "client-certificate",
        }
    },
}


def situation(render: Renderer, name: str) -> Objects:
    return Objects(render.chart(name, **SITUATIONS[name]))
