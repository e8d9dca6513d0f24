"""Schedules: what the client of the Python SDK sees of them."""

import asyncio
import dataclasses
from datetime import datetime, timedelta, timezone

import pytest
from temporalio.api.schedule.v1 import Schedule as RawSchedule
from temporalio.api.schedule.v1 import SchedulePatch, ScheduleSpec as RawSpec, TriggerImmediatelyRequest
from temporalio.api.workflowservice.v1 import (
    CreateScheduleRequest,
    DescribeScheduleRequest,
    ListScheduleMatchingTimesRequest,
    PatchScheduleRequest,
    UpdateScheduleRequest,
)
from temporalio.client import (
    Client,
    ScheduleAlreadyRunningError,
    ScheduleBackfill,
    ScheduleCalendarSpec,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
    ScheduleState,
    ScheduleUpdate,
    ScheduleUpdateInput,
    WorkflowExecutionStatus,
    WorkflowFailureError,
)
from temporalio.common import RetryPolicy
from temporalio.service import RPCError, RPCStatusCode

from harness.scheduled import (
    EVERY_SECOND,
    NEVER,
    Scheduled,
    overlapping,
    schedule,
    started_runs,
    trigger,
)
from harness.wait import eventually


async def info(handle):
    return (await handle.describe()).info


async def has_actions(handle, count: int) -> bool:
    return (await info(handle)).num_actions >= count


async def test_a_description_shows_what_was_written_and_what_comes(client: Client, unique: str) -> None:
    spec = ScheduleSpec(
        calendars=[ScheduleCalendarSpec(hour=[ScheduleRange(9, 17, 2)], day_of_week=[ScheduleRange(1, 5)], comment="work")],
        intervals=[ScheduleIntervalSpec(every=timedelta(days=7), offset=timedelta(hours=3))],
        cron_expressions=["30 2 * * sun # night"],
        skip=[ScheduleCalendarSpec(hour=[ScheduleRange(13)])],
        start_at=datetime(2040, 1, 1, tzinfo=timezone.utc),
        end_at=datetime(2040, 12, 31, tzinfo=timezone.utc),
        jitter=timedelta(seconds=80),
        time_zone_name="America/Chicago",
    )
    written = schedule(
        unique,
        spec=spec,
        policy=SchedulePolicy(
            overlap=ScheduleOverlapPolicy.BUFFER_ONE, catchup_window=timedelta(minutes=5), pause_on_failure=True
        ),
        state=ScheduleState(note="a note", paused=True, limited_actions=True, remaining_actions=7),
        retry_policy=RetryPolicy(maximum_attempts=3),
        execution_timeout=timedelta(hours=1),
        memo={"inner": "memo"},
    )
    handle = await client.create_schedule(unique, written, memo={"outer": "memo"})
    shown = await handle.describe()
    assert shown.id == unique
    assert shown.schedule.state == written.state
    assert shown.schedule.policy == written.policy
    assert await shown.memo() == {"outer": "memo"}
    action = shown.schedule.action
    assert (action.id, action.task_queue, action.workflow) == (f"{unique}-run", unique, "Scheduled")
    assert action.execution_timeout == timedelta(hours=1)
    assert action.retry_policy.maximum_attempts == 3
    seen = shown.schedule.spec
    assert [c.comment for c in seen.calendars] == ["work", "night"]
    assert list(seen.calendars[0].hour) == [ScheduleRange(9, 17, 2)]
    assert list(seen.calendars[1].minute) == [ScheduleRange(30, 30, 1)]
    assert seen.cron_expressions == []
    assert list(seen.skip[0].hour) == [ScheduleRange(13, 13, 1)]
    assert (seen.start_at, seen.end_at, seen.jitter) == (spec.start_at, spec.end_at, spec.jitter)
    assert seen.time_zone_name == "America/Chicago"
    assert (shown.info.num_actions, shown.info.running_actions, shown.info.recent_actions) == (0, [], [])
    times = shown.info.next_action_times
    assert len(times) == 7
    assert all(later > earlier for earlier, later in zip(times, times[1:]))
    assert times[0].year == 2040
    assert shown.info.created_at <= datetime.now(timezone.utc)
    assert shown.info.last_updated_at is None


async def test_defaults_are_filled_in(client: Client, unique: str) -> None:
    handle = await client.create_schedule(unique, schedule(unique))
    policy = (await handle.describe()).schedule.policy
    assert policy == SchedulePolicy(
        overlap=ScheduleOverlapPolicy.SKIP, catchup_window=timedelta(days=365), pause_on_failure=False
    )


async def test_an_id_is_taken_once(client: Client, unique: str) -> None:
    handle = await client.create_schedule(unique, schedule(unique))
    with pytest.raises(ScheduleAlreadyRunningError):
        await client.create_schedule(unique, schedule(unique))
    await handle.delete()
    await client.create_schedule(unique, schedule(unique))


async def test_the_same_request_creates_once(client: Client, unique: str) -> None:
    request = CreateScheduleRequest(
        namespace="default", schedule_id=unique, schedule=RawSchedule(), request_id=unique, identity="test"
    )
    first = await client.workflow_service.create_schedule(request)
    again = await client.workflow_service.create_schedule(request)
    assert first.conflict_token == again.conflict_token == (1).to_bytes(8, "big")
    # The SDK's lists can't show a schedule without an action.
    await client.get_schedule_handle(unique).delete()


async def test_what_is_not_there_is_not_found(client: Client, unique: str) -> None:
    missing = client.get_schedule_handle(unique)
    for call in (missing.describe(), missing.delete(), missing.trigger(), missing.pause(), missing.unpause()):
        with pytest.raises(RPCError) as refused:
            await call
        assert refused.value.status == RPCStatusCode.NOT_FOUND
        assert refused.value.message == f"workflow not found for ID: temporal-sys-scheduler:{unique}"


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (RawSpec(cron_string=["60 * * * *"]), "Invalid schedule spec: Minute is not in range [0-59]"),
        (RawSpec(cron_string=["* * *"]), "Invalid schedule spec: CronString does not have 5-7 fields"),
        (RawSpec(cron_string=["@every 10ms"]), "Invalid schedule spec: interval is too small"),
        (
            RawSpec(cron_string=["@every 5x"]),
            'Invalid schedule spec: time: unknown unit "x" in duration "5x"',
        ),
        (RawSpec(timezone_name="Nowhere/X"), "Invalid schedule spec: unknown time zone Nowhere/X"),
        (
            RawSpec(cron_string=["TZ=Asia/Tokyo 0 0 * * *", "0 1 * * *"]),
            "Invalid schedule spec: conflicting timezone names",
        ),
    ],
)
async def test_a_spec_that_can_not_be_followed_is_refused(
    client: Client, unique: str, spec: RawSpec, message: str
) -> None:
    request = CreateScheduleRequest(
        namespace="default", schedule_id=unique, schedule=RawSchedule(spec=spec), request_id=unique
    )
    with pytest.raises(RPCError) as refused:
        await client.workflow_service.create_schedule(request)
    assert refused.value.status == RPCStatusCode.INVALID_ARGUMENT
    assert refused.value.message == message


async def test_a_request_without_an_id_is_refused(client: Client, unique: str) -> None:
    with pytest.raises(RPCError) as refused:
        await client.workflow_service.create_schedule(CreateScheduleRequest(namespace="default", schedule_id=unique))
    assert refused.value.message == "RequestId is not set on request."


async def test_times_are_kept_and_runs_know_their_schedule(client: Client, worker, unique: str) -> None:
    async with worker(Scheduled):
        handle = await client.create_schedule(unique, schedule(unique, at_once="done", spec=EVERY_SECOND))
        await eventually(lambda: has_actions(handle, 3))
        await handle.pause(note="enough")
        described = await handle.describe()
        assert described.schedule.state.paused
        assert described.schedule.state.note == "enough"
        actions = described.info.recent_actions
        scheduled = [action.scheduled_at for action in actions]
        assert all(later - earlier == timedelta(seconds=1) for earlier, later in zip(scheduled, scheduled[1:]))
        assert all(timedelta(0) <= a.started_at - a.scheduled_at < timedelta(seconds=5) for a in actions)
        first = actions[0]
        assert first.action.workflow_id == f"{unique}-run-{first.scheduled_at:%Y-%m-%dT%H:%M:%SZ}"
        run = client.get_workflow_handle(first.action.workflow_id)
        assert await run.result() == 1
        shown = await run.describe()
        attributes = shown.raw_description.workflow_execution_info.search_attributes.indexed_fields
        assert attributes["TemporalScheduledById"].data == f'"{unique}"'.encode()
        assert attributes["TemporalScheduledById"].metadata["type"] == b"Keyword"
        assert attributes["TemporalScheduledStartTime"].data == f'"{first.scheduled_at:%Y-%m-%dT%H:%M:%SZ}"'.encode()
        started = (await run.fetch_history()).events[0].workflow_execution_started_event_attributes
        assert started.identity == f"temporal-scheduler-default-{unique}"
        # Each run got the result of the one before.
        second = client.get_workflow_handle(actions[1].action.workflow_id)
        assert await second.result() == 2


async def test_limited_actions_run_out(client: Client, worker, unique: str) -> None:
    async with worker(Scheduled):
        limited = schedule(
            unique,
            at_once="done",
            spec=EVERY_SECOND,
            state=ScheduleState(limited_actions=True, remaining_actions=2),
        )
        handle = await client.create_schedule(unique, limited)
        await eventually(lambda: has_actions(handle, 2))
        described = await handle.describe()
        assert described.schedule.state.remaining_actions == 0
        assert described.info.next_action_times == []


async def test_a_trigger_acts_although_paused(client: Client, worker, unique: str) -> None:
    async with worker(Scheduled):
        handle = await client.create_schedule(unique, schedule(unique, state=ScheduleState(paused=True)))
        await handle.trigger()
        await eventually(lambda: has_actions(handle, 1))
        described = await handle.describe()
        assert [a.workflow_id for a in described.info.running_actions] == [
            described.info.recent_actions[0].action.workflow_id
        ]
        [run] = await started_runs(client, handle)
        await run.signal(Scheduled.end, "done")
        assert await run.result() == 1
        await eventually(lambda: is_at_rest(handle))


async def is_at_rest(handle) -> bool:
    return (await info(handle)).running_actions == []


async def test_a_new_schedule_can_be_triggered_and_backfilled_at_once(client: Client, worker, unique: str) -> None:
    async with worker(Scheduled):
        day = datetime(2020, 1, 1, tzinfo=timezone.utc)
        written = schedule(unique, at_once="done", spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=timedelta(days=1))]))
        handle = await client.create_schedule(
            unique,
            written,
            trigger_immediately=True,
            backfill=[
                ScheduleBackfill(
                    start_at=day, end_at=day + timedelta(days=2), overlap=ScheduleOverlapPolicy.ALLOW_ALL
                )
            ],
        )
        await eventually(lambda: has_actions(handle, 4))
        times = sorted(a.scheduled_at for a in (await info(handle)).recent_actions)
        assert times[:3] == [day, day + timedelta(days=1), day + timedelta(days=2)]


async def test_a_backfill_waits_for_its_turn(client: Client, worker, unique: str) -> None:
    async with worker(Scheduled):
        day = datetime(2021, 6, 1, tzinfo=timezone.utc)
        daily = ScheduleSpec(intervals=[ScheduleIntervalSpec(every=timedelta(days=1))])
        handle = await client.create_schedule(unique, schedule(unique, at_once="done", spec=daily))
        await handle.backfill(
            ScheduleBackfill(
                start_at=day, end_at=day + timedelta(days=11), overlap=ScheduleOverlapPolicy.BUFFER_ALL
            )
        )
        await eventually(lambda: has_actions(handle, 12), within=30)
        last = (await info(handle)).recent_actions[-1]
        assert last.scheduled_at == day + timedelta(days=11)
        assert await client.get_workflow_handle(last.action.workflow_id).result() == 12


async def test_skip(client: Client, worker, unique: str) -> None:
    async with worker(Scheduled):
        handle = await client.create_schedule(unique, schedule(unique))
        await handle.trigger()
        await eventually(lambda: has_actions(handle, 1))
        await trigger(handle)
        await eventually(lambda: has_skipped(handle, 1))
        assert (await info(handle)).num_actions == 1


async def has_skipped(handle, count: int) -> bool:
    return (await info(handle)).num_actions_skipped_overlap == count


async def test_buffer_one(client: Client, worker, unique: str) -> None:
    async with worker(Scheduled):
        handle = await client.create_schedule(
            unique, schedule(unique, policy=overlapping(ScheduleOverlapPolicy.BUFFER_ONE))
        )
        await handle.trigger()
        await eventually(lambda: has_actions(handle, 1))
        await trigger(handle)
        await trigger(handle)
        await eventually(lambda: has_skipped(handle, 1))
        [first] = await started_runs(client, handle)
        await first.signal(Scheduled.end, "done")
        await eventually(lambda: has_actions(handle, 2))
        assert (await handle.describe()).raw_description.info.buffer_size == 0


async def test_buffer_all(client: Client, worker, unique: str) -> None:
    async with worker(Scheduled):
        handle = await client.create_schedule(
            unique, schedule(unique, policy=overlapping(ScheduleOverlapPolicy.BUFFER_ALL))
        )
        await handle.trigger()
        await eventually(lambda: has_actions(handle, 1))
        await trigger(handle)
        await trigger(handle)
        await eventually(lambda: has_buffered(handle, 2))
        for number in (1, 2, 3):
            await eventually(lambda: has_actions(handle, number))
            run = (await started_runs(client, handle))[-1]
            await run.signal(Scheduled.end, "done")
            assert await run.result() == number
        assert (await info(handle)).num_actions_skipped_overlap == 0


async def has_buffered(handle, count: int) -> bool:
    return (await handle.describe()).raw_description.info.buffer_size == count


@pytest.mark.parametrize(
    ("policy", "status"),
    [
        (ScheduleOverlapPolicy.CANCEL_OTHER, WorkflowExecutionStatus.CANCELED),
        (ScheduleOverlapPolicy.TERMINATE_OTHER, WorkflowExecutionStatus.TERMINATED),
    ],
)
async def test_others_are_stopped(
    client: Client, worker, unique: str, policy: ScheduleOverlapPolicy, status: WorkflowExecutionStatus
) -> None:
    async with worker(Scheduled):
        handle = await client.create_schedule(unique, schedule(unique, policy=overlapping(policy)))
        await handle.trigger()
        await eventually(lambda: has_actions(handle, 1))
        [first] = await started_runs(client, handle)
        await trigger(handle)
        await eventually(lambda: has_actions(handle, 2))
        described = await first.describe()
        assert described.status == status
        event = [e async for e in first.fetch_history_events()][-1]
        if status == WorkflowExecutionStatus.TERMINATED:
            attributes = event.workflow_execution_terminated_event_attributes
            assert attributes.reason == "terminated by schedule overlap policy"
            assert attributes.identity == f"temporal-scheduler-default-{unique}"
        [running] = (await info(handle)).running_actions
        assert running.workflow_id != first.id


async def test_allow_all(client: Client, worker, unique: str) -> None:
    async with worker(Scheduled):
        handle = await client.create_schedule(
            unique, schedule(unique, policy=overlapping(ScheduleOverlapPolicy.ALLOW_ALL))
        )
        await handle.trigger()
        await trigger(handle)
        await eventually(lambda: has_actions(handle, 2))
        first, second = await started_runs(client, handle)
        for run in (first, second):
            await run.signal(Scheduled.end, "done")
            await run.result()


async def test_a_trigger_may_have_a_policy_of_its_own(client: Client, worker, unique: str) -> None:
    async with worker(Scheduled):
        handle = await client.create_schedule(unique, schedule(unique))
        await handle.trigger()
        await eventually(lambda: has_actions(handle, 1))
        await asyncio.sleep(1.01 - datetime.now().microsecond / 1_000_000)
        await handle.trigger(overlap=ScheduleOverlapPolicy.ALLOW_ALL)
        await eventually(lambda: has_actions(handle, 2))


async def test_a_failure_pauses_and_is_carried_on(client: Client, worker, unique: str) -> None:
    async with worker(Scheduled):
        handle = await client.create_schedule(unique, schedule(unique, policy=SchedulePolicy(pause_on_failure=True)))
        await handle.trigger()
        await eventually(lambda: has_actions(handle, 1))
        [first] = await started_runs(client, handle)
        await first.signal(Scheduled.end, "fail")
        with pytest.raises(WorkflowFailureError):
            await first.result()
        await eventually(lambda: is_paused(handle))
        described = await handle.describe()
        assert described.schedule.state.note == f"paused due to workflow failure: {first.id}: boom"
        await trigger(handle)
        await eventually(lambda: has_actions(handle, 2))
        second = (await started_runs(client, handle))[-1]
        assert "boom" in await second.query(Scheduled.last_failure)


async def is_paused(handle) -> bool:
    return (await handle.describe()).schedule.state.paused


async def test_an_update_replaces_the_schedule(client: Client, unique: str) -> None:
    handle = await client.create_schedule(unique, schedule(unique), memo={"kept": 1})

    def changed(given: ScheduleUpdateInput) -> ScheduleUpdate:
        written = dataclasses.replace(
            given.description.schedule,
            spec=EVERY_SECOND,
            state=ScheduleState(note="updated", paused=True),
        )
        return ScheduleUpdate(schedule=written)

    await handle.update(changed)
    await eventually(lambda: has_note(handle, "updated"))
    described = await handle.describe()
    assert described.schedule.spec.intervals == EVERY_SECOND.intervals
    assert described.info.last_updated_at is not None
    assert await described.memo() == {"kept": 1}


async def has_note(handle, note: str) -> bool:
    return (await handle.describe()).schedule.state.note == note


async def test_an_update_with_an_old_token_changes_nothing(client: Client, unique: str) -> None:
    service = client.workflow_service
    handle = await client.create_schedule(unique, schedule(unique))
    described = await service.describe_schedule(DescribeScheduleRequest(namespace="default", schedule_id=unique))

    async def update(note: str, token: bytes) -> None:
        written = RawSchedule()
        written.CopyFrom(described.schedule)
        written.state.notes = note
        await service.update_schedule(
            UpdateScheduleRequest(
                namespace="default", schedule_id=unique, schedule=written, conflict_token=token, request_id=note
            )
        )

    await update("first", described.conflict_token)
    await eventually(lambda: has_note(handle, "first"))
    await update("second", described.conflict_token)
    await update("third", b"")
    await eventually(lambda: has_note(handle, "third"))
    token = (await service.describe_schedule(DescribeScheduleRequest(namespace="default", schedule_id=unique))).conflict_token
    assert int.from_bytes(token, "big") == int.from_bytes(described.conflict_token, "big") + 2


async def test_a_repeated_patch_acts_once(client: Client, worker, unique: str) -> None:
    async with worker(Scheduled):
        handle = await client.create_schedule(
            unique, schedule(unique, policy=overlapping(ScheduleOverlapPolicy.ALLOW_ALL))
        )
        for second in (1, 2):
            patch = PatchScheduleRequest(
                namespace="default",
                schedule_id=unique,
                request_id="the same",
                patch=SchedulePatch(trigger_immediately=TriggerImmediatelyRequest()),
            )
            patch.patch.trigger_immediately.scheduled_time.FromDatetime(datetime(2020, 1, 1, 0, 0, second))
            await client.workflow_service.patch_schedule(patch)
        await eventually(lambda: has_actions(handle, 1))
        await trigger(handle)
        await eventually(lambda: has_actions(handle, 2))
        [first, _] = await started_runs(client, handle)
        assert first.id == f"{unique}-run-2020-01-01T00:00:01Z"


async def test_notes_have_a_limit(client: Client, unique: str) -> None:
    handle = await client.create_schedule(unique, schedule(unique))
    with pytest.raises(RPCError) as refused:
        await handle.pause(note="x" * 1001)
    assert refused.value.message == "Schedule notes exceeds limit."
    await handle.pause()
    await eventually(lambda: has_note(handle, "Paused via Python SDK"))
    await handle.unpause()
    await eventually(lambda: has_note(handle, "Unpaused via Python SDK"))


async def test_schedules_are_listed_with_what_comes(client: Client, unique: str) -> None:
    ids = {f"{unique}-{number}" for number in range(3)}
    for schedule_id in ids:
        await client.create_schedule(
            schedule_id, schedule(unique, state=ScheduleState(note="listed")), memo={"of": unique}
        )

    async def listed() -> dict:
        return {entry.id: entry async for entry in await client.list_schedules(page_size=2) if entry.id in ids}

    async def all_are_listed() -> dict | None:
        found = await listed()
        return found if set(found) == ids else None

    found = await eventually(all_are_listed)
    for entry in found.values():
        assert entry.schedule.action.workflow == "Scheduled"
        assert entry.schedule.state.note == "listed"
        assert entry.schedule.spec.intervals == NEVER.intervals
        assert len(entry.info.next_action_times) == 5
        assert await entry.memo() == {"of": unique}


async def test_lists_are_filtered(client: Client, unique: str) -> None:
    handle = await client.create_schedule(unique, schedule(unique))

    async def is_listed(query: str) -> bool:
        return unique in [entry.id async for entry in await client.list_schedules(query)]

    await eventually(lambda: is_listed("TemporalSchedulePaused = false"))
    assert not await is_listed("TemporalSchedulePaused = true")
    await handle.pause()
    await eventually(lambda: is_listed("TemporalSchedulePaused = true"))
    for query, message in [
        ("WorkflowId = 'x'", 'invalid query filter for schedules: cannot filter on "WorkflowId"'),
        ("Foo = 1", "Namespace default has no mapping defined for search attribute Foo"),
    ]:
        with pytest.raises(RPCError) as refused:
            await is_listed(query)
        assert refused.value.status == RPCStatusCode.INVALID_ARGUMENT
        assert refused.value.message == message


async def test_matching_times_are_listed(client: Client, unique: str) -> None:
    spec = ScheduleSpec(cron_expressions=["0 12 * * mon"], time_zone_name="Europe/Berlin")
    await client.create_schedule(unique, schedule(unique, spec=spec))
    request = ListScheduleMatchingTimesRequest(namespace="default", schedule_id=unique)
    request.start_time.FromDatetime(datetime(2024, 3, 24))
    request.end_time.FromDatetime(datetime(2024, 4, 8))
    times = (await client.workflow_service.list_schedule_matching_times(request)).start_time
    assert [time.ToDatetime() for time in times] == [
        datetime(2024, 3, 25, 11),
        datetime(2024, 4, 1, 10),
    ]


async def test_a_deleted_schedule_leaves_its_runs_alone(client: Client, worker, unique: str) -> None:
    async with worker(Scheduled):
        handle = await client.create_schedule(unique, schedule(unique))
        await handle.trigger()
        await eventually(lambda: has_actions(handle, 1))
        [run] = await started_runs(client, handle)
        await handle.delete()
        with pytest.raises(RPCError) as refused:
            await handle.describe()
        assert refused.value.status == RPCStatusCode.NOT_FOUND
        await run.signal(Scheduled.end, "done")
        assert await run.result() == 1
