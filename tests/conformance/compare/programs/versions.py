"""Worker deployments: versions by their pollers, current and ramping, pinned and upgraded runs, overrides, and what is said of them."""

from contextlib import AsyncExitStack
from datetime import timedelta

from google.protobuf.field_mask_pb2 import FieldMask
from temporalio import workflow
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.deployment.v1 import WorkerDeploymentVersion as Version
from temporalio.api.workflow.v1 import VersioningOverride, WorkflowExecutionOptions
from temporalio.api.workflowservice.v1 import (
    DescribeWorkerDeploymentRequest,
    DescribeWorkerDeploymentVersionRequest,
    SetWorkerDeploymentCurrentVersionRequest,
    SetWorkerDeploymentRampingVersionRequest,
    UpdateWorkflowExecutionOptionsRequest,
)
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.service import RPCError
from temporalio.worker import Worker, WorkerDeploymentConfig

from conformance.compare.program import program
from conformance.compare.scene import Scene
from harness.wait import eventually


class _Steps:
    """What both of the following do. The build id is the SDK's to tell."""

    def __init__(self) -> None:
        self.steps = 0

    async def wait_for(self, steps: int) -> str:
        await workflow.wait_condition(lambda: self.steps >= steps)
        version = workflow.info().get_current_deployment_version()
        return version.build_id if version else "none"


@workflow.defn(name="Versioned", versioning_behavior=VersioningBehavior.PINNED)
class Pinned(_Steps):
    @workflow.run
    async def run(self, steps: int) -> str:
        return await self.wait_for(steps)

    @workflow.signal
    def step(self) -> None:
        self.steps += 1


@workflow.defn(name="Versioned", versioning_behavior=VersioningBehavior.AUTO_UPGRADE)
class Upgraded(_Steps):
    @workflow.run
    async def run(self, steps: int) -> str:
        return await self.wait_for(steps)

    @workflow.signal
    def step(self) -> None:
        self.steps += 1


def version_worker(scene: Scene, build_id: str, kind: type = Pinned) -> Worker:
    config = WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(deployment_name=scene.name, build_id=build_id), use_worker_versioning=True
    )
    return scene.worker(kind, deployment_config=config, identity=f"worker of {build_id}")


async def known(scene: Scene, build_id: str) -> None:
    """Returns once the server has heard of the version from its pollers."""

    async def heard() -> bool:
        try:
            await scene.service.describe_worker_deployment_version(
                DescribeWorkerDeploymentVersionRequest(
                    namespace=scene.namespace,
                    deployment_version=Version(deployment_name=scene.name, build_id=build_id),
                )
            )
        except RPCError as error:
            raise AssertionError(str(error)) from error
        return True

    await eventually(heard)


async def set_current(scene: Scene, build_id: str, label: str) -> None:
    request = SetWorkerDeploymentCurrentVersionRequest(
        namespace=scene.namespace, deployment_name=scene.name, build_id=build_id, identity="operator"
    )
    await scene.outcome(label, scene.service.set_worker_deployment_current_version(request, timeout=timedelta(seconds=20)))


async def described(scene: Scene, label: str) -> None:
    """Records the deployment, its versions in the order of their names."""
    request = DescribeWorkerDeploymentRequest(namespace=scene.namespace, deployment_name=scene.name)
    answer = await scene.service.describe_worker_deployment(request)
    answer.worker_deployment_info.version_summaries.sort(key=lambda summary: summary.version)
    scene.record(label, answer)


@program
async def a_pinned_run_stays(scene: Scene) -> None:
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(version_worker(scene, "one"))
        await known(scene, "one")
        await described(scene, "new")
        await set_current(scene, "one", "one becomes current")
        await described(scene, "with a current version")
        handle = await scene.client.start_workflow("Versioned", 2, id=scene.name, task_queue=scene.name)
        await scene.idle()
        await handle.signal("step")
        await scene.idle()

        async def is_on_its_version() -> bool:
            info = (await handle.describe()).raw_description.workflow_execution_info
            return info.versioning_info.deployment_version.build_id == "one"

        await eventually(is_on_its_version)
        await stack.enter_async_context(version_worker(scene, "two"))
        await known(scene, "two")
        await set_current(scene, "two", "two becomes current")
        await handle.signal("step")
        await scene.outcome("result", handle.result())
        await scene.describe()
        await scene.history(tasks=False)


@program
async def a_run_moves_to_the_new_version(scene: Scene) -> None:
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(version_worker(scene, "one", Upgraded))
        await known(scene, "one")
        await set_current(scene, "one", "one becomes current")
        handle = await scene.client.start_workflow("Versioned", 2, id=scene.name, task_queue=scene.name)

        async def is_on_its_version() -> bool:
            info = (await handle.describe()).raw_description.workflow_execution_info
            return info.versioning_info.deployment_version.build_id == "one"

        await eventually(is_on_its_version)
        await stack.enter_async_context(version_worker(scene, "two", Upgraded))
        await known(scene, "two")
        await set_current(scene, "two", "two becomes current")
        await handle.signal("step")
        await handle.signal("step")
        await scene.outcome("result", handle.result())
        await scene.describe()


@program
async def an_override_pins(scene: Scene) -> None:
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(version_worker(scene, "one"))
        await known(scene, "one")
        await set_current(scene, "one", "one becomes current")
        handle = await scene.client.start_workflow("Versioned", 1, id=scene.name, task_queue=scene.name)
        override = VersioningOverride(auto_upgrade=True)
        request = UpdateWorkflowExecutionOptionsRequest(
            namespace=scene.namespace,
            workflow_execution=WorkflowExecution(workflow_id=scene.name),
            workflow_execution_options=WorkflowExecutionOptions(versioning_override=override),
            update_mask=FieldMask(paths=["versioning_override"]),
        )
        await scene.outcome("override", scene.service.update_workflow_execution_options(request))
        request.workflow_execution_options.Clear()
        await scene.outcome("no override", scene.service.update_workflow_execution_options(request))
        await handle.signal("step")
        await scene.outcome("result", handle.result())
        await scene.history(tasks=False)


@program
async def ramping(scene: Scene) -> None:
    async with AsyncExitStack() as stack:
        for build_id in ("one", "two"):
            await stack.enter_async_context(version_worker(scene, build_id))
            await known(scene, build_id)
        await set_current(scene, "one", "one becomes current")
        request = SetWorkerDeploymentRampingVersionRequest(
            namespace=scene.namespace, deployment_name=scene.name, build_id="two", percentage=100, identity="operator"
        )
        ramp = scene.service.set_worker_deployment_ramping_version
        await scene.outcome("two ramps", ramp(request, timeout=timedelta(seconds=20)))
        await scene.outcome("the same again", ramp(request))
        await described(scene, "ramping")
        handle = await scene.client.start_workflow("Versioned", 0, id=scene.name, task_queue=scene.name)
        await scene.outcome("result", handle.result())
        request.build_id, request.percentage = "", 0
        await scene.outcome("no ramp", ramp(request, timeout=timedelta(seconds=20)))
        request.percentage = 101
        await scene.outcome("too much", ramp(request))
        request.build_id, request.percentage = "one", 10
        await scene.outcome("the current one", ramp(request))
        request.build_id = "three"
        await scene.outcome("unknown", ramp(request))
        await described(scene, "after the ramp")
