"""Pages that are nothing but text, drawn here and now: where the tower learns letters fastest."""

import random
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from pool import Shown
from words import ALPHABET, Words

SIDE = 448
FOLDER = Path("/usr/share/fonts")
FILES = [
    *["DejaVuSans.ttf"] * 4, *["DejaVuSans-Bold.ttf"] * 2, "DejaVuSansCondensed.ttf", "DejaVuSansMono.ttf",
    *["LiberationSans-Regular.ttf"] * 4, "LiberationSans-Bold.ttf", *["Cantarell-Regular.otf"] * 2, "Cantarell-Bold.otf",
    "NimbusSans-Regular.otf",
]  # fmt: skip
SIZES = [11, 12, 12, 13, 13, 13, 14, 14, 15, 16, 17]


@cache
def font(name: str, size: int):
    """A font, and the widths of its characters."""
    loaded = ImageFont.truetype(str(next(FOLDER.rglob(name))), size, layout_engine=ImageFont.Layout.BASIC)
    return loaded, {char: loaded.getlength(char) for char in ALPHABET}


def ink(rng: random.Random, paper: tuple) -> tuple:
    """A colour that can be read on the paper."""
    light = sum(paper) / 3
    level = rng.randint(0, int(light * 0.45)) if light > 127 else rng.randint(int(light + (255 - light) * 0.55), 255)
    return tuple(max(0, min(255, level + rng.randint(-20, 20))) for _ in range(3))


def paper(rng: random.Random) -> tuple:
    level = rng.choice([255, 250, 240, 230, rng.randint(0, 255), rng.randint(0, 70)])
    tint = rng.choice([0, 0, 6, 40])
    return tuple(max(0, min(255, level + rng.randint(-tint, tint))) for _ in range(3))


def text_page(rng: random.Random, words: Words) -> Shown:
    """A picture full of lines in changing fonts and colours."""
    back = paper(rng)
    picture = Image.new("RGB", (SIDE, SIDE), back)
    draw = ImageDraw.Draw(picture)
    chars, named = [], []
    y = rng.randint(0, 16)
    while y < SIDE:
        if rng.random() < 0.25:
            back = paper(rng)
            draw.rectangle((0, y, SIDE, SIDE), fill=back)
        size = rng.choice(SIZES)
        drawn, widths = font(rng.choice(FILES), size)
        pitch = int(size * rng.uniform(1.2, 1.9))
        _line(rng, words, draw, (y, pitch), size, drawn, widths, ink(rng, back), chars, named)
        y += pitch
    return Shown(np.asarray(picture), named, chars, [])


def _line(rng, words, draw, place, size, drawn, widths, colour, chars, named) -> None:
    top, pitch = place
    base = top + pitch / 2 + 0.345 * size
    x = rng.uniform(-10, 20)
    space = rng.uniform(0.25, 1.2) * size
    while x < SIDE:
        word = words.word() if rng.random() < 0.85 else "".join(rng.choices(ALPHABET, k=rng.randint(1, 5)))
        word = word[:1].upper() + word[1:] if rng.random() < 0.3 else word
        draw.text((x, int(base)), word, fill=colour, font=drawn, anchor="ls")
        start = x
        for char in word:
            width = widths.get(char, size / 2)
            chars.append((char, x + width / 2, base - 0.345 * size))
            x += width
        box = [start, top, x, top + pitch]
        point = [(start + x) / 2, top + pitch / 2]
        named.append({"kind": "none", "label": word, "box": box, "text": box, "point": point})
        if rng.random() < 0.1:
            draw.rectangle((start - 4, top, x + 4, top + pitch - 1), outline=colour)
        x += space
