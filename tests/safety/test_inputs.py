#!/usr/bin/python3
"""Bad inputs through the command: test_inputs.py [WORD ...] runs the cases whose name holds one of the words."""
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["THUSO_SOURCE"]) / "tests" / "safety"))
import cases  # noqa: E402
import hostile_files  # noqa: E402, F401
import more_databases  # noqa: E402, F401
import more_rasters  # noqa: E402, F401
import more_texts  # noqa: E402, F401
import odd_features  # noqa: E402, F401
import odd_rasters  # noqa: E402, F401
import odd_studies  # noqa: E402, F401
import odd_texts  # noqa: E402, F401

if __name__ == "__main__":
    cases.main()
