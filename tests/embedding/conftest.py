"""Fixtures for the tests of embeddings."""

import pyarrow as pa
import pytest
from small_embeddings import jpeg

from humancentric.core import tables
from humancentric.core.schemas import IMAGES


@pytest.fixture
def shards(tmp_path):
    """Return the paths of two shards with uniformly grey images: a=10, b=20, c=30 and d=40, e=50."""

    def write(name, pictures):
        table = pa.table(
            {
                "id": pa.array(list(pictures), pa.string()),
                "image": pa.array(list(pictures.values()), pa.large_binary()),
                "width": pa.array([70] * len(pictures), pa.int32()),
                "height": pa.array([80] * len(pictures), pa.int32()),
            }
        )
        tables.write(tmp_path / f"{name}.parquet", table, IMAGES)
        return tmp_path / f"{name}.parquet"

    return [
        write("0", {"a": jpeg(10), "b": jpeg(20), "c": jpeg(30)}),
        write("1", {"d": jpeg(40), "e": jpeg(50)}),
    ]
