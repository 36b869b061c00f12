"""All that is asked of every engine, asked of this one."""

from tests.engines import test_agreement, test_engines
from tests.training import test_trajectories

for suite in (test_engines, test_agreement, test_trajectories):
    globals().update({name: test for name, test in vars(suite).items() if name.startswith("test_")})
