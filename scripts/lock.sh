#!/bin/sh
# Renews the pinned, hashed requirements under requirements/ from pyproject.toml. Needs uv.
set -eu
cd "$(dirname "$0")/.."
compile() {
  output=$1; shift
  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
    --no-annotate --no-emit-index-url --no-emit-find-links pyproject.toml "$@" --output-file "$output"
}
compile requirements/core.txt --extra sandbox --group build
compile requirements/dev.txt --extra sandbox --extra probes --group dev
