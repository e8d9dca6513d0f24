"""Programs that the scripts in deploy/azure call, played: each call is written down, and answered as a test says."""

import json
import os
import shlex
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

PLAYER = '''#!{python}
"""Writes down how it was called, and answers as the test said."""
import io, json, os, re, sys, tarfile

program, words = os.path.basename(sys.argv[0]), sys.argv[1:]
line = " ".join([program, *words])
# Only these are given something.
given = sys.stdin.read() if "@-" in words or "/dev/stdin" in line or line.endswith(" -") else ""
with open({calls!r}, "a") as calls:
    calls.write(json.dumps({{"words": [program, *words], "given": given}}) + "\\n")
if "archive" in words:
    with tarfile.open(fileobj=sys.stdout.buffer, mode="w|") as archive:
        archive.addfile(tarfile.TarInfo("LICENSE"), io.BytesIO())
    sys.exit()
for part, answer, code in json.load(open({answers!r})):
    if re.search(part, line):
        print(answer)
        sys.exit(code)
'''


@dataclass
class Call:
    """One call: the program with its arguments, and what was piped into it."""

    words: list[str]
    given: str

    @property
    def line(self) -> str:
        return shlex.join(self.words)

    def options(self, name: str) -> list[str]:
        """The values of an option that may be given more than once."""
        return [value for option, value in zip(self.words, self.words[1:], strict=False) if option == name]

    def option(self, name: str) -> str:
        (value,) = self.options(name)
        return value


@dataclass
class StandIns:
    """A folder with the played programs, first in PATH."""

    folder: Path
    programs: tuple[str, ...] = ("az", "kubectl", "helm", "git")
    # A pattern for command lines, what is printed for it, and the code that it ends with; the first that fits is taken.
    answers: list[tuple[str, str, int]] = field(default_factory=list)

    def run(self, script: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        bin_folder = self.folder / "bin"
        bin_folder.mkdir(exist_ok=True)
        calls, answers = self.folder / "calls", self.folder / "answers"
        calls.write_text("")
        answers.write_text(json.dumps(self.answers))
        for program in self.programs:
            played = bin_folder / program
            played.write_text(PLAYER.format(python=sys.executable, calls=str(calls), answers=str(answers)))
            played.chmod(0o755)
        return subprocess.run(
            ["bash", script, *arguments],
            env={"PATH": f"{bin_folder}:{os.environ['PATH']}", "HOME": str(self.folder), **environment},
            capture_output=True,
            text=True,
            timeout=50,
        )

    def calls(self) -> list[Call]:
        return [Call(**json.loads(line)) for line in (self.folder / "calls").read_text().splitlines()]

    def call(self, start: str) -> Call:
        (found,) = [call for call in self.calls() if call.line.startswith(start)]
        return found
