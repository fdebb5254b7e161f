"""Findings against labels."""

from __future__ import annotations

from dataclasses import dataclass

Span = tuple[int, int]


@dataclass(frozen=True)
class Found:
    type: str
    span: Span
    score: float = 1.0


@dataclass
class Score:
    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 0.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 0.0

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def score(labels: list[list[Span]], found: list[list[Span]]) -> Score:
    """A finding is right when it and one label share at least half of what they cover together; each label counts once."""
    result = Score()
    for wanted, spans in zip(labels, found, strict=True):
        left = list(wanted)
        for span in spans:
            match = next((one for one in left if _overlap(one, span) >= 0.5), None)
            if match is None:
                result.wrong += 1
            else:
                left.remove(match)
                result.right += 1
        result.missed += len(left)
    return result


def best_score(labels: list[list[Span]], found: list[list[Found]]) -> Score:
    """With the threshold that gives the highest F1: as good as whoever chooses one can make it."""
    thresholds = sorted({one.score for row in found for one in row}) or [0.0]
    scores = [
        score(labels, [[one.span for one in row if one.score >= threshold] for row in found]) for threshold in thresholds
    ]
    return max(scores, key=lambda result: result.f1)


def _overlap(left: Span, right: Span) -> float:
    shared = min(left[1], right[1]) - max(left[0], right[0])
    return max(0, shared) / (max(left[1], right[1]) - min(left[0], right[0]))
