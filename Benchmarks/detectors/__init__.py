"""Precision and recall of the detectors on labelled texts, beside Presidio's recognizers."""
