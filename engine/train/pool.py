"""Screens on disk: per sheet one array of pictures and one JSON of what they show."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np


@dataclass
class Shown:
    """A picture and what it shows: elements, characters with their centres, and boxes whose text is unknown."""

    pixels: np.ndarray
    elements: list[dict]
    chars: list
    unread: list


def write_sheet(folder: Path, name: str, pictures: np.ndarray, screens: list[dict]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / f"{name}.npy", pictures)
    # The JSON comes last: a sheet that has one is complete.
    (folder / f"{name}.json").write_text(json.dumps(screens))


class Pool:
    """All sheets of some folders."""

    def __init__(self, folders: list[Path]):
        self.sheets = sorted(path for folder in folders for path in folder.glob("*.json"))
        self.places = [(sheet, n) for sheet in range(len(self.sheets)) for n in range(len(self._screens(sheet)))]

    @lru_cache(maxsize=None)
    def _screens(self, sheet: int) -> list[dict]:
        return json.loads(self.sheets[sheet].read_text())

    @lru_cache(maxsize=None)
    def _pictures(self, sheet: int) -> np.ndarray:
        return np.load(self.sheets[sheet].with_suffix(".npy"), mmap_mode="r")

    def __len__(self) -> int:
        return len(self.places)

    def __getitem__(self, index: int) -> Shown:
        sheet, number = self.places[index]
        screen = self._screens(sheet)[number]
        return Shown(self._pictures(sheet)[number], screen["elements"], screen["chars"], screen["unread"])


def crop(shown: Shown, left: int, top: int, width: int, height: int) -> Shown:
    """A part of a screen; beyond its edges the edge goes on. Elements that are not wholly inside are left out."""
    rows = np.clip(np.arange(top, top + height), 0, shown.pixels.shape[0] - 1)
    columns = np.clip(np.arange(left, left + width), 0, shown.pixels.shape[1] - 1)
    pixels = shown.pixels[rows][:, columns]

    def moved(box):
        return [box[0] - left, box[1] - top, box[2] - left, box[3] - top]

    def inside(box):
        return box[0] >= 0 and box[1] >= 0 and box[2] <= width and box[3] <= height

    elements = []
    for element in shown.elements:
        box, text = moved(element["box"]), moved(element["text"])
        if inside(text) and inside(box):
            point = [element["point"][0] - left, element["point"][1] - top]
            elements.append(element | {"box": box, "text": text, "point": point})
    chars = [(char, x - left, y - top) for char, x, y in shown.chars if 0 <= x - left < width and 0 <= y - top < height]
    return Shown(pixels, elements, chars, [moved(box) for box in shown.unread])
