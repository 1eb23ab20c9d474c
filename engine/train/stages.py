"""The stages of training at each scale: reading, matching words, pointing on parts of screens, whole screens."""

from dataclasses import dataclass

from data import Plan


@dataclass(frozen=True)
class Stage:
    """One stage."""

    # The batches of these follow each other in turn.
    plans: tuple[Plan, ...]
    steps: int
    # The learning rate at the beginning and at the end.
    rates: tuple[float, float]
    # Whether the tower goes on learning what it is taught directly.
    tower: bool = True


def reading(scale: int) -> tuple[Plan, ...]:
    return (Plan(112, 112, texts=32 * scale, screens=8 * scale, tasks=0),)


def matching(scale: int) -> tuple[Plan, ...]:
    return (Plan(112, 112, texts=14 * scale, screens=6 * scale, tasks=0, mentions=3),)


def pointing(scale: int) -> tuple[Plan, ...]:
    return (Plan(224, 168, texts=2 * scale, screens=11 * scale, tasks=3, longest=112),)


def acting(scale: int) -> tuple[Plan, ...]:
    """Whole screens, and parts of them and small upright ones between."""
    whole = Plan(448, 336, texts=0, screens=3 * scale, tasks=5, longest=240)
    part = Plan(224, 168, texts=2 * scale, screens=8 * scale, tasks=3, longest=160)
    upright = Plan(168, 224, texts=2 * scale, screens=8 * scale, tasks=3, longest=160)
    return (whole, part, whole, upright, whole)


SCALES = {
    "cpu": {
        "read": Stage(reading(1), 2000, (2e-3, 1.5e-3)),
        "match": Stage(matching(1), 1000, (1.5e-3, 1.5e-3)),
        "point": Stage(pointing(1), 1500, (1.2e-3, 8e-4)),
        "act": Stage(acting(1), 4000, (1.2e-3, 4e-4)),
        "settle": Stage(acting(1), 1500, (5e-4, 0.0), tower=False),
    },
    "gpu": {
        "read": Stage(reading(6), 6000, (2e-3, 1.5e-3)),
        "match": Stage(matching(6), 3000, (1.5e-3, 1.5e-3)),
        "point": Stage(pointing(6), 8000, (1.5e-3, 1e-3)),
        "act": Stage(acting(6), 6000, (1e-3, 4e-4)),
        "settle": Stage(acting(6), 3000, (4e-4, 0.0), tower=False),
    },
}
