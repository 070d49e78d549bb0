"""A file is read in bounded memory: what Arrow holds at once is a small part of the file."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dendrax.data import arrow_file, csv_file
from dendrax.data.files import open_table
from dendrax.data.writing import write_table

ROWS = 2**20
KINDS = {
    "csv": ("a.csv", write_table),
    "parquet": ("a.parquet", lambda columns, path: pq.write_table(pa.table(columns), path, row_group_size=2**15)),
    "arrow": ("a.arrow", write_table),
}


@pytest.mark.parametrize(("name", "write"), KINDS.values(), ids=KINDS)
def test_D10_memory_does_not_grow_with_the_file(tmp_path, monkeypatch, name, write):
    monkeypatch.setattr(csv_file, "BLOCK", 2**15)
    monkeypatch.setattr(arrow_file, "ROWS", 2**12)
    path = tmp_path / name
    write({"x": np.random.default_rng(0).normal(size=ROWS)}, path)
    before, most, rows = pa.total_allocated_bytes(), 0, 0
    with open_table(path) as opened:
        for table in opened.batches():
            most, rows = max(most, pa.total_allocated_bytes() - before), rows + table.n_rows
    assert rows == ROWS
    assert most < path.stat().st_size / 3
