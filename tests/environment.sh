# Make .venv from a file of locked requirements: with uv where it is present, else venv and pip.
# Usage: environment.sh PYTHON REQUIREMENTS
set -eu
if command -v uv >/dev/null 2>&1; then
    test -x .venv/bin/python || uv venv --quiet --python "$1" .venv
    uv pip install --quiet --compile-bytecode --python .venv/bin/python --require-hashes -r "$2"
    uv pip install --quiet --python .venv/bin/python --no-deps -e .
else
    "$1" -m venv .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$2"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
fi
# A server starts twice as fast when nothing is left to compile, also where Python may not write.
env -u PYTHONDONTWRITEBYTECODE .venv/bin/python -m compileall -q survey analysis questionnaires
