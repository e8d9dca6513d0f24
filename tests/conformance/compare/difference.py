"""Where two accounts differ, and which of the differences are known.

A known difference names a program, a path and a reason. It hides nothing else: a path that differs without being listed fails, and so does
one that is listed and no longer differs.
"""

import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from conformance.compare.identifiers import Identifiers

FOLDER = Path(__file__).parent
# What programs show, how wrong requests are answered, what the CLI prints.
KNOWN_FILE = FOLDER / "known.toml"
KNOWN_ERRORS_FILE = FOLDER / "known_errors.toml"
KNOWN_CLI_FILE = FOLDER / "known_cli.toml"
ABSENT = "<absent>"
# Where a program records that it broke off.
BROKE_OFF = "the program failed"


@dataclass(frozen=True)
class Difference:
    """One place. `path` reads like `history.events[4].attributes.identity`."""

    program: str
    path: str
    temporal: Any
    sundial: Any
    # Whether it is one between our server on SQLite, which then takes Temporal's place, and on PostgreSQL.
    of_databases: bool = False

    def __str__(self) -> str:
        left, right = ("SQLite:    ", "PostgreSQL:") if self.of_databases else ("Temporal:", "Sundial: ")
        return f"{self.program}: {self.path}\n    {left} {self.temporal!r}\n    {right} {self.sundial!r}"


@dataclass(frozen=True)
class Known:
    """An entry of known.toml. All but `reason` are patterns of fnmatch, in which `[` and `]` stand for themselves."""

    reason: str
    program: str = "*"
    path: str = "*"
    # What the two have there.
    temporal: str = "*"
    sundial: str = "*"
    # Whether it shows up only in some runs, because it depends on which of two things comes first.
    sometimes: bool = False
    # Whether it is one between our databases.
    of_databases: bool = False

    def covers(self, difference: Difference) -> bool:
        # A program that broke off is never explained by what is known of the things that it records.
        if difference.path.startswith(BROKE_OFF) and not self.path.startswith(BROKE_OFF):
            return False
        # What is known of the reference explains no difference of databases, unless it is a matter of what came first.
        if difference.of_databases != self.of_databases and not self.sometimes:
            return False
        return (
            _matches(difference.program, self.program)
            and _matches(difference.path, self.path)
            and _matches(str(difference.temporal), self.temporal)
            and _matches(str(difference.sundial), self.sundial)
        )


def _matches(text: str, pattern: str) -> bool:
    # Paths are full of brackets, which fnmatch would read as sets of characters.
    plain = str.maketrans("[]", "()")
    return fnmatchcase(text.translate(plain), pattern.translate(plain))


def differences(program: str, temporal: Any, sundial: Any) -> list[Difference]:
    """All places where the two differ, outermost first. Lists are compared by position."""
    return _Comparison(program).compare("", temporal, sundial)


class _Comparison:
    def __init__(self, program: str) -> None:
        self._program = program
        self._identifiers = Identifiers()

    def compare(self, path: str, temporal: Any, sundial: Any) -> list[Difference]:
        match temporal, sundial:
            case dict(), dict():
                return self._dictionaries(path, temporal, sundial)
            case list(), list():
                found = []
                for index in range(max(len(temporal), len(sundial))):
                    left = temporal[index] if index < len(temporal) else ABSENT
                    right = sundial[index] if index < len(sundial) else ABSENT
                    found += self.compare(f"{path}[{index}]", left, right)
                return found
            case str(), str():
                equal = self._identifiers.same(temporal, sundial)
            case _:
                equal = temporal == sundial
        return [] if equal else [Difference(self._program, path, temporal, sundial)]

    def _dictionaries(self, path: str, temporal: dict[str, Any], sundial: dict[str, Any]) -> list[Difference]:
        found = []
        unseen = list(sundial)
        for key, value in temporal.items():
            partner = self._identifiers.key_of(key, unseen)
            if partner is not None:
                unseen.remove(partner)
            other = ABSENT if partner is None else sundial[partner]
            found += self.compare(f"{path}.{key}" if path else key, value, other)
        for key in unseen:
            found += self.compare(f"{path}.{key}" if path else key, ABSENT, sundial[key])
        return found


def load_known(file: Path = KNOWN_FILE) -> list[Known]:
    entries = tomllib.loads(file.read_text()).get("difference", [])
    return [Known(**entry) for entry in entries]


def judge(found: list[Difference], known: list[Known]) -> str:
    """What is not known, as text: empty if everything is."""
    unknown = [difference for difference in found if not any(entry.covers(difference) for entry in known)]
    return "\n".join(str(difference) for difference in unknown)


def stale(found: list[Difference], known: list[Known]) -> str:
    """What is listed and no longer differs in any program, as text."""
    gone = [
        entry
        for entry in known
        if not (entry.sometimes or entry.of_databases)
        and not any(entry.covers(difference) for difference in found)
    ]
    return "\n".join(f"no longer differs, take it out: {entry}" for entry in gone)
