"""Updates by hand: speculative tasks, their loss, the end of the run while they wait, messages that are wrong."""

import asyncio
from datetime import timedelta
from typing import Any

from google.protobuf.any_pb2 import Any as AnyMessage
from temporalio.api.common.v1 import Payloads, WorkflowExecution
from temporalio.api.enums.v1 import UpdateWorkflowExecutionLifecycleStage
from temporalio.api.protocol.v1 import Message
from temporalio.api.update.v1 import Acceptance, Input, Meta, Outcome, Rejection, Request, Response, UpdateRef, WaitPolicy
from temporalio.api.workflowservice.v1 import (
    PollWorkflowExecutionUpdateRequest,
    UpdateWorkflowExecutionRequest,
    UpdateWorkflowExecutionResponse,
)

from conformance.compare.program import program
from conformance.compare.scene import ENOUGH_FOR_AN_ANSWER, Scene
from harness.raw import complete_workflow, failure, payloads, start_timer
from harness.wait import eventually

STAGE = UpdateWorkflowExecutionLifecycleStage


def request(scene: Scene, update_id: str, *, stage: str = "COMPLETED", workflow_id: str | None = None) -> UpdateWorkflowExecutionRequest:
    return UpdateWorkflowExecutionRequest(
        namespace=scene.namespace,
        workflow_execution=WorkflowExecution(workflow_id=workflow_id or scene.name),
        wait_policy=WaitPolicy(lifecycle_stage=STAGE.Value(f"UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_{stage}")),
        request=Request(
            meta=Meta(update_id=update_id, identity="updater"), input=Input(name="some-update", args=payloads("in"))
        ),
    )


def poll_request(scene: Scene, update_id: str, stage: str = "COMPLETED") -> PollWorkflowExecutionUpdateRequest:
    return PollWorkflowExecutionUpdateRequest(
        namespace=scene.namespace,
        update_ref=UpdateRef(workflow_execution=WorkflowExecution(workflow_id=scene.name), update_id=update_id),
        wait_policy=WaitPolicy(lifecycle_stage=STAGE.Value(f"UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_{stage}")),
    )


async def sent(scene: Scene, update_id: str, **options: Any) -> asyncio.Task[UpdateWorkflowExecutionResponse]:
    """An update that the server is known to have admitted."""
    waiting = asyncio.create_task(scene.service.update_workflow_execution(request(scene, update_id, **options)))
    await is_admitted(scene, update_id)
    return waiting


async def is_admitted(scene: Scene, update_id: str) -> None:
    async def admitted() -> bool:
        try:
            await scene.service.poll_workflow_execution_update(
                poll_request(scene, update_id, "UNSPECIFIED"), timeout=timedelta(seconds=ENOUGH_FOR_AN_ANSWER)
            )
        except Exception as error:
            raise AssertionError(str(error)) from error
        return True

    await eventually(admitted)


def packed(body: Any) -> AnyMessage:
    message = AnyMessage()
    message.Pack(body)
    return message


def acceptance(request_message: Message, *, suffix: str = "accept") -> Message:
    return Message(
        id=f"{request_message.protocol_instance_id}/{suffix}",
        protocol_instance_id=request_message.protocol_instance_id,
        body=packed(
            Acceptance(
                accepted_request_message_id=request_message.id,
                accepted_request_sequencing_event_id=request_message.event_id,
                accepted_request=unpacked(request_message),
            )
        ),
    )


def response(update_id: str, answer: Payloads) -> Message:
    body = Response(meta=Meta(update_id=update_id, identity="worker"), outcome=Outcome(success=answer))
    return Message(id=f"{update_id}/complete", protocol_instance_id=update_id, body=packed(body))


def rejection(request_message: Message) -> Message:
    body = Rejection(
        rejected_request_message_id=request_message.id,
        rejected_request_sequencing_event_id=request_message.event_id,
        rejected_request=unpacked(request_message),
        failure=failure("not allowed"),
    )
    return Message(
        id=f"{request_message.protocol_instance_id}/reject",
        protocol_instance_id=request_message.protocol_instance_id,
        body=packed(body),
    )


def unpacked(message: Message) -> Request:
    body = Request()
    message.body.Unpack(body)
    return body


async def open_run(scene: Scene) -> None:
    """A run whose first task is over."""
    await scene.raw.start()
    await scene.raw.answer_next(start_timer("t", 60))


@program
async def accepted_and_completed(scene: Scene) -> None:
    await open_run(scene)
    waiting = await sent(scene, "one")
    task = await scene.raw.poll()
    scene.record("task", task)
    answer = await scene.raw.answer(task, messages=[acceptance(task.messages[0]), response("one", payloads("out"))])
    scene.record("answer", answer)
    await scene.outcome("update", waiting)
    for stage in ("UNSPECIFIED", "ADMITTED", "ACCEPTED", "COMPLETED"):
        poll = scene.service.poll_workflow_execution_update(poll_request(scene, "one", stage))
        await scene.outcome(f"polled: {stage}", poll)
    await scene.history()


@program
async def accepted_now_and_completed_later(scene: Scene) -> None:
    await open_run(scene)
    one, two = await sent(scene, "one"), await sent(scene, "two", stage="ACCEPTED")
    task = await scene.raw.poll()
    scene.record("messages", sorted(message.protocol_instance_id for message in task.messages))
    await scene.raw.answer(task, start_timer("u", 60), messages=[acceptance(message) for message in task.messages])
    await scene.outcome("two, accepted", two)
    await scene.client.get_workflow_handle(scene.name).signal("go")
    await scene.raw.answer_next(messages=[response("two", payloads("second")), response("one", payloads("first"))])
    await scene.outcome("one", one)
    await scene.outcome("two", scene.service.poll_workflow_execution_update(poll_request(scene, "two")))
    await scene.history()


@program
async def rejected_without_a_trace(scene: Scene) -> None:
    await open_run(scene)
    waiting = await sent(scene, "one")
    task = await scene.raw.poll()
    scene.record("answer", await scene.raw.answer(task, messages=[rejection(task.messages[0])]))
    await scene.outcome("update", waiting)
    poll = scene.service.poll_workflow_execution_update(poll_request(scene, "one"))
    await scene.outcome("polled", poll)
    await scene.history()
    await scene.client.get_workflow_handle(scene.name).signal("go")
    await scene.raw.answer_next(complete_workflow())
    await scene.history(label="the end")


@program
async def rejected_with_an_answer_that_asks_for_a_task(scene: Scene) -> None:
    await open_run(scene)
    waiting = await sent(scene, "one")
    task = await scene.raw.poll()
    answer = await scene.raw.answer(
        task, messages=[rejection(task.messages[0])], return_new_workflow_task=True, force_create_new_workflow_task=True
    )
    scene.record("answer", answer)
    await scene.outcome("update", waiting)
    await scene.raw.answer(answer.workflow_task, complete_workflow())
    await scene.history()


@program
async def during_a_task(scene: Scene) -> None:
    await scene.raw.start()
    task = await scene.raw.poll()
    waiting = await sent(scene, "one")
    answer = await scene.raw.answer(task, return_new_workflow_task=True)
    scene.record("answer", answer)
    task = answer.workflow_task
    await scene.raw.answer(task, messages=[rejection(task.messages[0])])
    await scene.outcome("update", waiting)
    await scene.history()


@program
async def the_run_is_terminated_before_the_task_starts(scene: Scene) -> None:
    await open_run(scene)
    waiting = await sent(scene, "one")
    await scene.client.get_workflow_handle(scene.name).terminate("enough")
    await scene.outcome("update", waiting)
    await scene.outcome("polled", scene.service.poll_workflow_execution_update(poll_request(scene, "one")))
    await scene.history()


@program
async def the_run_is_terminated_during_the_task(scene: Scene) -> None:
    await open_run(scene)
    waiting = await sent(scene, "one")
    task = await scene.raw.poll()
    await scene.client.get_workflow_handle(scene.name).terminate("enough")
    await scene.outcome("late", scene.raw.answer(task, messages=[rejection(task.messages[0])]))
    await scene.outcome("update", waiting)
    await scene.history()


@program
async def the_run_completes_without_looking(scene: Scene) -> None:
    await open_run(scene)
    waiting = await sent(scene, "one")
    await scene.raw.answer_next(complete_workflow())
    await scene.outcome("update", waiting)
    await scene.history()


@program
async def the_run_completes_after_accepting(scene: Scene) -> None:
    await open_run(scene)
    waiting = await sent(scene, "one")
    task = await scene.raw.poll()
    await scene.raw.answer(task, complete_workflow(), messages=[acceptance(task.messages[0])])
    await scene.outcome("update", waiting)
    await scene.outcome("polled", scene.service.poll_workflow_execution_update(poll_request(scene, "one")))
    await scene.history()


@program
async def its_caller_runs_out_of_time(scene: Scene) -> None:
    await open_run(scene)
    # Less than the five seconds after which a speculative task becomes a normal one.
    limit = timedelta(seconds=2)
    call = asyncio.create_task(scene.service.update_workflow_execution(request(scene, "one"), timeout=limit))
    await is_admitted(scene, "one")
    await scene.outcome("update", call)
    task = await scene.raw.poll()
    scene.record("task", task)
    await scene.raw.answer(task, messages=[acceptance(task.messages[0]), response("one", payloads("out"))])
    await scene.outcome("polled", scene.service.poll_workflow_execution_update(poll_request(scene, "one")))


@program
async def its_task_fails(scene: Scene) -> None:
    await open_run(scene)
    waiting = await sent(scene, "one")
    await scene.raw.fail(await scene.raw.poll(), "broken")
    task = await scene.raw.poll()
    scene.record("second attempt", task)
    await scene.raw.answer(task, messages=[rejection(task.messages[0])])
    await scene.outcome("update", waiting)
    await scene.history()


@program
async def a_signal_during_its_task(scene: Scene) -> None:
    await open_run(scene)
    waiting = await sent(scene, "one")
    task = await scene.raw.poll()
    await scene.client.get_workflow_handle(scene.name).signal("some-signal")
    await scene.raw.answer(task, messages=[rejection(task.messages[0])])
    await scene.outcome("update", waiting)
    await scene.raw.answer_next(complete_workflow())
    await scene.history()


@program
async def a_signal_before_its_task(scene: Scene) -> None:
    await open_run(scene)
    waiting = await sent(scene, "one")
    await scene.client.get_workflow_handle(scene.name).signal("some-signal")
    task = await scene.raw.poll()
    scene.record("task", task)
    await scene.raw.answer(task, messages=[rejection(task.messages[0])])
    await scene.outcome("update", waiting)
    await scene.history()


@program
async def wrong_messages(scene: Scene) -> None:
    wrong = {
        "accepted-twice": lambda message: [acceptance(message), acceptance(message, suffix="again")],
        "completed-without-acceptance": lambda message: [response("one", payloads("out"))],
        "another-update": lambda message: [response("two", payloads("out"))],
        "accepted-and-rejected": lambda message: [acceptance(message), rejection(message)],
        "empty": lambda message: [Message(id="x", protocol_instance_id="one")],
    }
    for label, messages in wrong.items():
        workflow_id = f"{scene.name}-{label}"
        await scene.raw.start(workflow_id)
        waiting = asyncio.create_task(
            scene.service.update_workflow_execution(request(scene, "one", workflow_id=workflow_id))
        )
        task = await scene.raw.poll()
        if not task.messages:
            answer = await scene.raw.answer(task, return_new_workflow_task=True)
            task = answer.workflow_task if answer.HasField("workflow_task") else await scene.raw.poll()
        await scene.outcome(label, scene.raw.answer(task, messages=messages(task.messages[0])))
        await scene.outcome(f"{label}: update", waiting)
        await scene.history(workflow_id, tasks=False)
        await scene.client.get_workflow_handle(workflow_id).terminate()


@program
async def wrong_requests(scene: Scene) -> None:
    await open_run(scene)
    update = scene.service.update_workflow_execution
    for stage in ("UNSPECIFIED", "ADMITTED"):
        await scene.outcome(stage, update(request(scene, "one", stage=stage)))
    await scene.outcome("no run", update(request(scene, "one", workflow_id=f"{scene.name}-not-there")))
    nameless = request(scene, "one")
    nameless.request.input.name = ""
    await scene.outcome("no name", update(nameless))
    other_run = request(scene, "one")
    other_run.first_execution_run_id = "11111111-1111-4111-8111-111111111111"
    await scene.outcome("another chain", update(other_run))
    await scene.outcome("poll of none", scene.service.poll_workflow_execution_update(poll_request(scene, "two")))
    for stage in ("UNSPECIFIED", "ADMITTED"):
        poll = scene.service.poll_workflow_execution_update(poll_request(scene, "two", stage))
        await scene.outcome(f"poll of none: {stage}", poll)
    long = request(scene, "x" * 1001)
    await scene.outcome("an id too long", update(long))
