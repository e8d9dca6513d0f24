"""Reads histories as a client sees them, and checks what must hold for every one of them."""

from collections.abc import Sequence

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHandle


def event_name(event: HistoryEvent) -> str:
    """WorkflowExecutionStarted, ActivityTaskScheduled, ..."""
    return EventType.Name(event.event_type).removeprefix("EVENT_TYPE_").title().replace("_", "")


def check_whole(events: Sequence[HistoryEvent]) -> None:
    """No gap, no repeat, and an event refers only to what came before it.

    Event times are not in order where events waited for a workflow task to end: they keep the time at which they came.
    """
    assert [event.event_id for event in events] == list(range(1, len(events) + 1))
    assert event_name(events[0]) == "WorkflowExecutionStarted"
    for event in events:
        attributes = getattr(event, event.WhichOneof("attributes"))
        for descriptor, value in attributes.ListFields():
            # Fields of another run's event (of the parent) say so in their names.
            if descriptor.name.endswith("_event_id") and not descriptor.name.startswith("parent_"):
                assert value < event.event_id, f"{descriptor.name} of event {event.event_id} points forward to {value}"


async def events(handle: WorkflowHandle) -> list[HistoryEvent]:
    found = [event async for event in handle.fetch_history_events()]
    check_whole(found)
    return found


async def event_names(handle: WorkflowHandle) -> list[str]:
    return [event_name(event) for event in await events(handle)]


async def attributes(handle: WorkflowHandle, name: str, index: int = 0):
    """The attributes of the `index`-th event of this name."""
    found = [event for event in await events(handle) if event_name(event) == name]
    assert len(found) > index, f"no {name} number {index} in {await event_names(handle)}"
    return getattr(found[index], found[index].WhichOneof("attributes"))


# The three events of a workflow task that ended well.
TASK = ["WorkflowTaskScheduled", "WorkflowTaskStarted", "WorkflowTaskCompleted"]


def without_tasks(names: Sequence[str]) -> list[str]:
    """What happened, without the workflow tasks between: for runs where their number depends on timing."""
    return [name for name in names if not name.startswith("WorkflowTask")]
