"""What a Go workflow's author is told: by the check of `sundial build`, and by the sandbox where the check was told to look away."""

import json
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.client import Client

from guests.languages import GO, LANGUAGES, TINYGO, Language
from guests.refusals import AT_RUN_TIME, NOTHING_TO_IMPORT, REFUSALS, ROWS, failure, outcome, readable, served
from harness.server import CHECKOUT
from harness.sundial import BUILD_WITHIN_SECONDS, SundialFailed, sundial

pytestmark = [pytest.mark.sundial_only, pytest.mark.timeout(BUILD_WITHIN_SECONDS)]

PROJECT = CHECKOUT / "tests/guests/go-refusals"
COLUMNS = {GO: "Go", TINYGO: "Go with TinyGo"}
LOOK_AWAY = " //workflowcheck:ignore"

# What a check of the source can't see.
WHILE_RUNNING = {
    "UnboundedMemory": "memory",
    "EndlessLoop": "used more than the 2000 ms of CPU",
    "DeepRecursion": "stack",
}
BY_THE_CHECK = [row for row in ROWS if row not in WHILE_RUNNING and row != "LateImport"]
# What of Go's library TinyGo does not compile, by the row that needs it: package and name.
NOT_IN_TINYGO = {"Sockets": ("net", "Dial"), "Http": ("net/http", "Get"), "Processes": ("os/exec", "Command")}


@pytest.fixture(scope="module", params=[language for language in COLUMNS if language in LANGUAGES], ids=lambda one: one.name)
def compiler(request: pytest.FixtureRequest) -> Language:
    return request.param


def check(row: str, compiler: Language, words: str) -> None:
    """Checks a cell of the table. Words that both compilers share are not told twice."""
    is_shared = compiler is TINYGO and readable(words) == REFUSALS.cell(row, COLUMNS[GO])
    REFUSALS.check(row, COLUMNS[compiler], "as Go" if is_shared else words)


async def refused_by_build(project: Path, compiler: Language, component: Path) -> str:
    with pytest.raises(SundialFailed) as caught:
        await sundial("build", project, "--output", component, *compiler.options, within=BUILD_WITHIN_SECONDS)
    return json.loads(str(caught.value).splitlines()[-1])["error"]["message"]


@pytest.fixture(scope="module")
async def named(compiler: Language, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The first line that the check has for each workflow type."""
    told = await refused_by_build(PROJECT, compiler, tmp_path_factory.mktemp("refused") / "out.wasm")
    lines: dict[str, str] = {}
    for line in told.splitlines()[1:]:
        place = re.search(r"is refused in (\w+): ", line)
        assert place, line
        lines.setdefault(place[1], line.strip())
    return lines


@pytest.fixture(scope="module")
async def refusing(
    compiler: Language, named: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Client]:
    """The same workflows, where each line that was named bears the comment that makes the check look away."""
    folder = tmp_path_factory.mktemp("refusals")
    project = shutil.copytree(PROJECT, folder / "project")
    if compiler is TINYGO:
        (project / "not_in_tinygo.go").unlink()
    for file in project.glob("*.go"):
        lines = file.read_text().splitlines()
        # All of them: a line that has nothing to ignore may bear it, too.
        bearing = [line + LOOK_AWAY if line.startswith("\t") else line for line in lines]
        file.write_text("\n".join(bearing) + "\n")
    component = folder / "out.wasm"
    await sundial("build", project, "--output", component, *compiler.options, within=BUILD_WITHIN_SECONDS)
    async with served(component) as client:
        yield client


@pytest.mark.parametrize("row", BY_THE_CHECK)
def test_the_build_names_the_call_the_line_and_what_to_use(named: dict[str, str], compiler: Language, row: str) -> None:
    assert re.match(rf"\w+\.go:\d+:\d+: .* is refused in {row}: a workflow .*; ", named[row]), named[row]
    check(row, compiler, named[row])


@pytest.mark.parametrize("row", WHILE_RUNNING)
async def test_a_workflow_that_takes_too_much_is_stopped(
    refusing: Client, compiler: Language, unique: str, row: str
) -> None:
    told = await failure(refusing, row, unique)
    assert WHILE_RUNNING[row] in told.message
    check(row, compiler, told.message)


def test_nothing_is_imported_late(compiler: Language) -> None:
    check("LateImport", compiler, NOTHING_TO_IMPORT)


@pytest.mark.parametrize("row", BY_THE_CHECK)
async def test_what_the_check_passed_over_meets_the_sandbox(
    refusing: Client, compiler: Language, unique: str, row: str
) -> None:
    if compiler is TINYGO and row in NOT_IN_TINYGO:
        pytest.skip("does not compile, as another test shows")
    told = await outcome(refusing, row, unique)
    if compiler is TINYGO and row == "Stdin":
        # Its library asks again without end; where the limit meets it is chance.
        told = re.sub(r"^workflow Stdin failed in guest function `[^`]+`: ", "", told)
    AT_RUN_TIME.check(row, COLUMNS[compiler], told)


@pytest.mark.skipif(TINYGO not in LANGUAGES, reason="no TinyGo")
@pytest.mark.parametrize("row", NOT_IN_TINYGO)
async def test_what_tinygo_lacks_does_not_compile(tmp_path: Path, row: str) -> None:
    package, name = NOT_IN_TINYGO[row]
    used = f"{package.split('/')[-1]}.{name}"
    (tmp_path / "go.mod").write_text((PROJECT / "go.mod").read_text())
    (tmp_path / "workflows.go").write_text(
        f'package refusals\n\nimport (\n\t"{package}"\n\n\t"go.temporal.io/sdk/workflow"\n)\n\nvar _ = {used}\n\n'
        f"// {row} refers to what it would ask.\nfunc {row}(workflow.Context) error {{ return nil }}\n"
    )
    told = await refused_by_build(tmp_path, TINYGO, tmp_path / "out.wasm")
    assert re.search(rf"(?s)tinygo could not compile .*((package|#) {package}\b|undefined: {used}\b)", told), told
    AT_RUN_TIME.check(row, COLUMNS[TINYGO], f"does not compile: TinyGo has no {used} for components")
