"""What the goldens show the models: pictures made by a formula (the tests make the same ones) and conversations."""

import numpy as np
from PIL import Image


def picture(width: int, height: int, seed: int) -> Image.Image:
    """Flat areas, lines and noise: what a resize gets wrong shows."""
    y, x = np.mgrid[0:height, 0:width].astype(np.int64)
    channels = []
    for c in range(3):
        smooth = (x * (c + 1) + y * (3 - c) + seed * 31) // 2
        noise = (x * x * 7 + y * y * 13 + x * y * (c + 5) + seed * 101) % 251
        boxes = ((x // 16 + y // 16 + seed) % 3) * 90
        channels.append(np.where((x // 24 + y // 40) % 4 == 0, noise, np.where((x // 64) % 2 == 0, boxes, smooth)) % 256)
    return Image.fromarray(np.stack(channels, -1).astype(np.uint8), "RGB")


def image() -> dict:
    return {"type": "image"}


def said(text: str) -> dict:
    return {"type": "text", "text": text}


def user(*parts) -> dict:
    return {"role": "user", "content": list(parts)}


def assistant(text: str) -> dict:
    return {"role": "assistant", "content": [said(text)]}


# Name, sizes of the pictures (width, height), messages.
CASES = [
    ("one", [(116, 90)], [user(image(), said("Where is the button?"))]),
    (
        "three",
        [(200, 60), (90, 150), (113, 113)],
        [
            {"role": "system", "content": "You click on things."},
            user(said("Click the thing in the middle."), image()),
            assistant("click(1,2)\n\n"),
            user(image()),
            assistant("Thought: it's there…\nclick(34, 5)"),
            user(image(), said("What now? 12 345")),
        ],
    ),
    ("odd", [(330, 250)], [user(said("An odd number of windows: "), image())]),
    ("hd", [(1280, 720)], [user(image(), said("Read the screen."))]),
]
