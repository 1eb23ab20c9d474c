"""Pictures of icons as screens show them: sizes, places between pixels, colours, neighbours, borders, noise, loose boxes."""

import io
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from features import features, overlaps

# Room around an icon on its screen.
MARGIN = 11
# Ranges of sizes and how often each is drawn: most icons are 14 to 32 pixels wide.
RANGES = ((12, 18, 0.35), (18, 26, 0.4), (26, 40, 0.15), (40, 64, 0.1))
USUAL = np.array([12, 14, 16, 18, 20, 22, 24, 28, 32, 36, 48, 64])


class Pictures:
    """The cache of drawings, with their classes, sets, names and roles."""

    def __init__(self, folder: Path) -> None:
        values = np.load(folder / "pictures.npy")
        # Colours times opacity, so that they can be averaged.
        self.plain = np.zeros(len(values), bool)
        for start in range(0, len(values), 1024):
            part = values[start : start + 1024]
            opacity = part[..., 3:].astype(np.float32) / 255
            colour = part[..., :3] * opacity
            weight = opacity.sum((1, 2, 3)).clip(1)
            mean = colour.sum((1, 2)) / weight[:, None]
            # One colour, or nearly: it is drawn in any.
            self.plain[start : start + 1024] = (
                np.abs(colour - mean[:, None, None] * opacity).sum((1, 2, 3)) / weight < 15
            )
            part[..., :3] = colour.round()
        self.values = torch.from_numpy(values).permute(0, 3, 1, 2).contiguous()
        count, _, side, _ = self.values.shape
        self.halves = torch.empty(count, 4, side // 2, side // 2, dtype=torch.uint8)
        for part, half in zip(self.values.split(1024), self.halves.split(1024)):
            half.copy_(F.avg_pool2d(part.float(), 2).round())
        rows = [line.split("\t") for line in (folder / "pictures.tsv").read_text().splitlines()]
        self.kinds = np.array([int(row[0]) for row in rows])
        self.sources, self.names, self.roles = (np.array([row[at] for row in rows]) for at in (1, 2, 3))

    def get(self, indices: np.ndarray, high: int) -> tuple[torch.Tensor, np.ndarray]:
        """Drawings, large enough for sizes up to `high`, and whether they are of one colour."""
        return (self.halves if high <= 26 else self.values)[indices], self.plain[indices]


def chance(rng: np.random.Generator, count: int, share: float) -> np.ndarray:
    return rng.random(count) < share


def grounds(rng: np.random.Generator, count: int, grey: np.ndarray) -> np.ndarray:
    """Backgrounds: most light, many dark, some coloured."""
    light, dark = rng.integers(215, 256, (count, 1)), rng.integers(8, 75, (count, 1))
    tinted = (
        np.where(chance(rng, count, 0.6)[:, None], light, dark)
        + rng.integers(-8, 9, (count, 3)) * chance(rng, count, 0.5)[:, None]
    )
    coloured = rng.integers(0, 256, (count, 3))
    return np.where((chance(rng, count, 0.2) & ~grey)[:, None], coloured, tinted).clip(0, 255)


def inks(rng: np.random.Generator, ground: np.ndarray) -> np.ndarray:
    """Colours that stand out from their backgrounds; some hardly, as what is disabled."""
    count, tries = len(ground), 8
    greys = np.repeat(rng.integers(0, 256, (count, tries, 1)), 3, 2)
    colours = rng.integers(0, 256, (count, tries, 3))
    candidates = np.where(chance(rng, count, 0.65)[:, None, None], greys, colours)
    apart = np.abs((candidates - ground[:, None]) @ np.array([0.3, 0.59, 0.11]))
    least = np.where(chance(rng, count, 0.1), 25, 70)[:, None]
    first = (apart >= least).argmax(1)
    plain = np.where(ground.mean(1, keepdims=True) > 127, 20, 240).repeat(3, 1)
    fits = (apart >= least).any(1, keepdims=True)
    chosen = candidates[np.arange(count), first]
    # Black and white are the usual.
    usual = chance(rng, count, 0.3)[:, None] | ~fits
    return np.where(usual, plain, chosen)


def drawn(
    pictures: torch.Tensor, plain: np.ndarray, low: int, high: int, rng: np.random.Generator
) -> tuple[torch.Tensor, torch.Tensor]:
    """Icons on screens, and their opacity alone: bytes (n, side, side, 3) and floats (n, side, side)."""
    count, _, length, _ = pictures.shape
    sizes = rng.uniform(low, high, count)
    exact = chance(rng, count, 0.65)
    sizes = np.where(exact, rng.choice(USUAL[(USUAL >= low) & (USUAL <= high)], count), sizes)
    shift = np.where((exact & chance(rng, count, 0.75))[:, None], 0, rng.random((count, 2)))
    aspect = np.where(chance(rng, count, 0.25), rng.uniform(0.92, 1.08, count), 1)
    side = high + 2 * MARGIN + 2
    step_x, step_y = (torch.from_numpy(length / sizes / by).float() for by in (1, aspect))
    places = torch.from_numpy(MARGIN + shift).float()
    across = overlaps(-places[:, 0] * step_x, step_x, side, length).transpose(1, 2)
    down = overlaps(-places[:, 1] * step_y, step_y, side, length)
    opacity = pictures[:, 3].float() / 255
    heavier = torch.from_numpy(plain & chance(rng, count, 0.15))
    if heavier.any():
        window = length // 48 * 2 + 1
        opacity[heavier] = F.max_pool2d(opacity[heavier], window, 1, window // 2)
    opacity = restyled(opacity, plain, rng)
    opacity = (down @ opacity @ across).clamp(0, 1)
    ground = grounds(rng, count, ~plain)
    colour = torch.from_numpy(inks(rng, ground)).float()[:, :, None, None].repeat(1, 1, side, side)
    motley = torch.from_numpy(~plain)
    if motley.any():
        own = down[motley][:, None] @ pictures[motley][:, :3].float() @ across[motley][:, None]
        own /= opacity[motley][:, None].clamp(min=1e-3)
        mixed = torch.from_numpy(chance(rng, len(own), 0.25))
        own[mixed] = own[mixed][:, rng.permutation(3)]
        greyed = torch.from_numpy(chance(rng, len(own), 0.12))
        own[greyed] = own[greyed].mean(1, keepdim=True)
        colour[motley] = own.clamp(0, 255)
    bent = np.where(plain & chance(rng, count, 0.4), rng.uniform(0.6, 1.5, count), 1)
    faded = np.where(~plain & chance(rng, count, 0.1), rng.uniform(0.35, 0.7, count), 1)
    opacity = opacity ** torch.from_numpy(bent).float()[:, None, None] * torch.from_numpy(faded).float()[:, None, None]
    back = scenery(ground, opacity, rng)
    return spoilt(torch.lerp(back, colour, opacity[:, None]), rng), opacity


def restyled(opacity: torch.Tensor, plain: np.ndarray, rng: np.random.Generator) -> torch.Tensor:
    """Some icons of one colour drawn another way: thinner, as outlines, turned and slanted a little, or with a bit missing."""
    count, side, _ = opacity.shape
    thin, outlined, turned, cut = (
        torch.from_numpy(plain & chance(rng, count, share)) for share in (0.06, 0.05, 0.2, 0.04)
    )
    if thin.any():
        opacity[thin] = -F.max_pool2d(-opacity[thin], 3, 1, 1)
    if outlined.any():
        some = opacity[outlined]
        opacity[outlined] = (F.max_pool2d(some, 3, 1, 1) + F.max_pool2d(-some, 3, 1, 1)).clamp(0, 1)
    if turned.any():
        some = opacity[turned]
        angle, slant = (rng.uniform(-size, size, len(some)) for size in (0.12, 0.12))
        rows = np.stack((np.cos(angle), np.sin(angle) + slant, 0 * angle, -np.sin(angle), np.cos(angle), 0 * angle), 1)
        grid = F.affine_grid(torch.from_numpy(rows.reshape(-1, 2, 3)).float() * 1.08, [len(some), 1, side, side], False)
        opacity[turned] = F.grid_sample(some[:, None], grid, align_corners=False)[:, 0]
    for at in cut.nonzero()[:, 0].tolist():
        x, y, size = (int(value) for value in (rng.integers(side), rng.integers(side), side // 6))
        opacity[at, y : y + size, x : x + size] = 0
    return opacity


def scenery(ground: np.ndarray, opacity: torch.Tensor, rng: np.random.Generator) -> torch.Tensor:
    """What is behind an icon: a colour, a gradient, a button with a border, a bit of a neighbour."""
    count, side, _ = opacity.shape
    back = torch.from_numpy(ground).float()[:, :, None, None].repeat(1, 1, side, side)
    slope = np.where(chance(rng, count, 0.15), rng.uniform(-1, 1, count), 0)
    back += torch.from_numpy(slope).float()[:, None, None, None] * torch.linspace(-14, 14, side)[None, None, :, None]
    boxes = tight(opacity)
    for at in np.flatnonzero(chance(rng, count, 0.3)):
        x0, y0, x1, y1 = boxes[at]
        colour = torch.from_numpy(rng.integers(0, 256, 3)).float()[:, None, None]
        sort = rng.integers(3)
        if sort == 0:
            # A button, and something else beside it.
            left, top, right, bottom = (rng.integers(2, 9, 4)).tolist()
            inner = back[at, :, max(0, y0 - top) : y1 + bottom, max(0, x0 - left) : x1 + right].clone()
            back[at] = (back[at] + rng.integers(-50, 51)).clamp(0, 255) if rng.random() < 0.7 else colour
            if rng.random() < 0.5:
                back[at, :, max(0, y0 - top - 1) : y1 + bottom + 1, max(0, x0 - left - 1) : x1 + right + 1] = colour
            back[at, :, max(0, y0 - top) : y1 + bottom, max(0, x0 - left) : x1 + right] = inner
        elif sort == 1:
            # A line along one side.
            away = int(rng.integers(1, 7))
            where = (y0 - away, y1 + away - 1, x0 - away, x1 + away - 1)[(line := int(rng.integers(4)))]
            if 0 <= where < side:
                if line < 2:
                    back[at, :, where] = colour[:, 0]
                else:
                    back[at, :, :, where] = colour[:, 0]
        else:
            # A neighbour: another icon of the batch in the same place, moved aside.
            other = opacity[rng.integers(count)]
            move = int(rng.choice([-1, 1])) * (x1 - x0 + int(rng.integers(1, 5)))
            moved = torch.roll(other, move, 1)
            back[at] = back[at] * (1 - moved) + colour * moved
    return back.clamp(0, 255)


def spoilt(screen: torch.Tensor, rng: np.random.Generator) -> torch.Tensor:
    """Badges, coloured fringes, noise and JPEG; in bytes, the channels last."""
    count, _, side, _ = screen.shape
    fringed = torch.from_numpy(chance(rng, count, 0.08))
    if fringed.any():
        some = screen[fringed]
        third = 1 / 3
        red = some[:, 0] * (1 - third) + torch.roll(some[:, 0], 1, 2) * third
        blue = some[:, 2] * (1 - third) + torch.roll(some[:, 2], -1, 2) * third
        screen[fringed] = torch.stack((red, some[:, 1], blue), 1)
    for at in np.flatnonzero(chance(rng, count, 0.12)):
        screen[at] += torch.from_numpy(rng.standard_normal(screen[at].shape, dtype=np.float32)) * float(
            rng.uniform(1, 5)
        )
    values = screen.clamp(0, 255).round().byte().permute(0, 2, 3, 1).contiguous()
    for at in np.flatnonzero(chance(rng, count, 0.06)):
        file = io.BytesIO()
        Image.fromarray(values[at].numpy()).save(file, "JPEG", quality=int(rng.integers(40, 95)))
        values[at] = torch.from_numpy(np.array(Image.open(file)))
    for at in np.flatnonzero(chance(rng, count, 0.03)):
        radius = int(rng.integers(2, 5))
        x, y = side - MARGIN - 3 - int(rng.integers(0, 4)), MARGIN + int(rng.integers(0, 4))
        values[at, max(0, y - radius) : y + radius, x - radius : x + radius] = torch.from_numpy(
            rng.integers(0, 256, 3)
        ).byte()
    return values


def tight(opacity: torch.Tensor) -> np.ndarray:
    """The box of what can be seen."""
    side = opacity.shape[1]
    seen = (opacity > opacity.amax((1, 2), keepdim=True).clamp(min=0.02) * 0.2).numpy()
    columns, rows = seen.any(1), seen.any(2)
    return np.stack(
        (columns.argmax(1), rows.argmax(1), side - columns[:, ::-1].argmax(1), side - rows[:, ::-1].argmax(1)), 1
    )


def loose(boxes: np.ndarray, side: int, rng: np.random.Generator) -> np.ndarray:
    """Boxes as they are found: mostly tight, some a pixel or two off, some of the whole button."""
    count = len(boxes)
    errors = rng.choice([0, 0, 0, 0, 1, 1, 2, -1], (count, 4))
    wide = np.where(chance(rng, count, 0.2), rng.integers(2, 9, count), 0)[:, None] + 0 * errors
    whole = np.where(chance(rng, count, 0.25)[:, None], wide, np.where(wide > 0, wide, errors))
    found = boxes + whole * np.array([-1, -1, 1, 1])
    found[:, 2:] = np.maximum(found[:, 2:], found[:, :2] + 2)
    return found.clip(0, side)


def batch(pictures: Pictures, indices: np.ndarray, low: int, high: int, rng: np.random.Generator) -> torch.Tensor:
    """What the network sees of icons of these sizes."""
    screens, opacity = drawn(*pictures.get(indices, high), low, high, rng)
    return features(screens, loose(tight(opacity), screens.shape[1], rng))


def whole(
    pictures: torch.Tensor, plain: np.ndarray, size: int, ground: int, ink: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Icons of one size on a plain ground, exactly on the pixels; those of one colour in this ink."""
    count, _, length, _ = pictures.shape
    side = size + 2 * MARGIN
    step, start = torch.tensor([length / size]), torch.tensor([-MARGIN * length / size])
    down = overlaps(start, step, side, length)[0]
    small = down @ pictures.float() @ down.T
    opacity = small[:, 3] / 255
    colour = torch.where(torch.from_numpy(plain)[:, None, None, None], ink * opacity[:, None], small[:, :3])
    shown = colour + ground * (1 - opacity[:, None])
    return shown.clamp(0, 255).round().byte().permute(0, 2, 3, 1).contiguous(), opacity
