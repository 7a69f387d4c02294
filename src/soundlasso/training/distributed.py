"""One process or many: what ``torchrun`` sets up, and averages over it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel


@dataclass(frozen=True)
class World:
    """This process among all that train together.

    Attributes:
        rank: Which one this is.
        size: How many there are.
        device: Where this one computes.
    """

    rank: int
    size: int
    device: torch.device

    @property
    def is_main(self) -> bool:
        """Whether this process writes logs and checkpoints."""
        return self.rank == 0

    def agree(self, answer: bool) -> bool:
        """The first process's answer, so that all do the same."""
        if self.size == 1:
            return answer
        said = torch.tensor([answer], dtype=torch.uint8, device=self.device)
        dist.broadcast(said, 0)
        return bool(said.item())

    def lead(self, share: float | None) -> float | None:
        """The first process's number, where there is one: their clocks differ."""
        if self.size == 1 or share is None:
            return share
        said = torch.tensor([share], dtype=torch.float32, device=self.device)
        dist.broadcast(said, 0)
        return float(said.item())

    def wrap(self, model: nn.Module) -> nn.Module:
        """Makes a network average its gradients over all processes."""
        if self.size == 1:
            return model
        devices = [self.device.index] if self.device.type == "cuda" else None
        return DistributedDataParallel(model, device_ids=devices)


@contextmanager
def join_world(device: torch.device) -> Iterator[World]:
    """Joins the processes that ``torchrun`` started; alone if it did not start this one."""
    size = int(os.environ.get("WORLD_SIZE", "1"))
    if size == 1:
        yield World(0, 1, device)
        return
    if device.type == "cuda":
        device = torch.device("cuda", int(os.environ["LOCAL_RANK"]))
        torch.cuda.set_device(device)
    dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield World(dist.get_rank(), size, device)
    finally:
        dist.destroy_process_group()
