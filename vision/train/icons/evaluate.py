"""How often the network is right: python evaluate.py CACHE STATE [--role test|check] [--each]. The figures of the model card.

`screens` shows each icon at 16, 22, 24 and 32 pixels, dark on light and light on dark, in its tight box. `rough` shows each four
times as in training: any size, colours, borders and neighbours, loose boxes, noise.
"""

import argparse
from collections import Counter
from pathlib import Path

import numpy as np
import torch

from features import features
from meanings import NONE, Meanings
from model import Network
from screens import MARGIN, Pictures, batch, tight, whole

SIZES = (16, 22, 24, 32)
DRAWINGS = ("text", "box", "border", "photograph", "scribble")


def load(state: Path, classes: int) -> Network:
    network = Network(classes)
    network.load_state_dict(torch.load(state))
    return network.eval()


def logits(network: Network, inputs: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        return torch.cat([network(part) for part in inputs.split(256)])


def screens(pictures: Pictures, indices: np.ndarray, size: int, dark: bool) -> torch.Tensor:
    """What the network sees of icons in their tight boxes on a plain ground."""
    ground, ink = (32, 235) if dark else (246, 40)
    shown, opacity = whole(*pictures.get(indices, 96), size, ground, ink)
    return features(shown, tight(opacity))


def seen(pictures: Pictures, indices: np.ndarray, rough: bool) -> tuple[torch.Tensor, np.ndarray]:
    """All views of these icons, and whose they are."""
    parts, whose = [], []
    rng = np.random.default_rng(7)
    for start in range(0, len(indices), 128):
        part = indices[start : start + 128]
        for view in range(4):
            if rough:
                low, high = ((12, 18), (18, 26), (18, 26), (26, 40))[view]
                parts.append(batch(pictures, part, low, high, rng))
                whose.append(part)
            else:
                for dark in (False, True):
                    parts.append(screens(pictures, part, SIZES[view], dark))
                    whose.append(part)
    return torch.cat(parts), np.concatenate(whose)


def temperature(answers: torch.Tensor, right: torch.Tensor) -> float:
    """What the logits are divided by so that the answers' probabilities are as likely as can be."""
    tried = np.arange(0.4, 2.5, 0.02)
    losses = [torch.nn.functional.cross_entropy(answers / by, right).item() for by in tried]
    return float(tried[int(np.argmin(losses))])


def report(name: str, chances: torch.Tensor, right: np.ndarray, sure: float, none: int) -> str:
    """One line of figures."""
    best, first = (values.numpy() for values in chances.max(1))
    five = (chances.topk(5, 1).indices.numpy() == right[:, None]).any(1)
    surely = (best >= sure) & (first != none)
    wrong = surely & (first != right)
    count = len(right)
    return (
        f"{name:22} n {count:6}  top-1 {(first == right).mean():6.1%}  top-5 {five.mean():6.1%}  sure {surely.mean():6.1%}"
        f"  wrong and sure {wrong.mean():5.1%} of all, {wrong.sum() / max(1, surely.sum()):5.1%} of sure"
    )


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("cache", type=Path)
    options.add_argument("state", type=Path)
    options.add_argument("--role", default="test")
    options.add_argument(
        "--sure", type=float, default=0.0, help="the threshold; found on the sets to check where it is 0"
    )
    options.add_argument(
        "--strangers", action="store_true", help="without icons that look like one that is learnt from"
    )
    options.add_argument("--each", action="store_true", help="also what each meaning is taken for")
    options = options.parse_args()
    torch.set_num_threads(1)
    meanings = Meanings()
    none = meanings.names.index(NONE)
    network, pictures = load(options.state, none + 1), Pictures(options.cache)
    by, sure = calibrated(network, pictures, none)
    sure = options.sure or sure
    print(f"temperature {by:.2f}, sure from {sure:.2f}")
    indices = np.flatnonzero(pictures.roles == options.role)
    if options.strangers:
        indices = strangers(pictures, indices)
    for kind in ("screens", "rough"):
        inputs, whose = seen(pictures, indices, kind == "rough")
        chances = (logits(network, inputs) / by).softmax(1)
        right, sources = pictures.kinds[whose], pictures.sources[whose]
        known = right != none
        print(f"\n{kind}")
        for source in dict.fromkeys(sources[known]):
            here = known & (sources == source)
            print(report(source, chances[here], right[here], sure, none))
        print(report("all with a meaning", chances[known], right[known], sure, none))
        for sort, here in nothings(sources, pictures.names[whose], ~known).items():
            print(report(f"none: {sort}", chances[here], right[here], sure, none))
        print(report("all", chances, right, sure, none))
        if options.each:
            confusions(chances, right, whose, pictures, meanings, known)


def nothings(sources: np.ndarray, names: np.ndarray, none: np.ndarray) -> dict[str, np.ndarray]:
    """Which views show what sort of nothing."""
    drawings, applications = sources == "nothings", np.char.startswith(sources, "applications")
    found = {sort: drawings & (names == sort) for sort in DRAWINGS}
    found["applications"] = applications
    found["other icons"] = none & ~drawings & ~applications
    return {sort: here for sort, here in found.items() if here.any()}


def strangers(pictures: Pictures, indices: np.ndarray) -> np.ndarray:
    """Those whose shape at 24 pixels is not nearly (cosine above 0.95) that of any icon that is learnt from."""

    def shapes(of: np.ndarray) -> torch.Tensor:
        parts = [
            screens(pictures, of[start : start + 256], 24, False)[:, 3].flatten(1) for start in range(0, len(of), 256)
        ]
        shape = torch.cat(parts)
        return torch.nn.functional.normalize(shape - shape.mean(1, keepdim=True), dim=1)

    own, nearest = shapes(indices), torch.zeros(len(indices))
    learnt = np.flatnonzero((pictures.roles == "train") & (pictures.sources != "nothings"))
    for start in range(0, len(learnt), 2048):
        nearest = torch.maximum(nearest, (own @ shapes(learnt[start : start + 2048]).T).amax(1))
    return indices[(nearest <= 0.95).numpy()]


def confusions(
    chances: torch.Tensor,
    right: np.ndarray,
    whose: np.ndarray,
    pictures: Pictures,
    meanings: Meanings,
    known: np.ndarray,
) -> None:
    """What is taken for what, and which icons are not named."""
    first = chances.argmax(1).numpy()
    pairs = Counter((meanings.names[a], meanings.names[b]) for a, b in zip(right[known], first[known]) if a != b)
    print("\n".join(f"{count:5} {a} -> {b}" for (a, b), count in pairs.most_common(70)))
    views = zip(whose[known], right[known], first[known])
    wrong = Counter((pictures.sources[at], pictures.names[at], meanings.names[b]) for at, a, b in views if a != b)
    print("\n".join(f"{count:5} {' '.join(what)}" for what, count in wrong.most_common(150)))


def calibrated(network: Network, pictures: Pictures, none: int) -> tuple[float, float]:
    """The temperature, and the least probability at which at most 1 % of the views to check are wrong and sure."""
    indices = np.flatnonzero(pictures.roles == "check")
    answers, right = [], []
    for rough in (False, True):
        inputs, whose = seen(pictures, indices, rough)
        answers.append(logits(network, inputs))
        right.append(pictures.kinds[whose])
    answers, right = torch.cat(answers), torch.from_numpy(np.concatenate(right))
    by = temperature(answers, right)
    best, first = (answers / by).softmax(1).max(1)
    wrong = (first != right) & (first != none)
    for sure in np.arange(0.4, 0.99, 0.01):
        if (wrong & (best >= sure)).float().mean() <= 0.01:
            return by, round(float(sure), 2)
    return by, 0.99


if __name__ == "__main__":
    main()
