"""An error that the author can do something about."""


class Problem(Exception):
    """What is wrong, and what to do about it."""

    def __init__(self, what: str, hint: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint
