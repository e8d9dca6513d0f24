"""`sundial test`: a component with mocked activities and skipped time, as a person and as a test tool use it."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from harness.server import sundial_binary
from harness.sundial import Guests

pytestmark = pytest.mark.sundial_only

DAY_MS = 24 * 3600 * 1000
ORDER = {
    "order_id": "o-1",
    "customer": "ada",
    "items": [{"sku": "lamp", "quantity": 2, "unit_price_cents": 1500}],
    "approval_timeout_seconds": 30 * 24 * 3600,
}
RECEIPT = {"payment_id": "p-1", "amount_cents": 3000, "attempt": 1}
MOCKS = [
    "--mock",
    f"charge_payment={json.dumps(RECEIPT)}",
    "--mock",
    'reserve_stock={"reservation_id": "r-1", "items": 1}',
    "--mock",
    'quote_shipping={"carrier": "snail", "price_cents": 500}',
]


async def run(component: Path, *arguments: str) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        str(sundial_binary()),
        "test",
        str(component),
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate()
    assert process.returncode is not None
    return process.returncode, output.decode(), errors.decode()


async def report(component: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    code, output, errors = await run(component, "--json", *arguments)
    assert output, errors
    return code, json.loads(output)


async def test_commands_have_their_times_inputs_and_outcomes(guests: Guests) -> None:
    code, told = await report(
        await guests.example("order"), "--input", json.dumps(ORDER), *MOCKS, "--signal", 'approve={"by": "grace"}@20d'
    )
    assert (code, told["status"], told["result"]["outcome"]) == (0, "completed", "confirmed")
    commands = [(entry["command"], entry.get("activity")) for entry in told["commands"]]
    assert commands == [
        ("schedule_activity", "charge_payment"),
        ("schedule_activity", "reserve_stock"),
        ("schedule_activity", "quote_shipping"),
        ("start_timer", None),
        ("cancel_timer", None),
        ("schedule_activity", "charge_payment"),
        ("complete", None),
    ]
    first, timer, last = told["commands"][0], told["commands"][3], told["commands"][-1]
    assert first["input"] == [{"order_id": "o-1", "amount_cents": 3000, "reason": "order"}]
    assert first["outcome"] == {"result": RECEIPT}
    assert timer["duration_ms"] == 30 * DAY_MS
    assert 20 * DAY_MS <= last["at_ms"] <= told["took_ms"] < 21 * DAY_MS


async def test_text_tells_the_same(guests: Guests) -> None:
    code, output, _ = await run(await guests.example("order"), "--input", json.dumps(ORDER), *MOCKS, "--cancel", "1d")
    assert "start timer" in output and "schedule activity  reserve_stock" in output
    assert code == 1


async def test_a_missing_mock_is_named(guests: Guests) -> None:
    code, output, errors = await run(await guests.example("order"), "--input", json.dumps(ORDER))
    assert code == 1
    assert "charge_payment is not mocked" in output
    assert "give --mock charge_payment=JSON" in errors


async def test_an_activity_that_takes_longer_than_it_may_is_tried_again(guests: Guests) -> None:
    # The order gives each attempt ten seconds.
    code, told = await report(
        await guests.example("order"),
        "--input",
        json.dumps({**ORDER, "approval_timeout_seconds": 60}),
        "--mock",
        f"charge_payment={json.dumps({**RECEIPT, 'payment_id': 'too-late'})}@11s",
        *MOCKS,
        "--mock",
        'refund_payment="refunded"',
        "--mock",
        'release_stock="released"',
    )
    assert (code, told["result"]["outcome"]) == (0, "expired")
    assert told["commands"][0]["outcome"] == {"result": RECEIPT}
    assert told["took_ms"] >= 70_000


async def test_the_last_commands_of_children_are_told(guests: Guests) -> None:
    # A task queue may have any name: it is no part of a path.
    code, told = await report(
        await guests.example("fan-out"),
        "--workflow",
        "FanOut",
        "--input",
        '{"numbers": [1, 2, 3]}',
        "--task-queue",
        "../sums/eu",
    )
    assert (code, told["result"]) == (0, {"total": 14, "children": 3})
    ends = [entry for entry in told["commands"] if entry["command"] == "complete"]
    assert sorted(entry["result"] for entry in ends if entry["workflow_id"] != told["workflow_id"]) == [1, 4, 9]


async def test_a_mocked_child_takes_its_time(guests: Guests) -> None:
    code, told = await report(
        await guests.example("fan-out"),
        "--workflow",
        "FanOut",
        "--input",
        '{"numbers": [1, 2], "child_task_queue": "elsewhere"}',
        "--mock-child",
        "Square=5@2h",
    )
    assert (code, told["result"]["total"]) == (0, 10)
    assert told["took_ms"] >= 2 * 3600 * 1000


async def test_a_workflow_that_waits_for_ever_is_told_from_one_that_works(guests: Guests) -> None:
    code, output, errors = await run(
        await guests.example("message-passing"), "--input", '"english"', "--query", "greeting"
    )
    assert code == 1
    assert 'query greeting at the end: returned "hello"' in output
    assert "waits for something that nothing will bring" in errors and "--signal" in errors


async def test_code_that_panics_ends_the_test(guests: Guests) -> None:
    code, told = await report(await guests.example("order"), "--input", "7")
    assert (code, told["status"]) == (1, "task_failed")
    assert told["failure"]["message"]


async def test_an_unknown_workflow_type_is_told_with_those_that_there_are(guests: Guests) -> None:
    code, _, errors = await run(await guests.example("fan-out"), "--workflow", "Cube")
    assert code == 1 and "no workflow type Cube" in errors and "FanOut, Square" in errors
