"""Compare the speed of embedding pictures with clip-retrieval, clip-benchmark and the forward pass alone.

    PYTHONPATH=workflow/scripts python bench/embed.py IMAGES [--number 256] [--rounds 5] [--threads 2]
        [--encoders clip rn50 bit-m] [--clip-benchmark PYTHON] [--clip-retrieval PYTHON]

All use the same pictures (the first `--number` JPEGs of the folder IMAGES), random weights and machine. The bound is
the model on prepared tensors, in the batches of our encoder. A shared machine changes its speed by more than the
differences of interest, so bound, exact and scaled decoding alternate in one process, `--rounds` times, and the share
is the median over rounds. The other two are programs: one process embeds half of the pictures, another one all of
them, and the difference is the speed without starting. They support CLIP only and need environments of their own, whose
Python is an option: pip install clip-benchmark==1.6.2, and pip install clip-retrieval==2.45.0 "setuptools<81". The loop
of clip-benchmark calls `.cuda()`; without a GPU its `Featurizer` runs over a DataLoader, in the same order.
"""

import argparse
import functools
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PAPER = 543_028  # pictures of the paper's three datasets, both views
BATCH = 32
DECODINGS = ("exact", "scaled")
MODELS = {
    "clip": {"kind": "open-clip", "model": "RN50-quickgelu", "width": 1024},
    "rn50": {"kind": "timm", "model": "resnet50.tv_in1k", "width": 2048, "preprocessing": "lab"},
    "bit-m": {"kind": "timm", "model": "resnetv2_50x1_bit.goog_in21k", "width": 2048, "preprocessing": "lab"},
}


def row_of(name, folder, decoding="exact"):
    """Return our encoder's row with the random weights in `folder`."""
    weights = str(folder / f"{name}.pt")
    return {"modality": "image", **MODELS[name], "weights": weights, "decoding": decoding}


def write_weights(name, folder):
    """Write random weights of the model `name`, the same for every program."""
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
    """Write the pictures as one shard, and as links in a folder for the other programs."""
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


def ours(name, pictures, folder, threads, rounds):
    """Print the pictures per second of the model alone and of both decodings in each round, and the seconds to load."""
    import pyarrow.parquet as pq

    from humancentric.core import images
    from humancentric.embedding import dataset_embedding, encoders
    from humancentric.embedding.embedding_writer import EmbeddingWriter

    begin = time.perf_counter()
    loaded = {
        decoding: encoders.load(row_of(name, folder, decoding), name, threads) for decoding in DECODINGS
    }
    start = (time.perf_counter() - begin) / len(loaded)
    shard = f"{pictures}.parquet"
    samples = pq.read_table(shard, columns=["id"])
    files = pq.read_table(shard, columns=["image"]).column("image").to_pylist()
    model = loaded["exact"]
    ready = [model.prepare(images.decode(data)) for data in files]

    def bound():
        model.embed_prepared(ready)

    def embed(encoder):
        with tempfile.TemporaryDirectory() as cache:
            writer = EmbeddingWriter(cache, encoder.width, None)
            decoders = dataset_embedding.decoding_threads(encoder, threads)
            dataset_embedding.embed_images(samples, [shard], encoder, writer, decoders)

    programs = {"bound": bound} | {d: functools.partial(embed, encoder) for d, encoder in loaded.items()}
    rates = {label: [] for label in programs}
    for turn in range(rounds + 1):  # the first is a warm-up
        for label, work in programs.items():
            begin = time.perf_counter()
            work()
            if turn:
                rates[label].append(len(files) / (time.perf_counter() - begin))
    print(json.dumps({"rates": rates, "start": start}))


def clip_benchmark(name, pictures, folder, threads, rounds):
    """Extract features with clip-benchmark."""
    import open_clip
    import torch
    from clip_benchmark.metrics.linear_probe import Featurizer
    from PIL import Image

    torch.set_num_threads(threads)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    weights = str(folder / f"{name}.pt")
    model, _, transform = open_clip.create_model_and_transforms(MODELS[name]["model"], pretrained=weights)
    files = sorted(Path(pictures).iterdir())

    class Pictures(torch.utils.data.Dataset):
        def __len__(self):
            return len(files)

        def __getitem__(self, number):
            return transform(Image.open(files[number]))

    loader = torch.utils.data.DataLoader(Pictures(), batch_size=BATCH, num_workers=threads)
    featurizer = Featurizer(model.eval(), normalize=False).to(device)
    with torch.no_grad():
        features = [featurizer(batch.to(device)).cpu() for batch in loader]
    assert sum(map(len, features)) == len(files)


def clip_retrieval(name, pictures, folder, threads, rounds):
    """Run the inference of clip-retrieval on the folder of pictures."""
    from clip_retrieval import clip_inference

    with tempfile.TemporaryDirectory() as output:
        clip_inference(
            input_dataset=pictures,
            output_folder=output,
            input_format="files",
            enable_text=False,
            enable_image=True,
            batch_size=BATCH,
            num_prepro_workers=threads,
            use_jit=False,
            clip_model=f"open_clip:{MODELS[name]['model']}/{folder / name}.pt",
        )


SIDES = {"ours": ours, "clip-benchmark": clip_benchmark, "clip-retrieval": clip_retrieval}


def timed(python, side, name, pictures, folder, options):
    """Return the wall seconds of one program's process, and the last line that it printed."""
    command = [python, __file__, str(pictures), "--side", side, "--encoders", name, "--folder", str(folder)]
    command += ["--threads", str(options.threads), "--rounds", str(options.rounds)]
    begin = time.perf_counter()
    run = subprocess.run(command, capture_output=True, text=True)
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
    print(
        f"{'encoder':8} {'side':24} {'images/s':>9} {'of bound':>9} {'(range)':>14} {'start s':>8} {PAPER:>12,}"
    )

    def line(name, label, rate, shares, start):
        spread = f"{min(shares):.0%} to {max(shares):.0%}" if len(shares) > 1 else ""
        share, hours = statistics.median(shares), f"{PAPER / rate / 3600:.1f} h"
        print(
            f"{name:8} {label:24} {rate:9.1f} {share:9.0%} {spread:>14} {start:8.1f} {hours:>12}", flush=True
        )

    for name in options.encoders:
        write_weights(name, folder)
        found = json.loads(timed(sys.executable, "ours", name, whole, folder, options)[1])
        bound = found["rates"]["bound"]
        for label, rates in found["rates"].items():
            shares = [rate / alone for rate, alone in zip(rates, bound, strict=True)]
            called = "forward pass alone" if label == "bound" else f"ours, {label}"
            line(name, called, statistics.median(rates), shares, found["start"])
        for side, python in peers.items() if name == "clip" else ():
            if python:
                seconds = [timed(python, side, name, part, folder, options)[0] for part in (half, whole)]
                rate = (len(files) - len(files) // 2) / (seconds[1] - seconds[0])
                line(name, side, rate, [rate / statistics.median(bound)], seconds[1] - len(files) / rate)


def main():
    """Run one program in this process, or all of them in processes of their own."""
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
    for hidden in ("--side", "--folder"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.side:
        run, folder = SIDES[options.side], Path(options.folder)
        return run(options.encoders[0], options.images, folder, options.threads, options.rounds)
    peers = {"clip-benchmark": options.clip_benchmark, "clip-retrieval": options.clip_retrieval}
    with tempfile.TemporaryDirectory() as folder:
        measure(options, peers, Path(folder))


if __name__ == "__main__":
    main()
