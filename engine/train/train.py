"""Trains the model: python train.py --screens FOLDER --checked FOLDER --output FOLDER [--scale cpu|gpu] [--seed N]."""

import argparse
import json
import time
from pathlib import Path

import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from torch.utils.data import DataLoader, Subset

from data import Mixed
from losses import Learner
from model import Sizes
from pool import Pool
from stages import SCALES, Stage
from tokenizer import build

WARMUP = 100
LOGGED_EVERY, CHECKED_EVERY = 25, 125
CHECKS = 6


def optimizers(learner: Learner, rate: float) -> list[torch.optim.Optimizer]:
    """Muon for the matrices inside, AdamW for all else."""
    inner, outer = [], []
    for name, weight in learner.named_parameters():
        if not weight.requires_grad:
            continue
        matrix = ("blocks" in name or "layers" in name) and weight.dim() == 2
        (inner if matrix else outer).append(weight)
    muon = torch.optim.Muon(inner, lr=rate, weight_decay=0.02, adjust_lr_fn="match_rms_adamw")
    return [muon, torch.optim.AdamW(outer, lr=rate, betas=(0.9, 0.98), weight_decay=0.01)]


def pace(step: int, stage: Stage) -> float:
    """The learning rate of a step: warming up, then from the stage's first to its last in a line."""
    first, last = stage.rates
    return min(1.0, (step + 1) / WARMUP) * (first + (last - first) * step / stage.steps)


class Trainer:
    """One stage of training, from where it was left off, in one of several processes that share each step."""

    def __init__(self, name: str, stage: Stage, options: argparse.Namespace, rank: int):
        self.name, self.stage, self.options, self.rank = name, stage, options, rank
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        tokenizer = build()
        sizes = Sizes(tokenizer.get_vocab_size(), tokenizer.token_to_id("<|image_pad|>"))
        torch.manual_seed(options.seed)
        self.learner = Learner(sizes, torch.tensor([tokenizer.token_to_id(str(digit)) for digit in range(10)]))
        self.learner.to(self.device)
        for part in (self.learner.seer.model, self.learner.seer.lm_head, self.learner.pointing):
            part.requires_grad_(any(plan.tasks + plan.mentions for plan in stage.plans))
        for part in (self.learner.seer.visual, self.learner.reading):
            part.requires_grad_(stage.tower)
        self.optimizers = optimizers(self.learner, stage.rates[0])
        self.step, self.seconds = 0, 0.0
        self.file = options.output / f"{name}.pt"

    def start(self, before: Path | None) -> None:
        """Goes on with this stage, or begins it with the weights of the one before."""
        if self.file.exists():
            state = torch.load(self.file, map_location=self.device)
            self.step, self.seconds = state["step"], state["seconds"]
            for optimizer, saved in zip(self.optimizers, state["optimizers"]):
                optimizer.load_state_dict(saved)
        elif before:
            state = torch.load(before, map_location=self.device)
        else:
            return
        self.learner.load_state_dict(state["weights"])

    def save(self) -> None:
        state = {"weights": self.learner.state_dict(), "step": self.step, "seconds": self.seconds}
        state["optimizers"] = [optimizer.state_dict() for optimizer in self.optimizers]
        torch.save(state, self.file.with_suffix(".part"))
        self.file.with_suffix(".part").replace(self.file)

    def run(self) -> None:
        data = Mixed(self.stage.plans, Pool(self.options.screens), f"{self.options.seed} {self.name}")
        share = range(self.step * self.options.processes + self.rank, self.stage.steps * self.options.processes)
        left = Subset(data, share[:: self.options.processes])
        checks = Mixed(self.stage.plans, Pool(self.options.checked), "checks", held_out=True)
        self.checks = [checks[number] for number in range(CHECKS)]
        begun = time.time() - self.seconds
        sums: dict[str, float] = {}
        for batch in DataLoader(left, batch_size=None, num_workers=self.options.workers, prefetch_factor=4):
            for name, value in self._learn(batch).items():
                sums[name] = sums.get(name, 0.0) + value.item() / LOGGED_EVERY
            self.step += 1
            self.seconds = time.time() - begun
            if self.step % LOGGED_EVERY == 0:
                self._log("train", sums)
                sums = {}
            if self.rank == 0 and (self.step % CHECKED_EVERY == 0 or self.step == self.stage.steps):
                self.save()
                self._check()

    def _learn(self, batch: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        loss, parts = self._read(batch)
        loss.backward()
        if self.options.processes > 1:
            self._average()
        torch.nn.utils.clip_grad_norm_(self.learner.parameters(), 1.0)
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = pace(self.step, self.stage)
            optimizer.step()
            optimizer.zero_grad()
        return parts

    def _average(self) -> None:
        """All processes' gradients become their mean."""
        weights = [weight for weight in self.learner.parameters() if weight.requires_grad]
        grads = [torch.zeros_like(weight) if weight.grad is None else weight.grad for weight in weights]
        mean = torch.cat([grad.flatten() for grad in grads])
        dist.all_reduce(mean)
        mean /= self.options.processes
        for weight, part in zip(weights, mean.split([weight.numel() for weight in weights])):
            weight.grad = part.view_as(weight)

    def _read(self, batch: dict[str, torch.Tensor]) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
        batch = {name: value.to(self.device) for name, value in batch.items()}
        with torch.autocast(self.device.type, torch.bfloat16):
            return self.learner(batch)

    @torch.no_grad()
    def _check(self) -> None:
        sums: dict[str, float] = {}
        for batch in self.checks:
            for name, value in self._read(batch)[1].items():
                sums[name] = sums.get(name, 0.0) + value.item() / len(self.checks)
        self._log("check", sums)

    def _log(self, what: str, figures: dict[str, float]) -> None:
        if self.rank:
            return
        line = {"stage": self.name, "what": what, "step": self.step, "seconds": round(self.seconds)}
        line |= {name: round(value, 4) for name, value in figures.items()}
        print(json.dumps(line), flush=True)


def train(rank: int, options: argparse.Namespace) -> None:
    if options.processes > 1:
        torch.set_num_threads(1)
        meeting = f"file://{options.output.resolve()}/meeting"
        dist.init_process_group("gloo", init_method=meeting, rank=rank, world_size=options.processes)
    stages = SCALES[options.scale]
    begun = [number for number, name in enumerate(stages) if (options.output / f"{name}.pt").exists()]
    before = None
    for name in list(stages)[max(begun, default=0) :]:
        trainer = Trainer(name, stages[name], options, rank)
        trainer.start(before)
        trainer.run()
        if options.processes > 1:
            dist.barrier()
        before = trainer.file


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--screens", type=Path, nargs="+", required=True, help="folders that generate.py filled")
    parser.add_argument("--checked", type=Path, nargs="+", required=True, help="the same, of held-out words")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--scale", choices=SCALES, default="cpu")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=1, help="on a CPU as many as it has cores")
    parser.add_argument("--workers", type=int, default=1, help="what makes batches, for each of the processes")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    (options.output / "meeting").unlink(missing_ok=True)
    mp.spawn(train, (options,), nprocs=options.processes)


if __name__ == "__main__":
    main()
