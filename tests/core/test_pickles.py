"""Pickled batches: plain values are read, anything else is refused before it can run."""

import io
import pickle
from functools import partial

import numpy as np
import pytest

from demo_data.objects import pickled
from humancentric.core import archives
from humancentric.core.errors import UserError


class Evil:
    def __reduce__(self):
        return (print, ("this ran",))


@pytest.mark.parametrize(
    "value", [Evil(), {b"data": Evil()}, [io.BytesIO], {b"data": np.array([Evil()], dtype=object)}]
)
@pytest.mark.parametrize("protocol", [0, 2, 5])
def test_nothing_but_plain_values_and_arrays_is_unpickled(value, protocol, capsys):
    with pytest.raises(UserError, match=r"batch: not read \(it asks for .*\); only plain pickled arrays are"):
        archives.load_pickle(pickle.dumps(value, protocol), "batch")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "write", [pickled, partial(pickle.dumps, protocol=2), partial(pickle.dumps, protocol=0)]
)
def test_plain_values_of_either_python_are_unpickled(write):
    value = {b"labels": [3, 1], b"data": np.arange(12, dtype=np.uint8).reshape(2, 6), b"name": b"batch \xff"}
    found = archives.load_pickle(write(value), "batch")
    assert found.keys() == value.keys()
    assert (found[b"labels"], found[b"name"]) == ([3, 1], b"batch \xff")
    np.testing.assert_array_equal(found[b"data"], value[b"data"])


def test_the_pickles_of_the_generator_are_those_of_python_2():
    assert b"U\x05bytes" in pickled({b"bytes": 1})
    assert pickle.loads(pickled({b"bytes": b"x" * 300}), encoding="latin1") == {"bytes": "x" * 300}
