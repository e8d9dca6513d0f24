"""Batch operations begun by the CLI, and their end."""

from typing import Any

from temporalio.client import Client

from harness.temporal_cli import Cli
from harness.wait import eventually

# How many runs a batch is about.
RUNS = 7


async def are_listed(client: Client, task_queue: str) -> bool:
    return (await client.count_workflows(f"TaskQueue = '{task_queue}'")).count == RUNS


async def is_idle(cli: Cli) -> bool:
    """Whether no job runs: there may be one at a time."""
    jobs = await cli.json("batch", "list") or []
    return all(job["state"] != "BATCH_OPERATION_STATE_RUNNING" for job in jobs)


async def start(cli: Cli, *arguments: str) -> str:
    """Starts a job by the CLI; gives its id."""
    code, output, errors = await cli.run(*arguments, "--yes")
    assert code == 0, output + errors
    assert f"approximately {RUNS} workflow(s)" in output
    return output.split("job ID: ")[1].split()[0]


async def ended(cli: Cli, job_id: str) -> dict[str, Any]:
    async def described() -> dict[str, Any] | None:
        job = await cli.json("batch", "describe", "--job-id", job_id)
        return None if job["state"] == "BATCH_OPERATION_STATE_RUNNING" else job

    return await eventually(described)
