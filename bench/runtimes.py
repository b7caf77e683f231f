"""Compare the speed of torch and onnxruntime on the same networks, weights and pictures.

    PYTHONPATH=workflow/scripts OMP_NUM_THREADS=1 python bench/runtimes.py [--batch 16] [--rounds 3]

Rates are per CPU second of one thread, so that other work on the machine has little effect. Requires `pip install
onnxscript` in addition to the locked packages. Batch normalisation gets random statistics, because it is the identity
with the initial ones.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
import onnxruntime
import torch

from humancentric.embedding import torch_runtime

MODELS = {"efficientnet-lite0": ("tf_efficientnet_lite0", 224), "rn50": ("resnet50.tv_in1k", 256)}
CLIP = ("RN50-quickgelu", 224)


def networks():
    """Yield the name, the network and the side of its input images in pixels."""
    import open_clip
    import timm

    for name, (model, side) in MODELS.items():
        yield name, timm.create_model(model, num_classes=0), side
    yield "clip", open_clip.create_model(CLIP[0]).visual, CLIP[1]


def prepared(network):
    """Return the network in evaluation mode, with random statistics and channels last."""
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 1.5)
    return network.eval().to(memory_format=torch.channels_last)


def session(network, pictures, path):
    """Return an onnxruntime session of the network on one thread."""
    plain = network.to(memory_format=torch.contiguous_format)
    torch.onnx.export(
        plain, (pictures,), str(path), opset_version=18, dynamo=True, external_data=False, verbose=False
    )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def rate(work, batch, rounds):
    """Return images per CPU second: the median over `rounds`, after a warm-up round."""
    work()
    spent = []
    for _ in range(rounds):
        begin = time.process_time()
        work()
        spent.append(time.process_time() - begin)
    return batch / statistics.median(spent)


def main():
    """Print one line per network."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    torch_runtime.tune_malloc()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    print(f"{'encoder':20} {'torch':>7} {'onnxruntime':>12} {'ratio':>6} {'largest relative difference':>28}")
    for name, network, side in networks():
        pictures = torch.randn(options.batch, 3, side, side)
        network = prepared(network)
        channels_last = pictures.contiguous(memory_format=torch.channels_last)
        with torch.inference_mode():
            expected = network(channels_last).numpy()
            ours = rate(lambda: network(channels_last), options.batch, options.rounds)  # noqa: B023
        with tempfile.TemporaryDirectory() as folder:
            onnx_session = session(network, pictures, Path(folder) / "network.onnx")
        inputs = {onnx_session.get_inputs()[0].name: pictures.numpy()}
        difference = np.abs(onnx_session.run(None, inputs)[0] - expected).max() / np.abs(expected).max()
        theirs = rate(lambda: onnx_session.run(None, inputs), options.batch, options.rounds)  # noqa: B023
        print(f"{name:20} {ours:7.1f} {theirs:12.1f} {theirs / ours:6.2f} {difference:28.1e}", flush=True)


if __name__ == "__main__":
    main()
