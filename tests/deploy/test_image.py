"""The Dockerfiles: what they copy is there, they build what is tested, and the image has what the binary needs.

SUNDIAL_IMAGE_BUILD   set: the builder's steps are run in a plain folder, compiler and all, which takes minutes
"""

import json
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from deploy.renderer import DEPLOY, Renderer
from harness.server import CHECKOUT, sundial_binary

DOCKERFILE = DEPLOY / "Dockerfile"
DEMO_DOCKERFILE = DEPLOY / "compose/activities/Dockerfile"
BUILD = "cargo build --release --workspace --locked"
# distroless/cc: glibc and libgcc.
LIBRARIES_OF_THE_BASE = {"linux-vdso.so.1", "libc.so.6", "libm.so.6", "libgcc_s.so.1", "ld-linux-x86-64.so.2"}


@pytest.fixture
def stages(render: Renderer) -> list[dict[str, Any]]:
    return render.image(DOCKERFILE)


def of_kind(stage: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [step for step in stage["steps"] if step["kind"] == kind]


@pytest.mark.parametrize("dockerfile", [DOCKERFILE, DEMO_DOCKERFILE], ids=["sundial", "demo"])
def test_every_source_is_there_and_reaches_the_builder(render: Renderer, dockerfile: Path) -> None:
    # That a source is missing is the renderer's error.
    copied = [step for stage in render.image(dockerfile) for step in of_kind(stage, "copy")]
    assert any(not step.get("from") for step in copied)
    for step in copied:
        assert not step.get("ignored"), f"{step['text']}: the ignore file keeps it out"


def test_dependencies_are_built_from_every_manifest_of_the_workspace(stages: list[dict[str, Any]]) -> None:
    members = tomllib.loads((CHECKOUT / "Cargo.toml").read_text())["workspace"]["members"]
    steps = stages[0]["steps"]
    first_build = next(number for number, step in enumerate(steps) if BUILD in step["text"])
    manifests = {source for step in steps[:first_build] for source in step.get("sources", [])}
    assert manifests == {"Cargo.toml", "Cargo.lock", *(f"{member}/Cargo.toml" for member in members)}


def test_the_builder_compiles_with_the_toolchain_and_the_command_that_everything_is_tested_with(
    stages: list[dict[str, Any]],
) -> None:
    channel = tomllib.loads((CHECKOUT / "rust-toolchain.toml").read_text())["toolchain"]["channel"]
    assert stages[0]["base"] == f"rust:{channel}-slim-bookworm"
    assert {"RUSTUP_TOOLCHAIN": channel} in [step["variables"] for step in of_kind(stages[0], "env")]
    commands = [step["command"][0] for step in of_kind(stages[0], "run")]
    assert [command for command in commands if "cargo" in command] == [BUILD, BUILD]
    assert BUILD in (DEPLOY / "README.md").read_text()


def test_the_image_runs_as_nobody_and_ends_on_sigterm(stages: list[dict[str, Any]]) -> None:
    image = stages[-1]
    assert [step["value"] for step in of_kind(image, "user")] == ["65532:65532"]
    assert [step["value"] for step in of_kind(image, "stopsignal")] == ["SIGTERM"]
    # Without a shell in between, which would keep signals to itself.
    entry = of_kind(image, "entrypoint")[0]
    assert entry["command"] == ["/usr/local/bin/sundial"]
    assert not entry.get("shell")
    owned = [step for step in of_kind(image, "copy") if step["destination"].startswith("/var/")]
    assert [step["owner"] for step in owned] == ["65532:65532"] * 2


def test_the_base_has_what_the_binary_links_to(stages: list[dict[str, Any]]) -> None:
    assert stages[-1]["base"] == "gcr.io/distroless/cc-debian12:nonroot"
    linked = subprocess.run(["ldd", sundial_binary()], capture_output=True, check=True, text=True).stdout
    names = {Path(line.split()[0]).name for line in linked.splitlines()}
    assert names <= LIBRARIES_OF_THE_BASE


def test_settings_of_the_image_are_settings_of_the_binary(stages: list[dict[str, Any]], tmp_path: Path) -> None:
    variables = {name: value for step in of_kind(stages[-1], "env") for name, value in step["variables"].items()}
    assert {"SUNDIAL_IP", "SUNDIAL_DATABASE", "SUNDIAL_CACHE_DIR"} <= set(variables)
    ended = subprocess.run(
        [sundial_binary(), "config", "--json"], env=variables, cwd=tmp_path, capture_output=True, check=True, text=True
    )
    for name, value in variables.items():
        assert f'"variable":"{name}"' in ended.stdout, f"no setting is read from {name}"
        assert f'"value":"{value}"' in ended.stdout


def test_the_demo_s_activities_get_the_sdk_that_is_tested(render: Renderer) -> None:
    pinned = re.search(r"^temporalio==.*$", (CHECKOUT / "tests/requirements.txt").read_text(), re.MULTILINE)
    assert pinned is not None
    commands = [step["command"][0] for step in of_kind(render.image(DEMO_DOCKERFILE)[0], "run")]
    assert any(command.startswith("pip install") and command.endswith(pinned[0]) for command in commands)


class PlainFolder:
    """A folder that stands for the builder's file system: its steps are done in it, in order."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root
        self.environment = {**os.environ}

    def inside(self, path: str) -> Path:
        return self.root / path.lstrip("/") if path.startswith("/") else self.folder / path

    def do(self, step: dict[str, Any]) -> None:
        match step["kind"]:
            case "workdir":
                self.folder = self.inside(step["value"])
                self.folder.mkdir(parents=True, exist_ok=True)
            case "env":
                self.environment.update(step["variables"])
            case "copy":
                self.copy(step)
            case "run":
                command = step["command"][0].replace("/image", str(self.root / "image"))
                subprocess.run(["sh", "-c", command], cwd=self.folder, env=self.environment, check=True)
            case kind:
                pytest.fail(f"the builder has a step {kind}, which is not tried here")

    def cargo(self, *arguments: str) -> str:
        ended = subprocess.run(
            ["cargo", *arguments], cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=50
        )
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    def copy(self, step: dict[str, Any]) -> None:
        """As BuildKit does: a folder's content, or files into a folder if the destination ends with a slash."""
        target = self.inside(step["destination"])
        for name in step["sources"]:
            source = CHECKOUT / name
            if source.is_dir():
                left_out = shutil.ignore_patterns("target", "node_modules", "__pycache__", ".venv", ".sundial")
                shutil.copytree(source, target, dirs_exist_ok=True, ignore=left_out)
            else:
                target.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target)


def targets(place: PlainFolder) -> set[tuple[str, str]]:
    """Crates, and what each is made of: a library, a program, a build script."""
    # It resolves the workspace and compares all of it with the lock file.
    place.cargo("tree", "--workspace", "--locked", "--offline", "--depth=0")
    packages = json.loads(place.cargo("metadata", "--format-version=1", "--no-deps"))["packages"]
    kinds = {(package["name"], kind) for package in packages for target in package["targets"] for kind in target["kind"]}
    return {(name, kind) for name, kind in kinds if kind in ("lib", "bin", "custom-build")}


def test_dependencies_are_built_for_crates_of_the_same_kinds_as_the_real_ones(
    stages: list[dict[str, Any]], tmp_path: Path
) -> None:
    place = PlainFolder(tmp_path)
    seen = []
    for step in stages[0]["steps"]:
        if BUILD in step["text"]:
            seen.append(targets(place))
        elif "target/release" not in step["text"]:
            place.do(step)
    before, after = seen
    assert before == after
    assert ("sundial-cli", "bin") in after


@pytest.mark.skipif("SUNDIAL_IMAGE_BUILD" not in os.environ, reason="compiles everything anew")
@pytest.mark.timeout(7200)
def test_the_builder_s_steps_make_a_binary_that_runs(stages: list[dict[str, Any]], tmp_path: Path) -> None:
    place = PlainFolder(tmp_path)
    place.environment["CARGO_TARGET_DIR"] = str(tmp_path / "source/target")
    for step in stages[0]["steps"]:
        place.do(step)
    binary = tmp_path / "image/usr/local/bin/sundial"
    # The empty crates' binary says nothing.
    assert b"sundial" in subprocess.run([binary, "--version"], check=True, capture_output=True).stdout
    assert binary.stat().st_size < sundial_binary().stat().st_size
