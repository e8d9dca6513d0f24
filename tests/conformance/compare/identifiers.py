"""Pairs the ids of one server with those of the other, as they show up in the same places.

An id that was paired stands for its partner from then on: a server that puts another run's id somewhere is caught.
"""

import re

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class Identifiers:
    """For one program."""

    def __init__(self) -> None:
        self._ours: dict[str, str] = {}
        self._theirs: dict[str, str] = {}

    def same(self, temporal: str, sundial: str) -> bool:
        """Whether the texts are equal but for ids, and the ids are partners or could become so. Then they are."""
        if _ID.split(temporal) != _ID.split(sundial):
            return False
        pairs = list(zip(_ID.findall(temporal), _ID.findall(sundial), strict=True))
        if any(self._ours.get(left, right) != right or self._theirs.get(right, left) != left for left, right in pairs):
            return False
        for left, right in pairs:
            self._ours[left], self._theirs[right] = right, left
        return True

    def key_of(self, temporal: str, among: list[str]) -> str | None:
        """The key of Sundial's dictionary that stands for this one of Temporal's."""
        if temporal in among:
            return temporal
        partner = _ID.sub(lambda found: self._ours.get(found.group(), found.group()), temporal)
        if partner in among:
            return partner
        return next((key for key in among if self.same(temporal, key)), None)
