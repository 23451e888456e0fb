"""Serve the built book: the command `firstnet serve`, for those who have the sources."""

import argparse

from firstnet.classroom import serve


def main(arguments: list[str]) -> int:
    """Serve _build/html until Ctrl-C; the options are those of `firstnet serve`."""
    parser = argparse.ArgumentParser(prog="python -m tools serve")
    serve.add_arguments(parser)
    return serve.main(parser.parse_args(arguments))
