"""Measure how much readable text a detector leaves, on synthetic text and, by OCR, on real pictures."""
