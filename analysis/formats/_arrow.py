"""What formats that Apache Arrow reads have in common: its columns as columns of text."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from analysis.columns import Column
from analysis.formats._text import text_of


def column(values: pa.ChunkedArray) -> Column:
    """Return the text of `values`, of any type; nulls and NaN are empty.

    Raises
    ------
    pa.ArrowException, ValueError, LookupError, OverflowError
        If it is broken, or holds what no text can be made of.
    """
    values = _in_microseconds(values)
    if not pa.types.is_dictionary(values.type):
        values = values.dictionary_encode()
    whole = values.unify_dictionaries().combine_chunks()
    if isinstance(whole, pa.ChunkedArray):  # without any rows
        return Column((), np.zeros(0, dtype=np.int32))
    whole.validate(full=True)  # codes beyond the distinct texts would be found much later
    texts = whole.dictionary
    if pa.types.is_string(texts.type) and not whole.null_count and not texts.null_count:
        rows = whole.indices.to_numpy(zero_copy_only=False)
        return Column(tuple(texts.to_pylist()), rows.astype(np.int32))
    return _merged([text_of(each) for each in texts.to_pylist()], whole.indices)


def _in_microseconds(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return moments and times of nanoseconds without those, which Python does not know."""
    if pa.types.is_timestamp(values.type) and values.type.unit == "ns":
        return values.cast(pa.timestamp("us", values.type.tz), safe=False)
    if pa.types.is_time64(values.type) and values.type.unit == "ns":
        return values.cast(pa.time64("us"), safe=False)
    return values


def _merged(texts: list[str], indices: pa.Array) -> Column:
    """Return the column in which each distinct text has one code, and a null is the empty one."""
    labels = dict.fromkeys([*texts, ""])
    position = {label: number for number, label in enumerate(labels)}
    codes = np.array([position[text] for text in [*texts, ""]], dtype=np.int32)
    rows = indices.fill_null(len(texts)).to_numpy(zero_copy_only=False)
    return Column(tuple(labels), codes[rows])
