"""Tests a checkpoint on fresh screens of words it never saw: python evaluate.py --seed N --count N CHECKPOINT."""

import argparse
import json
import random
import re
import tempfile
from pathlib import Path

from generate import COLUMNS, ROWS, draw_gtk, draw_web
from pool import Pool, Shown
from reference import Reference
from tasks import Step, episode, task
from words import Words

POINT = re.compile(r"\((\d+),(\d+)\)")
PROGRAMS = {"web": draw_web, "gtk": draw_gtk}
ACTION = re.compile(r"Action: (\w+)\((.*)\)$", re.DOTALL)


def action(answer: str) -> tuple[str, str]:
    """The call's name and its arguments."""
    found = ACTION.search(answer)
    return found.groups() if found else ("", "")


def is_inside(arguments: str, element: dict) -> bool:
    """Whether the point is in the element's box."""
    found = POINT.search(arguments)
    left, top, right, bottom = element["box"]
    return bool(found) and left <= int(found[1]) <= right and top <= int(found[2]) <= bottom


def marked(answer: str) -> str:
    """A past answer with box tokens round its point, as the profile sends it."""
    return POINT.sub(r"<|box_start|>(\1,\2)<|box_end|>", answer)


class Count:
    """How many of how many."""

    def __init__(self):
        self.right, self.all = 0, 0

    def add(self, right: bool) -> None:
        self.right += right
        self.all += 1

    def __str__(self) -> str:
        return f"{self.right}/{self.all} ({100 * self.right / max(1, self.all):.1f} %)"


def steps_alone(model: Reference, pool: Pool, rng: random.Random, count: int, wrong: list) -> dict[str, Count]:
    """Single steps at any place of a task: action, point, and points by kind of element."""
    words = Words(rng, held_out=True)
    counts: dict[str, Count] = {}
    for number in range(count):
        screen = pool[number % len(pool)]
        one = task(rng, words, screen)
        if one is None:
            continue
        answer = model.answer(one.goal, one.past, screen.pixels)
        verb, arguments = action(answer)
        counts.setdefault("action", Count()).add(verb == one.verb)
        if one.target:
            right = verb == one.verb and is_inside(arguments, one.target)
            counts.setdefault("point", Count()).add(right)
            counts.setdefault(one.target["kind"], Count()).add(right)
        else:
            right = action(one.answer) == (verb, arguments)
            counts.setdefault(f"{one.verb} as wanted", Count()).add(right)
        if not right:
            wrong.append({"goal": one.goal, "past": one.past, "wanted": one.answer, "said": answer})
    return counts


def is_done(step: Step | None, answer: str) -> bool:
    """Whether an answer does the step; no step means that all are done."""
    verb, arguments = action(answer)
    if step is None:
        return verb == "finished"
    if verb != step.verb:
        return False
    return arguments == f"content='{step.text}'" if step.verb == "type" else is_inside(arguments, step.element)


def whole_task(model: Reference, screen: Shown, goal: str, steps: list[Step]) -> bool:
    """Whether each step follows from the model's own answers before it, up to the end."""
    past = []
    for step in [*steps, None]:
        answer = model.answer(goal, past, screen.pixels)
        if not is_done(step, answer):
            return False
        past.append(marked(answer))
    return True


def whole_tasks(model: Reference, pool: Pool, rng: random.Random, count: int) -> Count:
    words = Words(rng, held_out=True)
    done = Count()
    for number in range(len(pool)):
        found = episode(rng, words, pool[number])
        if done.all < count and found and len(found[1]) > 1:
            done.add(whole_task(model, pool[number], *found))
    return done


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--seed", required=True)
    parser.add_argument("--count", type=int, default=320, help="steps in each kind of program")
    parser.add_argument("--programs", nargs="+", choices=PROGRAMS, default=list(PROGRAMS))
    parser.add_argument("--wrong", type=Path, help="a file for the answers that are wrong")
    options = parser.parse_args()
    model = Reference(options.checkpoint)
    sheets = -(-options.count // (COLUMNS * ROWS))
    wrong: list[dict] = []
    for program in options.programs:
        with tempfile.TemporaryDirectory() as folder:
            PROGRAMS[program](Path(folder), f"{options.seed} {program}", sheets, True)
            pool, rng = Pool([Path(folder)]), random.Random(f"{options.seed} {program} tasks")
            counts = steps_alone(model, pool, rng, options.count, wrong)
            counts["tasks of several steps"] = whole_tasks(model, pool, rng, options.count // 4)
        for name, count in counts.items():
            print(f"{program}: {name}: {count}", flush=True)
    if options.wrong:
        options.wrong.write_text("\n".join(map(json.dumps, wrong)))


if __name__ == "__main__":
    main()
