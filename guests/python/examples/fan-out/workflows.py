"""A parent that starts a child for each number, all at once, in its own module or in one that is written in another language."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from temporalio import workflow


@dataclass
class Numbers:
    numbers: list[int]
    # Where the children run; where the parent does if it is not given.
    child_task_queue: str | None = None


@dataclass
class Total:
    total: int
    children: int


@workflow.defn
class FanOut:
    """Adds up the squares that its children return."""

    @workflow.run
    async def run(self, given: Numbers) -> Total:
        squares = await asyncio.gather(
            *[
                workflow.execute_child_workflow(
                    "Square",
                    number,
                    result_type=int,
                    id=f"{workflow.info().workflow_id}/square/{index}",
                    task_queue=given.child_task_queue,
                )
                for index, number in enumerate(given.numbers)
            ]
        )
        return Total(total=sum(squares), children=len(squares))


@workflow.defn
class Square:
    """Takes its time, and returns the square of a number."""

    @workflow.run
    async def run(self, number: int) -> int:
        await workflow.sleep(timedelta(milliseconds=10))
        return number * number
