"""`python -m tuilab` and the `tuilab` command."""

import os

# One thread for what NumPy computes here, unless the user has set it: the app looks at a run many times a minute in
# small products, and threads that wait for one another would take the cores from the trainer. Before NumPy is loaded.
os.environ.update(
    {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", **os.environ},
)

from tuilab.cli import main

if __name__ == "__main__":
    main()
