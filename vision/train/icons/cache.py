"""Draws each icon once, 96 pixels wide: python cache.py SETS OUT. Augmentation makes it smaller, as screens show it.

What has no meaning is drawn too: other icons, applications' icons, letters, words, boxes and noise (nothings.py).
"""

import hashlib
import io
import random
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import resvg_py
from PIL import Image

from meanings import Meanings
from nothings import drawn
from sources import SOURCES, Source

SIDE = 96
# Icons of unknown meaning that are learnt as nothing, of each set.
OTHERS = 160
APPLICATIONS = 1500


def rendered(path: Path) -> np.ndarray | None:
    """An icon in the middle of a square of RGBA; a small picture is enlarged by a whole number, so that it can be had back."""
    try:
        if path.suffix == ".svg":
            # The scale of a drawing is unknown until it is drawn.
            picture = png(path, SIDE, None)
            if picture.height > SIDE:
                picture = png(path, None, SIDE)
        else:
            picture = Image.open(path).convert("RGBA")
            times = max(1, SIDE // max(picture.size))
            picture = picture.resize((picture.width * times, picture.height * times), Image.Resampling.NEAREST)
            if max(picture.size) > SIDE:
                picture.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
    except (ValueError, OSError, SyntaxError):
        return None
    square = Image.new("RGBA", (SIDE, SIDE))
    square.paste(picture, ((SIDE - picture.width) // 2, (SIDE - picture.height) // 2))
    values = np.asarray(square)
    return values if values[..., 3].max() > 60 else None


def png(path: Path, width: int | None, height: int | None) -> Image.Image:
    data = resvg_py.svg_to_bytes(svg_path=str(path), width=width, height=height)
    return Image.open(io.BytesIO(bytes(data))).convert("RGBA")


def chosen(source: Source, folder: Path, meanings: Meanings) -> list[tuple[Path, int, str]]:
    """The files to draw, with their classes and names."""
    known, others = [], []
    for name, path in source.pictures(folder):
        kind = meanings.of(source.name, name, source.debian)
        if kind is not None:
            known.append((path, kind, name))
        elif not source.debian and meanings.is_other(name):
            others.append((path, len(meanings.names) - 1, name))
    rng = random.Random(source.name)
    return known + rng.sample(others, min(OTHERS, len(others)))


def applications(folder: Path, pattern: str, count: int) -> list[Path]:
    paths = [path for path in sorted(folder.glob(pattern)) if not path.is_symlink()]
    return random.Random(pattern).sample(paths, min(count, len(paths)))


def unambiguous(jobs: list[tuple], drawings: list[np.ndarray | None], none: int) -> list[tuple]:
    """Each drawing once, without those of two meanings in one set, and nothing to check or test that is learnt from."""
    digests = [
        picture is not None and hashlib.blake2b(picture.tobytes(), digest_size=12).digest() for picture in drawings
    ]
    kinds, learnt = {}, set()
    for (_, kind, source, role, _), digest in zip(jobs, digests):
        kinds.setdefault((source, digest), set()).add(kind)
        if role == "train":
            learnt.add(digest)
    entries, seen = [], set()
    for (_, kind, source, role, name), digest, picture in zip(jobs, digests, drawings):
        if picture is None or (role, digest) in seen or (role != "train" and digest in learnt):
            continue
        if len(kinds[source, digest]) > 1:
            print(f"{source}: {name} is drawn as another meaning")
            continue
        seen.add((role, digest))
        entries.append((picture, kind, source, name, role))
    return entries


def main() -> None:
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    meanings = Meanings()
    none = len(meanings.names) - 1
    jobs: list[tuple[Path, int, str, str, str]] = []
    for source in SOURCES:
        jobs += [(path, kind, source.name, source.role, name) for path, kind, name in chosen(source, folder, meanings)]
    for path in applications(folder / "papirus", "usr/share/icons/Papirus/64x64/apps/*.svg", APPLICATIONS):
        jobs.append((path, none, "applications", "train", path.stem))
    for path in applications(folder / "breeze", "usr/share/icons/breeze/apps/48/*.svg", 200):
        jobs.append((path, none, "applications-breeze", "test", path.stem))
    with ProcessPoolExecutor(2) as pool:
        drawings = list(pool.map(rendered, [job[0] for job in jobs], chunksize=64))
    entries = unambiguous(jobs, drawings, none)
    for role, seed, count in (("train", 1, 6000), ("check", 2, 400), ("test", 3, 800)):
        entries += [(picture, none, "nothings", sort, role) for picture, sort in drawn(seed, count, role)]
    np.save(out / "pictures.npy", np.stack([entry[0] for entry in entries]))
    lines = ["\t".join((str(entry[1]), entry[2], entry[3], entry[4])) for entry in entries]
    (out / "pictures.tsv").write_text("\n".join(lines) + "\n")
    print(len(entries), "pictures of", len(meanings.names), "classes")


if __name__ == "__main__":
    main()
