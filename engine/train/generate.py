"""Draws screens in real programs and stores them.

Usage: python generate.py FOLDER --seed N [--web N] [--gtk N] [--held-out]
"""

import argparse
import base64
import json
import os
import random
import subprocess
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from browser import Browser
from pool import write_sheet
from web import HEIGHT, WIDTH, sheet
from words import Words

COLUMNS, ROWS = 4, 8
HERE = Path(__file__).parent
# Debian's python3-gi is built for the system's own Python.
SYSTEM_PYTHON = "/usr/bin/python3"


def cut(picture: np.ndarray) -> np.ndarray:
    """The screens of a sheet, one after the other."""
    parts = picture.reshape(ROWS, HEIGHT, COLUMNS, WIDTH, 3).swapaxes(1, 2)
    return parts.reshape(ROWS * COLUMNS, HEIGHT, WIDTH, 3)


def draw_web(folder: Path, seed: str, sheets: int, held_out: bool) -> None:
    """Sheets of screens that Chromium draws."""
    harvest = (HERE / "harvest.js").read_text()
    browser = Browser(COLUMNS * WIDTH, ROWS * HEIGHT)
    for number in range(sheets):
        rng = random.Random(f"{seed} {number}")
        screens, picture = browser.show(sheet(rng, Words(rng, held_out), COLUMNS, ROWS), harvest)
        write_sheet(folder, f"web-{number:04}", cut(picture), screens)
    browser.close()


@contextmanager
def display():
    """A display that nobody sees; gives its name."""
    ours, theirs = os.pipe()
    command = ["Xvfb", "-displayfd", str(theirs), "-screen", "0", "640x480x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[theirs], stderr=subprocess.DEVNULL)
    os.close(theirs)
    with os.fdopen(ours) as number:
        yield f":{number.readline().strip()}"
    server.terminate()
    server.wait()


def draw_gtk(folder: Path, seed: str, sheets: int, held_out: bool) -> None:
    """Sheets of windows that GTK draws."""
    count = COLUMNS * ROWS
    command = [SYSTEM_PYTHON, "-W", "ignore", HERE / "gtk_windows.py", seed, str(sheets * count), str(int(held_out))]
    with display() as name:
        environment = os.environ | {"DISPLAY": name, "NO_AT_BRIDGE": "1"}
        made = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        for number in range(sheets):
            screens = [json.loads(made.stdout.readline()) for _ in range(count)]
            raw = b"".join(base64.b64decode(screen.pop("pixels")) for screen in screens)
            pictures = np.frombuffer(raw, np.uint8).reshape(count, HEIGHT, WIDTH, 3)
            write_sheet(folder, f"gtk-{number:04}", pictures, screens)
        made.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", required=True)
    parser.add_argument("--web", type=int, default=260, help="sheets of 32 screens in Chromium")
    parser.add_argument("--gtk", type=int, default=90, help="sheets of 32 windows of GTK")
    parser.add_argument("--held-out", action="store_true", help="only words that training never shows")
    options = parser.parse_args()
    draw_web(options.folder, options.seed, options.web, options.held_out)
    draw_gtk(options.folder, options.seed, options.gtk, options.held_out)


if __name__ == "__main__":
    main()
