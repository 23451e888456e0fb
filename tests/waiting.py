"""Wait for what another process does."""

import time

import pytest


def wait_for(condition, what, *, seconds):
    """Return once a condition holds; fail, naming what was waited for, when it never does."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.05)
    pytest.fail(f"{what} did not happen within {seconds} s")
