"""Checks that transformers computes of an exported checkpoint what training computes: python same.py STATE FOLDER."""

import argparse
from pathlib import Path

import numpy as np
import torch

from export import load
from model import Seer
from reference import Reference

SIZES = [(448, 336), (168, 224), (504, 308)]


@torch.no_grad()
def difference(seer: Seer, reference: Reference, width: int, height: int) -> tuple[float, float]:
    """The largest difference of logits on a picture of noise, and the largest logit."""
    picture = np.random.default_rng(1).integers(0, 256, (height, width, 3), dtype=np.uint8)
    inputs = reference.inputs("Click 'OK'", [], picture)
    ids = inputs["input_ids"]
    cells = seer.visual(torch.from_numpy(picture)[None])[1]
    states = seer.read(ids, reference.places(ids, picture)[None], cells).states[-1]
    ours, theirs = seer.lm_head(seer.model.norm(states)), reference.model(**inputs).logits
    return (ours - theirs).abs().max().item(), theirs.abs().max().item()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("state", type=Path)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    seer, reference = load(options.state), Reference(options.folder)
    seer.load_state_dict({name: weight.bfloat16().float() for name, weight in seer.state_dict().items()})
    for width, height in SIZES:
        off, most = difference(seer, reference, width, height)
        print(f"{width}x{height}: logits differ by {off:.2g} at most, the largest is {most:.3g}")


if __name__ == "__main__":
    main()
