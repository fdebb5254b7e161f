"""Presidio's analyzer without a language model: texts as a JSON list on standard input, findings on standard output.

The recognizers are those that it loads for English, but for the one that asks a spaCy model for names. A blank pipeline gives
them the words, so that their context words count.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator

import spacy
import tldextract
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine


class Words(NlpEngine):
    """Words in small letters stand for their lemmas; there is no entity."""

    engine_name = "words"

    def __init__(self) -> None:
        self._pipeline = spacy.blank("en")

    def load(self) -> None:
        pass

    def is_loaded(self) -> bool:
        return True

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        words = self._pipeline(text)
        return NlpArtifacts(
            entities=[],
            tokens=words,
            tokens_indices=[word.idx for word in words],
            lemmas=[word.lower_ for word in words],
            nlp_engine=self,
            language=language,
            scores=[],
        )

    def process_batch(
        self, texts: list[str], language: str, **_: object
    ) -> Iterator[tuple[str, NlpArtifacts]]:
        for text in texts:
            yield text, self.process_text(text, language)

    def is_stopword(self, word: str, language: str) -> bool:
        return self._pipeline.vocab[word].is_stop

    def is_punct(self, word: str, language: str) -> bool:
        return self._pipeline.vocab[word].is_punct

    def get_supported_entities(self) -> list[str]:
        return []

    def get_supported_languages(self) -> list[str]:
        return ["en"]


def main() -> None:
    # The list of domains that the package brings, rather than one from the net.
    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=())
    registry = RecognizerRegistry()
    registry.load_predefined_recognizers(languages=["en"])
    registry.remove_recognizer("SpacyRecognizer")
    analyzer = AnalyzerEngine(registry=registry, nlp_engine=Words(), supported_languages=["en"])
    texts = json.load(sys.stdin)
    analyzer.analyze("the first call loads things", language="en")
    start = time.process_time()
    findings = [
        [(found.entity_type, found.start, found.end, found.score) for found in analyzer.analyze(text, language="en")]
        for text in texts
    ]
    json.dump({"findings": findings, "cpu_seconds": time.process_time() - start}, sys.stdout)


if __name__ == "__main__":
    main()
