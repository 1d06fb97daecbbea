#!/bin/sh
# Makes the virtual environment FOLDER from the hashed lock: environment.sh core|dev FOLDER
# With MLOPS_AGENT_SYSTEM=1 it also installs the system parts that the tests use (Debian, Ubuntu).
set -eu
cd "$(dirname "$0")/.."
# What is asked for in containers would keep the byte code below from being written.
unset PYTHONDONTWRITEBYTECODE
lock=requirements/$1.txt
folder=$2

say() { printf '%s\n' "mlops-agent: $*" >&2; }

find_python() {
  for name in "${PYTHON:-python3}" python3.14 python3.13 python3.12 python3.11; do
    if command -v "$name" >/dev/null 2>&1 &&
      "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$name"
      return
    fi
  done
  say "Python 3.11 or newer is needed and was not found; set PYTHON=/path/to/python3"
  exit 2
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then sudo -n "$@"
  else return 1; fi
}

system_part() { # system_part PROGRAM DEBIAN-PACKAGE
  command -v "$1" >/dev/null 2>&1 && return 0
  command -v apt-get >/dev/null 2>&1 || { say "$1 is missing; install it to run all tests"; return 0; }
  say "installing $2 (for $1)"
  as_root sh -c "apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $2" \
    >/dev/null 2>&1 || say "could not install $2; install it by hand: apt install $2"
}

python=$(find_python)
if ! "$python" -c 'import ensurepip' 2>/dev/null; then
  version=$("$python" -c 'import sys; print(f"{sys.version_info[0]}.{sys.version_info[1]}")')
  system_part no-such-program "python$version-venv"
  "$python" -c 'import ensurepip' 2>/dev/null || {
    say "this Python has no venv module; install it: apt install python$version-venv"
    exit 2
  }
fi
if [ "${MLOPS_AGENT_SYSTEM:-}" = 1 ] && [ "$(uname)" = Linux ]; then
  system_part bwrap bubblewrap
  [ "$1" = dev ] && system_part promtool prometheus
fi

say "making $folder from $lock (a minute or two, once)"
"$python" -m venv --clear "$folder"
# The lock is complete; --no-deps keeps pip from resolving extras (pandas[parquet]) beside it.
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes \
  -r "$lock"
"$folder/bin/python" -m pip check --disable-pip-version-check >&2 || say "the lock does not fit here"
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation \
  --editable .
if [ "$1" = dev ]; then
  # Commands in the sandbox can't write byte code, so without it each would compile these again.
  for module in pandas sqlalchemy mlflow.store.tracking.sqlalchemy_store dvc.repo.status anthropic.types; do
    "$folder/bin/python" -W ignore -c "import $module" 2>/dev/null || say "$module can't be imported"
  done
fi
cp "$lock" "$folder/lock.txt"
