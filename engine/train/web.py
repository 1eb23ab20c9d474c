"""Screens as HTML: windows, dialogs, forms, lists, tabs, menus and pages, many of them on one sheet."""

import random
from html import escape

from themes import Theme
from words import Words

WIDTH, HEIGHT = 448, 336


class Screen:
    """One screen's HTML, built from random blocks."""

    def __init__(self, rng: random.Random, words: Words, number: int):
        self.rng = rng
        self.words = words
        self.scope = f"#s{number}"
        self.theme = Theme(rng)
        self.labels: set[str] = set()
        self.names = 0

    def label(self) -> str:
        """A label that no other element of the screen has."""
        return self.words.unlike(self.labels)

    def control(self, tag: str, kind: str, label: str, more: str = "", shown: str | None = None) -> str:
        text = escape(label if shown is None else shown)
        return f'<{tag} data-k="{kind}" data-l="{escape(label)}" {more}>{text}</{tag}>'

    def button(self) -> str:
        return self.control("button", "button", self.label(), 'style="margin:2px"')

    def buttons(self) -> str:
        count = self.rng.randint(1, 4)
        align = self.rng.choice(["left", "right", "center"])
        between = self.rng.choice(["", " "])
        return f'<div style="text-align:{align}">{between.join(self.button() for _ in range(count))}</div>'

    def keypad(self) -> str:
        columns = self.rng.randint(3, 5)
        cells = "".join(self.button() for _ in range(columns * self.rng.randint(1, 3)))
        return f'<div style="display:grid;grid-template-columns:repeat({columns},auto);justify-content:start">{cells}</div>'

    def entry(self, label: str, width: int) -> str:
        self.names += 1
        more = f'class="text" style="width:{width}px" data-n="{self.names}"'
        kind = self.rng.random()
        if kind < 0.12:
            options = "".join(f"<option>{escape(self.words.label())}</option>" for _ in range(3))
            return f'<select data-k="list" data-l="{escape(label)}" {more}>{options}</select>'
        value = escape(self.words.value()) if kind < 0.4 else ""
        shown = f'value="{value}" data-v="{value}"' if value else ""
        return f'<input data-k="field" data-l="{escape(label)}" {more} {shown}>'

    def form(self) -> str:
        above = self.rng.random() < 0.3
        width = self.rng.randint(60, 200)
        side = self.rng.randint(70, 130)
        rows = []
        for _ in range(self.rng.randint(1, 2 if above else 4)):
            label = self.label()
            entry = self.entry(label, width)
            colon = self.rng.choice(["", "", ":"])
            name = f'<span data-t="{self.names}">{escape(label + colon)}</span>'
            lead = f"{name}<br>" if above else f'<span style="display:inline-block;min-width:{side}px">{name}</span>'
            rows.append(f'<div style="margin:{self.rng.randint(1, 5)}px 0;white-space:nowrap">{lead}{entry}</div>')
        return "".join(rows)

    def ticks(self) -> str:
        kind, type_ = self.rng.choice([("box", "checkbox"), ("box", "checkbox"), ("choice", "radio")])
        chosen = self.rng.randrange(4)
        across = self.rng.random() < 0.3
        rows = []
        for number in range(self.rng.randint(1, 4)):
            on = number == chosen if kind == "choice" else self.rng.random() < 0.4
            mark = f'<input type="{type_}" {"checked" if on else ""} style="accent-color:{self.theme.accent}">'
            label = self.label()
            text = f"{mark}<span>{escape(label)}</span>"
            named = f'data-k="{kind}" data-l="{escape(label)}" data-on="{int(on)}"'
            row = f'<label {named} style="margin-right:8px">{text}</label>'
            rows.append(row if across else f'<div style="margin:{self.rng.randint(0, 4)}px 0">{row}</div>')
        return f"<div>{''.join(rows)}</div>"

    def options(self, kind: str, count: int, pad: int, group: str = "") -> str:
        chosen = self.rng.randrange(count * 2)
        row = 'class="{}" data-g="{}" style="padding:{}px 8px;white-space:nowrap;overflow:hidden"'
        rows = ("on" if number == chosen else "" for number in range(count))
        return "".join(self.control("div", kind, self.label(), row.format(on, escape(group), pad)) for on in rows)

    def listing(self) -> str:
        width = self.rng.randint(110, 260)
        rows = self.options("option", self.rng.randint(2, 7), self.rng.randint(0, 4))
        return f'<div class="well" style="width:{width}px;margin:4px 0">{rows}</div>'

    def tabs(self) -> str:
        count = self.rng.randint(2, 5)
        chosen = self.rng.randrange(count)
        tabs = []
        for number in range(count):
            on = f"border-bottom:2px solid {self.theme.accent}" if number == chosen else "opacity:.8"
            style = f'class="line" style="display:inline-block;padding:4px 9px;border:1px solid;{on}"'
            tabs.append(self.control("span", "tab", self.label(), style))
        return f'<div style="margin:3px 0;white-space:nowrap">{"".join(tabs)}</div>'

    def prose(self) -> str:
        parts = []
        for _ in range(self.rng.randint(1, 4)):
            parts.append(escape(self.words.sentence(self.rng.randint(1, 7))))
            if self.rng.random() < 0.6:
                parts.append(self.control("a", "link", self.label(), 'href="#" style="white-space:nowrap"'))
        return f'<div style="margin:4px 0">{" ".join(parts)}</div>'

    def heading(self) -> str:
        size = self.rng.choice([1, 1, 1.15, 1.3])
        return f'<div style="font-weight:bold;font-size:{size}em;margin:4px 0">{escape(self.words.label())}</div>'

    def blocks(self) -> str:
        makers = [self.buttons, self.buttons, self.keypad, self.form, self.form]
        makers += [self.ticks, self.listing, self.tabs, self.prose, self.heading]
        chosen = self.rng.choices(makers, k=self.rng.randint(3, 7))
        return f'<div style="padding:{self.theme.gap}px;overflow:hidden">{"".join(make() for make in chosen)}</div>'

    def menus(self) -> str:
        """A menu bar, sometimes with one menu open below it."""
        pad = self.rng.randint(4, 10)
        labels = [self.label() for _ in range(self.rng.randint(2, 6))]
        open_ = self.rng.randrange(len(labels)) if self.rng.random() < 0.45 else None
        bar = []
        for number, label in enumerate(labels):
            on = "on" if number == open_ else ""
            popup = self._popup(label) if number == open_ else ""
            entry = self.control("span", "menu", label, f'class="{on}" style="padding:3px {pad}px;display:inline-block"')
            bar.append(f'<span style="position:relative;display:inline-block">{entry}{popup}</span>')
        return f'<div class="line" style="border-bottom:1px solid;white-space:nowrap">{"".join(bar)}</div>'

    def _popup(self, menu: str) -> str:
        rows = self.options("item", self.rng.randint(2, 8), self.rng.randint(1, 5), menu)
        shadow = "box-shadow:0 2px 6px #0006" if self.rng.random() < 0.5 else ""
        place = "position:absolute;left:0;top:100%;z-index:5;min-width:110px"
        return f'<div class="popup" style="{place};{shadow}">{rows}</div>'

    def window(self) -> str:
        """A window with a title bar, somewhere on the screen."""
        width = self.rng.randint(220, WIDTH)
        left, top = self.rng.randint(0, WIDTH - width), self.rng.randint(0, 90)
        bar = self.rng.choice([self.theme.raised, self.theme.accent, "#8fb0e0", "#dcdcdc", "#333333"])
        ink = "#fff" if bar in (self.theme.accent, "#333333") else self.theme.text if bar == self.theme.raised else "#000"
        align = self.rng.choice(["left", "center"])
        look = f"background:{bar};color:{ink};padding:3px 6px;text-align:{align};font-weight:{self.rng.choice([400, 700])}"
        title = f'<div style="{look}">{escape(self.words.label())}</div>'
        menus = self.menus() if self.rng.random() < 0.35 else ""
        place = f"position:absolute;left:{left}px;top:{top}px;width:{width}px"
        return f'<div class="window" style="{place}">{title}{menus}{self.blocks()}</div>'

    def page(self) -> str:
        """A page without a window round it, often a narrow one."""
        width = self.rng.choice([160, 220, 300, WIDTH, WIDTH, WIDTH])
        menus = self.menus() if self.rng.random() < 0.4 else ""
        look = f"background:#ff0;color:#000;height:{self.rng.randint(20, 50)}px;padding:3px;overflow:hidden"
        head = f'<div style="{look}">{escape(self.words.sentence(4))}</div>'
        head = head if width < 300 and self.rng.random() < 0.6 else ""
        look = f"background:{self.theme.page};width:{width}px;min-height:100%"
        return f'<div style="{look}">{head}{menus}{self.blocks()}</div>'

    def html(self, left: int, top: int) -> str:
        body = self.window() if self.rng.random() < 0.5 else self.page()
        place = f"position:absolute;left:{left}px;top:{top}px;width:{WIDTH}px;height:{HEIGHT}px;overflow:hidden"
        shown = f'<div class="screen" id="{self.scope[1:]}" style="{place}">{body}</div>'
        return f"<style>{self.theme.css(self.scope)}</style>{shown}"


def sheet(rng: random.Random, words: Words, columns: int, rows: int) -> str:
    """A page of many screens."""
    places = [(column * WIDTH, row * HEIGHT) for row in range(rows) for column in range(columns)]
    screens = "".join(Screen(rng, words, number).html(*place) for number, place in enumerate(places))
    return f"<!doctype html><meta charset=utf-8><style>*{{box-sizing:border-box}}body{{margin:0}}</style>{screens}"
