"""`temporal schedule`, every subcommand of it."""

import pytest
from temporalio.client import Client

from harness.scheduled import Scheduled
from harness.temporal_cli import Cli
from harness.wait import eventually


@pytest.fixture
async def scheduled(cli: Cli, worker, unique: str):
    """A schedule that was created by the CLI, with a worker for what it starts."""
    async with worker(Scheduled):
        await create(cli, unique, "--interval", "365d")
        yield unique


async def create(cli: Cli, unique: str, *options: str) -> None:
    code, output, errors = await cli.run(
        *("schedule", "create", "--schedule-id", unique, "--type", "Scheduled", "--task-queue", unique),
        *("--workflow-id", f"{unique}-run", "--input", '"done"', *options),
    )
    assert code == 0, output + errors


async def describe(cli: Cli, schedule_id: str) -> dict:
    return await cli.json("schedule", "describe", "--schedule-id", schedule_id)


async def has_actions(cli: Cli, schedule_id: str, count: int) -> bool:
    return int((await describe(cli, schedule_id))["info"].get("actionCount", 0)) >= count


async def test_create_and_describe(cli: Cli, unique: str) -> None:
    await create(
        cli,
        unique,
        *("--calendar", '{"hour":"3","dayOfWeek":"Mon"}', "--cron", "0 12 * * *", "--interval", "6h/1h"),
        *("--time-zone", "Europe/Berlin", "--jitter", "30s", "--overlap-policy", "BufferAll", "--catchup-window", "2m"),
        *("--pause-on-failure", "--paused", "--notes", "from the CLI", "--remaining-actions", "3"),
        *("--start-time", "2040-01-01T00:00:00Z", "--end-time", "2041-01-01T00:00:00Z"),
        *("--schedule-memo", 'who="me"', "--memo", 'of="run"'),
    )
    shown = await describe(cli, unique)
    schedule = shown["schedule"]
    assert schedule["state"] == {
        "notes": "from the CLI",
        "paused": True,
        "limitedActions": True,
        "remainingActions": "3",
    }
    assert schedule["policies"] == {
        "overlapPolicy": "SCHEDULE_OVERLAP_POLICY_BUFFER_ALL",
        "catchupWindow": "120s",
        "pauseOnFailure": True,
    }
    spec = schedule["spec"]
    assert spec["timezoneName"] == "Europe/Berlin"
    assert spec["interval"] == [{"interval": "21600s", "phase": "3600s"}]
    assert [calendar["hour"] for calendar in spec["structuredCalendar"]] == [
        [{"start": 12, "end": 12, "step": 1}],
        [{"start": 3, "end": 3, "step": 1}],
    ]
    assert spec["structuredCalendar"][1]["dayOfWeek"] == [{"start": 1, "end": 1, "step": 1}]
    assert len(shown["info"]["futureActionTimes"]) == 3
    assert list(shown["memo"]["fields"]) == ["who"]
    assert list(schedule["action"]["startWorkflow"]["memo"]["fields"]) == ["of"]


async def test_an_id_that_is_taken_is_refused(cli: Cli, unique: str) -> None:
    await create(cli, unique, "--interval", "1h")
    refused = await cli.fails(
        *("schedule", "create", "--schedule-id", unique, "--type", "Scheduled", "--task-queue", unique),
        *("--interval", "1h"),
    )
    assert "already registered" in refused


async def test_trigger(cli: Cli, client: Client, scheduled: str) -> None:
    await cli.run("schedule", "trigger", "--schedule-id", scheduled)
    await eventually(lambda: has_actions(cli, scheduled, 1))
    [action] = (await describe(cli, scheduled))["info"]["recentActions"]
    workflow_id = action["startWorkflowResult"]["workflowId"]
    assert workflow_id.startswith(f"{scheduled}-run-20")
    assert await client.get_workflow_handle(workflow_id).result() == 1


async def test_toggle(cli: Cli, scheduled: str) -> None:
    async def state() -> dict:
        return (await describe(cli, scheduled))["schedule"]["state"]

    async def becomes(paused: bool, notes: str) -> bool:
        now = await state()
        return now.get("paused", False) == paused and now.get("notes") == notes

    for flag, paused in (("--pause", True), ("--unpause", False)):
        await cli.run("schedule", "toggle", "--schedule-id", scheduled, flag, "--reason", f"because {flag}")
        await eventually(lambda: becomes(paused, f"because {flag}"))


async def test_update(cli: Cli, scheduled: str) -> None:
    code, output, errors = await cli.run(
        *("schedule", "update", "--schedule-id", scheduled, "--type", "Scheduled", "--task-queue", scheduled),
        *("--workflow-id", "another", "--interval", "90m", "--notes", "changed"),
    )
    assert code == 0, output + errors

    async def is_changed() -> bool:
        schedule = (await describe(cli, scheduled))["schedule"]
        return schedule["state"].get("notes") == "changed"

    await eventually(is_changed)
    schedule = (await describe(cli, scheduled))["schedule"]
    assert schedule["spec"]["interval"] == [{"interval": "5400s", "phase": "0s"}]
    assert schedule["action"]["startWorkflow"]["workflowId"] == "another"


async def test_backfill(cli: Cli, scheduled: str) -> None:
    await cli.run(
        *("schedule", "backfill", "--schedule-id", scheduled, "--overlap-policy", "AllowAll"),
        *("--start-time", "2000-01-01T00:00:00Z", "--end-time", "2003-01-01T00:00:00Z"),
    )
    await eventually(lambda: has_actions(cli, scheduled, 3))


async def test_list(cli: Cli, scheduled: str) -> None:
    async def entry() -> dict | None:
        entries = await cli.json("schedule", "list")
        return next((entry for entry in entries if entry["scheduleId"] == scheduled), None)

    found = await eventually(entry)
    assert found["info"]["workflowType"]["name"] == "Scheduled"
    refused = await cli.fails("schedule", "list", "--query", "WorkflowId = 'x'")
    assert 'invalid query filter for schedules: cannot filter on \\"WorkflowId\\"' in refused


async def test_delete(cli: Cli, scheduled: str) -> None:
    await cli.run("schedule", "delete", "--schedule-id", scheduled)
    assert "not found" in await cli.fails("schedule", "describe", "--schedule-id", scheduled)
    assert f"workflow not found for ID: temporal-sys-scheduler:{scheduled}-x" in await cli.fails(
        *("schedule", "delete", "--schedule-id", f"{scheduled}-x")
    )
