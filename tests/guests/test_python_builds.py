"""What `sundial build` makes of Python projects, and errors that say what to do."""

import shutil
from pathlib import Path

import pytest

from guests.languages import PYTHON
from harness.sundial import SundialFailed, sundial

pytestmark = [pytest.mark.sundial_only, pytest.mark.timeout(600)]

WORKFLOW = """
from temporalio import workflow

@workflow.defn
class {name}:
    @workflow.run
    async def run(self) -> str:
        return "done"
"""


async def build(project: Path, component: Path) -> dict:
    return await sundial("build", project, "--output", component, within=500)


def project(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        file = folder / f"{name.replace('__', '/')}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return folder


async def test_the_best_practices_build_as_they_are(tmp_path: Path) -> None:
    built = await build(PYTHON.example("best-practices"), tmp_path / "component.wasm")
    types = [workflow["workflow_type"] for workflow in built["workflows"]]
    assert types == ["OrderWorkflow", "FollowUpWorkflow"]


async def test_two_builds_give_the_same_digest(tmp_path: Path) -> None:
    """From two folders, so that no path gets in either."""
    digests = set()
    for name in ("one", "two"):
        copy = shutil.copytree(PYTHON.example("account"), tmp_path / name / "account")
        digests.add((await build(copy, tmp_path / f"{name}.wasm"))["digest"])
    assert len(digests) == 1


async def test_a_folder_without_a_workflow_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(SundialFailed, match="no class is decorated with @workflow.defn"):
        await build(project(tmp_path / "none", main="print(1)"), tmp_path / "component.wasm")


async def test_a_module_that_is_missing_is_named(tmp_path: Path) -> None:
    missing = project(tmp_path / "missing", flow="import no_such_module\n" + WORKFLOW.format(name="Lost"))
    with pytest.raises(SundialFailed, match="No module named 'no_such_module'") as caught:
        await build(missing, tmp_path / "component.wasm")
    assert "flow.py" in str(caught.value) and "line 1, in <module>" in str(caught.value)
    assert "requirements.txt" in str(caught.value)
