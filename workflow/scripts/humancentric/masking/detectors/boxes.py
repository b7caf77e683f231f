"""Read boxes from a table made by another tool or by hand."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from humancentric.core.errors import UserError
from humancentric.masking.text_boxes import Box, Detector, widened, within

SIDES = ("x", "y", "w", "h")
DELIMITERS = {".csv": ",", ".tsv": "\t"}


@dataclass(frozen=True)
class BoxTable(Detector):
    """Boxes from a table; `rows` maps each sample to its first row and the row after its last.

    `numbers` (n, 5) holds x, y, w, h, score; with `shares` the first four are fractions of the picture's width and
    height.
    """

    rows: dict[str, tuple[int, int]]
    numbers: np.ndarray
    shares: bool
    confidence: float
    padding: float

    def ids(self) -> Collection[str]:
        """Return the ids in the table."""
        return self.rows.keys()

    def boxes(self, rgb: np.ndarray, sample: str = "") -> list[Box]:
        """Return the sample's boxes that reach the confidence; an empty list if it is not in the table.

        Boxes outside the picture are returned unchanged: `mask_image` counts and clips them.
        """
        height, width = rgb.shape[:2]
        begin, end = self.rows.get(sample, (0, 0))
        rows = self.numbers[begin:end]
        if self.shares:
            rows = rows * (width, height, width, height, 1)
        found = [Box(*row) for row in rows.tolist() if not row[4] < self.confidence]
        return [widened(box, self.padding) if within(box, width, height) else box for box in found]


def load(
    path: str,
    units: str = "pixels",
    confidence: float = 0.0,
    padding: float = 0.0,
    config_path: str = "detector",
) -> BoxTable:
    """Return the detector that reads boxes from the CSV, TSV or Parquet file `path`.

    Columns: ``id``, ``x`` and ``y`` (upper left corner), ``w`` and ``h``, and optionally ``score``, 1 by default.
    Raises `UserError` if the file or a column is missing, or a column does not hold numbers.
    """
    table = _read(Path(path), config_path)
    names = table.column_names
    lacking = [column for column in ("id", *SIDES) if names.count(column) != 1]
    lacking += ["score"] if names.count("score") > 1 else []
    if lacking:
        raise UserError(
            f"{config_path}.path: {path} has no single column {', '.join(lacking)} (found: {', '.join(names)}); "
            "name them id, x, y, w, h and, if there is one, score"
        )
    try:
        table = table.filter(pc.is_valid(table.column("id")))
        samples = pc.utf8_normalize(table.column("id").cast(pa.string()), form="NFC")
        scored = [*SIDES, "score"] if "score" in names else SIDES
        columns = [table.column(name).cast(pa.float64(), safe=False) for name in scored]
        columns += [] if "score" in names else [pa.array(np.ones(len(table)))]
    except pa.ArrowInvalid as error:
        raise UserError(
            f"{config_path}.path: {path}: x, y, w, h and score must be numbers ({' '.join(str(error).split())[:120]}); "
            "correct the file"
        ) from error
    order = pc.sort_indices(samples)
    numbers = np.column_stack([column.take(order).to_numpy() for column in columns]).astype(np.float64)
    return BoxTable(_slices(samples.take(order)), numbers, units == "shares", confidence, padding)


def _read(path: Path, config_path: str) -> pa.Table:
    try:
        if path.suffix == ".parquet":
            file = pq.ParquetFile(path, page_checksum_verification=True)
            return file.read([name for name in file.schema_arrow.names if name in ("id", *SIDES, "score")])
        as_text = pyarrow.csv.ConvertOptions(column_types={"id": pa.string()})
        parsing = pyarrow.csv.ParseOptions(delimiter=DELIMITERS[path.suffix])
        return pyarrow.csv.read_csv(path, parse_options=parsing, convert_options=as_text)
    except FileNotFoundError as error:
        raise UserError(
            f"{config_path}.path: {path} is missing; put the file there or change the path"
        ) from error
    except (KeyError, OSError, pa.ArrowInvalid) as error:
        raise UserError(
            f"{config_path}.path: {path} is not a readable .csv, .tsv or .parquet; give another file"
        ) from error


def _slices(samples: pa.ChunkedArray) -> dict[str, tuple[int, int]]:
    """Return {sample: (first row, row after the last)} for sorted ids."""
    runs = pc.run_end_encode(samples.combine_chunks()) if len(samples) else None
    if runs is None:
        return {}
    ends = runs.run_ends.to_pylist()
    return dict(zip(runs.values.to_pylist(), zip([0, *ends[:-1]], ends, strict=True), strict=True))
