"""The languages that workflows are written in here, and where their examples are."""

from dataclasses import dataclass
from pathlib import Path

from harness.server import CHECKOUT
from harness.tinygo import is_tinygo_here


@dataclass(frozen=True)
class Language:
    """One way to make a component: a language, and the compiler where there are two."""

    name: str
    folder: str
    # What `sundial build` is given besides the folder.
    options: tuple[str, ...] = ()

    def example(self, name: str) -> Path:
        return CHECKOUT / "guests" / self.folder / "examples" / name

    def project(self, name: str) -> Path:
        """One of the examples, or else one of the projects that are here for all languages."""
        example = self.example(name)
        return example if example.exists() else CHECKOUT / "tests/guests" / name / self.folder


RUST = Language("rust", "rust")
PYTHON = Language("python", "python")
GO = Language("go", "go", ("--compiler", "go"))
TYPESCRIPT = Language("typescript", "typescript")

# The same sources by the other compiler.
TINYGO = Language("tinygo", "go", ("--compiler", "tinygo"))

LANGUAGES = (RUST, PYTHON, GO, TYPESCRIPT) + ((TINYGO,) if is_tinygo_here() else ())
