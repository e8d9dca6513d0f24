"""Every language's four workflows as components, on a server for each trial, with the activity workers that they all share."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from guests.languages import LANGUAGES, Language
from harness.crashes import Trial, Tried, tried
from harness.server import CHECKOUT
from harness.sundial import EXAMPLES, activity_worker, made_before, sundial

# Some compilers bring a whole language along.
BUILD_WITHIN_SECONDS = 900


@pytest.fixture(scope="session", params=LANGUAGES, ids=lambda language: language.name)
def language(request: pytest.FixtureRequest) -> Language:
    return request.param


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Language, str], Awaitable[Path]]:
    """Builds a project once a session, or takes what SUNDIAL_COMPONENTS holds."""
    folder = tmp_path_factory.mktemp("components")
    built: dict[tuple[Language, str], Path] = {}
    # The compilers use all cores by themselves.
    building = asyncio.Lock()

    async def component(language: Language, name: str) -> Path:
        async with building:
            key = (language, name)
            if key not in built:
                title = f"{language.name}-{name}"
                made = made_before(title)
                if made is None:
                    made = folder / f"{title}.wasm"
                    await sundial(
                        *("build", language.project(name), "--output", made, *language.options),
                        within=BUILD_WITHIN_SECONDS,
                    )
                built[key] = made
            return built[key]

    return component


@pytest.fixture(scope="session", params=Trial, ids=lambda trial: trial.value)
async def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Tried]:
    options = ("--activities", str(CHECKOUT / "tests/guests/activities.toml"))
    async with tried(request.param, tmp_path_factory.mktemp(request.param.value), *options) as place:
        yield place


@pytest.fixture
async def serve(
    place: Tried, build: Callable[[Language, str], Awaitable[Path]]
) -> AsyncIterator[Callable[[Language, str], Awaitable[str]]]:
    """Pushes a language's project: the task queue that it is served on."""

    async def push(language: Language, name: str) -> str:
        queue = f"{language.name}-{name}"
        component = await build(language, name)
        # Compiling a whole interpreter to machine code takes its time, once.
        await sundial(
            *("module", "push", component, "--name", queue, "--task-queue", queue),
            address=place.server.address,
            within=BUILD_WITHIN_SECONDS,
        )
        return queue

    yield push


@pytest.fixture
async def activities(place: Tried) -> AsyncIterator[Callable[..., Awaitable[None]]]:
    """Starts a stock Python worker of the examples for the rest of the test."""
    async with AsyncExitStack() as stack:

        async def start(script: str, *arguments: str) -> None:
            await stack.enter_async_context(
                activity_worker(EXAMPLES / script, *arguments, place.server.address)
            )

        yield start
