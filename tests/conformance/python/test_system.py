"""What a client asks of the server itself: what it can do, that it is well, and what it does not have."""

import asyncio

import grpc
import pytest
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import (
    ProtoReflectionDescriptorDatabase,
)
from temporalio.api.workflowservice.v1 import (
    GetClusterInfoRequest,
    GetSystemInfoRequest,
    ListNamespacesRequest,
    CreateWorkflowRuleRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from harness.server import Server


async def test_capabilities_are_those_that_clients_rely_on(client: Client) -> None:
    info = await client.workflow_service.get_system_info(GetSystemInfoRequest())
    assert info.server_version
    can = info.capabilities
    for name in (
        "signal_and_query_header",
        "internal_error_differentiation",
        "activity_failure_include_heartbeat",
        "encoded_failure_attributes",
        "sdk_metadata",
        "build_id_based_versioning",
    ):
        assert getattr(can, name), name


async def test_the_cluster_names_its_version_and_its_store(client: Client) -> None:
    info = await client.workflow_service.get_cluster_info(GetClusterInfoRequest())
    assert info.server_version
    assert info.cluster_name
    assert info.cluster_id
    assert info.history_shard_count >= 1
    assert info.persistence_store
    assert info.visibility_store
    assert "temporal-cli" in info.supported_clients


async def test_the_server_says_that_it_is_well(client: Client) -> None:
    assert await client.service_client.check_health()


@pytest.mark.sundial_only
async def test_a_method_that_is_not_there_is_named(client: Client) -> None:
    with pytest.raises(RPCError) as caught:
        await client.workflow_service.create_workflow_rule(CreateWorkflowRuleRequest(namespace=client.namespace))
    assert caught.value.status == RPCStatusCode.UNIMPLEMENTED
    assert "CreateWorkflowRule" in caught.value.message


async def test_the_default_namespace_is_there_from_the_start(client: Client) -> None:
    response = await client.workflow_service.list_namespaces(ListNamespacesRequest())
    assert "default" in [namespace.namespace_info.name for namespace in response.namespaces]


async def test_reflection_lists_the_services(server: Server) -> None:
    with grpc.insecure_channel(server.address) as channel:
        services = await asyncio.to_thread(lambda: ProtoReflectionDescriptorDatabase(channel).get_services())
    assert {
        "temporal.api.workflowservice.v1.WorkflowService",
        "temporal.api.operatorservice.v1.OperatorService",
        "grpc.health.v1.Health",
    } <= set(services)
