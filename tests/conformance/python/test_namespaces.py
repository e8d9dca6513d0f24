"""Namespaces: register, describe, list, update, and that they keep apart what is in them."""

import pytest
from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import NamespaceState
from temporalio.api.namespace.v1 import NamespaceConfig, UpdateNamespaceInfo
from temporalio.api.workflowservice.v1 import (
    DescribeNamespaceRequest,
    DescribeNamespaceResponse,
    ListNamespacesRequest,
    RegisterNamespaceRequest,
    UpdateNamespaceRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from harness.raw import RawWorker, complete_workflow
from harness.wait import eventually

DAY_SECONDS = 86_400


@pytest.fixture(scope="module")
async def namespace(client: Client) -> str:
    name = f"team-{id(client)}"
    await client.workflow_service.register_namespace(
        RegisterNamespaceRequest(
            namespace=name,
            description="orders",
            owner_email="orders@example.com",
            workflow_execution_retention_period=Duration(seconds=3 * DAY_SECONDS),
            data={"team": "orders"},
        )
    )
    await eventually(lambda: usable(client, name))
    return name


async def describe(client: Client, name: str) -> DescribeNamespaceResponse:
    return await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=name))


async def usable(client: Client, name: str) -> bool:
    """Temporal's server takes a moment until each part of it knows a new namespace."""
    try:
        await (await Client.connect(client.service_client.config.target_host, namespace=name)).count_workflows()
    except RPCError:
        return False
    return True


async def test_a_namespace_is_described_as_it_was_registered(client: Client, namespace: str) -> None:
    described = await describe(client, namespace)
    assert described.namespace_info.name == namespace
    assert described.namespace_info.id
    assert described.namespace_info.state == NamespaceState.NAMESPACE_STATE_REGISTERED
    assert described.namespace_info.description == "orders"
    assert described.namespace_info.owner_email == "orders@example.com"
    assert dict(described.namespace_info.data) == {"team": "orders"}
    assert described.config.workflow_execution_retention_ttl.seconds == 3 * DAY_SECONDS


async def test_a_namespace_is_found_by_its_id(client: Client, namespace: str) -> None:
    found = await client.workflow_service.describe_namespace(
        DescribeNamespaceRequest(id=(await describe(client, namespace)).namespace_info.id)
    )
    assert found.namespace_info.name == namespace


async def test_a_name_that_is_taken_is_refused(client: Client, namespace: str) -> None:
    with pytest.raises(RPCError) as caught:
        await client.workflow_service.register_namespace(
            RegisterNamespaceRequest(
                namespace=namespace, workflow_execution_retention_period=Duration(seconds=DAY_SECONDS)
            )
        )
    assert caught.value.status == RPCStatusCode.ALREADY_EXISTS


async def test_an_unknown_namespace_is_not_found(client: Client) -> None:
    with pytest.raises(RPCError) as caught:
        await describe(client, "no-such-namespace")
    assert caught.value.status == RPCStatusCode.NOT_FOUND


async def test_listing_pages_through_every_namespace(client: Client, namespace: str) -> None:
    names: list[str] = []
    token = b""
    while True:
        page = await client.workflow_service.list_namespaces(ListNamespacesRequest(page_size=1, next_page_token=token))
        names += [found.namespace_info.name for found in page.namespaces]
        assert len(page.namespaces) <= 1
        if not (token := page.next_page_token):
            break
    assert {"default", namespace} <= set(names)
    assert len(names) == len(set(names))


async def test_an_update_changes_only_what_it_names(client: Client, namespace: str) -> None:
    await client.workflow_service.update_namespace(
        UpdateNamespaceRequest(
            namespace=namespace,
            update_info=UpdateNamespaceInfo(description="orders and returns"),
            config=NamespaceConfig(workflow_execution_retention_ttl=Duration(seconds=5 * DAY_SECONDS)),
        )
    )

    async def changed() -> bool:
        described = await describe(client, namespace)
        return described.namespace_info.description == "orders and returns"

    await eventually(changed)
    described = await describe(client, namespace)
    assert described.config.workflow_execution_retention_ttl.seconds == 5 * DAY_SECONDS
    assert described.namespace_info.owner_email == "orders@example.com"


async def test_the_same_id_runs_once_in_each_namespace(client: Client, namespace: str, raw: RawWorker) -> None:
    other = RawWorker(
        await Client.connect(client.service_client.config.target_host, namespace=namespace), raw.task_queue
    )
    await other.service.describe_namespace(DescribeNamespaceRequest(namespace=namespace))
    runs = {await raw.start(), await other.start()}
    assert len(runs) == 2
    here, there = await raw.poll(), await other.poll()
    assert {here.workflow_execution.run_id, there.workflow_execution.run_id} == runs
    await raw.answer(here, complete_workflow())
    assert len(await raw.history()) == 5
    assert len(await other.history()) == 3
