"""Set up PyTorch for encoders: memory allocator, device, threads, precision and batches of images."""

import ctypes
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

from humancentric.embedding.preprocessing import Preprocessing

M_TRIM_THRESHOLD, M_MMAP_MAX = -1, -4  # parameters of glibc's mallopt(3)
NEVER = 2**31 - 1


def tune_malloc() -> bool:
    """Make glibc keep freed memory instead of giving it back to the kernel; return whether it listened.

    By default every large tensor is mapped afresh and its pages are faulted in one by one, which costs a
    convolutional network about half its time on a CPU. Other C libraries have no such call: nothing happens.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):
        return False
    return bool(mallopt(M_MMAP_MAX, 0) and mallopt(M_TRIM_THRESHOLD, NEVER))


BATCH = 8  # pictures of one forward pass, whose layers a core's cache can hold; a GPU takes as many as fit


def start(threads: int) -> torch.device:
    """Set up threads and memory of this process; return the device: a GPU if there is one, else the CPU."""
    tune_malloc()
    torch.set_num_threads(threads)
    torch.backends.cuda.matmul.allow_tf32 = (
        False  # float32 means float32: features must not depend on the card
    )
    torch.backends.cudnn.allow_tf32 = False
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def parallel_batches(device: torch.device, threads: int) -> int:
    """Return how many batches of pictures go through a model at one time: on a CPU one on each of `threads` cores.

    One batch on one core gives the same numbers whatever the number of cores. Divided among them it does not: the order
    of its sums changes, a probe's training follows, and tables would differ in their fourth digit.
    """
    if device.type != "cpu":
        return 1
    torch.set_num_threads(1)
    return threads


def device_name(device: torch.device) -> str:
    """Return the device as people call it, e.g. ``cpu`` or the card's product name."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu"


@contextmanager
def precision(device: torch.device, dtype: str) -> Iterator[None]:
    """Compute what the block computes in float32, or where `dtype` says so in bfloat16 wherever that is safe."""
    if dtype == "float32":
        yield
    else:
        with torch.autocast(device.type, dtype=getattr(torch, dtype)):
            yield


def image_forward(
    model: Callable[[torch.Tensor], torch.Tensor],
    preprocessing: Preprocessing,
    device: torch.device,
    dtype: str = "float32",
) -> Callable[[Sequence[np.ndarray]], np.ndarray]:
    """Return the function from n prepared (height, width, 3) uint8 pictures to (n, width) float32 vectors."""
    mean = 255 * torch.tensor(preprocessing.mean, device=device).view(1, 3, 1, 1)
    std = 255 * torch.tensor(preprocessing.std, device=device).view(1, 3, 1, 1)

    @torch.inference_mode()
    def forward(images: Sequence[np.ndarray]) -> np.ndarray:
        # Pixels lie beside each other as they do in the picture: the layout convolutions like best.
        pixels = torch.from_numpy(np.stack(images))
        if device.type == "cuda":  # from page-locked memory the copy runs beside the model
            pixels = pixels.pin_memory().to(device, non_blocking=True)
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
    """Return how many pictures go through the model at once: the row's ``batch``, or what suits the device."""
    if "batch" in row or device.type != "cuda":
        return row.get("batch", BATCH)
    picture = np.zeros((*preprocessing.crop, 3), np.uint8)
    return largest_batch(lambda number: forward([picture] * number))


def largest_batch(forward: Callable[[int], object], first: int = BATCH, most: int = 1024) -> int:
    """Return the largest of `first`, twice `first`, ... up to `most` for which the memory suffices."""
    best = first
    while best * 2 <= most:
        try:
            forward(best * 2)
        except torch.OutOfMemoryError:
            torch.cuda.empty_cache()
            break
        best *= 2
    return best
