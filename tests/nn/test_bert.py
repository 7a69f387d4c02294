"""BERT written out here gives the common library's numbers."""

import pytest
import torch

from soundlasso.nn.bert import Bert, BertConfig, rename_bert
from tests.conftest import randomised

TINY = BertConfig(vocabulary=50, positions=12, size=16, layers=2, heads=4, inner=24)


def texts() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    mask = torch.tensor([[True] * 7, [True] * 3 + [False] * 4])
    return torch.randint(0, 50, (2, 7), generator=generator) * mask, mask


@pytest.mark.filterwarnings("ignore")
def test_states_are_those_of_transformers() -> None:
    transformers = pytest.importorskip("transformers")
    config = transformers.BertConfig(
        vocab_size=50,
        max_position_embeddings=12,
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=24,
    )
    theirs = randomised(transformers.BertModel(config))
    ours = Bert(TINY).eval()
    state = {**theirs.state_dict(), "embeddings.position_ids": torch.arange(12)[None]}
    ours.load_state_dict(rename_bert(state), strict=True)
    ids, mask = texts()
    with torch.inference_mode():
        expected = theirs(input_ids=ids, attention_mask=mask.long()).last_hidden_state
        found = ours(ids, mask)
    assert expected.abs().max() > 0.5
    assert (found - expected)[mask].abs().max() < 1e-5


@torch.inference_mode()
def test_padding_does_not_change_a_text() -> None:
    model = randomised(Bert(TINY))
    ids, mask = texts()
    together, alone = model(ids, mask), model(ids[1:, :3], mask[1:, :3])
    assert torch.allclose(together[1, :3], alone[0], atol=1e-5)


@torch.inference_mode()
def test_dropout_is_for_training_only() -> None:
    model = randomised(Bert(TINY))
    ids, mask = texts()
    assert torch.equal(model(ids, mask), model(ids, mask))
    model.train()
    assert not torch.allclose(model(ids, mask), model(ids, mask))


def test_every_weight_is_learned_from() -> None:
    model = randomised(Bert(TINY)).train()
    ids, mask = texts()
    states = model(ids, mask)
    (states * torch.rand_like(states)).sum().backward()
    silent = {name for name, p in model.named_parameters() if p.grad is None or not p.grad.any()}
    assert silent == set()


def test_what_does_not_fit_is_refused() -> None:
    model = Bert(TINY)
    ids, mask = texts()
    with pytest.raises(ValueError, match="must both be B L"):
        model(ids, mask[:1])
    with pytest.raises(ValueError, match="must both be B L"):
        model(ids[0], mask[0])
    with pytest.raises(ValueError, match="may have 12 word pieces, not 13"):
        model(torch.zeros(1, 13, dtype=torch.long), torch.ones(1, 13, dtype=torch.bool))
    with pytest.raises(ValueError, match="multiple of heads"):
        BertConfig(size=10, heads=4)
