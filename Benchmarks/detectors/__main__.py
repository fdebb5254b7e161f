"""bin/bench detectors --data FILE

FILE holds a line of JSON for each text: {"text": ..., "spans": [{"type", "start", "end"}, ...]}, in characters. The table goes
into docs/detectors.md.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from devstack.settings import ROOT
from devstack.terminal import step

from .running import analyzed, run
from .scoring import Found, Score, Span, best_score, score

# Our name, Presidio's, and the F1 that is asked for besides being no worse than Presidio's. The labels have Presidio's names,
# but for URLs.
TYPES = {
    "CREDIT_CARD": ("credit_card", "CREDIT_CARD", 0.97),
    "US_SSN": ("us_ssn", "US_SSN", 0.97),
    "IBAN_CODE": ("iban", "IBAN_CODE", 0.97),
    "EMAIL_ADDRESS": ("email", "EMAIL_ADDRESS", 0.97),
    "IP_ADDRESS": ("ip_address", "IP_ADDRESS", 0.97),
    "PHONE_NUMBER": ("phone", "PHONE_NUMBER", 0.0),
    "US_DRIVER_LICENSE": ("us_driver_license", "US_DRIVER_LICENSE", 0.0),
    "DOMAIN_NAME": ("url", "URL", 0.0),
}
_BEGIN, _END = "<!-- measured:begin -->", "<!-- measured:end -->"


def main() -> int:
    options = _options()
    rows = [json.loads(line) for line in options.data.read_text().splitlines() if line]
    texts = [row["text"] for row in rows]
    step(f"{len(texts)} texts: the detectors")
    ours = _ours(texts, options.probe)
    step("Presidio")
    presidio = analyzed(texts)
    results = _compare(rows, ours["findings"], presidio["findings"])
    table = _markdown(options.data.name, texts, results, ours, presidio)
    print(table)
    if not options.no_docs:
        _into_document(table)
    missed = [one["type"] for one in results if not one["met"]]
    if missed:
        print(f"missed: {', '.join(missed)}", file=sys.stderr)
    return 1 if missed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench detectors", description=__doc__.partition("\n\n")[2])
    parser.add_argument("--data", type=Path, required=True, metavar="FILE", help="labelled texts, a line of JSON each")
    parser.add_argument("--no-docs", action="store_true", help="leave docs/detectors.md as it is")
    options = parser.parse_args()
    options.probe = ROOT / ".build" / "release" / "detector-probe"
    return options


def _ours(texts: list[str], probe: Path) -> dict[str, Any]:
    joined = "".join(text.replace("\0", " ") + "\0" for text in texts).encode()
    lines = run([str(probe), "find"], joined).splitlines()
    findings = []
    for text, line in zip(texts, lines, strict=True):
        data = text.encode()
        findings.append(
            [
                Found(name, (len(data[:start].decode(errors="ignore")), len(data[:end].decode(errors="ignore"))))
                for name, start, end in json.loads(line)
            ]
        )
    speed = json.loads(run([str(probe), "measure"], joined))
    return {"findings": findings, "per_second": speed["bytes"] / speed["cpu_seconds"]}


def _compare(rows: list[Any], ours: list[list[Found]], presidio: list[list[Found]]) -> list[dict[str, Any]]:
    results = []
    for label, (own, other, goal) in TYPES.items():
        labels = [_spans(row, label) for row in rows]
        count = sum(map(len, labels))
        if count == 0:
            continue
        mine = score(labels, [[one.span for one in row if one.type == own] for row in ours])
        theirs = best_score(labels, [[one for one in row if one.type == other] for row in presidio])
        met = mine.f1 >= goal and (mine.f1 > theirs.f1 or mine.f1 == 1)
        results.append({"type": label, "name": own, "count": count, "ours": mine, "presidio": theirs, "met": met})
    return results


def _spans(row: Any, label: str) -> list[Span]:
    return [(span["start"], span["end"]) for span in row["spans"] if span["type"] == label]


def _markdown(name: str, texts: list[str], results: list[dict[str, Any]], ours: Any, presidio: Any) -> str:
    lines = [
        f"`{name}`: {len(texts):,} texts. A finding is right when it and a label share at least half of what they cover "
        "together. For Presidio each type has the threshold that is best for it on these texts.",
        "",
        "| type | detector | labels | precision | recall | F1 | Presidio: precision | recall | F1 |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for one in results:
        columns = [one["type"], f"`{one['name']}`", str(one["count"]), *_figures(one["ours"]), *_figures(one["presidio"])]
        lines.append(f"| {' | '.join(columns)} |")
    faster = ours["per_second"] / presidio["per_second"]
    lines += [
        "",
        f"All detectors over these texts: {ours['per_second'] / 1e6:,.0f} MB for each second of one core. Presidio's: "
        f"{presidio['per_second'] / 1e6:.3f} MB ({faster:,.0f} times slower).",
    ]
    return "\n".join(lines) + "\n"


def _figures(result: Score) -> list[str]:
    return [f"{result.precision:.3f}", f"{result.recall:.3f}", f"{result.f1:.3f}"]


def _into_document(table: str) -> None:
    path = ROOT / "docs" / "detectors.md"
    text = path.read_text()
    before, _, rest = text.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    path.write_text(f"{before}{_BEGIN}\n{table}{_END}{after}")


if __name__ == "__main__":
    sys.exit(main())
