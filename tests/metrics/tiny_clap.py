"""A CLAP model with random weights, small enough to be made in a test."""

import json
from pathlib import Path
from string import ascii_lowercase

import torch

SAMPLE_RATE = 8000
SIZE = 12


def make_tiny_clap(folder: Path, *, fusion: bool = False) -> Path:
    """Writes a model that hears one second at 8 kHz, with its processor, as transformers does."""
    from transformers import (
        ClapConfig,
        ClapFeatureExtractor,
        ClapModel,
        ClapProcessor,
        RobertaTokenizerFast,
    )

    folder.mkdir(parents=True, exist_ok=True)
    # "Ġ" is how byte-level BPE writes a space.
    pieces = ["<s>", "<pad>", "</s>", "<unk>", "<mask>", "Ġ", *ascii_lowercase]
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    (folder / "vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    (folder / "merges.txt").write_text("#version: 0.2\n", encoding="utf-8")
    tokenizer = RobertaTokenizerFast.from_pretrained(folder, model_max_length=40)
    extractor = ClapFeatureExtractor(
        feature_size=16,
        sampling_rate=SAMPLE_RATE,
        hop_length=80,
        max_length_s=1,
        fft_window_size=256,
        frequency_min=50,
        frequency_max=4000,
        truncation="fusion" if fusion else "rand_trunc",
    )
    config = ClapConfig(
        text_config={
            "vocab_size": len(pieces),
            "hidden_size": 16,
            "num_hidden_layers": 1,
            "num_attention_heads": 2,
            "intermediate_size": 32,
            "max_position_embeddings": 44,
        },
        audio_config={
            "window_size": 4,
            "num_mel_bins": 16,
            "spec_size": 64,
            "patch_embeds_hidden_size": 8,
            "hidden_size": 16,
            "depths": [1, 1],
            "num_attention_heads": [2, 2],
            "num_hidden_layers": 2,
            "enable_fusion": fusion,
            "fusion_type": "aff_2d" if fusion else None,
        },
        projection_dim=SIZE,
    )
    torch.manual_seed(0)
    network = ClapModel(config)
    with torch.no_grad():
        # As they are drawn, the weights are so small that all sounds sound alike.
        for value in network.parameters():
            value.add_(torch.randn(value.shape) * 0.3)
        # Levels are in dB; without this they drown in their mean.
        network.audio_model.audio_encoder.batch_norm.running_mean.fill_(-40.0)
        network.audio_model.audio_encoder.batch_norm.running_var.fill_(100.0)
    network.save_pretrained(folder)
    ClapProcessor(feature_extractor=extractor, tokenizer=tokenizer).save_pretrained(folder)
    return folder
