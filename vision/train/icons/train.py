"""Trains the network: python train.py CACHE OUT [--minutes N] [--seed N].

One process draws screens into a pool without end, the other learns from it: however busy the machine is, neither waits.
"""

import argparse
import copy
import math
import time
from pathlib import Path

import numpy as np
import torch
import torch.multiprocessing as mp
import torch.nn.functional as F

from meanings import NONE, Meanings
from model import Network
from screens import RANGES, Pictures, batch

# Examples that are kept in the pool, drawn together, and learnt from in a step.
POOL, TOGETHER, BATCH = 49_152, 96, 256
# Shares of what is no icon, and in it of drawings, applications' icons and icons of other meanings: many of the latter teach that
# what looks unfamiliar is nothing.
NOTHING, DRAWINGS, APPLICATIONS = 0.08, 0.84, 0.08
RATE, DECAY, SMOOTHING, AVERAGED = 3e-3, 0.03, 0.05, 0.997


def weights(pictures: Pictures, none: int) -> np.ndarray:
    """How often each picture is drawn: all meanings alike, but for those with many pictures; in each, no set too often."""
    learnt = pictures.roles == "train"
    found = np.zeros(len(pictures.kinds))
    for kind in range(none + 1):
        here = learnt & (pictures.kinds == kind)
        share = NOTHING if kind == none else (1 - NOTHING) * here.sum() ** 0.3
        each = np.zeros(len(found))
        for source in np.unique(pictures.sources[here]):
            own = here & (pictures.sources == source)
            each[own] = own.sum() ** -0.5
        if kind == none:
            applications, drawings = pictures.sources == "applications", pictures.sources == "nothings"
            others = ~applications & ~drawings
            parts = ((applications, APPLICATIONS), (drawings, DRAWINGS), (others, 1 - APPLICATIONS - DRAWINGS))
            for sort, part in parts:
                each[here & sort] *= part / each[here & sort].sum()
        found[here] = each[here] / each.sum() * share
    known = pictures.kinds != none
    found[known] *= (1 - NOTHING) / found[known].sum()
    return found / found.sum()


def draw(folder: Path, none: int, seed: int, pool: torch.Tensor, answers: torch.Tensor, drawn, seen) -> None:
    """Fills the pool again and again."""
    torch.set_num_threads(1)
    pictures = Pictures(folder)
    rng = np.random.default_rng(seed)
    often = np.cumsum(weights(pictures, none))
    at = 0
    while True:
        # One view of each is enough: time is better spent on learning.
        while drawn.value > max(seen.value, POOL):
            time.sleep(0.05)
        low, high, _ = RANGES[rng.choice(len(RANGES), p=[share for _, _, share in RANGES])]
        indices = np.searchsorted(often, rng.random(TOGETHER)).clip(max=len(often) - 1)
        pool[at : at + TOGETHER] = batch(pictures, indices, low, high, rng).half()
        answers[at : at + TOGETHER] = torch.from_numpy(pictures.kinds[indices])
        at = (at + TOGETHER) % POOL
        drawn.value += TOGETHER


def optimized(network: Network) -> list[torch.optim.Optimizer]:
    """Muon for the matrices inside, AdamW for all else."""
    inner = [value for name, value in network.named_parameters() if value.dim() == 2 and "last" not in name]
    chosen = {id(value) for value in inner}
    outer = [value for value in network.parameters() if id(value) not in chosen]
    muon = torch.optim.Muon(inner, lr=RATE, weight_decay=DECAY, adjust_lr_fn="match_rms_adamw")
    return [muon, torch.optim.AdamW(outer, lr=RATE, betas=(0.9, 0.98), weight_decay=0.01)]


def averaged(average: Network, network: Network, step: int) -> None:
    keep = min(AVERAGED, (step + 1) / (step + 10))
    with torch.no_grad():
        for mean, value in zip(average.state_dict().values(), network.state_dict().values()):
            if value.dtype.is_floating_point:
                mean.lerp_(value, 1 - keep)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("cache", type=Path)
    options.add_argument("out", type=Path)
    options.add_argument("--minutes", type=float, default=30)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--begin", type=Path, help="a state to go on from")
    options = options.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    meanings = Meanings()
    none = meanings.names.index(NONE)
    pool = torch.zeros(POOL, 4, 32, 32, dtype=torch.half).share_memory_()
    answers = torch.zeros(POOL, dtype=torch.long).share_memory_()
    spawn = mp.get_context("spawn")
    drawn, seen = spawn.Value("q", 0, lock=False), spawn.Value("q", 0, lock=False)
    arguments = (options.cache, none, options.seed, pool, answers, drawn, seen)
    drawer = spawn.Process(target=draw, args=arguments, daemon=True)
    drawer.start()
    network = Network(none + 1).to(memory_format=torch.channels_last)
    if options.begin:
        network.load_state_dict(torch.load(options.begin))
    average = copy.deepcopy(network)
    optimizers = optimized(network)
    while drawn.value < 4096:
        time.sleep(0.5)
    begin, step, losses, told = time.monotonic(), 0, [], 0
    while (gone := (time.monotonic() - begin) / 60) < options.minutes:
        part = gone / options.minutes
        for group in (group for optimizer in optimizers for group in optimizer.param_groups):
            group["lr"] = RATE * min(1, (step + 1) / 300) * (0.5 * (1 + math.cos(math.pi * part)) * 0.995 + 0.005)
        rows = torch.randint(min(drawn.value, POOL), (BATCH,))
        x = pool[rows].float().contiguous(memory_format=torch.channels_last)
        loss = F.cross_entropy(network(x), answers[rows], label_smoothing=SMOOTHING)
        network.zero_grad()
        loss.backward()
        for optimizer in optimizers:
            optimizer.step()
        averaged(average, network, step)
        step += 1
        seen.value = step * BATCH
        losses.append(loss.item())
        if gone >= told:
            print(f"{gone:5.1f} min, step {step}, loss {np.mean(losses):.3f}, drawn {drawn.value}", flush=True)
            losses, told = [], told + 1
            torch.save(average.state_dict(), options.out)
    torch.save(average.state_dict(), options.out)
    drawer.terminate()


if __name__ == "__main__":
    main()
