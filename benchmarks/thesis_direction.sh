#!/bin/sh
# Which direction of the thesis's cross-attention separates better, at equal cost: the thesis's
# recipe in small (half the filters, 3-second clips at 8 kHz, MiniLM), once for each direction.
#   benchmarks/thesis_direction.sh CORPUS OUT [STEPS]
set -eu
corpus=$1
out=$2
steps=${3:-240}
for direction in map_attends_text text_attends_map; do
    soundlasso train thesis --corpus "$corpus" -o "$out/$direction" --threads 1 \
        --set query_encoder=minilm --set model.token_size=384 \
        --set model.seconds=3.0 --set mixing.seconds=3.0 \
        --set model.sample_rate=8000 --set mixing.sample_rate=8000 \
        --set "model.filters=[8, 16, 32, 64, 128]" --set batch_size=8 \
        --set loop.learning_rate=1e-3 --set loop.workers=1 --set loop.snapshot_every=0 \
        --set loop.save_every=50 --set loop.validate_every=80 --set validation_mixtures=192 \
        --set "loop.steps=$steps" --set "model.fusion=$direction"
done
