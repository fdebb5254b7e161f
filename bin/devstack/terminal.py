"""Plain words on a terminal: colours where there is one, none in a pipe."""

from __future__ import annotations

import os
import sys

_COLOURS = {"red": 31, "green": 32, "yellow": 33, "magenta": 35, "cyan": 36, "bold": 1, "dim": 2}


def paint(text: str, colour: str) -> str:
    if not sys.stdout.isatty() or "NO_COLOR" in os.environ:
        return text
    return f"\033[{_COLOURS[colour]}m{text}\033[0m"


def indent(text: str, by: str = "    ") -> str:
    return "\n".join(f"{by}{line}".rstrip() for line in text.rstrip("\n").splitlines())


def step(text: str) -> None:
    """One line of what is being done, on standard error."""
    mark = "\033[2m•\033[0m" if sys.stderr.isatty() and "NO_COLOR" not in os.environ else "*"
    print(f"{mark} {text}", file=sys.stderr, flush=True)
