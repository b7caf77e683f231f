"""Metrics, intervals, tests and the verdicts on claims."""
