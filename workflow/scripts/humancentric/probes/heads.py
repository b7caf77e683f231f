"""Classification heads on frozen features: their first weights and what they answer."""

import numpy as np
import torch
from torch.nn import functional

from humancentric.labels import MULTI, SINGLE

# layer.weight (out, in) and layer.bias (out) of the layers "hidden" (optional) and "output"
Head = dict[str, torch.Tensor]

ACTIVATIONS = {SINGLE: lambda logits: logits.softmax(dim=1), MULTI: torch.sigmoid}
BLOCK = 16384  # samples answered at once: bounds the memory of the hidden layer


def initial(width: int, hidden: int, classes: int, generator: torch.Generator) -> Head:
    """Return a head ``Linear(width, hidden)-ReLU-Linear(hidden, classes)``, or one linear layer if `hidden` is 0.

    Weights and biases are uniform within 1/sqrt(inputs), as `torch.nn.Linear` draws them.
    """
    layers = (
        {"hidden": (width, hidden), "output": (hidden, classes)} if hidden else {"output": (width, classes)}
    )
    head = {}
    for name, (inputs, outputs) in layers.items():
        bound = inputs**-0.5
        head[f"{name}.weight"] = torch.empty(outputs, inputs).uniform_(-bound, bound, generator=generator)
        head[f"{name}.bias"] = torch.empty(outputs).uniform_(-bound, bound, generator=generator)
    return head


def logits(head: Head, features: torch.Tensor) -> torch.Tensor:
    """Return the logits (n, n_classes) of features (n, width)."""
    if "hidden.weight" in head:
        features = functional.linear(features, head["hidden.weight"], head["hidden.bias"]).relu()
    return functional.linear(features, head["output.weight"], head["output.bias"])


def folded(head: Head, scale: tuple[torch.Tensor, torch.Tensor] | None) -> Head:
    """Return the head that does on raw features what `head` does on those scaled by (mean, inverse deviation)."""
    if scale is None:
        return head
    first = "hidden" if "hidden.weight" in head else "output"
    weight = head[f"{first}.weight"].detach() * scale[1]
    bias = head[f"{first}.bias"].detach() - weight @ scale[0]
    return {**head, f"{first}.weight": weight, f"{first}.bias": bias}


@torch.inference_mode()
def probabilities(head: Head, features: np.ndarray, task: str) -> np.ndarray:
    """Return the probabilities (n, n_classes; float32) of features (n, width), computed where the head lies."""
    weight = head["output.weight"]
    answer = np.empty((len(features), len(weight)), dtype=np.float32)
    for begin in range(0, len(features), BLOCK):
        block = torch.from_numpy(features[begin : begin + BLOCK]).to(weight.device)
        answer[begin : begin + BLOCK] = ACTIVATIONS[task](logits(head, block)).cpu().numpy()
    return answer
