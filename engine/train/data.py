"""Batches: pictures with what the tower is taught, and conversations about them."""

import random
from dataclasses import dataclass
from math import ceil

import numpy as np
import torch
from torch.utils.data import Dataset

from model import CELL, MERGE
from pages import SIDE, text_page
from pool import Pool, Shown, crop
from targets import IGNORED, cells, elements, letters, line, share, spots
from tasks import Task, mention, task
from tokenizer import PROMPT, build, prompt
from words import Words


@dataclass(frozen=True)
class Plan:
    """What the batches of a stage are made of."""

    width: int
    height: int
    # Crops of pages that are only text, and of screens.
    texts: int
    screens: int
    # Conversations about each screen, and the most tokens of one besides the picture's.
    tasks: int
    longest: int = 0
    # Goals about each picture that only name what can be read.
    mentions: int = 0


def recoloured(rng: random.Random, pixels: np.ndarray) -> np.ndarray:
    """Other brightness, contrast and tint; sometimes light becomes dark."""
    levels = np.arange(256, dtype=np.float32)
    if rng.random() < 0.12:
        levels = 255 - levels
    tables = []
    contrast, shift = rng.uniform(0.75, 1.1), rng.uniform(-20, 20)
    for _ in range(3):
        table = (levels - 128) * contrast * rng.uniform(0.96, 1.04) + 128 + shift + rng.uniform(-6, 6)
        tables.append(np.clip(table, 0, 255).astype(np.uint8))
    if rng.random() < 0.25:
        pixels = pixels[..., rng.sample(range(3), 3)]
    return np.stack([tables[channel][pixels[..., channel]] for channel in range(3)], -1)


def by_cell(values: np.ndarray) -> np.ndarray:
    """Patches [rows, columns, slots] as cells [cells, patches of a cell, slots]."""
    rows, columns, slots = values.shape
    parts = values.reshape(rows // MERGE, MERGE, columns // MERGE, MERGE, slots).swapaxes(1, 2)
    return parts.reshape(-1, MERGE**2, slots)


class Batches(Dataset):
    """Batch number n of a stage is the same whenever it is asked for."""

    def __init__(self, plan: Plan, pool: Pool, seed: str, held_out: bool = False):
        self.plan = plan
        self.pool = pool
        self.seed = seed
        self.held_out = held_out
        self.tokenizer = build()
        token = self.tokenizer.token_to_id
        self.image, self.end, self.quote = token("<|image_pad|>"), token("<|im_end|>"), token("')")
        self.before_goal = token(PROMPT)
        self.openings = {token(f"{verb}(start_box='") for verb in ("click", "left_double", "right_single", "scroll")}

    def __len__(self) -> int:
        return 1 << 30

    def __getitem__(self, number: int) -> dict[str, torch.Tensor]:
        rng = random.Random(f"{self.seed} {number}")
        words = Words(rng, self.held_out)
        shown = self._texts(rng, words)
        unknown = len(shown)
        conversations = []
        while len(shown) < unknown + self.plan.screens:
            screen = self._screen(rng)
            about = [self._task(rng, words, screen) for _ in range(self.plan.tasks)]
            if None not in about:
                conversations += [(len(shown), *one) for one in about]
                shown.append(screen)
        for number, picture in enumerate(shown if self.plan.mentions else []):
            about = [self._mention(rng, picture) for _ in range(self.plan.mentions)]
            conversations += [(number, *one) for one in about if one]
        batch = self._pictures(rng, shown, unknown)
        return batch | self._conversations(conversations) if conversations else batch

    def _task(self, rng: random.Random, words: Words, screen: Shown) -> tuple[Task, list[int], list[int]] | None:
        """A task that is not too long, with the tokens of the prompt and the answer."""
        while one := task(rng, words, screen):
            asked = self.tokenizer.encode(prompt(one.goal, one.past)).ids
            answer = self.tokenizer.encode(one.answer).ids + [self.end]
            if len(asked) + len(answer) <= self.plan.longest:
                return one, asked, answer
        return None

    def _mention(self, rng: random.Random, screen: Shown) -> tuple[Task, list[int], list[int]] | None:
        """A goal without an answer; its tokens end with the picture."""
        one = mention(rng, screen)
        if not one:
            return None
        asked = self.tokenizer.encode(prompt(one.goal, [])).ids
        return one, asked[: asked.index(self.image) + 1], []

    def _texts(self, rng: random.Random, words: Words) -> list[Shown]:
        """Crops of text pages, many of each page."""
        found = []
        while len(found) < self.plan.texts:
            page = text_page(rng, words)
            left, top = rng.randrange(self.plan.width), rng.randrange(self.plan.height)
            across = range(left, SIDE - self.plan.width + 1, self.plan.width)
            down = range(top, SIDE - self.plan.height + 1, self.plan.height)
            found += [crop(page, x, y, self.plan.width, self.plan.height) for y in down for x in across]
        return found[: self.plan.texts]

    def _screen(self, rng: random.Random) -> Shown:
        """A crop of a screen, or the screen moved a little."""
        screen = self.pool[rng.randrange(len(self.pool))]
        height, width = screen.pixels.shape[:2]
        if width == self.plan.width:
            left, top = rng.randint(-20, 20), rng.randint(-20, 20)
        else:
            left, top = self._around(rng, screen)
        return crop(screen, left, top, self.plan.width, self.plan.height)

    def _around(self, rng: random.Random, screen: Shown) -> tuple[int, int]:
        """The corner of a crop that holds an element, as empty parts teach little."""
        if not screen.elements:
            return 0, 0
        box = rng.choice(screen.elements)["box"]
        left = rng.randint(*sorted((int(box[2]) - self.plan.width, int(box[0]))))
        top = rng.randint(*sorted((int(box[3]) - self.plan.height, int(box[1]))))
        return left, top

    def _pictures(self, rng: random.Random, shown: list[Shown], unknown: int) -> dict[str, torch.Tensor]:
        kinds, edges = zip(*(elements(one) for one in shown))
        kinds = np.stack(kinds).reshape(len(shown), -1)
        kinds[:unknown] = IGNORED
        arrays = {
            "pictures": np.stack([recoloured(rng, one.pixels) for one in shown]),
            "letters": np.stack([by_cell(letters(one)) for one in shown]),
            "kinds": kinds,
            "edges": np.stack(edges).reshape(len(shown), -1, 4),
            "spots": np.stack([spots(one) for one in shown]).reshape(len(shown), -1, 2),
        }
        return {name: torch.from_numpy(array) for name, array in arrays.items()}

    def _conversations(self, conversations: list[tuple[int, Task, list[int], list[int]]]) -> dict[str, torch.Tensor]:
        rows, columns = self.plan.height // CELL, self.plan.width // CELL
        read = [self._sequence(asked, answer, rows, columns) for _, _, asked, answer in conversations]
        length = -(-max(len(ids) for ids, _, _ in read) // 16) * 16
        ids = torch.full((len(read), length), self.end)
        positions = torch.zeros(len(read), length, 3, dtype=torch.long)
        wanted = torch.full((len(read), length), IGNORED)
        looks = []
        matches = torch.zeros(len(read), rows * columns, length)
        for number, (sequence, places, start) in enumerate(read):
            ids[number, : len(sequence)] = torch.tensor(sequence)
            positions[number, : len(sequence)] = places
            wanted[number, start - 1 : len(sequence) - 1] = ids[number, start : len(sequence)]
            self._match(matches[number], conversations[number][1], sequence, columns)
            looks += [(number, at) for at in self._point(sequence, start, conversations[number][1])]
        where = torch.stack(torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij"), -1).view(-1, 2)
        batch = self._targets([one for _, one, _, _ in conversations], rows, columns)
        return batch | {
            "ids": ids, "positions": positions, "wanted": wanted, "images": ids == self.image,
            "looks": torch.tensor(looks or [(0, 0)]), "places": where.repeat(len(read), 1, 1),
            "matches": matches, "owners": torch.tensor([owner for owner, *_ in conversations]),
        }  # fmt: skip

    def _sequence(
        self, asked: list[int], answer: list[int], rows: int, columns: int
    ) -> tuple[list[int], torch.Tensor, int]:
        """Tokens, their places, and where the answer starts."""
        at = asked.index(self.image)
        ids = asked[:at] + [self.image] * (rows * columns) + asked[at + 1 :] + answer
        return ids, places(len(ids), at, rows, columns), len(ids) - len(answer)

    def _point(self, sequence: list[int], start: int, one: Task) -> range:
        """The tokens before those of the answer's point."""
        if not one.target:
            return range(0)
        opening = next(at for at in range(start, len(sequence)) if sequence[at] in self.openings)
        return range(opening, sequence.index(self.quote, opening) - 1)

    def _match(self, matches: torch.Tensor, one: Task, sequence: list[int], columns: int) -> None:
        """Which of the goal's letters each cell shows; cells that show none look at the token before the picture."""
        matches[:, sequence.index(self.image) - 1] = 1
        goal = sequence.index(self.before_goal) + 1
        for element in one.named:
            label = element["label"]
            if one.goal.count(label) == 1:
                start = goal + len(self.tokenizer.encode(one.goal[: one.goal.index(label)]).ids)
                self._spell(matches, line(element["text"]), start, len(self.tokenizer.encode(label).ids), columns)

    def _spell(self, matches: torch.Tensor, text: list[float], start: int, count: int, columns: int) -> None:
        """Spreads a label's letters over the cells in which it stands."""
        for column, row in cells(text):
            edges = (column * CELL, (column + 1) * CELL)
            left, right = ((edge - text[0]) / (text[2] - text[0]) * count - 0.5 for edge in edges)
            shown = range(max(0, ceil(left)), min(count, ceil(right)))
            if shown:
                matches[row * columns + column] = 0
                matches[row * columns + column, start + shown.start : start + shown.stop] = 1 / len(shown)

    def _targets(self, tasks: list[Task], rows: int, columns: int) -> dict[str, torch.Tensor]:
        shares, boxes, points = [], [], []
        for one in tasks:
            target = one.target or {"text": [-9, -9, -9, -9], "point": [0, 0], "box": [0, 0, 0, 0]}
            shares.append(share(line(target["text"]), rows, columns))
            boxes.append(torch.tensor(target["box"], dtype=torch.float32))
            points.append([round(value) for value in target["point"]])
        return {
            "share": torch.from_numpy(np.stack(shares)), "boxes": torch.stack(boxes), "points": torch.tensor(points),
        }  # fmt: skip


class Mixed(Dataset):
    """Batches of several plans in turn."""

    def __init__(self, plans: tuple[Plan, ...], pool: Pool, seed: str, held_out: bool = False):
        self.parts = [Batches(plan, pool, seed, held_out) for plan in plans]

    def __len__(self) -> int:
        return len(self.parts[0])

    def __getitem__(self, number: int) -> dict[str, torch.Tensor]:
        return self.parts[number % len(self.parts)][number]


def places(length: int, at: int, rows: int, columns: int) -> torch.Tensor:
    """Time, height and width of each token where a picture of rows x columns starts at `at`."""
    cells = rows * columns
    before = torch.arange(at).unsqueeze(-1).expand(-1, 3)
    grid = torch.stack(torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij"), -1).view(-1, 2)
    inside = torch.cat((torch.full((cells, 1), at), grid + at), -1)
    after = (torch.arange(length - at - cells) + at + max(rows, columns)).unsqueeze(-1).expand(-1, 3)
    return torch.cat((before, inside, after))
