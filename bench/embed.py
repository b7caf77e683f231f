"""Compare the speed of embedding with clip-retrieval, clip-benchmark, a plain DataLoader and the model alone.

    PYTHONPATH=workflow/scripts python bench/embed.py IMAGES [--number 256] [--rounds 5] [--threads 2] [--device cpu]
        [--encoders clip rn50 bit-m] [--dtypes float32 tf32 bfloat16] [--clip-benchmark PYTHON]
        [--clip-retrieval PYTHON]

All use the same images (the first `--number` JPEGs of the folder IMAGES), random weights and machine. The bound is the
smaller of two rates: the model on prepared tensors, in the batches of our encoder, and decoding alone. The speed of a
shared machine varies by more than the differences of interest, so the bound and our decoding modes alternate in one
process for `--rounds` rounds, and the share is the median over rounds. Peers are run as programs: one process embeds
half of the images and another one all of them, and the difference gives the speed without startup. clip-benchmark and
clip-retrieval support CLIP in float32 only and need their own environments, whose Python is given as an option:
`pip install clip-benchmark==1.6.2`, and `pip install clip-retrieval==2.45.0 "setuptools<81"`. The loop of
clip-benchmark calls `.cuda()`; without a GPU, its `Featurizer` is run over a DataLoader in the same order.
"""

import argparse
import functools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PAPER = 543_028  # images of the paper's three datasets, both views
BATCH = 32
DTYPES = ("float32", "tf32", "bfloat16")
MODELS = {
    "clip": {"kind": "open-clip", "model": "RN50-quickgelu", "width": 1024},
    "rn50": {"kind": "timm", "model": "resnet50.tv_in1k", "width": 2048, "preprocessing": "lab"},
    "bit-m": {"kind": "timm", "model": "resnetv2_50x1_bit.goog_in21k", "width": 2048, "preprocessing": "lab"},
}


def row_of(name, folder, **more):
    """Return the config row of our encoder with the random weights in `folder`."""
    return {"modality": "image", **MODELS[name], "weights": str(folder / f"{name}.pt"), **more}


def write_weights(name, folder):
    """Write random weights of the model `name`; all programs use them."""
    import torch

    torch.manual_seed(0)
    if name == "clip":
        import open_clip

        model = open_clip.create_model(MODELS[name]["model"])
    else:
        import timm

        model = timm.create_model(MODELS[name]["model"])
    torch.save(model.state_dict(), folder / f"{name}.pt")


def write_shard(files, path):
    """Write the images as one shard, and link them in a folder for the other programs."""
    import pyarrow as pa

    from humancentric.core import images, tables
    from humancentric.core.schemas import IMAGES

    pictures = [images.picture(file.read_bytes()) for file in files]
    columns = {"id": [file.stem for file in files], "image": [picture.data for picture in pictures]}
    columns |= {side: [getattr(picture, side) for picture in pictures] for side in ("width", "height")}
    tables.write(path.with_suffix(".parquet"), pa.table(columns, IMAGES.empty().schema), IMAGES)
    path.mkdir()
    for file in files:
        (path / file.name).symlink_to(file.resolve())


def ours(name, pictures, folder, options):
    """Print the rates per round of decoding, of the model alone and of our decoding modes, and the loading time."""
    import pyarrow.parquet as pq

    from humancentric.core import images
    from humancentric.core.parallel import ordered_map
    from humancentric.embedding import dataset_embedding, encoders
    from humancentric.embedding.embedding_writer import EmbeddingWriter

    begin, dtype, threads = time.perf_counter(), options.dtypes[0], options.threads
    loaded = {
        decoding: encoders.load(row_of(name, folder, decoding=decoding, dtype=dtype), name, threads)
        for decoding in ("exact", "scaled")
    }
    model = encoders.load(row_of(name, folder, dtype=dtype), name, threads)
    if model.decode_files is not None:
        loaded = {"card": model, "exact": loaded["exact"]}
    start = (time.perf_counter() - begin) / (len(loaded) + 1)
    shard = f"{pictures}.parquet"
    samples = pq.read_table(shard, columns=["id"])
    files = pq.read_table(shard, columns=["image"]).column("image").to_pylist()
    ready = [model.prepare(images.decode(data)) for data in files]

    def decode():
        if model.decode_files is not None:
            for first in range(0, len(files), model.batch):
                model.decode_files(files[first : first + model.batch])
        else:
            list(ordered_map(lambda data: model.prepare(images.decode(data)), files, threads))

    def bound():
        model.embed_prepared(ready)

    def embed(encoder):
        with tempfile.TemporaryDirectory() as cache:
            writer = EmbeddingWriter(cache, encoder.width, None)
            decoders = dataset_embedding.decoding_threads(encoder, threads)
            dataset_embedding.embed_images(samples, [shard], encoder, writer, decoders)

    programs = {"decoding alone": decode, "forward pass alone": bound}
    programs |= {f"ours, {d}": functools.partial(embed, encoder) for d, encoder in loaded.items()}
    print(json.dumps({"rates": alternating(programs, len(files), options.rounds), "start": start}))


def alternating(programs, samples, rounds):
    """Return the samples per second of each program in every round, after one warm-up round."""
    rates = {label: [] for label in programs}
    for turn in range(rounds + 1):
        for label, work in programs.items():
            begin = time.perf_counter()
            work()
            if turn:
                rates[label].append(samples / (time.perf_counter() - begin))
    return rates


def dataloader(name, pictures, folder, options):
    """Embed the folder of images with a typical PyTorch loop: a DataLoader with worker processes."""
    import numpy as np
    import torch
    from PIL import Image

    from humancentric.embedding import encoders, torch_runtime

    dtype = options.dtypes[0]
    encoder = encoders.load(row_of(name, folder, decoding="exact", dtype=dtype), name, options.threads)
    torch_runtime.start(options.threads)  # on a CPU, all cores work on one batch
    files = sorted(Path(pictures).iterdir())

    class Pictures(torch.utils.data.Dataset):
        def __len__(self):
            return len(files)

        def __getitem__(self, number):
            return encoder.prepare(np.asarray(Image.open(files[number]).convert("RGB")))

    pinned = torch.cuda.is_available()
    loader = torch.utils.data.DataLoader(
        Pictures(), batch_size=encoder.batch, num_workers=options.threads, pin_memory=pinned
    )
    device = "cuda" if pinned else "cpu"
    features = [encoder.forward(batch.to(device, non_blocking=True)) for batch in loader]
    assert sum(map(len, features)) == len(files)


def clip_benchmark(name, pictures, folder, options):
    """Extract features with clip-benchmark."""
    import open_clip
    import torch
    from clip_benchmark.metrics.linear_probe import Featurizer
    from PIL import Image

    torch.set_num_threads(options.threads)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    weights = str(folder / f"{name}.pt")
    model, _, transform = open_clip.create_model_and_transforms(MODELS[name]["model"], pretrained=weights)
    files = sorted(Path(pictures).iterdir())

    class Pictures(torch.utils.data.Dataset):
        def __len__(self):
            return len(files)

        def __getitem__(self, number):
            return transform(Image.open(files[number]))

    loader = torch.utils.data.DataLoader(Pictures(), batch_size=BATCH, num_workers=options.threads)
    featurizer = Featurizer(model.eval(), normalize=False).to(device)
    with torch.no_grad():
        features = [featurizer(batch.to(device)).cpu() for batch in loader]
    assert sum(map(len, features)) == len(files)


def clip_retrieval(name, pictures, folder, options):
    """Run the inference of clip-retrieval on the folder of images."""
    from clip_retrieval import clip_inference

    with tempfile.TemporaryDirectory() as output:
        clip_inference(
            input_dataset=pictures,
            output_folder=output,
            input_format="files",
            enable_text=False,
            enable_image=True,
            batch_size=BATCH,
            num_prepro_workers=options.threads,
            use_jit=False,
            clip_model=f"open_clip:{MODELS[name]['model']}/{folder / name}.pt",
        )


SIDES = {
    "ours": ours,
    "dataloader": dataloader,
    "clip-benchmark": clip_benchmark,
    "clip-retrieval": clip_retrieval,
}


def timed(python, side, name, pictures, folder, options, dtype="float32"):
    """Run one program in its own process; return its wall seconds and the last line it printed."""
    command = [python, __file__, str(pictures), "--side", side, "--encoders", name, "--folder", str(folder)]
    for key in ("threads", "rounds"):
        command += [f"--{key}", str(getattr(options, key))]
    environment = {**os.environ, **({"CUDA_VISIBLE_DEVICES": ""} if options.device == "cpu" else {})}
    begin = time.perf_counter()
    run = subprocess.run(
        [*command, "--dtypes", dtype], capture_output=True, text=True, env=environment, check=False
    )
    if run.returncode:
        raise SystemExit(f"{side} failed:\n{run.stderr[-2000:]}")
    return time.perf_counter() - begin, run.stdout.strip().rpartition("\n")[2]


def measure(options, peers, folder):
    """Print one line per program and encoder."""
    files = sorted(Path(options.images).glob("*.jpg"))[: options.number]
    if len(files) < 2:
        raise SystemExit(
            f"{options.images}: {len(files)} JPEGs (*.jpg), at least 2 are needed; name another folder"
        )
    half, whole = folder / "half", folder / "whole"
    write_shard(files[: len(files) // 2], half)
    write_shard(files, whole)
    print(f"{'encoder':10} {'dtype':8} {'side':32} {'per second':>10} {'of bound':>9} {'(range)':>14} {'start s':>8} "
          f"{'paper':>8}")  # fmt: skip

    def line(name, dtype, label, rate, shares, start):
        spread = f"{min(shares):.0%} to {max(shares):.0%}" if len(shares) > 1 else ""
        share, hours = statistics.median(shares), f"{PAPER / rate / 3600:.2f} h"
        print(
            f"{name:10} {dtype:8} {label:32} {rate:10.1f} {share:9.0%} {spread:>14} {start:8.1f} {hours:>8}",
            flush=True,
        )

    def measured(name, dtype):
        """Print the lines of our programs; return the rate of the bound and our best rate."""
        found = json.loads(timed(sys.executable, "ours", name, whole, folder, options, dtype)[1])
        components = (found["rates"]["decoding alone"], found["rates"]["forward pass alone"])
        bounds = [min(rates) for rates in zip(*components, strict=True)]
        best = 0.0
        for label, rates in found["rates"].items():
            shares = [rate / bound for rate, bound in zip(rates, bounds, strict=True)]
            line(name, dtype, label, statistics.median(rates), shares, found["start"])
            best = max(best, statistics.median(rates)) if label.startswith("ours") else best
        return statistics.median(bounds), best

    for name in options.encoders:
        write_weights(name, folder)
        for dtype in options.dtypes:
            bound, best = measured(name, dtype)
            others = {"dataloader": sys.executable}
            others |= peers if name == "clip" and dtype == "float32" else {}
            rates = []
            for side, python in others.items():
                if python:
                    parts = [
                        timed(python, side, name, part, folder, options, dtype)[0] for part in (half, whole)
                    ]
                    rates.append((len(files) - len(files) // 2) / (parts[1] - parts[0]))
                    line(name, dtype, side, rates[-1], [rates[-1] / bound], parts[1] - len(files) / rates[-1])
            print(f"{name:10} {dtype:8} ours: {best / bound:.0%} of the bound, {best / max(rates):.2f} times the best "
                  "peer at this precision", flush=True)  # fmt: skip


def main():
    """Run one program in this process, or each of them in its own process."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("images")
    parser.add_argument("--number", type=int, default=256)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--encoders", nargs="+", choices=list(MODELS), default=list(MODELS))
    parser.add_argument("--clip-benchmark", metavar="PYTHON")
    parser.add_argument("--clip-retrieval", metavar="PYTHON")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--device", choices=["cpu", "cuda"], help="cpu hides the card")
    parser.add_argument("--dtypes", nargs="+", choices=DTYPES, default=["float32"])
    for hidden in ("--side", "--folder"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.side:
        run, folder = SIDES[options.side], Path(options.folder)
        return run(options.encoders[0], options.images, folder, options)
    peers = {"clip-benchmark": options.clip_benchmark, "clip-retrieval": options.clip_retrieval}
    with tempfile.TemporaryDirectory() as folder:
        measure(options, peers, Path(folder))


if __name__ == "__main__":
    main()
