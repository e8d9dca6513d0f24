"""Children, and what workflows send to others."""

import asyncio

from temporalio import workflow
from temporalio.common import RetryPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, ChildWorkflowError, FailureError, WorkflowAlreadyStartedError
from temporalio.workflow import ChildWorkflowCancellationType, ParentClosePolicy

from conformance.compare.program import program
from conformance.compare.programs.lifecycle import closed
from conformance.compare.scene import Scene
from harness.wait import eventually


@workflow.defn(name="ComparedChild")
class Child:
    def __init__(self) -> None:
        self.told: list[str] = []

    @workflow.run
    async def run(self, what: str) -> str:
        if what != "at once":
            await workflow.wait_condition(lambda: bool(self.told))
        if what == "fail":
            raise ApplicationError("the child failed", type="Child")
        return what

    @workflow.signal
    def tell(self, what: str) -> None:
        self.told.append(what)


@workflow.defn(name="ComparedParent")
class Parent:
    """One child, by the options given by name."""

    @workflow.run
    async def run(self, child_id: str, what: str, options: dict) -> str:
        retry = RetryPolicy(maximum_attempts=options["attempts"]) if "attempts" in options else None
        try:
            child = await workflow.start_child_workflow(
                "ComparedChild",
                what,
                id=child_id,
                retry_policy=retry,
                memo={"of": "the child"},
                cancellation_type=ChildWorkflowCancellationType[options.get("cancellation", "WAIT_CANCELLATION_COMPLETED")],
                parent_close_policy=ParentClosePolicy[options.get("close", "TERMINATE")],
                id_reuse_policy=WorkflowIDReusePolicy[options.get("reuse", "ALLOW_DUPLICATE")],
                static_summary="a child",
            )
        except WorkflowAlreadyStartedError as error:
            return f"already started: {error.workflow_id == child_id}"
        match options.get("then"):
            case "leave":
                return "left"
            case "cancel":
                child.cancel()
            case "signal":
                await child.signal("tell", "by the parent")
        try:
            return str(await child)
        except ChildWorkflowError as error:
            return f"{type(error.cause).__name__}: {error.cause} {error.retry_state}"


@workflow.defn(name="ComparedStranger")
class Stranger:
    """Signals or cancels a workflow that is not its child."""

    @workflow.run
    async def run(self, other_id: str, how: str) -> str:
        other = workflow.get_external_workflow_handle(other_id)
        try:
            await (other.signal("tell", "by a stranger") if how == "signal" else other.cancel())
        except FailureError as error:
            return f"{type(error).__name__}: {error}"
        return "done"


async def started_its_child(scene: Scene) -> None:
    """Returns once the child waits, and its parent has seen that it started."""

    async def is_told() -> bool:
        children = (await scene.client.get_workflow_handle(scene.name).describe()).raw_description.pending_children
        return bool(children) and bool(children[0].run_id)

    await eventually(is_told)
    await scene.idle()
    await scene.idle(f"{scene.name}-child")


async def parent(scene: Scene, what: str, **options: object) -> None:
    child = f"{scene.name}-child"
    async with scene.worker(Parent, Child):
        handle = await scene.client.start_workflow(
            Parent.run, args=[child, what, options], id=scene.name, task_queue=scene.name
        )
        if options.get("then") is None:
            await started_its_child(scene)
            await scene.client.get_workflow_handle(child).signal("tell", "by the test")
        await scene.outcome("result", handle.result())
        if options.get("then") == "leave":
            if options["close"] == "ABANDON":
                await scene.client.get_workflow_handle(child).signal("tell", "by the test")
            await closed(scene, child)
        # What a child says and what its parent hears of its own requests come in either order.
        await scene.history(tasks=options.get("then") is None)
        await scene.history(child, tasks=options.get("then") is None)
        await scene.describe(child)


@program
async def a_child_completes(scene: Scene) -> None:
    await parent(scene, "wait")


@program
async def a_child_fails(scene: Scene) -> None:
    await parent(scene, "fail")


@program
async def a_child_is_signalled(scene: Scene) -> None:
    await parent(scene, "wait", then="signal")


@program
async def a_child_is_cancelled(scene: Scene) -> None:
    await parent(scene, "wait", then="cancel")


@program
async def a_child_is_cancelled_and_only_asked(scene: Scene) -> None:
    child = f"{scene.name}-child"
    async with scene.worker(Parent, Child):
        await scene.client.execute_workflow(
            Parent.run,
            args=[child, "wait", {"then": "cancel", "cancellation": "WAIT_CANCELLATION_REQUESTED", "close": "ABANDON"}],
            id=scene.name,
            task_queue=scene.name,
        )
        await closed(scene, child)
    await scene.history(tasks=False)
    await scene.history(child, tasks=False)


@program
async def a_parent_terminates_its_child(scene: Scene) -> None:
    await parent(scene, "wait", then="leave", close="TERMINATE")


@program
async def a_parent_cancels_its_child(scene: Scene) -> None:
    await parent(scene, "wait", then="leave", close="REQUEST_CANCEL")


@program
async def a_parent_abandons_its_child(scene: Scene) -> None:
    await parent(scene, "wait", then="leave", close="ABANDON")


@program
async def a_child_that_is_there_already(scene: Scene) -> None:
    child = f"{scene.name}-child"
    async with scene.worker(Parent, Child):
        other = await scene.client.start_workflow(Child.run, "wait", id=child, task_queue=scene.name)
        result = await scene.client.execute_workflow(
            Parent.run, args=[child, "at once", {}], id=scene.name, task_queue=scene.name
        )
        scene.record("result", result)
        await other.signal(Child.tell, "end")
        await other.result()
        result = await scene.client.execute_workflow(
            Parent.run, args=[child, "at once", {"reuse": "REJECT_DUPLICATE"}], id=f"{scene.name}-2", task_queue=scene.name
        )
        scene.record("result after it ended", result)
    await scene.history()
    await scene.history(f"{scene.name}-2")


@program
async def a_child_is_terminated_by_somebody(scene: Scene) -> None:
    child = f"{scene.name}-child"
    async with scene.worker(Parent, Child):
        handle = await scene.client.start_workflow(
            Parent.run, args=[child, "wait", {}], id=scene.name, task_queue=scene.name
        )

        async def terminated() -> bool:
            try:
                await scene.client.get_workflow_handle(child).terminate("by the test")
            except Exception as error:
                raise AssertionError(str(error)) from error
            return True

        await eventually(terminated)
        await scene.outcome("result", handle.result())
    await scene.history(tasks=False)


@program
async def a_stranger_is_signalled(scene: Scene) -> None:
    other = f"{scene.name}-other"
    async with scene.worker(Stranger, Child):
        handle = await scene.client.start_workflow(Child.run, "wait", id=other, task_queue=scene.name)
        await scene.idle(other)
        args = [other, "signal"]
        scene.record("result", await scene.client.execute_workflow(Stranger.run, args=args, id=scene.name, task_queue=scene.name))
        await handle.result()
    await scene.history()
    await scene.history(other)


@program
async def a_stranger_is_cancelled(scene: Scene) -> None:
    other = f"{scene.name}-other"
    async with scene.worker(Stranger, Child):
        handle = await scene.client.start_workflow(Child.run, "wait", id=other, task_queue=scene.name)
        await scene.idle(other)
        args = [other, "cancel"]
        scene.record("result", await scene.client.execute_workflow(Stranger.run, args=args, id=scene.name, task_queue=scene.name))
        await scene.outcome("other", handle.result())
    await scene.history()
    await scene.history(other)


@program
async def a_stranger_that_is_not_there(scene: Scene) -> None:
    async with scene.worker(Stranger):
        for how in ("signal", "cancel"):
            workflow_id = f"{scene.name}-{how}"
            args = [f"{scene.name}-not-there", how]
            result = await scene.client.execute_workflow(Stranger.run, args=args, id=workflow_id, task_queue=scene.name)
            scene.record(how, result)
            await scene.history(workflow_id)


@program
async def a_stranger_that_has_ended(scene: Scene) -> None:
    other = f"{scene.name}-other"
    async with scene.worker(Stranger, Child):
        await scene.client.execute_workflow(Child.run, "at once", id=other, task_queue=scene.name)
        results = await asyncio.gather(
            *[
                scene.client.execute_workflow(
                    Stranger.run, args=[other, how], id=f"{scene.name}-{how}", task_queue=scene.name
                )
                for how in ("signal", "cancel")
            ]
        )
        scene.record("results", results)
    await scene.history(f"{scene.name}-signal")
    await scene.history(f"{scene.name}-cancel")
