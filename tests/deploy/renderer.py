"""What deploy/ means, read by the libraries of the tools that will read it: Docker Compose's, Helm's, BuildKit's."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from harness.server import CHECKOUT

DEPLOY = CHECKOUT / "deploy"
PROGRAM = Path(__file__).parent / "render"
COMPOSE_FILE = DEPLOY / "compose/compose.yaml"
CHART = DEPLOY / "helm/sundial"


class Refused(Exception):
    """What was read is not as it must be; the message is the library's."""


class Renderer:
    """The program `render`, which its main.go describes."""

    def __init__(self, program: Path) -> None:
        self.program = program

    def compose(self, **environment: str) -> dict[str, Any]:
        """The project of the compose file, with these variables alone."""
        return self._run("compose", COMPOSE_FILE, environment=environment)

    def chart(self, *situations: str, **values: Any) -> dict[str, Any]:
        """The release with the values of these files (`aks` is values-aks.yaml) and, above them, of `values`."""
        files = [CHART / f"values-{situation}.yaml" for situation in situations]
        return self._run("chart", CHART, *files, given=json.dumps(values))

    def image(self, dockerfile: Path) -> list[dict[str, Any]]:
        """The stages of a Dockerfile whose context is the checkout."""
        return self._run("image", dockerfile, CHECKOUT)

    def _run(self, *arguments: str | Path, environment: dict[str, str] | None = None, given: str = "") -> Any:
        ended = subprocess.run(
            [self.program, *arguments],
            env={"PATH": os.environ["PATH"], "HOME": str(Path.home()), **(environment or {})},
            input=given,
            capture_output=True,
            text=True,
            timeout=60,
        )
        if ended.returncode != 0:
            raise Refused(ended.stderr)
        return json.loads(ended.stdout)
