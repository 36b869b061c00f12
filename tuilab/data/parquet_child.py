"""A process of its own that unpacks a .parquet file: polars is native code, and what damaged bytes do to it stays here.

Standard input is the file, standard output an .npz of its columns. Imports nothing of tuilab, to be up at once. Exit
code 3: standard output is a line that says what is wrong; 4: polars is not installed.
"""

import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

REFUSED, NOT_INSTALLED = 3, 4
_CELL, _TEXT = 16, 64  # bytes that a cell takes, as a number and as text


def main(most_bytes: int, most_columns: int) -> int:
    """Writes what is on standard input, if it has so many columns and needs so many bytes at most; the exit code."""
    try:
        polars = load_polars()
    except (ImportError, OSError) as error:
        if isinstance(error, ModuleNotFoundError) and error.name == "polars":
            return NOT_INSTALLED
        print(f"a .parquet file needs polars, which is installed and cannot be loaded: {_first_line(error)}")
        return REFUSED
    try:
        plan = polars.scan_parquet(sys.stdin.buffer)
        schema, rows = plan.collect_schema(), int(plan.select(polars.len()).collect().item())
        texts = sum(not kind.is_numeric() for kind in schema.values())
        if fault := _fault(schema, rows, rows * (len(schema) * _CELL + texts * _TEXT), most_bytes, most_columns):
            print(fault)
            return REFUSED
        sys.stdin.buffer.seek(0)
        frame = polars.read_parquet(sys.stdin.buffer)
    except polars.exceptions.PolarsError as error:
        print(f"is no .parquet file that can be read: {_first_line(error)}")
        return REFUSED
    import numpy as np  # not before it is needed: what cannot be read is told sooner

    np.savez(sys.stdout.buffer, allow_pickle=False, **_arrays(frame))
    return 0


def load_polars() -> Any:
    """polars. Raises ImportError or OSError where it is not there, or does not load."""
    import polars

    if not polars.__version__:  # then it has warned only, and fails at the first call
        raise ImportError("its compiled part is missing, or not for this system")
    return polars


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [""])[0]


def _fault(schema: Any, rows: int, needed: int, most_bytes: int, most_columns: int) -> str:
    import polars

    if len(schema) > most_columns:
        return f"has {len(schema)} columns; at most {most_columns} are read"
    known = (polars.String, polars.Boolean, polars.Categorical, polars.Enum, polars.Date, polars.Datetime, polars.Null)
    for name, kind in schema.items():
        if not kind.is_numeric() and kind not in known:
            return f'column "{name[:60]}": holds {str(kind)[:40]}; numbers, text and dates are wanted'
    if needed > most_bytes:
        wanted, allowed = f"{needed >> 20:,} MiB", f"{most_bytes >> 20:,} MiB may be used for a file of its size"
        return f"{rows:,} rows of {len(schema):,} columns would need about {wanted} of memory; {allowed}"
    return ""


def _arrays(frame: Any) -> "dict[str, np.ndarray[Any, Any]]":
    """By the number of its column: numbers, NaN where one is missing; of others the codes of their texts."""
    import numpy as np
    import polars

    arrays, texts = dict[str, np.ndarray[Any, Any]](), {}
    for at, one in enumerate(frame.get_columns()):
        if one.dtype.is_numeric():
            plain = one.cast(polars.Float64) if one.dtype.is_decimal() else one
            arrays[str(at)] = plain.to_numpy()
        else:
            different: dict[str, int] = {}
            cells = one.cast(polars.String).fill_null("").to_list()
            arrays[str(at)] = np.array([different.setdefault(cell.strip(), len(different)) for cell in cells], np.int64)
            texts[at] = list(different)
    told = json.dumps({"names": frame.columns, "texts": texts})
    return arrays | {"told": np.frombuffer(told.encode(errors="surrogatepass"), np.uint8)}


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
