#!/usr/bin/env bash
# Make an environment for each peer that the project's own lacks: benchmarks/peers.sh FOLDER; then extraction.py --peers FOLDER.
set -euo pipefail
[ $# = 1 ] || { echo "usage: benchmarks/peers.sh FOLDER" >&2; exit 2; }
mkdir -p "$1"
folder=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."
UV=${UV:-.cache/uv/bin/uv} # made by `make`
for peer in newspaper3k readability resiliparse news-please; do
  pins=benchmarks/peers/$peer.txt
  [ "$peer" != newspaper3k ] || pins=locks/newspaper3k.txt
  "$UV" venv -q --clear --python .venv/bin/python "$folder/$peer"
  "$UV" pip install -q --python "$folder/$peer/bin/python" -r "$pins"
  echo "$peer: $(grep -c == "$pins") packages"
done
