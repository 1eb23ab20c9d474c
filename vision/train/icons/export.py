"""Writes what the program holds: python export.py CACHE STATE. vision/icons/model.bin, meanings.txt, and goldens of Rust's tests.

model.bin: the 8 bytes `ICONS-01`, the number of classes and of numbers (two u32, little endian), then the numbers as f16, little
endian: of each layer the weights, then the bias. Weights of a window are by row, column, channel that goes in, channel that comes
out; those of a channel alone by row, column, channel; those of a layer by what goes in, then what comes out. Norms are folded into
the weights before them; the last layer is divided by the temperature.
"""

import struct
import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from evaluate import calibrated, load
from features import features
from meanings import HERE, NONE, Meanings
from model import Network
from screens import Pictures, drawn, loose, tight

ICONS = HERE.parents[1] / "icons"
GOLDENS = HERE.parents[1] / "goldens" / "icons"
SHOWN = ("save", "delete", "settings", "search", "back", "redo", "mail", "mute", "folder", "print", "bold", NONE)


def folded(layer: torch.nn.Module, norm: torch.nn.BatchNorm2d) -> tuple[torch.Tensor, torch.Tensor]:
    scale = norm.weight / (norm.running_var + norm.eps).sqrt()
    weight = layer.weight * scale.reshape(-1, *[1] * (layer.weight.dim() - 1))
    return weight, norm.bias - norm.running_mean * scale


def rounded(value: torch.Tensor) -> torch.Tensor:
    return value.detach().half().float()


@torch.no_grad()
def arrays(network: Network, by: float) -> list[torch.Tensor]:
    """All numbers in the order in which Rust reads them; the network computes with them from then on."""
    found = []

    def fold(layer: torch.nn.Module, norm: torch.nn.BatchNorm2d) -> None:
        weight, bias = (rounded(value) for value in folded(layer, norm))
        layer.weight.copy_(weight)
        norm.bias.copy_(bias)
        for value, to in ((norm.weight, 1.0), (norm.running_mean, 0.0), (norm.running_var, 1 - norm.eps)):
            value.fill_(to)
        found.extend((weight.permute(2, 3, 1, 0) if weight.dim() == 4 else weight.T, bias))

    fold(network.stem, network.stem_norm)
    for block in network.blocks:
        fold(block.alone, block.alone_norm)
        fold(block.mixed, block.mixed_norm)
    for layer, divided in ((network.kept, 1.0), (network.hidden, 1.0), (network.last, by)):
        layer.weight.copy_(rounded(layer.weight / divided))
        layer.bias.copy_(rounded(layer.bias / divided))
        found.extend((layer.weight.T, layer.bias))
    return found


def main() -> None:
    cache, state = Path(sys.argv[1]), Path(sys.argv[2])
    torch.set_num_threads(1)
    meanings = Meanings()
    none = meanings.names.index(NONE)
    network, pictures = load(state, none + 1), Pictures(cache)
    by, sure = calibrated(network, pictures, none)
    numbers = np.concatenate([one.detach().numpy().ravel() for one in arrays(network, by)]).astype("<f2")
    ICONS.mkdir(exist_ok=True)
    GOLDENS.mkdir(parents=True, exist_ok=True)
    head = b"ICONS-01" + struct.pack("<II", none + 1, len(numbers))
    (ICONS / "model.bin").write_bytes(head + numbers.tobytes())
    lines = [f"{name}: {', '.join(meanings.words[name])}".rstrip(": ") for name in meanings.names]
    (ICONS / "meanings.txt").write_text("\n".join(lines) + "\n")
    goldens(network, pictures, meanings)
    print(f"temperature {by:.2f}, sure from {sure:.2f}, {len(numbers)} numbers")


def goldens(network: Network, pictures: Pictures, meanings: Meanings) -> None:
    """Screens of icons of the sets to check, the boxes, and what torch computes of them."""
    rng = np.random.default_rng(5)
    lines = []
    for at, name in enumerate(SHOWN):
        own = np.flatnonzero((pictures.roles == "check") & (pictures.kinds == meanings.names.index(name)))
        low, high = ((16, 18), (18, 24), (26, 32))[at % 3]
        shown, opacity = drawn(*pictures.get(own[rng.integers(len(own), size=1)], high), low, high, rng)
        box = loose(tight(opacity), shown.shape[1], rng)
        with torch.no_grad():
            answer = network(features(shown, box))[0]
        Image.fromarray(shown[0].numpy()).save(GOLDENS / f"{name}.png", optimize=True)
        x0, y0, x1, y1 = (int(value) for value in box[0])
        values = " ".join(f"{value:.4f}" for value in answer.tolist())
        lines.append(f"{name} {x0} {y0} {x1 - x0} {y1 - y0} {values}")
    (GOLDENS / "golden.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
