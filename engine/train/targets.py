"""What the tower is taught directly: the letters in each patch, and the element that each cell belongs to."""

import numpy as np

from pool import Shown
from words import ALPHABET

PATCH, CELL = 14, 28
# Places of letters in a patch, one beside the other.
SLOTS = 4
LETTERS = {char: number for number, char in enumerate(ALPHABET, 1)}
KINDS = ["none", "button", "link", "tab", "menu", "item", "option", "box", "choice", "field", "list"]
IGNORED = -100


def letters(shown: Shown) -> np.ndarray:
    """For each slot of each patch the letter whose centre is there, 0 for none: [rows, columns, slots]."""
    height, width = shown.pixels.shape[:2]
    found = np.zeros((height // PATCH, width // PATCH * SLOTS), np.int64)
    step = PATCH / SLOTS
    for char, x, y in shown.chars:
        if 0 <= x < width and 0 <= y < height:
            place = (int(y // PATCH), int(x // step))
            found[place] = LETTERS.get(char, IGNORED) if found[place] == 0 else IGNORED
    for left, top, right, bottom in shown.unread:
        rows = slice(max(0, int(top // PATCH)), max(0, int(bottom // PATCH) + 1))
        found[rows, max(0, int(left // step)) : max(0, int(right // step) + 1)] = IGNORED
    return found.reshape(height // PATCH, width // PATCH, SLOTS)


def overlap(box, column: int, row: int) -> float:
    left, top = column * CELL, row * CELL
    across = min(box[2], left + CELL) - max(box[0], left)
    return max(0.0, across) * max(0.0, min(box[3], top + CELL) - max(box[1], top))


def cells(box) -> list[tuple[int, int]]:
    """Columns and rows of the cells that a box touches."""
    columns = range(int(box[0] // CELL), int((box[2] - 0.01) // CELL) + 1)
    rows = range(int(box[1] // CELL), int((box[3] - 0.01) // CELL) + 1)
    return [(column, row) for row in rows for column in columns]


def elements(shown: Shown) -> tuple[np.ndarray, np.ndarray]:
    """For each cell the kind of the element that covers most of it, and the element's edges from the cell's centre."""
    rows, columns = (side // CELL for side in shown.pixels.shape[:2])
    kinds = np.zeros((rows, columns), np.int64)
    edges = np.zeros((rows, columns, 4), np.float32)
    most = np.full((rows, columns), 40.0)
    for element in shown.elements:
        box = element["box"]
        for column, row in cells(box):
            area = overlap(box, column, row)
            if area > most[row, column]:
                most[row, column] = area
                kinds[row, column] = KINDS.index(element["kind"])
                x, y = (column + 0.5) * CELL, (row + 0.5) * CELL
                edges[row, column] = np.clip([x - box[0], y - box[1], box[2] - x, box[3] - y], -56, 112) / CELL
    return kinds, edges


def line(box) -> list[float]:
    """The middle of a text, where its letters are taken to be."""
    middle = (box[1] + box[3]) / 2
    return [box[0], middle, box[2], middle + 0.02]


def share(box, rows: int, columns: int) -> np.ndarray:
    """How a text's area is spread over the cells; sums to 1."""
    spread = np.zeros((rows, columns), np.float32)
    for column, row in cells(box):
        if 0 <= row < rows and 0 <= column < columns:
            spread[row, column] = overlap(box, column, row)
    return spread.reshape(-1) / max(spread.sum(), 1e-6)


def spots(shown: Shown) -> np.ndarray:
    """For each cell that shows one element's text alone, where that element is clicked: [rows, columns, 2] in pixels."""
    rows, columns = (side // CELL for side in shown.pixels.shape[:2])
    found = np.full((rows, columns, 2), IGNORED, np.int64)
    taken = np.zeros((rows, columns), bool)
    for element in shown.elements:
        for column, row in cells(line(element["text"])):
            found[row, column] = IGNORED if taken[row, column] else [round(value) for value in element["point"]]
            taken[row, column] = True
    return found
