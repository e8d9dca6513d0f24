"""Waiting for a state that comes by itself. The only place in the tests that polls."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def eventually(check: Callable[[], T | Awaitable[T]], *, within: float = 15.0, every: float = 0.02) -> T:
    """The first value of `check` that is true. An AssertionError of `check` counts as not yet.

    Fails after `within` seconds with the last AssertionError, or naming the last value.
    """
    deadline = time.monotonic() + within
    while True:
        value, error = None, None
        try:
            value = check()
            if inspect.isawaitable(value):
                value = await value
            if value:
                return value
        except AssertionError as caught:
            error = caught
        if time.monotonic() > deadline:
            raise error or AssertionError(f"not so within {within} s; last seen: {value!r}")
        await asyncio.sleep(every)
