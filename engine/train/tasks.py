"""Tasks on a screen: a goal in some wording, the steps so far, and the answer that does the next step."""

import random
from dataclasses import dataclass

from pool import Shown
from tokenizer import NOUNS
from words import Words

CLICKS = {
    "button": ["Click {n}", "Click on {n}", "Press {n}", "Push {n}", "Hit {n}", "Tap {n}"],
    "link": ["Click {n}", "Click on {n}", "Follow {n}", "Open {n}"],
    "tab": ["Click {n}", "Switch to {n}", "Go to {n}", "Open {n}"],
    "menu": ["Click {n}", "Open {n}", "Click on {n}"],
    "item": ["Click {n}", "Choose {n}", "Select {n}", "Click on {n}"],
    "option": ["Click {n}", "Choose {n}", "Select {n}", "Pick {n}"],
    "box": ["Click {n}", "Tick {n}", "Check {n}", "Toggle {n}", "Select {n}"],
    "choice": ["Click {n}", "Choose {n}", "Select {n}", "Pick {n}"],
    "field": ["Click {n}", "Click into {n}", "Click on {n}", "Focus {n}", "Go to {n}"],
    "list": ["Click {n}", "Open {n}", "Click on {n}"],
}
UNTICK = ["Untick {n}", "Uncheck {n}", "Clear {n}"]
TYPES = [
    "Type {v} into {n}", "Enter {v} in {n}", "Fill {n} with {v}",
    "Set {n} to {v}", "Write {v} in {n}", "Put {v} into {n}",
]  # fmt: skip
# What else a kind is called in goals.
CALLED = {
    "button": ["button"], "link": ["link"], "tab": ["tab"], "menu": ["menu"], "item": ["menu item", "item", "entry"],
    "option": ["option", "item", "entry", "row"], "box": ["check box", "checkbox", "box"],
    "choice": ["radio button", "option", "choice"], "field": ["field", "text field", "box", "input"],
    "list": ["drop-down list", "list", "combo box", "drop-down"],
}  # fmt: skip
OTHER_CLICKS = {
    "left_double": ("Double-click", ["Double-click {n}", "Double click {n}", "Double-click on {n}"]),
    "right_single": ("Right-click", ["Right-click {n}", "Right click {n}", "Right-click on {n}"]),
}
KEYS = ["ctrl", "alt", "shift", "ctrl shift"]
JOINTS = [", then {}", " and then {}", ", and {}", ". Then {}", "; {}", ". {}", " and {}"]


@dataclass
class Step:
    """One action of a task."""

    goal: str
    thought: str
    verb: str
    element: dict | None = None
    text: str = ""

    def next(self) -> str:
        """How the thought of the step before names it."""
        if self.verb == "type":
            return f"type '{self.text}'"
        return f"click '{self.element['label']}'"

    def action(self, marked: bool) -> str:
        """The call; `marked` puts box tokens round the point, as in past answers."""
        if self.verb in ("type", "hotkey"):
            return f"{self.verb}({'content' if self.verb == 'type' else 'key'}='{self.text}')"
        x, y = (round(value) for value in self.element["point"])
        point = f"<|box_start|>({x},{y})<|box_end|>" if marked else f"({x},{y})"
        more = f"', direction='{self.text}" if self.verb == "scroll" else ""
        return f"{self.verb}(start_box='{point}{more}')"


@dataclass
class Task:
    """What the model is asked and what it should say."""

    goal: str
    past: list[str]
    answer: str
    verb: str
    # The element that is pointed at; none where the answer has no point.
    target: dict | None
    # All elements that the goal names.
    named: list[dict]


FINISHED = "Thought: All steps are done.\nAction: finished(content='')"


def says(steps: list[Step], number: int, marked: bool) -> str:
    """The answer that does a step and names the one after."""
    step = steps[number]
    after = steps[number + 1].next() if number + 1 < len(steps) else "done."
    ending = after if after == "done." else f"{after}."
    return f"Thought: {step.thought}. Next: {ending}\nAction: {step.action(marked)}"


def name(rng: random.Random, element: dict) -> str:
    """An element in the words of a goal."""
    label = element["label"]
    quoted = rng.choice(["'{}'", "'{}'", '"{}"', "“{}”"]).format(label)
    called = rng.choice(CALLED[element["kind"]])
    return rng.choices(
        [quoted, f"the {quoted} {called}", f"the {called} {quoted}", f"the {label} {called}", label], [5, 2, 1, 3, 3]
    )[0]


def click(rng: random.Random, element: dict) -> Step:
    kind = element["kind"]
    wordings = UNTICK if kind == "box" and element["on"] and rng.random() < 0.5 else CLICKS[kind]
    goal = rng.choice(wordings).format(n=name(rng, element))
    return Step(goal, f"Click the {NOUNS[kind]} '{element['label']}'", "click", element)


def other_click(rng: random.Random, element: dict) -> Step:
    verb, (said, wordings) = rng.choice(list(OTHER_CLICKS.items()))
    goal = rng.choice(wordings).format(n=name(rng, element))
    return Step(goal, f"{said} the {NOUNS[element['kind']]} '{element['label']}'", verb, element)


def typing(rng: random.Random, words: Words, element: dict) -> list[Step]:
    """A click into a field, and typing; the first carries the goal of both."""
    value = element["value"] if element["value"] and rng.random() < 0.5 else words.value()
    shown = rng.choice(["'{}'", '"{}"', "{}"]).format(value)
    goal = rng.choice(TYPES).format(n=name(rng, element), v=shown)
    label = element["label"]
    first = Step(goal, f"Click the field '{label}'", "click", element)
    return [first, Step("", f"Type into the field '{label}'", "type", element, value)]


def menu_steps(rng: random.Random, screen: Shown, item: dict) -> list[Step] | None:
    """A menu's entry, over the menu that it is in."""
    menus = [e for e in screen.elements if e["kind"] == "menu" and e["label"] == item["group"]]
    if not menus:
        return None
    (menu,) = menus
    path = rng.choice(["{m} > {i}", "'{m}' > '{i}'", "{i} in the {m} menu", "'{i}' in the '{m}' menu"])
    goal = f"{rng.choice(['Click', 'Choose', 'Select'])} {path.format(m=menu['label'], i=item['label'])}"
    first = Step(goal, f"Click the menu '{menu['label']}'", "click", menu)
    return [first, Step("", f"Click the menu item '{item['label']}'", "click", item)]


def plain(label: str) -> bool:
    """Whether a label can be quoted in a call without escapes."""
    return not set(label) & set("'\"\\“”>")


def joined(rng: random.Random, goals: list[str]) -> str:
    text = goals[0]
    for goal in goals[1:]:
        joint = rng.choice(JOINTS)
        text += joint.format(goal if joint.startswith(". {") else goal[0].lower() + goal[1:])
    text = text[0].lower() + text[1:] if rng.random() < 0.1 else text
    return text + rng.choice(["", "", "."])


def steps_on(rng: random.Random, words: Words, screen: Shown, elements: list[dict]) -> tuple[list[Step], int]:
    """Steps of one task, and the first of them whose screen this is."""
    element = rng.choice(elements)
    if element["kind"] == "item":
        through = menu_steps(rng, screen, element) if rng.random() < 0.5 else None
        return (through, 1) if through else ([click(rng, element)], 0)
    if element["kind"] == "field" and rng.random() < 0.7:
        steps = typing(rng, words, element)
    elif rng.random() < 0.06:
        steps = [other_click(rng, element)]
    else:
        steps = [click(rng, element)]
    while len(steps) < 5 and rng.random() < 0.35:
        more = rng.choice(elements)
        known = [step.element for step in steps]
        if more["kind"] != "item" and more not in known:
            steps += typing(rng, words, more) if more["kind"] == "field" else [click(rng, more)]
    return steps, 0


def usable(screen: Shown) -> list[dict]:
    return [element for element in screen.elements if plain(element["label"])]


def wording(rng: random.Random, steps: list[Step]) -> str:
    return joined(rng, [step.goal for step in steps if step.goal])


def episode(rng: random.Random, words: Words, screen: Shown) -> tuple[str, list[Step]] | None:
    """A task from its first step on; none where the screen has none."""
    elements = usable(screen)
    if not elements:
        return None
    steps, first = steps_on(rng, words, screen, elements)
    return (wording(rng, steps), steps) if first == 0 else None


def task(rng: random.Random, words: Words, screen: Shown) -> Task | None:
    """A task on the screen, at any of its steps; none where there is nothing to do."""
    elements = usable(screen)
    if not elements:
        return None
    if rng.random() < 0.04:
        return rng.choice([keys, scroll])(rng, screen)
    steps, first = steps_on(rng, words, screen, elements)
    goal = wording(rng, steps)
    # Pointing is what has to be learned: steps without a point are asked for less often.
    pointed = [n for n in range(first, len(steps)) if steps[n].verb != "type"]
    number = rng.choice(pointed) if rng.random() < 0.75 else rng.randint(first, len(steps))
    past = [says(steps, before, marked=True) for before in range(number)]
    named = [step.element for step in steps if step.verb != "type"]
    if number == len(steps):
        return Task(goal, past, FINISHED, "finished", None, named)
    step = steps[number]
    target = None if step.verb == "type" else step.element
    return Task(goal, past, says(steps, number, marked=False), step.verb, target, named)


def mention(rng: random.Random, screen: Shown) -> Task | None:
    """A goal that only names some of what can be read, without an answer."""
    elements = [element for element in usable(screen) if len(element["label"]) > 1]
    if not elements:
        return None
    named = rng.sample(elements, min(len(elements), rng.randint(2, 5)))
    quoted = rng.choice(["'{}'", '"{}"', "{}", "“{}”"])
    goal = rng.choice([", ", "; ", " and ", " then "]).join(quoted.format(element["label"]) for element in named)
    return Task(rng.choice(["", "Click ", "Find "]) + goal, [], "", "", None, named)


def scroll(rng: random.Random, screen: Shown) -> Task:
    """The wheel, over the middle of the screen."""
    direction = rng.choice(["up", "down", "left", "right"])
    height, width = screen.pixels.shape[:2]
    middle = {"point": [width // 2, height // 2]}
    step = Step("", f"Scroll {direction}", "scroll", middle, direction)
    return Task(f"Scroll {direction}", [], says([step], 0, marked=False), "scroll", None, [])


def keys(rng: random.Random, _screen: Shown) -> Task:
    """A chord of keys."""
    chord = f"{rng.choice(KEYS)} {rng.choice('abcdefghijklmnopqrstuvwxyz')}"
    said = "+".join(key.capitalize() for key in chord.split())
    goal = rng.choice(["Press {}", "Press the keys {}", "Hit {}"]).format(said)
    step = Step(goal, f"Press the keys {said}", "hotkey", None, chord)
    return Task(goal, [], says([step], 0, marked=False), "hotkey", None, [])
