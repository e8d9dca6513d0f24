"""Worker deployments: a pinned run stays on the version that it started on, new runs go to the current one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from temporalio import workflow
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.deployment.v1 import WorkerDeploymentVersion as ApiVersion
from temporalio.api.enums.v1 import VersioningBehavior as ApiBehavior
from temporalio.api.workflow.v1 import VersioningOverride, WorkflowExecutionOptions
from temporalio.api.workflowservice.v1 import (
    DescribeWorkerDeploymentRequest,
    DescribeWorkerDeploymentResponse,
    ListWorkerDeploymentsRequest,
    RecordWorkerHeartbeatRequest,
    SetWorkerDeploymentCurrentVersionRequest,
    UpdateWorkflowExecutionOptionsRequest,
)
from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import WorkerDeploymentConfig

from harness.history import attributes
from harness.wait import eventually
from harness.worker import new_worker


@workflow.defn(name="Versioned", versioning_behavior=VersioningBehavior.PINNED)
class One:
    def __init__(self) -> None:
        self.steps: list[str] = []

    @workflow.run
    async def run(self) -> list[str]:
        await workflow.wait_condition(lambda: len(self.steps) == 2)
        return self.steps

    @workflow.signal
    def step(self) -> None:
        self.steps.append("one")


@workflow.defn(name="Versioned", versioning_behavior=VersioningBehavior.PINNED)
class Two:
    def __init__(self) -> None:
        self.steps: list[str] = []

    @workflow.run
    async def run(self) -> list[str]:
        await workflow.wait_condition(lambda: len(self.steps) == 2)
        return self.steps

    @workflow.signal
    def step(self) -> None:
        self.steps.append("two")


@asynccontextmanager
async def versioned(client: Client, unique: str, build_id: str, workflow_type: type) -> AsyncIterator[None]:
    config = WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(deployment_name=unique, build_id=build_id),
        use_worker_versioning=True,
    )
    async with new_worker(client, unique, [workflow_type], deployment_config=config):
        await eventually(lambda: known(client, unique, build_id))
        yield


async def describe(client: Client, name: str) -> DescribeWorkerDeploymentResponse:
    return await client.workflow_service.describe_worker_deployment(
        DescribeWorkerDeploymentRequest(namespace=client.namespace, deployment_name=name)
    )


async def known(client: Client, name: str, build_id: str) -> bool:
    try:
        info = (await describe(client, name)).worker_deployment_info
    except RPCError as error:
        assert error.status == RPCStatusCode.NOT_FOUND
        return False
    return build_id in [one.deployment_version.build_id for one in info.version_summaries]


async def make_current(client: Client, name: str, build_id: str) -> None:
    await client.workflow_service.set_worker_deployment_current_version(
        SetWorkerDeploymentCurrentVersionRequest(
            namespace=client.namespace, deployment_name=name, build_id=build_id, identity="test"
        )
    )
    routing = (await describe(client, name)).worker_deployment_info.routing_config
    assert routing.current_deployment_version.build_id == build_id


async def test_a_pinned_run_stays_and_a_new_run_goes_to_the_current_version(client: Client, unique: str) -> None:
    async with versioned(client, unique, "1", One):
        await make_current(client, unique, "1")
        old = await client.start_workflow("Versioned", id=f"{unique}-old", task_queue=unique, result_type=list[str])
        await old.signal("step")
        await eventually(lambda: pinned_to(old, "1"))
        async with versioned(client, unique, "2", Two):
            await make_current(client, unique, "2")
            new = await client.start_workflow("Versioned", id=f"{unique}-new", task_queue=unique, result_type=list[str])
            await asyncio.gather(old.signal("step"), new.signal("step"))
            await new.signal("step")
            assert await old.result() == ["one", "one"]
            assert await new.result() == ["two", "two"]
            assert await pinned_to(old, "1") and await pinned_to(new, "2")
    completed = await attributes(old, "WorkflowTaskCompleted", 1)
    assert completed.versioning_behavior == ApiBehavior.VERSIONING_BEHAVIOR_PINNED
    assert completed.deployment_version.build_id == "1"


async def pinned_to(handle, build_id: str) -> bool:
    info = (await handle.describe()).raw_description.workflow_execution_info.versioning_info
    return info.behavior == ApiBehavior.VERSIONING_BEHAVIOR_PINNED and info.deployment_version.build_id == build_id


def pin_request(client: Client, workflow_id: str, name: str, build_id: str) -> UpdateWorkflowExecutionOptionsRequest:
    pinned = VersioningOverride.PinnedOverride(
        behavior=VersioningOverride.PINNED_OVERRIDE_BEHAVIOR_PINNED,
        version=ApiVersion(deployment_name=name, build_id=build_id),
    )
    return UpdateWorkflowExecutionOptionsRequest(
        namespace=client.namespace,
        workflow_execution=WorkflowExecution(workflow_id=workflow_id),
        workflow_execution_options=WorkflowExecutionOptions(versioning_override=VersioningOverride(pinned=pinned)),
        update_mask=FieldMask(paths=["versioning_override"]),
        identity="test",
    )


async def test_a_run_is_moved_to_another_version_by_a_pin(client: Client, unique: str) -> None:
    async with versioned(client, unique, "1", One), versioned(client, unique, "2", Two):
        await make_current(client, unique, "1")
        handle = await client.start_workflow("Versioned", id=unique, task_queue=unique, result_type=list[str])
        await eventually(lambda: pinned_to(handle, "1"))
        request = pin_request(client, unique, unique, "2")
        answer = await client.workflow_service.update_workflow_execution_options(request)
        assert answer.workflow_execution_options == request.workflow_execution_options
        info = (await handle.describe()).raw_description.workflow_execution_info.versioning_info
        assert info.versioning_override.pinned == request.workflow_execution_options.versioning_override.pinned
        await handle.signal("step")
        await handle.signal("step")
        assert await handle.result() == ["two", "two"]
    updated = await attributes(handle, "WorkflowExecutionOptionsUpdated")
    assert updated.versioning_override.pinned.version.build_id == "2"


async def test_options_of_no_run_and_options_that_nobody_knows_are_refused(client: Client, unique: str) -> None:
    request = pin_request(client, unique, unique, "2")
    with pytest.raises(RPCError) as refused:
        await client.workflow_service.update_workflow_execution_options(request)
    assert refused.value.status in (RPCStatusCode.NOT_FOUND, RPCStatusCode.FAILED_PRECONDITION)
    request.update_mask.paths[:] = ["no_such_option"]
    with pytest.raises(RPCError) as refused:
        await client.workflow_service.update_workflow_execution_options(request)
    assert refused.value.status == RPCStatusCode.INVALID_ARGUMENT


async def test_a_version_that_is_not_current_gets_no_new_run(client: Client, unique: str) -> None:
    async with versioned(client, unique, "1", One), versioned(client, unique, "2", Two):
        await make_current(client, unique, "2")
        handles = [
            await client.start_workflow("Versioned", id=f"{unique}-{n}", task_queue=unique, result_type=list[str])
            for n in range(5)
        ]
        for handle in handles:
            await handle.signal("step")
            await handle.signal("step")
        assert [await handle.result() for handle in handles] == [["two", "two"]] * 5


async def test_deployments_are_listed(client: Client, unique: str) -> None:
    async with versioned(client, unique, "1", One):
        await make_current(client, unique, "1")

        async def listed() -> bool:
            response = await client.workflow_service.list_worker_deployments(
                ListWorkerDeploymentsRequest(namespace=client.namespace)
            )
            return unique in [one.name for one in response.worker_deployments]

        await eventually(listed)


async def test_a_version_that_was_never_seen_cannot_become_current(client: Client, unique: str) -> None:
    async with versioned(client, unique, "1", One):
        with pytest.raises(RPCError) as caught:
            await make_current(client, unique, "never-seen")
        assert caught.value.status in (RPCStatusCode.FAILED_PRECONDITION, RPCStatusCode.NOT_FOUND)


async def test_an_unknown_deployment_is_not_found(client: Client, unique: str) -> None:
    with pytest.raises(RPCError) as caught:
        await describe(client, unique)
    assert caught.value.status == RPCStatusCode.NOT_FOUND


@pytest.mark.sundial_only
async def test_a_worker_heartbeat_is_taken(client: Client, unique: str) -> None:
    """Temporal's development server has this switched off."""
    await client.workflow_service.record_worker_heartbeat(
        RecordWorkerHeartbeatRequest(
            namespace=client.namespace,
            identity="test",
            worker_heartbeat=[{"worker_instance_key": unique, "worker_identity": "test", "task_queue": unique}],
        )
    )
