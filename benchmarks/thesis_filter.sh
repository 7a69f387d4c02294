#!/bin/sh
# Does the thesis's filter keep the network from copying the mixture? Its recipe in small (half
# the filters, 2-second clips at 8 kHz, MiniLM), with the filter, without it, and with it for the
# first half. All are judged on the same filtered mixtures of the validation split.
#   benchmarks/thesis_filter.sh CORPUS OUT [STEPS]
set -eu
corpus=$1
out=$2
steps=${3:-480}
for epochs in -1 0 2; do
    soundlasso train thesis --corpus "$corpus" -o "$out/$epochs" --threads 1 \
        --set query_encoder=minilm --set model.token_size=384 \
        --set model.seconds=2.0 --set mixing.seconds=2.0 \
        --set model.sample_rate=8000 --set mixing.sample_rate=8000 \
        --set "model.filters=[8, 16, 32, 64, 128]" --set batch_size=8 \
        --set "mixtures=$((steps * 2))" --set "filtered_epochs=$epochs" \
        --set loop.learning_rate=1e-3 --set loop.workers=1 --set loop.snapshot_every=0 \
        --set loop.save_every=60 --set loop.validate_every=60 --set validation_mixtures=192 \
        --set "loop.steps=$steps"
done
