"""Set up PyTorch for encoders: memory allocator, device, threads, precision and batches of images."""

import ctypes
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np
import torch

from humancentric.embedding import card_choice, card_decoding
from humancentric.embedding.encoder import IMAGE, Encoder
from humancentric.embedding.preprocessing import Preprocessing, choose, scaled_side

M_TRIM_THRESHOLD, M_MMAP_MAX = -1, -4  # parameters of glibc's mallopt(3)
NEVER = 2**31 - 1
TF32 = "tf32"
BATCH = 8  # pictures per forward pass: their activations fit in a core's cache; a GPU takes as many as fit


def tune_malloc() -> bool:
    """Make glibc keep freed memory instead of returning it to the kernel; return whether it accepted.

    By default glibc maps every large tensor anew and the kernel faults its pages in one by one, which takes about half
    of a convolutional network's time on a CPU. Other C libraries have no such call; they are left as they are.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):
        return False
    return bool(mallopt(M_MMAP_MAX, 0) and mallopt(M_TRIM_THRESHOLD, NEVER))


def start(threads: int) -> torch.device:
    """Set up threads and memory of this process; return the device: a GPU if there is one, else the CPU.

    If there are several GPUs, it is one that no other job holds.
    """
    tune_malloc()
    torch.set_num_threads(threads)
    # No TF32 unless a row requests it, so that features do not depend on the card.
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    if not torch.cuda.is_available():
        return torch.device("cpu")
    cards = torch.cuda.device_count()
    if cards <= 1:
        return torch.device("cuda")
    device = torch.device("cuda", card_choice.choose(cards))
    torch.cuda.set_device(device)
    return device


def parallel_batches(device: torch.device, threads: int) -> int:
    """Return how many batches of pictures are processed in parallel: on a CPU one on each of `threads` cores.

    A batch computed on one core gives the same numbers whatever the number of cores. Dividing a batch among cores
    changes the order of its sums; after training a probe, tables then differ in their fourth digit. On a CPU, torch is
    set to one thread.
    """
    if device.type != "cpu":
        return 1
    torch.set_num_threads(1)
    return threads


def batches_by_tokens(device: torch.device) -> bool:
    """Return whether batches of texts are sized by tokens: on a card only, since a CPU's vectors would change."""
    return device.type == "cuda"


def device_name(device: torch.device) -> str:
    """Return ``cpu`` or the product name of the GPU."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu"


class CopyClock:
    """Copy batches to a device and count the seconds that copies to a card take."""

    def __init__(self, device: torch.device) -> None:
        """Count copies to `device`; on the CPU nothing is copied."""
        self._device, self._seconds = device, 0.0
        self._events: list[tuple[torch.cuda.Event, torch.cuda.Event]] = []

    def copy(self, batch: torch.Tensor) -> torch.Tensor:
        """Return `batch` on the device; the call does not wait for the copy."""
        if self._device.type != "cuda":
            return batch
        begin = time.perf_counter()
        pinned = batch.pin_memory()  # copies from page-locked memory overlap with the model
        self._seconds += time.perf_counter() - begin
        before, after = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        before.record()
        copied = pinned.to(self._device, non_blocking=True)
        after.record()
        self._events.append((before, after))
        return copied

    def take(self) -> float:
        """Return the seconds since the last call; the work on the card must be finished."""
        seconds = self._seconds + sum(before.elapsed_time(after) for before, after in self._events) / 1000
        self._seconds, self._events = 0.0, []
        return seconds


@contextmanager
def precision(device: torch.device, dtype: str) -> Iterator[None]:
    """Run the block in float32, with TF32 products on a card for ``tf32``, or in torch's mixed precision otherwise.

    ``tf32`` keeps sums and weights in float32; on a CPU, which has no such products, it is float32.
    """
    if dtype == "float32" or (dtype == TF32 and device.type != "cuda"):
        yield
    elif dtype == TF32:
        backends = (torch.backends.cuda.matmul, torch.backends.cudnn)
        before = [backend.allow_tf32 for backend in backends]
        try:
            for backend in backends:
                backend.allow_tf32 = True
            yield
        finally:
            for backend, allowed in zip(backends, before, strict=True):
                backend.allow_tf32 = allowed
    else:
        with torch.autocast(device.type, dtype=getattr(torch, dtype)):
            yield


def image_encoder(
    row: Mapping[str, Any],
    config_path: str,
    model: Callable[[torch.Tensor], torch.Tensor],
    preprocessing: Preprocessing,
    description: Mapping[str, Any],
    device: torch.device,
    threads: int,
) -> Encoder:
    """Return the encoder of a `model` that maps (n, 3, height, width) pixels to (n, width) vectors.

    The row may replace the model's own `preprocessing`, and states ``dtype``, ``decoding`` and ``batch``. On a card,
    JPEGs are decoded there unless the row states ``decoding``.
    """
    preprocessing = choose(row, preprocessing, config_path)
    dtype, card = row.get("dtype", "float32"), device.type == "cuda" and "decoding" not in row
    decode_files = partial(card_decoding.decode, preprocessing=preprocessing, device=device)
    facts = {
        "preprocessing": str(preprocessing),
        "decoding": row.get("decoding", "card" if card else "exact"),
        "dtype": dtype,
        "device": device_name(device),
    }
    clock = CopyClock(device)
    forward = image_forward(model, preprocessing, device, dtype, clock)
    return Encoder(
        config_path,
        IMAGE,
        row["width"],
        image_batch(row, forward, preprocessing, device),
        forward,
        {**description, **facts},
        preprocessing,
        scaled=scaled_side(row, preprocessing),
        copied=clock.take,
        parallel_batches=parallel_batches(device, threads),
        decode_files=decode_files if card else None,
    )


def image_forward(
    model: Callable[[torch.Tensor], torch.Tensor],
    preprocessing: Preprocessing,
    device: torch.device,
    dtype: str = "float32",
    clock: CopyClock | None = None,
) -> Callable[[Sequence[np.ndarray]], np.ndarray]:
    """Return the function from n prepared (height, width, 3) uint8 pictures to (n, width) float32 vectors.

    The function also accepts a tensor (n, height, width, 3) on the device. `clock` counts the seconds of copies to
    a card.
    """
    clock = clock or CopyClock(device)
    mean = 255 * torch.tensor(preprocessing.mean, device=device).view(1, 3, 1, 1)
    std = 255 * torch.tensor(preprocessing.std, device=device).view(1, 3, 1, 1)

    @torch.inference_mode()
    def forward(images: Any) -> np.ndarray:
        # Channels stay last in memory, which is the fastest layout for convolutions.
        pixels = images
        if not isinstance(pixels, torch.Tensor):
            pixels = clock.copy(torch.from_numpy(np.stack(images)))
        with precision(device, dtype):
            vectors = model((pixels.permute(0, 3, 1, 2).float() - mean) / std)
        return vectors.float().cpu().numpy()

    return forward


def image_batch(
    row: Mapping[str, Any],
    forward: Callable[[Sequence[np.ndarray]], np.ndarray],
    preprocessing: Preprocessing,
    device: torch.device,
) -> int:
    """Return the number of pictures in one forward pass: the row's ``batch``, or a number that suits the device."""
    if "batch" in row or device.type != "cuda":
        return row.get("batch", BATCH)
    picture = np.zeros((*preprocessing.crop, 3), np.uint8)
    return largest_batch(lambda number: forward([picture] * number))


def largest_batch(forward: Callable[[int], object], first: int = BATCH, most: int = 1024) -> int:
    """Return the largest of `first`, twice `first`, ... up to `most` that fits in memory."""
    best = first
    while best * 2 <= most:
        try:
            forward(best * 2)
        except torch.OutOfMemoryError:
            torch.cuda.empty_cache()
            break
        best *= 2
    return best
