"""All that an interrupted training needs to go on as if nothing had happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from autolabel.network.bev_net import BevNet
from autolabel.training.model_file import ModelFileError, read_tensors, write_tensors

WEIGHT_DECAY = 0.01
AVERAGE = 0.99
"""How much of the running average of the parameters stays at each step."""
GRADIENT_LIMIT = 10.0
MOMENTS = ("exp_avg", "exp_avg_sq")


@dataclass(eq=False)
class TrainingState:
    """A network being trained.

    Attributes:
        net: What learns.
        optimizer: How it learns.
        average: The running average of its parameters, which is what is kept of it.
        best: The average where it found most in the frames held out, or None.
        best_scores: What it scored there.
        best_step: When that was.
        step: How many steps are done.
        history: Loss of each step.
    """

    net: BevNet
    optimizer: torch.optim.AdamW
    average: dict[str, Tensor]
    best: dict[str, Tensor] | None = None
    best_scores: dict[str, float] = field(default_factory=dict)
    best_step: int = 0
    step: int = 0
    history: list[float] = field(default_factory=list)

    @classmethod
    def of(cls, net: BevNet, device: str) -> TrainingState:
        """A network at the beginning."""
        net = net.train().to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        optimizer = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=WEIGHT_DECAY)
        return cls(net, optimizer, _copy(net.state_dict()))

    def learn(self, loss: Tensor, rate: float) -> None:
        """One step down the slope of a loss."""
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.net.parameters(), GRADIENT_LIMIT)
        self.optimizer.step()
        self.step += 1
        self.history.append(float(loss.detach()))
        self._average()

    def _average(self) -> None:
        # Early on, what came before counts less: it knew nothing.
        stays = min(AVERAGE, self.step / (self.step + 10.0))
        with torch.no_grad():
            for name, value in self.net.state_dict().items():
                if value.is_floating_point():
                    self.average[name].lerp_(value, 1.0 - stays)
                else:
                    self.average[name].copy_(value)

    def keep_if_best(self, scores: Mapping[str, float]) -> None:
        """Remember the average if it is as good as any before."""
        if self.best is None or scores["score"] >= self.best_scores["score"]:
            self.best, self.best_scores, self.best_step = _copy(self.average), dict(scores), self.step

    def result(self) -> dict[str, Tensor]:
        """The parameters to keep, on the CPU."""
        return {name: value.detach().cpu().clone() for name, value in (self.best or self.average).items()}

    def save(self, path: Path, run: Mapping[str, Any]) -> None:
        """Write it whole or not at all, with what tells this training from others.

        Raises:
            ModelFileError: It cannot be written.
        """
        tensors = _named("net", self.net.state_dict()) | _named("average", self.average)
        tensors |= _named("best", self.best or {})
        for number, slot in self.optimizer.state_dict()["state"].items():
            tensors |= _named(f"adam.{number}", slot)
        header = {
            "version": 1,
            "run": dict(run),
            "step": self.step,
            "history": self.history,
            "best_scores": self.best_scores,
            "best_step": self.best_step,
        }
        write_tensors(path, tensors, header)

    def resume(self, path: Path, run: Mapping[str, Any]) -> bool:
        """Go on where a training was interrupted; False, and unchanged, if it was another one.

        Raises:
            ModelFileError: The file is damaged.
        """
        tensors, header = read_tensors(path)
        if header.get("run") != dict(run):
            return False
        try:
            net, average, best = (_of(part, tensors) for part in ("net", "average", "best"))
            _check_shapes(self.net.state_dict(), net, average, best or net)
            slots = self._slots(tensors) if header["step"] else {}
            told = int(header["step"]), list(map(float, header["history"])), int(header["best_step"])
            best_scores = dict(header["best_scores"])
        except (KeyError, ValueError, TypeError) as error:
            raise ModelFileError(path, f"expected the state of a training, found something else ({error})") from error
        device = next(self.net.parameters()).device
        self.net.load_state_dict(net)
        self.optimizer.load_state_dict({"state": slots, "param_groups": self.optimizer.state_dict()["param_groups"]})
        self.average = {name: value.to(device) for name, value in average.items()}
        self.best = {name: value.to(device) for name, value in best.items()} or None
        self.step, self.history, self.best_step = told
        self.best_scores = best_scores
        return True

    def _slots(self, tensors: Mapping[str, Tensor]) -> dict[int, dict[str, Tensor]]:
        """What the optimizer keeps of each parameter, by number."""
        slots = {}
        for number, parameter in enumerate(self.net.parameters()):
            slots[number] = _of(f"adam.{number}", tensors)
            _check_shapes({"step": torch.zeros(()), **dict.fromkeys(MOMENTS, parameter)}, slots[number])
        return slots


def _check_shapes(wanted: Mapping[str, Tensor], *found: Mapping[str, Tensor]) -> None:
    """Raise ``ValueError`` unless the tensors are as wanted."""
    shapes = {name: tensor.shape for name, tensor in wanted.items()}
    for tensors in found:
        if {name: tensor.shape for name, tensor in tensors.items()} != shapes:
            raise ValueError("tensors are missing, too many or of other shapes")


def _copy(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {name: value.detach().clone() for name, value in state.items()}


def _named(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {f"{prefix}/{name}": value for name, value in tensors.items()}


def _of(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {name[len(prefix) + 1 :]: value for name, value in tensors.items() if name.startswith(f"{prefix}/")}
