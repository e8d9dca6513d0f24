"""PostgreSQL for tests: a schema of its own for each server, and a whole cluster of its own for what kills one."""

import contextlib
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import time
from pathlib import Path

VARIABLE = "SUNDIAL_TEST_POSTGRES"
READY_WITHIN_SECONDS = 30.0
USER, PASSWORD = "sundial", "secret"

numbers = itertools.count()


def new_schema(address: str | None = None) -> str:
    """The address of a new, empty schema."""
    address = address or os.environ.get(VARIABLE)
    if not address:
        raise RuntimeError(f"{VARIABLE} names no database")
    schema = f"black_box_{os.getpid()}_{next(numbers)}"
    statement = f"DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}"
    subprocess.run([programs() / "psql", address, "-qc", statement], check=True, capture_output=True, timeout=30)
    return f"{address}{'&' if '?' in address else '?'}options=-csearch_path%3D{schema}"


def programs() -> Path:
    """The folder of the newest PostgreSQL that is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    if on_path := shutil.which("postgres"):
        return Path(on_path).resolve().parent
    raise RuntimeError("PostgreSQL 15 or later is not installed: apt-get install postgresql")


class Cluster:
    """A database server of the test's own, in `folder`, which can be killed and started again."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder / "cluster"
        self.port = port
        self.address = f"postgres://{USER}:{PASSWORD}@127.0.0.1:{port}/postgres"
        # PostgreSQL refuses to run as root.
        self.user = "postgres" if os.geteuid() == 0 else None
        password = folder / "password"
        password.write_text(PASSWORD)
        self.folder.mkdir()
        if self.user:
            entry = pwd.getpwnam(self.user)
            for path in (self.folder, password):
                os.chown(path, entry.pw_uid, entry.pw_gid)
            for parent in [folder, *folder.parents]:
                if parent.stat().st_uid == 0 and parent.stat().st_mode & 0o001 == 0:
                    parent.chmod(parent.stat().st_mode | 0o011)
        self.run("initdb", "-D", self.folder, "-U", USER, "--auth=scram-sha-256", f"--pwfile={password}")
        self.settings: list[str] = []
        self.process: subprocess.Popen[bytes] | None = None
        self.log = folder / "postgres.log"

    def run(self, program: str, *arguments: str | Path) -> None:
        command = [programs() / program, *arguments]
        subprocess.run(command, user=self.user, cwd="/", check=True, capture_output=True, timeout=60)

    def require_tls(self, certificate: Path, key: Path) -> None:
        """Makes the next start refuse connections without TLS."""
        for source, name in ((certificate, "server.crt"), (key, "server.key")):
            target = self.folder / name
            shutil.copyfile(source, target)
            # PostgreSQL refuses a key that others may read.
            target.chmod(0o600)
            if self.user:
                shutil.chown(target, self.user)
        (self.folder / "pg_hba.conf").write_text("hostssl all all 127.0.0.1/32 scram-sha-256\n")
        self.settings = ["-cssl=on"]

    def start(self) -> None:
        """Returns once it answers."""
        options = [*self.settings, f"-p{self.port}", "-clisten_addresses=127.0.0.1", "-cunix_socket_directories="]
        with self.log.open("ab") as sink:
            self.process = subprocess.Popen(
                [programs() / "postgres", "-D", self.folder, *options],
                user=self.user,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
                start_new_session=True,
            )
        deadline = time.monotonic() + READY_WITHIN_SECONDS
        asked = [programs() / "pg_isready", "-h", "127.0.0.1", "-p", str(self.port)]
        while subprocess.run(asked, capture_output=True).returncode != 0:
            assert time.monotonic() < deadline and self.process.poll() is None, self.log.read_text()
            time.sleep(0.05)

    def kill(self) -> None:
        """kill -9 of every process of the cluster. Its backends are sessions of their own."""
        assert self.process is not None
        backends = children(self.process.pid)
        self.process.kill()
        self.process.wait()
        for backend in backends:
            with contextlib.suppress(ProcessLookupError):
                os.kill(backend, signal.SIGKILL)
        deadline = time.monotonic() + READY_WITHIN_SECONDS
        while any(Path(f"/proc/{backend}").exists() for backend in backends):
            assert time.monotonic() < deadline, "a process of PostgreSQL did not end"
            time.sleep(0.01)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            # Fast shutdown: it does not wait for clients.
            self.process.send_signal(signal.SIGINT)
            self.process.wait(30)


def children(parent: int) -> list[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # After the name, which may hold anything, in parentheses: state, parent.
            if int(status.read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(status.parent.name))
    return found
