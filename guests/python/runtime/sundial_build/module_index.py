"""Lists which modules a component can load, and from which file: an index in place of the listings that Python's importer makes."""

from pathlib import Path


# Where componentize-py mounts the folder that holds everything.
_MOUNTED = "/0"


def of_roots(folder: Path, roots: list[str]) -> dict[str, str]:
    """By module, the file as the component sees it; of a package without `__init__.py`, the folder.

    `roots` are the folders below `folder` that modules are named from. They are searched in this order.
    """
    index: dict[str, str] = {}
    for root in roots:
        top = folder / root
        namespaces: dict[str, str] = {}
        for file in sorted(top.rglob("*.py")):
            parts = file.relative_to(top).with_suffix("").parts
            if not all(part.isidentifier() for part in parts) or not root and parts[0] in ("project", "sdk", "packages"):
                continue
            name = ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)
            where = f"{_MOUNTED}/{file.relative_to(folder).as_posix()}"
            # A package hides a module of its name beside it, as it does for Python.
            if name not in index or index[name] == f"{where.removesuffix('/__init__.py')}.py":
                index[name] = where
            for depth in range(1, len(parts)):
                namespace = f"{_MOUNTED}/{top.joinpath(*parts[:depth]).relative_to(folder).as_posix()}"
                namespaces.setdefault(".".join(parts[:depth]), namespace)
        for name, where in namespaces.items():
            index.setdefault(name, where)
    return dict(sorted(index.items()))
