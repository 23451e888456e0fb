"""The command `firstnet`: what teachers and learners run in a terminal."""

import argparse
import importlib
import sys

COMMANDS = {
    "assignment": ("firstnet.classroom.assignment", "make nbgrader assignments of the exercises"),
    "grade": ("firstnet.classroom.grade", "grade a folder of submissions"),
    "gradebook": ("firstnet.classroom.gradebook", "bring grades into nbgrader's gradebook"),
    "quiz": ("firstnet.classroom.quiz", "gather the quiz results of a class in one table"),
    "doctor": ("firstnet.classroom.doctor", "say what is wrong with this installation"),
    "serve": ("firstnet.classroom.serve", "serve the book to this machine or the local network"),
}


def make_parser(command: str | None) -> argparse.ArgumentParser:
    """Return the parser; only the module of the command asked for is imported."""
    parser = argparse.ArgumentParser("firstnet", description=__doc__)
    below = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (module, what) in COMMANDS.items():
        one = below.add_parser(name, help=what, description=what)
        if name == command:
            importlib.import_module(module).add_arguments(one)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return its exit code, 0 when all went well."""
    arguments = sys.argv[1:] if arguments is None else arguments
    command = next((one for one in arguments if one in COMMANDS), None)
    options = make_parser(command).parse_args(arguments)
    return importlib.import_module(COMMANDS[options.command][0]).main(options)


if __name__ == "__main__":
    sys.exit(main())
