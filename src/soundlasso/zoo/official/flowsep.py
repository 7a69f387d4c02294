"""FlowSep's whole checkpoint (``v2_100k.ckpt``, ``flowsep_hive.ckpt``): all networks in one.

Beside the three networks the file holds what training needed, the frozen FLAN-T5 (the query
encoder is loaded from where it was published) and tables of a diffusion schedule that rectified
flow does not use.
"""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor

from soundlasso.errors import WeightsError
from soundlasso.zoo.official import flowsep_unet, flowsep_vae, flowsep_vocoder
from soundlasso.zoo.official.converted import Converted

_UNET = "model.diffusion_model."
_AVERAGE = "model_ema."
_AUTOENCODER = "first_stage_model."
_VOCODER = "first_stage_model.vocoder."
_SCALE = "scale_factor"
_UNUSED = ("cond_stage_models.", "clap.", f"{_AVERAGE}decay", f"{_AVERAGE}num_updates")
_SCHEDULE = {
    "logvar",
    "betas",
    "alphas_cumprod",
    "alphas_cumprod_prev",
    "sqrt_alphas_cumprod",
    "sqrt_one_minus_alphas_cumprod",
    "log_one_minus_alphas_cumprod",
    "sqrt_recip_alphas_cumprod",
    "sqrt_recipm1_alphas_cumprod",
    "posterior_variance",
    "posterior_log_variance_clipped",
    "posterior_mean_coef1",
    "posterior_mean_coef2",
}


def convert(state: Mapping[str, Tensor]) -> Converted:
    """Converts a whole state dict.

    Where the file holds the U-Net's running averages, those are taken, as the published code
    does when it samples. Where it holds no scale of the latent maps, that is 1, as there.

    Raises:
        WeightsError: a key is not known, or a network is missing or not FlowSep's.
    """
    groups = _group(state)
    networks: dict[str, Callable[[Mapping[str, Tensor]], Converted]] = {
        "unet": flowsep_unet.convert,
        "vae": flowsep_vae.convert,
        "vocoder": flowsep_vocoder.convert,
    }
    weights, averaged = _averaged(groups["unet"], groups["average"])
    parts: dict[str, Mapping[str, Tensor]] = {**groups, "unet": weights}
    config: dict[str, Any] = {}
    renamed = {"scale": state.get(_SCALE, torch.ones(())).float().reshape(())}
    ignored = [*groups["ignored"], *averaged]
    prefixes = {"unet": _UNET, "vae": _AUTOENCODER, "vocoder": _VOCODER}
    for name, convert_part in networks.items():
        if not parts[name]:
            raise WeightsError(f"the checkpoint is not FlowSep's: no key begins {prefixes[name]}")
        part = convert_part(parts[name])
        config[name] = part.config
        renamed |= {f"{name}.{key}": value for key, value in part.state.items()}
        ignored += [prefixes[name] + key for key in part.ignored]
    return Converted(config, renamed, tuple(ignored))


def _group(state: Mapping[str, Tensor]) -> dict[str, dict[str, Tensor]]:
    """The state dicts of the parts, without their prefixes; what is ignored, with."""
    groups: dict[str, dict[str, Tensor]] = {
        name: {} for name in ("unet", "average", "vae", "vocoder", "ignored")
    }
    # The first that fits counts.
    prefixes = (
        (_UNET, "unet"),
        (_VOCODER, "vocoder"),
        (_AUTOENCODER, "vae"),
    )
    for key, value in state.items():
        if key == _SCALE:
            continue
        if key in _SCHEDULE or key.startswith(_UNUSED):
            groups["ignored"][key] = value
            continue
        if key.startswith(_AVERAGE):
            groups["average"][key] = value
            continue
        for prefix, name in prefixes:
            if key.startswith(prefix):
                groups[name][key.removeprefix(prefix)] = value
                break
        else:
            raise WeightsError(f"the checkpoint has a key that its architecture has not: {key}")
    return groups


def _averaged(
    weights: dict[str, Tensor], averages: dict[str, Tensor]
) -> tuple[dict[str, Tensor], list[str]]:
    """The running averages under the weights' keys, and the keys that they make superfluous.

    The file names an average like its weight, without the dots.
    """
    if not averages:
        return weights, []
    left = dict(averages)
    taken = {}
    for key in weights:
        name = _AVERAGE + f"diffusion_model.{key}".replace(".", "")
        if name not in left:
            raise WeightsError(f"the checkpoint has running averages, but none for {_UNET}{key}")
        taken[key] = left.pop(name)
    if left:
        raise WeightsError(
            f"the checkpoint has a running average of nothing that it holds: {next(iter(left))}"
        )
    return taken, [_UNET + key for key in weights]
