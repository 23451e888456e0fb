# coding: utf-8
# ruff: noqa: UP009, UP031, UP036, PTH100, PTH118, PTH120
"""Start here: `python start.py`. Even a Python that is too old can read this file and say so."""

import os
import sys

if sys.version_info < (3, 8):
    print("This is Python %s.%s, which is too old." % sys.version_info[:2])
    print("Install Python @PYTHONS@ from python.org, and start this again.")
    sys.exit(1)

sys.dont_write_bytecode = True  # the folder may be on a stick that others use too
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "parts"))

import room  # noqa: E402

if __name__ == "__main__":
    try:
        sys.exit(room.main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
