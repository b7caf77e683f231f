"""Common interface of all frozen encoders."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from humancentric.core.errors import UserError
from humancentric.core.weights import checksum

IMAGE, TEXT = "image", "text"
TOKENS = 2**15  # tokens per batch on a card, including padding: 256 texts of 128 tokens


def _unchanged(image: np.ndarray) -> np.ndarray:
    return image


def _none_copied() -> float:
    return 0.0


def _none_truncated(texts: Sequence[str]) -> int:
    return 0


@dataclass(frozen=True)
class TokenModel:
    """The two halves of a text encoder on a card: the tokenizer, which other processes run in parallel, and the model.

    Texts of similar length share a batch, which saves padding. On a CPU, whose vectors must not change, batches have a
    fixed number of texts.
    """

    # texts -> token ids of each (as many as the model processes), and how many texts were too long; picklable
    tokenise: Callable[[Sequence[str]], tuple[list[np.ndarray], int]]
    forward: Callable[[Sequence[np.ndarray]], np.ndarray]  # token ids of n texts -> (n, width)
    texts: int = TOKENS  # largest number of texts in a batch


@dataclass(frozen=True)
class Encoder:
    """A frozen model of one modality that turns samples into vectors of `width` numbers."""

    config_path: str  # for error messages, e.g. encoders.clip
    modality: str
    width: int
    batch: int  # samples per forward pass
    forward: Callable[[Sequence[Any]], np.ndarray]  # one batch of prepared samples to (n, width)
    description: dict[str, Any] = field(default_factory=dict)  # how the vectors are made, for the metadata
    prepare: Callable[[np.ndarray], np.ndarray] = _unchanged  # one RGB picture to a sample for `forward`
    truncated: Callable[[Sequence[str]], int] = _none_truncated  # how many texts are longer than the context
    fit: Callable[[Sequence[str]], "Encoder"] | None = None  # for kinds that learn from the training texts
    scaled: int | None = None  # shorter side that scaled JPEG decoding must keep; None: exact decoding
    copied: Callable[[], float] = _none_copied  # seconds of copies to a card since the last call
    parallel_batches: int = 1  # batches processed in parallel, each on one core
    token_model: TokenModel | None = None  # only for text encoders on a card
    # only on a card: files -> pixels of n pictures, and the rows that were decoded (`card_decoding.decode`)
    decode_files: Callable[[Sequence[bytes]], tuple[Any, list[int]]] | None = None

    def embed_images(self, images: Sequence[np.ndarray]) -> np.ndarray:
        """Return (n, width) float32 vectors of (height, width, 3) uint8 RGB pictures."""
        return self._embed(IMAGE, [self.prepare(image) for image in images])

    def embed_texts(self, texts: Sequence[str]) -> np.ndarray:
        """Return (n, width) float32 vectors of `texts`."""
        return self._embed(TEXT, texts)

    def embed_tokens(self, tokens: Sequence[np.ndarray]) -> np.ndarray:
        """Return (n, width) float32 vectors of texts that the `token_model` has tokenised."""
        assert self.token_model is not None
        vectors = np.empty((len(tokens), self.width), np.float32)
        for rows in token_batches([len(ids) for ids in tokens], texts=self.token_model.texts):
            vectors[rows] = self._vectors([tokens[row] for row in rows], self.token_model.forward)
        return vectors

    def embed_prepared(self, samples: Sequence[Any]) -> np.ndarray:
        """Return (n, width) float32 vectors of samples that went through `prepare`.

        Raises `UserError` if the vectors have another width or a number is not finite.
        """
        batches = [samples[start : start + self.batch] for start in range(0, len(samples), self.batch)]
        if self.parallel_batches == 1:
            vectors = [self._vectors(batch) for batch in batches]
        else:
            with ThreadPoolExecutor(self.parallel_batches) as pool:
                vectors = list(pool.map(self._vectors, batches))
        return np.concatenate(vectors) if vectors else np.empty((0, self.width), np.float32)

    def _embed(self, modality: str, samples: Sequence[Any]) -> np.ndarray:
        if self.modality != modality:
            raise UserError(
                f"{self.config_path}.modality is {self.modality}; use it on a view of that modality"
            )
        return self.embed_prepared(samples)

    def _vectors(
        self, batch: Sequence[Any], forward: Callable[[Sequence[Any]], np.ndarray] | None = None
    ) -> np.ndarray:
        vectors = (forward or self.forward)(batch)
        if vectors.shape != (len(batch), self.width):
            found = vectors.shape[-1]
            raise UserError(
                f"{self.config_path}.width is {self.width}, the model gives {found}; set width: {found}"
            )
        if not np.isfinite(vectors).all():
            raise UserError(f"{self.config_path}: the model gives NaN or infinite numbers; check its weights")
        return vectors.astype(np.float32, copy=False)


def token_batches(lengths: Sequence[int], tokens: int = TOKENS, texts: int = TOKENS) -> list[np.ndarray]:
    """Return the rows of every batch, longest texts first.

    A batch has at most `texts` texts and at most `tokens` tokens, including padding to its longest text; a longer text
    is a batch of its own.
    """
    order = np.argsort(-np.asarray(lengths, dtype=np.int64), kind="stable")
    batches, begin = [], 0
    while begin < len(order):
        number = max(1, min(texts, tokens // max(1, lengths[order[begin]])))
        batches.append(order[begin : begin + number])
        begin += number
    return batches


def describe(file: Path | None, *packages: str, **facts: Any) -> dict[str, Any]:
    """Return an `Encoder.description`: file name and checksum of the weights, versions of `packages`, and `facts`."""
    weights = {"file": file.name, "sha256": checksum(file)} if file else None
    return {"weights": weights, "versions": {name: version(name) for name in packages}, **facts}
