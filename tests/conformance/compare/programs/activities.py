"""Activities: timeouts, retries, heartbeats, cancellation, completion from elsewhere, and control from outside."""

from datetime import timedelta

from temporalio import activity, common, workflow
from temporalio.api.common.v1 import ActivityType, Priority, RetryPolicy, WorkflowExecution
from temporalio.api.activity.v1 import ActivityOptions
from temporalio.api.workflowservice.v1 import (
    PauseActivityRequest,
    RecordActivityTaskHeartbeatByIdRequest,
    RecordActivityTaskHeartbeatRequest,
    ResetActivityRequest,
    RespondActivityTaskCanceledRequest,
    RespondActivityTaskCompletedByIdRequest,
    RespondActivityTaskFailedByIdRequest,
    UnpauseActivityRequest,
    UpdateActivityOptionsRequest,
)
from temporalio.exceptions import ApplicationError
from google.protobuf.field_mask_pb2 import FieldMask

from conformance.compare.program import program
from conformance.compare.scene import ENOUGH_FOR_AN_ANSWER, Scene
from harness.raw import (
    complete_workflow,
    failure,
    payloads,
    request_cancel_activity,
    schedule_activity,
    seconds,
)


async def scheduled(scene: Scene, **options: object) -> None:
    """A workflow that waits for the activity `a`."""
    await scene.raw.start()
    await scene.raw.answer_next(schedule_activity("a", scene.name, **options))


async def ended(scene: Scene) -> None:
    """The workflow sees what came of its activity, and completes."""
    await scene.raw.answer_next(complete_workflow())
    await scene.history()


@program
async def completes(scene: Scene) -> None:
    command = schedule_activity("a", scene.name, input=payloads("in"), heartbeat=7, schedule_to_close=50, schedule_to_start=20)
    attributes = command.schedule_activity_task_command_attributes
    attributes.header.fields["trace"].CopyFrom(payloads("a header").payloads[0])
    attributes.priority.CopyFrom(Priority(priority_key=2))
    command.user_metadata.summary.CopyFrom(payloads("a summary").payloads[0])
    await scene.raw.start()
    await scene.raw.answer_next(command)
    await scene.describe(label="scheduled")
    task = await scene.raw.poll_activity()
    scene.record("task", task)
    await scene.describe(label="started")
    await scene.raw.complete_activity(task)
    await scene.outcome("completed twice", scene.raw.complete_activity(task))
    await ended(scene)


@program
async def fails_and_is_retried(scene: Scene) -> None:
    await scheduled(scene, maximum_attempts=3, start_to_close=20)
    task = await scene.raw.poll_activity()
    await scene.service.record_activity_task_heartbeat(
        RecordActivityTaskHeartbeatRequest(namespace=scene.namespace, task_token=task.task_token, details=payloads("half"))
    )
    await scene.describe(label="after a heartbeat")
    await scene.raw.fail_activity(task, failure("first", type="First"))
    task = await scene.raw.poll_activity()
    scene.record("second task", task)
    await scene.describe(label="after a failure")
    await scene.raw.fail_activity(task, failure("second"), last_heartbeat_details=payloads("last words"))
    task = await scene.raw.poll_activity()
    scene.record("third task", task)
    await scene.raw.fail_activity(task, failure("third"))
    await ended(scene)


@program
async def waits_for_its_retry(scene: Scene) -> None:
    await scheduled(scene, maximum_attempts=3, initial_interval=60)
    task = await scene.raw.poll_activity()
    await scene.raw.fail_activity(task, failure("first", type="First"))
    await scene.describe()


@program
async def a_failure_that_is_not_retried(scene: Scene) -> None:
    await scheduled(scene, maximum_attempts=3)
    task = await scene.raw.poll_activity()
    await scene.raw.fail_activity(task, failure("no", type="Never", non_retryable=True))
    await ended(scene)


@program
async def a_retry_that_says_when(scene: Scene) -> None:
    await scheduled(scene, maximum_attempts=3, initial_interval=60)
    task = await scene.raw.poll_activity()
    cause = failure("later")
    cause.application_failure_info.next_retry_delay.CopyFrom(seconds(0.02))
    await scene.raw.fail_activity(task, cause)
    task = await scene.raw.poll_activity()
    await scene.raw.complete_activity(task)
    await ended(scene)


@program
async def start_to_close_timeout(scene: Scene) -> None:
    await scheduled(scene, start_to_close=ENOUGH_FOR_AN_ANSWER, maximum_attempts=1)
    task = await scene.raw.poll_activity()
    await scene.service.record_activity_task_heartbeat(
        RecordActivityTaskHeartbeatRequest(namespace=scene.namespace, task_token=task.task_token, details=payloads("half"))
    )
    await ended(scene)
    await scene.outcome("late", scene.raw.complete_activity(task))


@program
async def start_to_close_timeout_and_retry(scene: Scene) -> None:
    await scheduled(scene, start_to_close=ENOUGH_FOR_AN_ANSWER, maximum_attempts=2)
    await scene.raw.poll_activity()
    task = await scene.raw.poll_activity()
    scene.record("second task", task)
    await scene.raw.complete_activity(task)
    await ended(scene)


@program
async def schedule_to_start_timeout(scene: Scene) -> None:
    await scheduled(scene, schedule_to_start=1)
    await ended(scene)


@program
async def schedule_to_close_timeout(scene: Scene) -> None:
    await scheduled(scene, schedule_to_close=1)
    await ended(scene)


@program
async def a_retry_that_would_come_too_late(scene: Scene) -> None:
    await scheduled(scene, schedule_to_close=30, maximum_attempts=9, initial_interval=60)
    await scene.raw.fail_activity(await scene.raw.poll_activity(), failure("once"))
    await ended(scene)


@program
async def heartbeat_timeout(scene: Scene) -> None:
    await scheduled(scene, heartbeat=ENOUGH_FOR_AN_ANSWER, maximum_attempts=1, start_to_close=30)
    task = await scene.raw.poll_activity()
    await scene.service.record_activity_task_heartbeat(
        RecordActivityTaskHeartbeatRequest(namespace=scene.namespace, task_token=task.task_token, details=payloads("half"))
    )
    await ended(scene)


@program
async def is_cancelled(scene: Scene) -> None:
    await scene.raw.start()
    await scene.raw.answer_next(schedule_activity("a", scene.name, heartbeat=20))
    task = await scene.raw.poll_activity()
    await scene.client.get_workflow_handle(scene.name).signal("go")
    await scene.raw.answer_next(request_cancel_activity(5))
    heartbeat = RecordActivityTaskHeartbeatRequest(namespace=scene.namespace, task_token=task.task_token)
    scene.record("heartbeat", await scene.service.record_activity_task_heartbeat(heartbeat))
    await scene.describe(label="asked")
    await scene.service.respond_activity_task_canceled(
        RespondActivityTaskCanceledRequest(
            namespace=scene.namespace, task_token=task.task_token, details=payloads("stopped"), identity="worker"
        )
    )
    await ended(scene)


@program
async def cancelled_without_being_asked(scene: Scene) -> None:
    await scheduled(scene, maximum_attempts=1)
    task = await scene.raw.poll_activity()
    await scene.outcome(
        "cancelled",
        scene.service.respond_activity_task_canceled(
            RespondActivityTaskCanceledRequest(namespace=scene.namespace, task_token=task.task_token)
        ),
    )


@program
async def is_cancelled_before_it_starts(scene: Scene) -> None:
    await scene.raw.start()
    await scene.raw.answer_next(schedule_activity("a", scene.name))
    await scene.client.get_workflow_handle(scene.name).signal("go")
    await scene.raw.answer_next(request_cancel_activity(5))
    await ended(scene)


@program
async def completes_by_id_before_it_starts(scene: Scene) -> None:
    await scheduled(scene)
    complete = RespondActivityTaskCompletedByIdRequest(
        namespace=scene.namespace, workflow_id=scene.name, activity_id="a", result=payloads("by id")
    )
    await scene.outcome("before it starts", scene.service.respond_activity_task_completed_by_id(complete))
    await ended(scene)


@program
async def completes_by_id(scene: Scene) -> None:
    await scheduled(scene, heartbeat=20)
    by_id = {"namespace": scene.namespace, "workflow_id": scene.name, "activity_id": "a"}
    await scene.raw.poll_activity()
    heartbeat = RecordActivityTaskHeartbeatByIdRequest(**by_id, details=payloads("half"))
    scene.record("heartbeat", await scene.service.record_activity_task_heartbeat_by_id(heartbeat))
    complete = RespondActivityTaskCompletedByIdRequest(**by_id, result=payloads("by id"), identity="by-id")
    await scene.outcome("complete", scene.service.respond_activity_task_completed_by_id(complete))
    await scene.outcome("again", scene.service.respond_activity_task_completed_by_id(complete))
    await scene.outcome("heartbeat again", scene.service.record_activity_task_heartbeat_by_id(heartbeat))
    await ended(scene)


@program
async def fails_by_id(scene: Scene) -> None:
    await scheduled(scene, maximum_attempts=1)
    await scene.raw.poll_activity()
    fail = RespondActivityTaskFailedByIdRequest(
        namespace=scene.namespace, workflow_id=scene.name, activity_id="a", failure=failure("by id"), identity="by-id"
    )
    await scene.outcome("fail", scene.service.respond_activity_task_failed_by_id(fail))
    fail.activity_id = "b"
    await scene.outcome("another", scene.service.respond_activity_task_failed_by_id(fail))
    fail.workflow_id = "not there"
    await scene.outcome("another workflow", scene.service.respond_activity_task_failed_by_id(fail))
    await ended(scene)


@program
async def is_paused(scene: Scene) -> None:
    await scheduled(scene, heartbeat=20, maximum_attempts=5, initial_interval=0.02)
    execution = WorkflowExecution(workflow_id=scene.name)
    task = await scene.raw.poll_activity()
    pause = PauseActivityRequest(
        namespace=scene.namespace, execution=execution, id="a", identity="pauser", reason="a break"
    )
    await scene.outcome("pause", scene.service.pause_activity(pause))
    await scene.outcome("pause again", scene.service.pause_activity(pause))
    heartbeat = RecordActivityTaskHeartbeatRequest(
        namespace=scene.namespace, task_token=task.task_token, details=payloads("half")
    )
    scene.record("heartbeat", await scene.service.record_activity_task_heartbeat(heartbeat))
    await scene.describe(label="paused")
    await scene.raw.fail_activity(task, failure("paused"))
    await scene.describe(label="paused, after its failure")
    unpause = UnpauseActivityRequest(namespace=scene.namespace, execution=execution, id="a", identity="pauser")
    await scene.outcome("unpause", scene.service.unpause_activity(unpause))
    task = await scene.raw.poll_activity()
    scene.record("second task", task)
    await scene.raw.complete_activity(task)
    await ended(scene)


@program
async def is_paused_by_type(scene: Scene) -> None:
    await scheduled(scene)
    pause = PauseActivityRequest(
        namespace=scene.namespace, execution=WorkflowExecution(workflow_id=scene.name), type="some-activity"
    )
    await scene.outcome("pause", scene.service.pause_activity(pause))
    await scene.describe(label="paused")
    pause.type = "no-such-type"
    await scene.outcome("no such type", scene.service.pause_activity(pause))
    pause.id = "no-such-id"
    await scene.outcome("no such id", scene.service.pause_activity(pause))
    pause.ClearField("id")
    await scene.outcome("none", scene.service.pause_activity(pause))


@program
async def is_reset(scene: Scene) -> None:
    await scheduled(scene, heartbeat=20, maximum_attempts=5, initial_interval=60)
    task = await scene.raw.poll_activity()
    await scene.service.record_activity_task_heartbeat(
        RecordActivityTaskHeartbeatRequest(namespace=scene.namespace, task_token=task.task_token, details=payloads("half"))
    )
    await scene.raw.fail_activity(task, failure("first"))
    await scene.describe(label="waiting")
    reset = ResetActivityRequest(
        namespace=scene.namespace, execution=WorkflowExecution(workflow_id=scene.name), id="a", reset_heartbeat=True
    )
    await scene.outcome("reset", scene.service.reset_activity(reset))
    task = await scene.raw.poll_activity()
    scene.record("task after the reset", task)
    await scene.describe(label="started")
    await scene.raw.complete_activity(task)
    await ended(scene)


@program
async def its_options_are_updated(scene: Scene) -> None:
    await scheduled(scene, maximum_attempts=5)
    update = UpdateActivityOptionsRequest(
        namespace=scene.namespace,
        execution=WorkflowExecution(workflow_id=scene.name),
        id="a",
        activity_options=ActivityOptions(
            start_to_close_timeout=seconds(11), retry_policy=RetryPolicy(maximum_attempts=7, initial_interval=seconds(3))
        ),
        update_mask=FieldMask(paths=["start_to_close_timeout", "retry_policy.maximum_attempts"]),
    )
    await scene.outcome("update", scene.service.update_activity_options(update))
    await scene.describe(label="updated")
    task = await scene.raw.poll_activity()
    scene.record("task", task)
    update.update_mask.paths[:] = ["no_such_field"]
    await scene.outcome("no such field", scene.service.update_activity_options(update))
    update.ClearField("update_mask")
    await scene.outcome("no mask", scene.service.update_activity_options(update))


@program
async def wrong_commands(scene: Scene) -> None:
    """Each fails its workflow task, in words that developers read."""
    wrong = {
        "no type": ActivityType(),
        "no timeout": ActivityType(name="some-activity"),
        "no id": ActivityType(name="some-activity"),
    }
    for label, kind in wrong.items():
        workflow_id = f"{scene.name}-{label.replace(' ', '-')}"
        await scene.raw.start(workflow_id)
        command = schedule_activity("" if label == "no id" else "a", scene.name, no_timeout=label == "no timeout")
        command.schedule_activity_task_command_attributes.activity_type.CopyFrom(kind)
        task = await scene.raw.poll()
        await scene.outcome(label, scene.raw.answer(task, command))
        await scene.history(workflow_id)
        await scene.client.get_workflow_handle(workflow_id).terminate()


@activity.defn(name="compared-activity")
async def compared_activity(what: str) -> str:
    if activity.info().attempt < 3:
        raise ApplicationError(f"attempt {activity.info().attempt}")
    return what


@workflow.defn(name="LocalActivities")
class LocalActivities:
    @workflow.run
    async def run(self) -> str:
        local = await workflow.execute_local_activity(
            compared_activity,
            "local",
            start_to_close_timeout=timedelta(seconds=10),
            retry_policy=common.RetryPolicy(initial_interval=timedelta(milliseconds=100)),
        )
        ordinary = await workflow.execute_activity(
            compared_activity,
            "ordinary",
            schedule_to_close_timeout=timedelta(seconds=20),
            summary="what it is for",
            activity_id="ordinary",
        )
        return f"{local} {ordinary}"


@program
async def local_and_ordinary(scene: Scene) -> None:
    async with scene.worker(LocalActivities, activities=[compared_activity]):
        handle = await scene.client.start_workflow(LocalActivities.run, id=scene.name, task_queue=scene.name)
        await scene.outcome("result", handle.result())
    await scene.history()
