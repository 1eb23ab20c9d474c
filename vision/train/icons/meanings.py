"""The meanings of meanings.toml, and which of them an icon's name has."""

import tomllib
from pathlib import Path

HERE = Path(__file__).parent
# The last class: what is no icon, or one of no known meaning.
NONE = "none"


class Meanings:
    """The classes in their order, `none` last."""

    def __init__(self) -> None:
        with open(HERE / "meanings.toml", "rb") as file:
            table = tomllib.load(file)
        self.skipped = set(table.pop("skipped")["names"].split())
        self.names = [*table, NONE]
        self.words = {name: entry["words"] for name, entry in table.items()} | {NONE: []}
        self.called: dict[str, int] = {}
        for index, (meaning, entry) in enumerate(table.items()):
            for name in entry["names"].split():
                if name in self.called:
                    raise ValueError(f"{name} means {self.names[self.called[name]]} and {meaning}")
                self.called[name] = index
        # Words of all known names: an icon whose name has none of them is something else altogether.
        self.known = {part for name in self.called for part in name.split(":")[-1].split("-") if len(part) > 2}

    def of(self, source: str, name: str, debian: bool) -> int | None:
        """The class of an icon; nothing where it is not to be learnt."""
        own = f"{source}:{name}"
        # Themes for desktops have names of one word from older times, which mean this or that: `stop`, `time`.
        if debian and "-" not in name and name != "folder" or debian and f"debian:{name}" in self.skipped:
            return None
        if own in self.skipped or name in self.skipped:
            return None
        if own in self.called:
            return self.called[own]
        if name in self.called:
            return self.called[name]
        return None

    def is_other(self, name: str) -> bool:
        """Whether an icon's name shares no word with any known meaning's."""
        return not any(
            part.rstrip("s") in self.known or part in self.known for part in name.replace("_", "-").split("-")
        )
