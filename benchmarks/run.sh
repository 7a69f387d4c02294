#!/bin/sh
# Measures a model on all benchmarks: JSON, tables and pictures in OUT.
#   benchmarks/run.sh CORPUS OUT [MODEL]
set -eu
corpus=$1
out=$2
model=${3:-default}
mkdir -p "$out"
for name in two-source wrong paraphrase three-source unseen-labels thesis absent; do
    soundlasso evaluate --benchmark "$name" --corpus "$corpus" -m "$model" \
        --json "$out/$name.json" --markdown "$out/$name.md" --plot "$out/$name.png"
done
