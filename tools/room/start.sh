#!/bin/sh
# Finds a Python and hands over to start.py.
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd) || exit 1
for python in @COMMANDS@ python3 python; do
  if "$python" -c '' 2>/dev/null; then exec "$python" "$here/start.py" "$@"; fi
done
echo "There is no Python on this machine. Install Python @PYTHONS@ from python.org."
exit 1
