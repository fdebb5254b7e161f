"""python -m devstack.tally DIRECTORY : sums the xUnit files of one test run and says which tests failed.

A part that broke or failed without leaving a failed test behind (a crash, a build that stopped) counts as one failure.
"""

from __future__ import annotations

import sys
from pathlib import Path
from xml.etree import ElementTree


def tally(directory: Path) -> tuple[int, list[str], int]:
    """The count of passed tests, the names of failed ones, and the count of skipped ones."""
    passed, skipped = 0, 0
    failed: list[str] = []
    for file in sorted(directory.glob("*.xml")):
        for case in _elements(file, "testcase"):
            if case.find("failure") is not None or case.find("error") is not None:
                failed.append(f"{case.get('classname')} {case.get('name')}")
            elif case.find("skipped") is not None:
                skipped += 1
            else:
                passed += 1
    for marker in sorted(directory.glob("*.broken")):
        failed.append(f"{marker.stem}: did not build")
    for marker in sorted(directory.glob("*.failed")):
        part = [file for file in directory.glob(f"{marker.stem}*.xml")]
        if not any(_has_failure(file) for file in part):
            failed.append(f"{marker.stem}: ended early")
    return passed, failed, skipped


def _elements(file: Path, name: str) -> list[ElementTree.Element]:
    """None of a file that is cut off: its part died, and counts as failed."""
    try:
        return list(ElementTree.parse(file).iter(name))
    except ElementTree.ParseError:
        return []


def _has_failure(file: Path) -> bool:
    return any(_elements(file, name) for name in ("failure", "error"))


def main() -> int:
    passed, failed, skipped = tally(Path(sys.argv[1]))
    if failed:
        print("\nFailed:")
        print("\n".join(f"  {name}" for name in failed))
    if skipped:
        print(f"{skipped} skipped")
    print(f"{passed} passed, {len(failed)} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
