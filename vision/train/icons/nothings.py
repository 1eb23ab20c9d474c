"""What is no icon: letters, words, boxes with and without marks, switches, borders, photographs' likes and gradients."""

import random
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

SIDE = 96
# Single characters that icons look like are not learnt as nothing: B for bold, x to close.
LETTERS = "acdefghjkmnpqrtvwyzCDEFGHJKLMNPQRVWYZ234567890&§$€ßäöüéñ"
WORDS = (
    "OK Yes No Save as Open File Edit View Help Insert Format Tools Name Size Date Type Cancel Apply Reset Log in Search Home "
    "Back Next the and for with from this that have not are was you your all new more page 12 2024 10:45 100% 3.5 MB kB px "
    "Mon Tue Mr Ltd Inc to of in on at by we it is be Ada Zoë London Paris Berlin user@host www http"
).split()


def fonts(role: str) -> list[str]:
    """The fonts of this machine; every seventh is kept for tests."""
    found = sorted(str(path) for path in Path("/usr/share/fonts").rglob("*") if path.suffix in (".ttf", ".otf"))
    found = [path for path in found if "Emoji" not in path and "Symbol" not in path and "Dingbats" not in path]
    return [path for at, path in enumerate(found) if (at % 7 == 0) == (role != "train")] or found


def text(rng: random.Random, names: list[str]) -> Image.Image:
    word = rng.choice(LETTERS) if rng.random() < 0.45 else rng.choice(WORDS)
    font = ImageFont.truetype(rng.choice(names), 72)
    left, top, right, bottom = font.getbbox(word)
    picture = Image.new("RGBA", (max(1, right - left) + 4, max(1, bottom - top) + 4))
    ImageDraw.Draw(picture).text((2 - left, 2 - top), word, fill=(0, 0, 0, 255), font=font)
    return picture


def colour(rng: random.Random) -> tuple[int, int, int, int]:
    return (rng.randrange(256), rng.randrange(256), rng.randrange(256), 255)


def box(rng: random.Random, _: list[str]) -> Image.Image:
    """A check box with a mark, a radio button with a dot, a wide box or a bar: an empty square could be `maximise`."""
    sort = rng.choice(("check", "check", "dot", "wide", "wide", "bar", "switch", "tall"))
    picture = Image.new("RGBA", (SIDE, SIDE))
    draw = ImageDraw.Draw(picture)
    pen, fill = (0, 0, 0, 255), colour(rng) if rng.random() < 0.4 else None
    width, round_ = rng.randint(4, 10), rng.randint(0, 20)
    if sort == "check":
        draw.rounded_rectangle((4, 4, 91, 91), round_, fill, pen, width)
        mark = (255, 255, 255, 255) if fill else pen
        draw.line(((24, 50), (42, 68), (74, 30)), mark, width + 2, "curve")
    elif sort == "dot":
        draw.ellipse((4, 4, 91, 91), fill, pen, width)
        inner = rng.randint(24, 34)
        draw.ellipse((inner, inner, 95 - inner, 95 - inner), (255, 255, 255, 255) if fill else pen)
    elif sort == "switch":
        draw.rounded_rectangle((0, 24, 95, 71), 24, fill or (120, 120, 120, 255))
        at = rng.choice((4, 52))
        draw.ellipse((at, 28, at + 39, 67), (255, 255, 255, 255))
    else:
        short = rng.randint(14, 56) if sort != "bar" else rng.randint(3, 8)
        sides = (0, 48 - short // 2, 95, 48 + short // 2)
        sides = (sides[1], sides[0], sides[3], sides[2]) if sort == "tall" else sides
        draw.rounded_rectangle(
            sides, min(round_, short // 2), fill, None if sort == "bar" and fill else pen, min(width, 6)
        )
    return picture


def border(rng: random.Random, _: list[str]) -> Image.Image:
    """The corner of a frame, lines that cross or end."""
    picture = Image.new("RGBA", (SIDE, SIDE))
    draw = ImageDraw.Draw(picture)
    width = rng.randint(2, 8)
    x, y = rng.randint(0, 90), rng.randint(0, 90)
    if rng.random() < 0.7:
        draw.line(((x, rng.choice((0, y))), (x, 95)), (0, 0, 0, 255), width)
    draw.line(((rng.choice((0, x)), y), (95, y)), (0, 0, 0, 255), width)
    return picture


def photograph(rng: random.Random, _: list[str]) -> Image.Image:
    """Noise of several sizes in a few colours, or a gradient: as a thumbnail looks."""
    source = np.random.default_rng(rng.randrange(1 << 30))
    total = np.zeros((SIDE, SIDE, 3))
    for cells in rng.sample((2, 3, 6, 12, 24, 48), 3):
        grid = Image.fromarray(source.integers(0, 256, (cells, cells, 3), dtype=np.uint8))
        total += np.asarray(
            grid.resize((SIDE, SIDE), rng.choice((Image.Resampling.BICUBIC, Image.Resampling.NEAREST))), float
        )
    picture = Image.fromarray((total / 3).astype(np.uint8)).filter(ImageFilter.GaussianBlur(rng.random() * 2))
    picture = picture.convert("RGBA")
    if rng.random() < 0.3:
        mask = Image.new("L", (SIDE, SIDE))
        ImageDraw.Draw(mask).ellipse((0, 0, 95, 95), 255)
        picture.putalpha(mask)
    return picture


def scribble(rng: random.Random, _: list[str]) -> Image.Image:
    """Strokes and blots without any meaning."""
    picture = Image.new("RGBA", (SIDE, SIDE))
    draw = ImageDraw.Draw(picture)
    for _ in range(rng.randint(3, 7)):
        points = [(rng.randrange(SIDE), rng.randrange(SIDE)) for _ in range(rng.randint(2, 4))]
        draw.line(points, (0, 0, 0, 255), rng.randint(3, 10), "curve")
    return picture


SORTS = {
    "text": (text, 50),
    "box": (box, 16),
    "border": (border, 8),
    "photograph": (photograph, 16),
    "scribble": (scribble, 10),
}


def drawn(seed: int, count: int, role: str) -> list[tuple[np.ndarray, str]]:
    """So many pictures of nothing, with what they are."""
    rng, names, found = random.Random(seed), fonts(role), []
    while len(found) < count:
        sort = rng.choices(list(SORTS), [weight for _, weight in SORTS.values()])[0]
        picture = SORTS[sort][0](rng, names)
        picture.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
        square = Image.new("RGBA", (SIDE, SIDE))
        square.paste(picture, ((SIDE - picture.width) // 2, (SIDE - picture.height) // 2))
        found.append((np.asarray(square), sort))
    return found
