"""Write frozen TensorFlow graphs of a few hundred bytes without TensorFlow, with the layers of `tiny_onnx`.

The protobuf is assembled from the field numbers of graph.proto, node_def.proto, attr_value.proto and tensor.proto.
"""

import numpy as np

from tiny_onnx import block, number

FLOAT = 1


def attribute(name: str, value: bytes) -> bytes:
    return block(5, block(1, name) + block(2, value))


def node(name: str, operation: str, inputs: list[str], *attributes: bytes) -> bytes:
    sources = b"".join(block(3, source) for source in inputs)
    kind = attribute("dtype" if operation in ("Const", "Placeholder") else "T", number(6, FLOAT))
    return block(1, block(1, name) + block(2, operation) + sources + kind + b"".join(attributes))


def const(name: str, values: np.ndarray) -> bytes:
    shape = b"".join(block(2, number(1, size)) for size in values.shape)
    tensor = number(1, FLOAT) + block(2, shape) + block(4, values.astype("<f4").tobytes())
    return node(name, "Const", [], attribute("value", block(8, tensor)))


def frozen_graph(outputs: dict[str, tuple[np.ndarray, np.ndarray, bool]]) -> bytes:
    """Return a graph; `outputs` maps names to weights (out, 3, k, k) with stride k, bias (out), sigmoid or not."""
    nodes = node("input_images", "Placeholder", [])
    for name, (weights, bias, sigmoid) in outputs.items():
        side = weights.shape[2]
        strides = attribute("strides", block(1, b"".join(number(3, size) for size in (1, side, side, 1))))
        options = (
            strides,
            attribute("padding", block(2, "VALID")),
            attribute("data_format", block(2, "NHWC")),
        )
        nodes += const(f"{name}_w", weights.transpose(2, 3, 1, 0)) + const(f"{name}_b", bias)
        nodes += node(f"{name}_conv", "Conv2D", ["input_images", f"{name}_w"], *options)
        linear = f"{name}_linear" if sigmoid else name
        nodes += node(linear, "BiasAdd", [f"{name}_conv", f"{name}_b"], options[-1])
        nodes += node(name, "Sigmoid", [linear]) if sigmoid else b""
    return nodes
