"""Hypothesis profiles: ``quick`` for every run, others by ``HYPOTHESIS_PROFILE``.

Quick takes the same examples on every machine, so that a red run can be repeated by anybody; deep, which
`make test-deep` takes, and thorough look for new ones; brief is for runs by the thousand, one for each
mutant, and takes fewer than quick, so that quick notices whatever brief does.
"""

import os

from hypothesis import HealthCheck, settings

SLOW_IS_EXPECTED = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]

settings.register_profile(
    "quick", max_examples=30, deadline=None, derandomize=True, suppress_health_check=SLOW_IS_EXPECTED
)
settings.register_profile(
    "brief",
    max_examples=20,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=SLOW_IS_EXPECTED,
)
settings.register_profile(
    "deep", max_examples=400, deadline=None, print_blob=True, suppress_health_check=SLOW_IS_EXPECTED
)
settings.register_profile(
    "thorough", max_examples=3000, deadline=None, print_blob=True, suppress_health_check=SLOW_IS_EXPECTED
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
