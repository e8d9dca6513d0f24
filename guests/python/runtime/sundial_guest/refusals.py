"""What a workflow may not do, refused where it is called: an exception with the author's file and line, in words that say what to use.

The host denies all of it once more, but it can only stop the program, or answer an error number. While a component is built the
same functions answer something fixed, so that modules can be loaded and two builds are alike.
"""

import builtins
import gc
import sys
import types
from collections.abc import Callable
from typing import Any, NoReturn

CLOCK = "a workflow has no clock; use workflow.now() or workflow.time(), which come from history"
SLEEP = "a workflow does not block; use `await asyncio.sleep(...)` or `await workflow.sleep(...)`, which are durable timers"
RANDOM = "a workflow has no randomness of its own; use workflow.random(), whose seed comes from history"
UUID = "a workflow has no randomness of its own; use workflow.uuid4(), whose seed comes from history"
FILES = "a workflow has no files; pass the data as input, or read and write it in an activity"
ENVIRONMENT = "a workflow has no environment; pass settings as workflow input or memo"
NETWORK = "a workflow has no network; make the call in an activity"
PROCESSES = "a workflow starts no processes; do it in an activity"
THREADS = "a workflow has one thread; use asyncio.gather, asyncio.create_task or child workflows, and activities for work that blocks"
STDIN = "a workflow has no input stream; use workflow input, signals or updates"
LATE_IMPORT = "the component does not have it, because nothing imported it while it was built; import it at the top of a module"

# Whether the component was entered. Before that it is being built; componentize-py still empties the environment then, and seeds
# Python's own generator again at the first call.
_running = False
_WorkflowRefusal: type[Exception]
_WorkflowOSRefusal: type[Exception]


def refuse(what: str, instead: str) -> NoReturn:
    """Raises the refusal of `what`."""
    raise _refusal(what, instead)


def _refusal(what: str, instead: str) -> Exception:
    return _WorkflowRefusal(what, override_message=_message(what, instead))


def _file_refusal(what: str, instead: str) -> Exception:
    return _WorkflowOSRefusal(what, override_message=_message(what, instead))


def _message(what: str, instead: str) -> str:
    """Names the author's file and line: the innermost frame whose file is relative, as only the author's are."""
    frame = sys._getframe(2)
    while frame is not None and frame.f_code.co_filename.startswith(("/", "<")):
        frame = frame.f_back
    where = f" at {frame.f_code.co_filename}:{frame.f_lineno}" if frame is not None else ""
    return f"{what} is refused{where}: {instead}"


def _refusing(what: str, instead: str, building: Callable[..., Any] | None = None, refusal=_refusal) -> Callable[..., NoReturn]:
    """A function that refuses; while the component is built it does as `building` does."""

    def refused(*arguments: Any, **named: Any) -> Any:
        if not _running and building is not None:
            return building(*arguments, **named)
        raise refusal(what, instead)

    refused.__name__ = refused.__qualname__ = what.rpartition(".")[2]
    return refused


def before_imports() -> None:
    """Replaces what must be replaced before any other module is loaded: clocks and seeds that modules read as they load."""
    _clocks()
    _seeds()


def _clocks() -> None:
    import time

    for name in ("time", "monotonic", "perf_counter", "process_time", "thread_time", "clock_gettime"):
        setattr(time, name, _refusing(f"time.{name}()", CLOCK, lambda *_: 0.0))
        setattr(time, f"{name}_ns", _refusing(f"time.{name}_ns()", CLOCK, lambda *_: 0))
    for name in ("localtime", "gmtime", "ctime"):
        setattr(time, name, _given(getattr(time, name), f"time.{name}()", CLOCK, position=0))
    time.strftime = _given(time.strftime, "time.strftime()", CLOCK, position=1)
    time.sleep = _refusing("time.sleep()", SLEEP)

    import datetime

    _in_type(datetime.datetime, "now", lambda *_, **__: datetime.datetime(1970, 1, 1), "datetime.now()")
    _in_type(datetime.datetime, "utcnow", lambda *_: datetime.datetime(1970, 1, 1), "datetime.utcnow()")
    _in_type(datetime.datetime, "today", lambda *_: datetime.datetime(1970, 1, 1), "datetime.today()")
    _in_type(datetime.date, "today", lambda *_: datetime.date(1970, 1, 1), "date.today()")
    sys._clear_internal_caches()


def _given(function: Callable, what: str, instead: str, position: int) -> Callable:
    """A function that reads the clock only if its argument at `position` is missing."""

    def with_time(*arguments: Any) -> Any:
        if len(arguments) > position and arguments[position] is not None:
            return function(*arguments)
        if not _running:
            fixed = 0 if position == 0 else (1970, 1, 1, 0, 0, 0, 3, 1, 0)
            return function(*arguments[:position], fixed)
        refuse(what, instead)

    with_time.__name__ = with_time.__qualname__ = function.__name__
    return with_time


def _in_type(kind: type, name: str, building: Callable, what: str) -> None:
    """Replaces a class method of a type that is written in C, whose attributes can't be set."""
    attributes = gc.get_referents(kind.__dict__)[0]
    attributes[name] = classmethod(_refusing(what, CLOCK, building))


def _seeds() -> None:
    import os

    os.urandom = _refusing("os.urandom()", RANDOM, lambda size: bytes(size))
    if hasattr(os, "getrandom"):
        os.getrandom = os.urandom

    import _random

    native = _random.Random

    class Random(native):
        """Mersenne Twister that takes no seed from the system."""

        def __new__(cls, *arguments: Any, **named: Any) -> "Random":
            return native.__new__(cls, 0)

        def seed(self, seed: Any = None, /) -> None:
            if seed is None and _running:
                refuse("random.Random() without a seed", RANDOM)
            super().seed(0 if seed is None else seed)

    seeded = types.ModuleType("_random")
    seeded.Random = Random
    sys.modules["_random"] = seeded


def seal() -> None:
    """Replaces everything else. After all modules are loaded, before the image is taken; `begin` turns it on."""
    global _WorkflowRefusal, _WorkflowOSRefusal
    from temporalio.worker.workflow_sandbox import RestrictedWorkflowAccessError

    class WorkflowRefusal(RestrictedWorkflowAccessError):
        """A workflow asked for what it may not have."""

    class WorkflowOSRefusal(WorkflowRefusal, PermissionError):
        """The same for calls whose callers expect an operating system's error."""

        def __init__(self, what: str, *, override_message: str) -> None:
            PermissionError.__init__(self, override_message)
            WorkflowRefusal.__init__(self, what, override_message=override_message)

        def __str__(self) -> str:
            return self.message

    _WorkflowRefusal, _WorkflowOSRefusal = WorkflowRefusal, WorkflowOSRefusal
    for module, names, instead, refusal in _TABLE:
        loaded = sys.modules.get(module)
        if loaded is not None:
            for name in names:
                _replace(loaded, name, module, instead, refusal)
    _random_functions()
    _environment()
    _input()
    _late_imports()


# Which names of which modules are refused. A dotted name is a method of a class. What is not loaded needs no refusal: it can't be
# loaded later.
_TABLE = [
    ("uuid", ("uuid1", "uuid4", "uuid6", "uuid7", "getnode"), UUID, _refusal),
    ("secrets", ("token_bytes", "token_hex", "token_urlsafe", "randbelow", "choice", "randbits"), RANDOM, _refusal),
    ("builtins", ("open",), FILES, _file_refusal),
    ("io", ("open", "open_code"), FILES, _file_refusal),
    ("_io", ("open", "open_code"), FILES, _file_refusal),
    (
        "os",
        (
            *("open", "stat", "lstat", "listdir", "scandir", "mkdir", "makedirs", "remove", "unlink", "rename", "replace"),
            *("rmdir", "removedirs", "chmod", "chdir", "getcwd", "access", "readlink", "symlink", "link", "utime", "truncate"),
            "walk",
        ),
        FILES,
        _file_refusal,
    ),
    ("os.path", ("exists", "lexists", "isfile", "isdir", "islink", "getsize", "getmtime", "realpath"), FILES, _file_refusal),
    ("tempfile", ("mkstemp", "mkdtemp", "NamedTemporaryFile", "TemporaryFile", "TemporaryDirectory"), FILES, _file_refusal),
    ("sqlite3", ("connect",), FILES, _file_refusal),
    ("socket", ("socket.__init__", "create_connection", "getaddrinfo", "gethostbyname", "gethostname"), NETWORK, _file_refusal),
    ("urllib.request", ("OpenerDirector.open", "urlopen"), NETWORK, _file_refusal),
    ("http.client", ("HTTPConnection.request", "HTTPConnection.connect"), NETWORK, _file_refusal),
    ("requests.sessions", ("Session.request", "Session.send"), NETWORK, _file_refusal),
    ("requests.api", ("request", "get", "post", "put", "patch", "delete", "head", "options"), NETWORK, _file_refusal),
    ("requests", ("request", "get", "post", "put", "patch", "delete", "head", "options"), NETWORK, _file_refusal),
    ("httpx", ("Client.send", "Client.request", "AsyncClient.send", "AsyncClient.request"), NETWORK, _file_refusal),
    ("aiohttp", ("ClientSession.__init__",), NETWORK, _file_refusal),
    ("subprocess", ("Popen.__init__", "run", "call", "check_call", "check_output"), PROCESSES, _file_refusal),
    ("os", ("system", "popen", "fork", "kill", "execv", "execve", "spawnv", "posix_spawn"), PROCESSES, _file_refusal),
    ("multiprocessing.process", ("BaseProcess.start",), PROCESSES, _file_refusal),
    ("threading", ("Thread.start",), THREADS, _refusal),
    ("_thread", ("start_new_thread", "start_joinable_thread"), THREADS, _refusal),
    ("asyncio", ("to_thread",), THREADS, _refusal),
    ("concurrent.futures.thread", ("ThreadPoolExecutor.submit",), THREADS, _refusal),
]


def _replace(module: types.ModuleType, name: str, module_name: str, instead: str, refusal: Callable) -> None:
    owner, _, attribute = name.rpartition(".")
    target = getattr(module, owner, None) if owner else module
    if target is None:
        return
    shown = owner if attribute == "__init__" else name
    what = f"{shown}()" if module_name == "builtins" else f"{module_name}.{shown}()"
    refused = _refusing(what, instead, refusal=refusal)
    try:
        setattr(target, attribute, refused)
    except (AttributeError, TypeError):
        return
    # A package that took the function by `from .. import` keeps it under the same name.
    package = sys.modules.get(module_name.partition(".")[0])
    if owner == "" and package is not None and package is not module and module_name != "os.path":
        if attribute in vars(package):
            setattr(package, attribute, refused)


def _random_functions() -> None:
    random = sys.modules.get("random")
    if random is None:
        return
    # The same state in every component, whatever modules drew from it while they were loaded.
    random._inst.seed(0)
    for name in random.__all__:
        if name not in ("Random", "SystemRandom"):
            setattr(random, name, _refusing(f"random.{name}()", RANDOM, getattr(random, name)))
    random.SystemRandom.random = _refusing("random.SystemRandom", RANDOM)
    random.SystemRandom.getrandbits = random.SystemRandom.randbytes = random.SystemRandom.random


def _environment() -> None:
    import os

    class Environment(os._Environ):
        """Refuses to be read, once a workflow may run: before that componentize-py empties it, and later only writes to it."""

        def __getitem__(self, key: Any) -> Any:
            _check_environment(f"os.environ[{key!r}]")
            return super().__getitem__(key)

        def get(self, key: Any, default: Any = None) -> Any:
            _check_environment(f"os.environ.get({key!r})")
            return super().get(key, default)

        def __iter__(self) -> Any:
            _check_environment("os.environ")
            return super().__iter__()

        def __contains__(self, key: Any) -> bool:
            _check_environment(f"{key!r} in os.environ")
            return super().__contains__(key)

        def __len__(self) -> int:
            _check_environment("len(os.environ)")
            return super().__len__()

        def __setitem__(self, key: Any, value: Any) -> None:
            if not _running:
                super().__setitem__(key, value)

        def __repr__(self) -> str:
            return "environ({})"

    os.environ.__class__ = Environment
    os.getenv = _refusing("os.getenv()", ENVIRONMENT)
    sys.argv[:] = []


def _check_environment(what: str) -> None:
    if _running:
        refuse(what, ENVIRONMENT)


def begin() -> None:
    """From now on everything is refused: the component is entered, and a workflow may run."""
    global _running
    _running = True


def _input() -> None:
    builtins.input = _refusing("input()", STDIN)

    class Stdin:
        """Refuses to be read."""

        name, encoding, errors, closed = "<stdin>", "utf-8", "strict", False

        def __getattr__(self, name: str) -> Any:
            if name in ("read", "readline", "readlines", "readinto", "buffer", "fileno", "isatty"):
                refuse(f"sys.stdin.{name}", STDIN)
            raise AttributeError(name)

        def __iter__(self) -> NoReturn:
            refuse("sys.stdin", STDIN)

    sys.stdin = sys.__stdin__ = Stdin()


class _LateImports:
    """The last finder: what no other finds was not there when the component was built."""

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> None:
        raise ModuleNotFoundError(_message(f"import {name}", LATE_IMPORT), name=name)


def _late_imports() -> None:
    from importlib.machinery import BuiltinImporter, FrozenImporter

    sys.meta_path[:] = [BuiltinImporter, FrozenImporter, _LateImports]
    sys.path_hooks.clear()
    sys.path_importer_cache.clear()
