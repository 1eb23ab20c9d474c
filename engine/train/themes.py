"""How screens look: colours, fonts and the shapes of controls, as CSS of one screen."""

import random

FAMILIES = ["DejaVu Sans", "Liberation Sans", "Cantarell", "Noto Sans", "Nimbus Sans", "Arial", "sans-serif", "system-ui"]
ACCENTS = ["#3584e4", "#1a73e8", "#0078d4", "#2e7d32", "#c62828", "#6a1b9a", "#e65100", "#455a64", "#00838f", "#4a90d9"]


def gray(level: int, rng: random.Random, tint: int = 6) -> str:
    return "#" + "".join(f"{max(0, min(255, level + rng.randint(-tint, tint))):02x}" for _ in range(3))


class Theme:
    """One screen's look."""

    def __init__(self, rng: random.Random):
        self.dark = rng.random() < 0.2
        self.accent = rng.choice(ACCENTS)
        self.size = rng.choice([11, 12, 12, 13, 13, 13, 13.333, 13.333, 14, 14, 15, 16])
        self.family = rng.choice(FAMILIES)
        self.native = rng.random() < 0.3
        page = rng.randint(24, 70) if self.dark else rng.choice([255, 255, 250, 246, 240, 232, 220])
        self.page = gray(page, rng)
        self.text = gray(rng.randint(215, 255) if self.dark else rng.choice([0, 20, 40, 51]), rng)
        step = 1 if self.dark else -1
        self.raised = gray(max(0, min(255, page + step * rng.randint(4, 30))), rng)
        self.sunken = gray(page - 12 if self.dark else 255, rng, 2)
        self.line = gray(max(0, min(255, page + step * rng.randint(35, 130))), rng)
        self.desk = rng.choice(["#000000", gray(rng.randint(0, 255), rng, 60), gray(rng.randint(0, 255), rng)])
        self.radius = rng.choice([0, 0, 2, 3, 4, 5, 6, 12])
        self.gap = rng.choice([2, 4, 6, 8, 10])
        self.pad = f"{rng.randint(2, 8)}px {rng.randint(6, 18)}px"
        self.filled = rng.random() < 0.25

    def css(self, scope: str) -> str:
        """The rules of one screen."""
        common = f"{scope}{{font:{self.size}px '{self.family}';color:{self.text};background:{self.desk}}}"
        controls = f"{scope} button,{scope} input,{scope} select{{font-family:inherit;font-size:inherit}}"
        boxes = f"{scope} .window,{scope} .popup{{background:{self.page};border:1px solid {self.line}}}"
        rows = f"{scope} .on{{background:{self.accent};color:#fff}}{scope} .line{{border-color:{self.line}!important}}"
        well = f"{scope} .well{{background:{self.sunken};border:1px solid {self.line}}}"
        link = f"{scope} a{{color:{'#8ab4f8' if self.dark else self.accent}}}"
        return common + controls + boxes + rows + well + link + ("" if self.native else self._shaped(scope))

    def _shaped(self, scope: str) -> str:
        fill = f"background:{self.accent};color:#fff" if self.filled else f"background:{self.raised};color:{self.text}"
        button = f"{scope} button{{{fill};border:1px solid {self.line};border-radius:{self.radius}px;padding:{self.pad}}}"
        field = (
            f"{scope} input.text,{scope} select{{background:{self.sunken};color:{self.text};"
            f"border:1px solid {self.line};border-radius:{min(self.radius, 6)}px;padding:3px 6px}}"
        )
        return button + field
