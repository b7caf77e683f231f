"""What the families that run on torch share: device, threads, and pictures as normalised tensors."""

from collections.abc import Callable, Sequence

import numpy as np
import torch

from humancentric.memory import keep_heap
from humancentric.preprocessing import Preprocessing


def start(threads: int) -> torch.device:
    """Set up threads and memory of this process; return the device: a GPU if there is one, else the CPU."""
    keep_heap()
    torch.set_num_threads(threads)
    torch.backends.cuda.matmul.allow_tf32 = (
        False  # float32 means float32: features must not depend on the card
    )
    torch.backends.cudnn.allow_tf32 = False
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def device_name(device: torch.device) -> str:
    """Return the device as people call it, e.g. ``cpu`` or the card's product name."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu"


def image_forward(
    model: Callable[[torch.Tensor], torch.Tensor], preprocessing: Preprocessing, device: torch.device
) -> Callable[[Sequence[np.ndarray]], np.ndarray]:
    """Return the function from n prepared (height, width, 3) uint8 pictures to (n, width) float32 vectors."""
    mean = 255 * torch.tensor(preprocessing.mean, device=device).view(1, 3, 1, 1)
    std = 255 * torch.tensor(preprocessing.std, device=device).view(1, 3, 1, 1)

    @torch.inference_mode()
    def forward(images: Sequence[np.ndarray]) -> np.ndarray:
        # Pixels lie beside each other as they do in the picture: the layout convolutions like best.
        pixels = torch.from_numpy(np.stack(images)).to(device).permute(0, 3, 1, 2)
        return model((pixels.float() - mean) / std).float().cpu().numpy()

    return forward
