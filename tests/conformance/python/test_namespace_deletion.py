"""The deletion of namespaces: their names are free at once, and what was in them goes."""

import uuid
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import NamespaceState
from temporalio.api.namespace.v1 import NamespaceFilter
from temporalio.api.operatorservice.v1 import DeleteNamespaceRequest
from temporalio.api.workflowservice.v1 import (
    DescribeNamespaceRequest,
    DescribeNamespaceResponse,
    ListNamespacesRequest,
    RegisterNamespaceRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from harness.nexus import endpoint
from harness.scheduled import schedule
from harness.server import Server, kind_under_test
from harness.wait import eventually


async def register(client: Client, name: str) -> None:
    retention = Duration(seconds=86_400)
    await client.workflow_service.register_namespace(
        RegisterNamespaceRequest(namespace=name, workflow_execution_retention_period=retention)
    )
    await eventually(lambda: is_there(client, namespace=name))


async def describe(client: Client, **which: str) -> DescribeNamespaceResponse:
    return await client.workflow_service.describe_namespace(DescribeNamespaceRequest(**which))


async def is_there(client: Client, **which: str) -> bool:
    try:
        await describe(client, **which)
    except RPCError as error:
        assert error.status == RPCStatusCode.NOT_FOUND
        return False
    return True


async def is_gone(client: Client, **which: str) -> bool:
    return not await is_there(client, **which)


async def listed(client: Client, with_deleted: bool) -> set[str]:
    answer = await client.workflow_service.list_namespaces(
        ListNamespacesRequest(page_size=1000, namespace_filter=NamespaceFilter(include_deleted=with_deleted))
    )
    return {found.namespace_info.name for found in answer.namespaces}


@pytest.fixture
async def team(client: Client) -> AsyncIterator[str]:
    name = f"team-{uuid.uuid4().hex[:8]}"
    await register(client, name)
    yield name


async def test_a_namespace_goes_with_what_is_in_it(server: Server, client: Client, team: str) -> None:
    inside = await Client.connect(server.address, namespace=team)
    for number in range(5):
        await inside.start_workflow("Nobody", id=f"run-{number}", task_queue="nobody")
    await inside.create_schedule("daily", schedule("nobody"))
    if kind_under_test() == "sundial":
        limit = timedelta(days=1)
        await inside.start_activity("nobody", id="alone", task_queue="nobody", start_to_close_timeout=limit)
    namespace_id = (await describe(client, namespace=team)).namespace_info.id
    answer = await client.operator_service.delete_namespace(DeleteNamespaceRequest(namespace=team))
    assert answer.deleted_namespace == f"{team}-deleted-{namespace_id[:5]}"
    await eventually(lambda: is_gone(client, namespace=team))
    assert team not in await listed(client, True)
    assert answer.deleted_namespace not in await listed(client, False)
    await eventually(lambda: is_gone(client, id=namespace_id), within=60)
    # The name is free for another one.
    await register(client, team)
    assert (await describe(client, namespace=team)).namespace_info.id != namespace_id
    again = await Client.connect(server.address, namespace=team)
    assert [run.id async for run in again.list_workflows()] == []


async def test_what_is_kept_for_a_while_takes_no_more_runs(server: Server, client: Client, team: str) -> None:
    namespace_id = (await describe(client, namespace=team)).namespace_info.id
    request = DeleteNamespaceRequest(namespace_id=namespace_id, namespace_delete_delay=Duration(seconds=3600))
    answer = await client.operator_service.delete_namespace(request)
    described = await eventually(lambda: described_as_deleted(client, namespace_id))
    assert described.namespace_info.name == answer.deleted_namespace
    assert answer.deleted_namespace in await listed(client, True)
    inside = await Client.connect(server.address, namespace=answer.deleted_namespace)
    with pytest.raises(RPCError) as refused:
        await inside.start_workflow("Nobody", id="late", task_queue="nobody")
    assert refused.value.message == "Namespace has invalid state: Deleted. Must be Registered."


async def described_as_deleted(client: Client, namespace_id: str) -> DescribeNamespaceResponse | None:
    described = await describe(client, id=namespace_id)
    return described if described.namespace_info.state == NamespaceState.NAMESPACE_STATE_DELETED else None


async def test_the_target_of_an_endpoint_stays(server: Server, client: Client, team: str) -> None:
    inside = await Client.connect(server.address, namespace=team)
    async with endpoint(inside, f"desk-{team}", "q"):
        with pytest.raises(RPCError) as refused:
            await client.operator_service.delete_namespace(DeleteNamespaceRequest(namespace=team))
        assert refused.value.status == RPCStatusCode.FAILED_PRECONDITION
        assert refused.value.message == f"cannot delete a namespace that is a target of a Nexus endpoint desk-{team}"


@pytest.mark.parametrize(
    ("request_of", "status", "message"),
    [
        ({}, RPCStatusCode.INVALID_ARGUMENT, "Namespace not set on request."),
        (
            {"namespace": "a", "namespace_id": "b"},
            RPCStatusCode.INVALID_ARGUMENT,
            "Only one of namespace name or Id should be set on request.",
        ),
        ({"namespace": "nowhere"}, RPCStatusCode.NOT_FOUND, "Namespace nowhere is not found."),
        ({"namespace": "temporal-system"}, RPCStatusCode.FAILED_PRECONDITION, "unable to delete system namespace"),
    ],
)
async def test_what_is_wrong_with_a_request_is_said(
    client: Client, request_of: dict, status: RPCStatusCode, message: str
) -> None:
    with pytest.raises(RPCError) as refused:
        await client.operator_service.delete_namespace(DeleteNamespaceRequest(**request_of))
    assert (refused.value.status, refused.value.message) == (status, message)
