"""Processes that outlive the command that started them, and what the kernel says about them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from pathlib import Path

from .settings import StackError

_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
_ports_given: set[int] = set()


def stat_fields(pid: int) -> list[str] | None:
    """The fields of /proc/PID/stat from the state on, or None when there is no such process."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return text[text.rindex(")") + 2 :].split()


def process_tree(pid: int) -> list[int]:
    """A process and its descendants."""
    found = []
    todo = [pid]
    while todo:
        parent = todo.pop()
        found.append(parent)
        for children in Path(f"/proc/{parent}/task").glob("*/children"):
            try:
                todo += [int(child) for child in children.read_text().split()]
            except (FileNotFoundError, ProcessLookupError):
                continue
    return found


def cpu_seconds(pid: int) -> float:
    """User and system time of all threads of a process and its descendants."""
    ticks = 0
    for member in process_tree(pid):
        fields = stat_fields(member)
        if fields:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / _TICKS_PER_SECOND


def resident_bytes(pid: int, field: str = "VmRSS") -> int:
    """Resident memory of a process and its descendants; with `RssAnon` without the files that it has mapped."""
    total = 0
    for member in process_tree(pid):
        try:
            status = Path(f"/proc/{member}/status").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        total += sum(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith(f"{field}:"))
    return total


def is_listening(port: int) -> bool:
    with closing(socket.socket()) as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    """A port that nobody listens on, another one at each call."""
    while True:
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        if port not in _ports_given:
            _ports_given.add(port)
            return port


def wait_until(condition: Callable[[], bool], what: str, seconds: float = 30) -> None:
    """Returns when the condition holds. Raises with `what` when it does not in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise StackError(f"{what} did not happen within {seconds:g} s")
        time.sleep(0.02)


def patience(seconds: float) -> float:
    """So many seconds of a machine with nothing else to do; more where it has, by what waits for each of its cores."""
    return seconds * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


class Service:
    """A daemon of ours with a log and a file that names its process.

    The file holds the process id and its start time, so that a recycled id is never mistaken for the service.
    """

    def __init__(self, name: str, run: Path) -> None:
        self.name = name
        self.log = run / "log" / f"{name}.log"
        self._pid_file = run / f"{name}.pid"

    @property
    def pid(self) -> int | None:
        try:
            pid, started = map(int, self._pid_file.read_text().split())
        except (FileNotFoundError, ValueError):
            return None
        fields = stat_fields(pid)
        return pid if fields and fields[0] != "Z" and int(fields[19]) == started else None

    def start(self, command: Sequence[str | Path], environment: dict[str, str], directory: Path) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [str(part) for part in command],
                env=os.environ | environment,
                cwd=directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        fields = stat_fields(process.pid)
        self._pid_file.write_text(f"{process.pid} {fields[19] if fields else 0}\n")
        self._process = process

    def wait_ready(self, ready: Callable[[], bool], seconds: float = 30) -> None:
        """Returns when it is ready; raises with the end of its log when it ends or does not get ready."""

        def settled() -> bool:
            self._reap()
            return self.pid is None or ready()

        try:
            wait_until(settled, f"the start of {self.name}", seconds)
        except StackError as error:
            raise StackError(f"{error}\n{self.last_lines()}") from None
        if self.pid is None:
            raise StackError(f"{self.name} ended at once\n{self.last_lines()}")

    def signal(self, number: signal.Signals) -> None:
        if (pid := self.pid) is not None:
            os.kill(pid, number)

    def stop(self, seconds: float = 10) -> None:
        """Asks it to end, insists after `seconds`, and returns when it is gone."""
        if self.pid is not None:
            self.signal(signal.SIGTERM)
            self.signal(signal.SIGCONT)
            try:
                wait_until(self._is_gone, f"the end of {self.name}", seconds)
            except StackError:
                self.kill()
        self._pid_file.unlink(missing_ok=True)

    def kill(self) -> None:
        """kill -9, with everything it started."""
        if (pid := self.pid) is not None:
            for member in process_tree(pid):
                with suppress(ProcessLookupError):
                    os.kill(member, signal.SIGKILL)
            wait_until(self._is_gone, f"the end of {self.name}")

    def last_lines(self, count: int = 12) -> str:
        lines = self.log.read_text(errors="replace").splitlines()[-count:] if self.log.exists() else []
        return "\n".join(f"    {line}" for line in [f"{self.log}:", *lines])

    def _is_gone(self) -> bool:
        self._reap()
        return self.pid is None

    def _reap(self) -> None:
        if process := getattr(self, "_process", None):
            process.poll()
