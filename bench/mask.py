"""Compare the masking job with a plain loop over OpenCV's text detection classes, on one thread and on all threads.

    PYTHONPATH=workflow/scripts python bench/mask.py IMAGES [--number 64] [--detectors db east] [--processes 1 2]
        [--weights east=FILE]

The sides run one after the other in separate processes, with the first `--number` JPEGs of the folder IMAGES and the
networks and thresholds in config/detectors.yaml, after two images for warm-up. The loop follows OpenCV's samples:
`imdecode`, `TextDetectionModel_EAST` or `_DB`, black rectangles; then it inpaints small white text and encodes a JPEG
of the same quality. CPU seconds are the sum over threads. With several `--processes`, each process masks all images at
the same time.
"""

import argparse
import json
import logging
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PAPER = 263_002  # images of the paper's three datasets
CORES = 16
SIDES = {"ours": "ours", "opencv-1": "(a) OpenCV, one thread", "opencv": "(b) OpenCV, its own threads"}


def row_of(name, weights):
    """Return the config row of a detector, with other `weights` if given."""
    import yaml

    row = yaml.safe_load(Path("config/detectors.yaml").read_text(encoding="utf-8"))["detectors"][name]
    if weights:
        row = {key: value for key, value in row.items() if key != "sha256"} | {"weights": weights}
    return {key: value for key, value in row.items() if key != "url"}


def ours(row):
    """Return a function that masks images as a job does and returns the number of boxes."""
    from humancentric.masking import detectors
    from humancentric.masking.image_masking import mask_shard

    detector = detectors.load(row)

    def run(pictures):
        rows = ({"id": str(number), "image": data} for number, data in enumerate(pictures))
        return sum(len(mask["boxes"]) for _, mask in mask_shard(rows, len(pictures), detector, row))

    return run


def opencv(row):
    """Return a function that masks images in a plain loop over OpenCV and returns the number of boxes."""
    import cv2
    import numpy as np

    from humancentric.core.registry import kind_module
    from humancentric.core.weights import locate
    from humancentric.masking.detector_networks import network_size
    from humancentric.masking.image_masking import white_text_mask

    path = locate(row["weights"])
    kind = kind_module("humancentric.masking.detectors", row["kind"], "detectors")
    mean, factor = row.get("mean", kind.MEAN), row.get("scale", kind.SCALE)
    if row["kind"] == "east":
        model = cv2.dnn.TextDetectionModel_EAST(cv2.dnn.readNet(str(path)))
        model.setConfidenceThreshold(row["confidence"]).setNMSThreshold(row["nms"])
        model.setInputSwapRB(True)
        scales = [1.0]
    else:
        with tempfile.NamedTemporaryFile(suffix=".onnx") as file:
            file.write(squeezed(path))
            file.flush()
            model = cv2.dnn.TextDetectionModel_DB(cv2.dnn.readNet(file.name))
        model.setOutputNames(["flat"])
        model.setBinaryThreshold(row["binary"]).setPolygonThreshold(row["confidence"])
        model.setUnclipRatio(row["unclip"]).setMaxCandidates(1000)
        scales = row["scales"]
    model.setInputScale(factor).setInputMean(mean)

    def run(pictures):
        number = 0
        for data in pictures:
            picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
            height, width = picture.shape[:2]
            polygons = []
            for scale in scales:
                model.setInputSize(network_size(width, height, row["short_side"] * scale))
                polygons += model.detect(picture)[0]
            number += len(polygons)
            for polygon in polygons:
                x, y, w, h = cv2.boundingRect(polygon)
                cv2.rectangle(picture, (x, y), (x + w - 1, y + h - 1), (0, 0, 0), cv2.FILLED)
            if row.get("white_text"):
                mask = white_text_mask(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), row["white_text"])
                picture = cv2.inpaint(picture, mask, row["white_text"]["radius"], cv2.INPAINT_TELEA)
            full = [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444]
            cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 95, *full])
        return number

    return run


def squeezed(path):
    """Return the ONNX file with its output (1, 1, height, width) as (height, width), as OpenCV's class for DB requires.

    Concatenated protobufs are merged and their lists joined, so a second graph of one node is appended.
    """
    import onnxruntime

    def block(field, value):
        length, value = b"", value.encode() if isinstance(value, str) else value
        rest = len(value)
        while rest > 127:
            length, rest = length + bytes([rest & 127 | 128]), rest >> 7
        return bytes([field << 3 | 2]) + length + bytes([rest]) + value

    name = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"]).get_outputs()[0].name
    axes = block(1, "axes") + b"\x40\x00\x40\x01" + b"\xa0\x01\x07"  # ints 0 and 1; the type is INTS
    node = block(1, name) + block(2, "flat") + block(4, "Squeeze") + block(5, axes)
    kind = block(2, block(1, b"\x08\x01" + block(2, block(1, block(2, "h")) + block(1, block(2, "w")))))
    return path.read_bytes() + block(7, block(1, node) + block(12, block(1, "flat") + kind))


def run_side(options):
    """Mask the images in this process; print the steps, then speed, memory and boxes as JSON."""
    import cv2

    row = row_of(options.detectors[0], options.weights)
    if options.side == "opencv-1":
        cv2.setNumThreads(1)
    files = sorted(Path(options.images).glob("*.jpg"))[: options.number]
    pictures = [file.read_bytes() for file in files]
    try:
        run = (ours if options.side == "ours" else opencv)(row)
    except cv2.error as error:  # OpenCV lacks a layer, or supports it for fixed sizes only
        return print(json.dumps({"problem": " ".join(str(error).split())[-120:]}))
    run(pictures[:2])
    logging.basicConfig(level=logging.INFO, format="    %(message)s", stream=sys.stdout)
    peaks = [memory()]
    begin, cpu = time.perf_counter(), time.process_time()
    half = len(pictures) // 2
    boxes = run(pictures[:half])
    peaks.append(memory())
    boxes += run(pictures[half:])
    peaks.append(memory())
    seconds, cpu = time.perf_counter() - begin, time.process_time() - cpu
    print(
        json.dumps(
            {"seconds": seconds, "cpu": cpu, "pictures": len(pictures), "boxes": boxes, "peaks": peaks}
        )
    )


def memory():
    """Return the peak resident memory of this process so far, in MiB."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def measure(options, name, side, processes):
    """Run one side in several simultaneous processes; return the result of each."""
    command = [sys.executable, __file__, options.images, "--side", side, "--detectors", name]
    command += ["--number", str(options.number)]
    if name in options.weights:
        command += ["--weights", f"{name}={options.weights[name]}"]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(processes)]
    printed = [process.communicate()[0] for process in running]
    if any(process.returncode for process in running):
        raise SystemExit(f"{side} failed")
    if side == "ours" and processes == 1:
        print(printed[0].rpartition("\n{")[0])
    return [json.loads(text.strip().rpartition("\n")[2]) for text in printed]


def report(options):
    """Print one line per side and one for each number of processes."""
    for name in options.detectors:
        print(f"{name}: {options.number} pictures")
        base = None
        for side, label in SIDES.items():
            (result,) = measure(options, name, side, 1)
            if "problem" in result:
                print(f"  {label:28} OpenCV does not read the network: {result['problem']}")
                continue
            number = result["pictures"]
            rate, core = number / result["seconds"], number / result["cpu"]
            base = base or core
            hours = f"{PAPER / core / CORES / 3600:.2f} h"
            peaks = "/".join(map(str, result["peaks"]))
            print(
                f"  {label:28} {rate:6.2f} pictures/s, {core:6.2f} per CPU second (ours {base / core:.2f} times), "
                f"{result['boxes']} boxes, {peaks} MiB before/half/end, {PAPER:,} on {CORES} cores: {hours}",
                flush=True,
            )
        for processes in options.processes:
            results = measure(options, name, "ours", processes)
            rate = sum(result["pictures"] / result["seconds"] for result in results)
            print(f"  {processes} processes: {rate:.2f} pictures/s, {rate / processes:.2f} each", flush=True)


def main():
    """Run one side in this process, or each in its own."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("images")
    parser.add_argument("--number", type=int, default=64)
    parser.add_argument("--detectors", nargs="+", default=["db"])
    parser.add_argument("--processes", nargs="*", type=int, default=sorted({1, 2, os.cpu_count() or 1}))
    parser.add_argument("--weights", nargs="*", default=[], metavar="NAME=FILE")
    parser.add_argument("--side", choices=list(SIDES), help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.weights = dict(entry.split("=", 1) for entry in options.weights)
    if options.side:
        options.weights = options.weights.get(options.detectors[0])
        return run_side(options)
    report(options)


if __name__ == "__main__":
    main()
