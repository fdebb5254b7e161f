"""What the two kinds of load have in common: threads that run until they are told to end."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any


class Crew(ABC):
    """One thread for each of `tasks`, begun at once. `errors` has whatever was not as expected."""

    def __init__(self, tasks: Iterable[Any]) -> None:
        self.errors: list[str] = []
        self._ends = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(task,)) for task in tasks]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Returns when every thread has closed its connection."""
        self._ends.set()
        for thread in self._threads:
            thread.join()

    @abstractmethod
    def _run(self, task: Any) -> None:
        """Works on one task until `_ends` is set."""
