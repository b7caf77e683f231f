"""Write ONNX files of a few hundred bytes without the onnx package: networks whose outputs are known.

Each output is one convolution of the input, optionally followed by a sigmoid. The protobuf is assembled from the field
numbers of onnx.proto; a field is its number and wire type, then its value.
"""

import numpy as np

FLOAT, INTS = 1, 7  # TensorProto.FLOAT, AttributeProto.INTS


def varint(value: int) -> bytes:
    low, rest = value & 0x7F, value >> 7
    return bytes([low | 0x80]) + varint(rest) if rest else bytes([low])


def number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def block(field: int, value: bytes | str) -> bytes:
    value = value.encode() if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(value)) + value


def tensor(name: str, values: np.ndarray) -> bytes:
    dims = b"".join(number(1, size) for size in values.shape)
    return dims + number(2, FLOAT) + block(8, name) + block(9, values.astype("<f4").tobytes())


def ints(name: str, values: list[int]) -> bytes:
    return block(5, block(1, name) + b"".join(number(8, value) for value in values) + number(20, INTS))


def node(kind: str, inputs: list[str], output: str, attributes: bytes = b"") -> bytes:
    return b"".join(block(1, name) for name in inputs) + block(2, output) + block(4, kind) + attributes


def described(name: str, shape: list[int | str]) -> bytes:
    sizes = b"".join(block(1, block(2, s) if isinstance(s, str) else number(1, s)) for s in shape)
    return block(1, name) + block(2, block(1, number(1, FLOAT) + block(2, sizes)))


def convolutions(outputs: dict[str, tuple[np.ndarray, np.ndarray, bool]], flat: bool = False) -> bytes:
    """Return an ONNX file; `outputs` maps names to weights (out, 3, k, k) with stride k, bias (out), sigmoid or not.

    `flat` drops the first two axes of each output, as required by OpenCV's class for DB.
    """
    nodes, tensors, heads = b"", b"", b""
    for name, (weights, bias, sigmoid) in outputs.items():
        side = weights.shape[2]
        tensors += block(5, tensor(f"{name}_w", weights)) + block(5, tensor(f"{name}_b", bias))
        shapes = ints("kernel_shape", [side, side]) + ints("strides", [side, side])
        steps = [("Conv", shapes), *([("Sigmoid", b"")] if sigmoid else [])]
        steps += [("Squeeze", ints("axes", [0, 1]))] if flat else []
        names = [*(f"{name}_{number}" for number in range(1, len(steps))), name]
        inputs = ["image", f"{name}_w", f"{name}_b"]
        for (kind, attributes), output in zip(steps, names, strict=True):
            nodes += block(1, node(kind, inputs, output, attributes))
            inputs = [output]
        axes = [f"{name}_h", f"{name}_w"]
        heads += block(12, described(name, axes if flat else [1, weights.shape[0], *axes]))
    graph = nodes + block(2, "tiny") + tensors + block(11, described("image", [1, 3, "h", "w"])) + heads
    return number(1, 8) + block(8, number(2, 11)) + block(7, graph)


def bright(side: int, gain: float, level: float) -> tuple[np.ndarray, np.ndarray, bool]:
    """Return a layer of scores: sigmoid(gain x (mean of a side x side square - level))."""
    weights = np.full((1, 3, side, side), gain / (3 * side * side), np.float32)
    return weights, np.array([-gain * level], np.float32), True


def constant(values: list[float], side: int) -> tuple[np.ndarray, np.ndarray, bool]:
    """Return a layer with the constant output `values`, one per channel, for every side x side square."""
    return np.zeros((len(values), 3, side, side), np.float32), np.array(values, np.float32), False
