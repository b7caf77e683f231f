"""Tokenizers read from their own file, without the library around them: as fast to load as to use."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

NAME = "tokenizer.json"


class Tokens:
    """Texts as numbers, cut to `context` with the special tokens at both ends kept."""

    def __init__(self, file: Path, context: int, padding: str = "[PAD]") -> None:
        """Read the tokenizer's `file`; what it says itself of truncation and padding is overruled."""
        self.context = context
        self._whole, self._cut = Tokenizer.from_file(str(file)), Tokenizer.from_file(str(file))
        self._whole.no_truncation()
        self._whole.no_padding()
        self._cut.enable_truncation(context)
        self._cut.no_padding()
        self.padding = self._cut.token_to_id(padding)

    def ids(self, texts: Sequence[str], length: int | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Return (n, `length`) int64, padded, and how many of each row are no padding.

        Without `length` the rows are as long as the longest of `texts`. A text may hold the padding's own name.
        """
        rows = [encoding.ids for encoding in self._cut.encode_batch(list(texts))]
        table = np.full((len(rows), length or max(map(len, rows), default=0)), self.padding, np.int64)
        for number, row in enumerate(rows):
            table[number, : len(row)] = row
        return table, np.array([len(row) for row in rows], np.int64)

    def longer(self, texts: Sequence[str]) -> int:
        """Return how many of `texts` do not fit into the context."""
        return sum(len(encoding.ids) > self.context for encoding in self._whole.encode_batch(list(texts)))
