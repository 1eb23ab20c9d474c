"""Windows of GTK 3, drawn by GTK itself; run by generate.py in the system's Python, which has its bindings.

Usage: gtk_windows.py SEED COUNT HELD_OUT. Each line of output is one screen: its picture in base64 and what it shows.
"""

import base64
import json
import random
import sys

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, GdkPixbuf, Gtk, Pango  # noqa: E402

from words import Words  # noqa: E402

WIDTH, HEIGHT = 448, 336
FONTS = ["DejaVu Sans", "DejaVu Sans", "Cantarell", "Liberation Sans", "Nimbus Sans", "Sans"]
THEMES = ["Adwaita", "Adwaita", "Adwaita", "HighContrast", "Raleigh", "Clearlooks"]


class Window:
    """A window of random widgets, and where they are."""

    def __init__(self, rng: random.Random, words: Words):
        self.rng = rng
        self.words = words
        self.used: set[str] = set()
        # Kind, label, the widget, the widget with the text, and whether it is on or what it holds.
        self.named: list[tuple] = []
        self.box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=rng.choice([2, 4, 6, 8]))
        self.root = Gtk.Box(orientation=Gtk.Orientation.VERTICAL)

    def label(self) -> str:
        return self.words.unlike(self.used)

    def note(self, kind: str, label: str, widget, text=None, on: bool = False, value: str | None = None):
        self.named.append((kind, label, widget, text or widget, on, value))
        return widget

    def pack(self, widget, grow: bool = False) -> None:
        self.box.pack_start(widget, grow, grow, 0)

    def buttons(self) -> None:
        row = Gtk.ButtonBox(spacing=self.rng.choice([4, 6, 10]))
        row.set_layout(self.rng.choice([Gtk.ButtonBoxStyle.START, Gtk.ButtonBoxStyle.END, Gtk.ButtonBoxStyle.CENTER]))
        for _ in range(self.rng.randint(1, 4)):
            label = self.label()
            row.add(self.note("button", label, Gtk.Button(label=label)))
        self.pack(row)

    def form(self) -> None:
        grid = Gtk.Grid(column_spacing=self.rng.choice([6, 10, 14]), row_spacing=self.rng.choice([3, 6]))
        above = self.rng.random() < 0.25
        for row in range(self.rng.randint(1, 4)):
            label = self.label()
            name = Gtk.Label(label=label + self.rng.choice(["", "", ":"]), xalign=0)
            grid.attach(name, 0, 2 * row if above else row, 1, 1)
            grid.attach(self.entry(label, name), 0 if above else 1, 2 * row + 1 if above else row, 1, 1)
        self.pack(grid)

    def entry(self, label: str, name):
        if self.rng.random() < 0.15:
            combo = Gtk.ComboBoxText()
            combo.append_text(self.words.label())
            combo.set_active(0)
            return self.note("list", label, combo, name)
        entry = Gtk.Entry(width_chars=self.rng.randint(8, 22))
        value = self.words.value() if self.rng.random() < 0.35 else None
        entry.set_text(value or "")
        return self.note("field", label, entry, name, value=value)

    def ticks(self) -> None:
        first = None
        kind = self.rng.choice(["box", "box", "choice"])
        for _ in range(self.rng.randint(1, 4)):
            label = self.label()
            if kind == "choice":
                widget = first = Gtk.RadioButton.new_with_label_from_widget(first, label)
            else:
                widget = Gtk.CheckButton(label=label)
                widget.set_active(self.rng.random() < 0.4)
            widget.set_halign(Gtk.Align.START)
            self.pack(self.note(kind, label, widget, on=widget.get_active()))

    def listing(self) -> None:
        rows = Gtk.ListBox()
        for _ in range(self.rng.randint(2, 6)):
            label = self.label()
            text = Gtk.Label(label=label, xalign=0, margin=self.rng.choice([1, 3]))
            rows.add(text)
            self.note("option", label, text.get_parent(), text)
        if self.rng.random() < 0.6:
            rows.select_row(rows.get_row_at_index(0))
        frame = Gtk.Frame()
        frame.add(rows)
        self.pack(frame)

    def tabs(self) -> None:
        book = Gtk.Notebook()
        for _ in range(self.rng.randint(2, 4)):
            label = self.label()
            tab = Gtk.Label(label=label)
            book.append_page(Gtk.Label(label=self.words.sentence(self.rng.randint(1, 4))), tab)
            self.note("tab", label, tab)
        self.pack(book)

    def prose(self) -> None:
        self.pack(Gtk.Label(label=self.words.sentence(self.rng.randint(2, 6)), xalign=0))

    def links(self) -> None:
        label = self.label()
        link = Gtk.LinkButton(uri="http://localhost", label=label, halign=Gtk.Align.START)
        self.pack(self.note("link", label, link))

    def menus(self) -> None:
        bar = Gtk.MenuBar()
        for _ in range(self.rng.randint(2, 5)):
            label = self.label()
            bar.append(self.note("menu", label, Gtk.MenuItem(label=label)))
        self.root.pack_start(bar, False, False, 0)

    def title(self) -> None:
        bar = Gtk.EventBox()
        bar.add(Gtk.Label(label=self.words.label(), margin=2))
        colour = Gdk.RGBA()
        colour.parse(self.rng.choice(["#8fb0e0", "#dcdcdc", "#c0c0d8", "#ffffff"]))
        bar.override_background_color(Gtk.StateFlags.NORMAL, colour)
        self.root.pack_start(bar, False, False, 0)

    def build(self):
        if self.rng.random() < 0.6:
            self.title()
        if self.rng.random() < 0.35:
            self.menus()
        makers = [self.buttons, self.buttons, self.form, self.form, self.ticks]
        makers += [self.listing, self.tabs, self.prose, self.links]
        for make in self.rng.choices(makers, k=self.rng.randint(2, 5)):
            make()
        self.box.set_border_width(self.rng.choice([4, 8, 12]))
        self.root.pack_start(self.box, True, True, 0)
        window = Gtk.OffscreenWindow()
        window.add(self.root)
        window.set_default_size(self.rng.randint(200, 400), -1)
        return window


def rest() -> None:
    """Lets GTK do what waits to be done."""
    while Gtk.events_pending():
        Gtk.main_iteration_do(False)


def labels(widget, window):
    """Every label inside a widget, with its place in the window."""
    if isinstance(widget, Gtk.Label) and widget.get_mapped():
        found = widget.translate_coordinates(window, 0, 0)
        allocation = widget.get_allocation()
        x, y = widget.get_layout_offsets()
        # Offsets of widgets without a window of their own are those of the parent.
        yield widget.get_layout(), found[0] + x - allocation.x, found[1] + y - allocation.y
    elif isinstance(widget, Gtk.Entry) and widget.get_mapped():
        found = widget.translate_coordinates(window, 0, 0)
        x, y = widget.get_layout_offsets()
        yield widget.get_layout(), found[0] + x, found[1] + y
    elif isinstance(widget, Gtk.Container):
        inner = []
        widget.forall(inner.append)
        for child in inner:
            yield from labels(child, window)


def characters(layout, x: float, y: float) -> list:
    text = layout.get_text()
    found, at = [], 0
    for char in text:
        if char.strip():
            place = layout.index_to_pos(at)
            middle = place.x + place.width / 2, place.y + place.height / 2
            found.append([char, x + middle[0] / Pango.SCALE, y + middle[1] / Pango.SCALE])
        at += len(char.encode())
    return found


def place(widget, window) -> list[float]:
    x, y = widget.translate_coordinates(window, 0, 0)
    allocation = widget.get_allocation()
    return [x, y, x + allocation.width, y + allocation.height]


def text_place(widget, window) -> list[float] | None:
    for layout, x, y in labels(widget, window):
        size = layout.get_pixel_size()
        return [x, y, x + size[0], y + size[1]]
    return None


def settings(rng: random.Random) -> None:
    chosen = Gtk.Settings.get_default()
    chosen.set_property("gtk-theme-name", rng.choice(THEMES))
    chosen.set_property("gtk-application-prefer-dark-theme", rng.random() < 0.2)
    chosen.set_property("gtk-font-name", f"{rng.choice(FONTS)} {rng.choice([8, 9, 10, 10, 10, 11])}")


def element(note: tuple, window, left: int, top: int) -> dict | None:
    """What is noted of a widget of a window at a place of the screen; none where it is not wholly on the screen."""
    kind, label, widget, text, on, value = note
    box, words_at = place(widget, window), text_place(text, window)
    if not words_at:
        return None
    box, words_at = ([a + left, b + top, c + left, d + top] for a, b, c, d in (box, words_at))
    if box[2] > WIDTH or box[3] > HEIGHT:
        return None
    entered = box[0] + min((box[2] - box[0]) / 2, 32)
    across = entered if kind in ("field", "list") else (words_at[0] + words_at[2]) / 2
    seen = {"kind": kind, "label": label, "box": box, "text": words_at, "point": [across, (box[1] + box[3]) / 2]}
    return seen | {"on": on, "group": None, "value": value}


def screen(rng: random.Random, words: Words) -> dict:
    """A window somewhere on an empty screen."""
    made = Window(rng, words)
    window = made.build()
    window.show_all()
    rest()
    drawn = window.get_pixbuf()
    left, top = rng.randint(0, max(0, WIDTH - drawn.get_width())), rng.randint(0, max(0, HEIGHT - drawn.get_height()))
    whole = GdkPixbuf.Pixbuf.new(GdkPixbuf.Colorspace.RGB, False, 8, WIDTH, HEIGHT)
    whole.fill(rng.choice([0x000000FF, rng.randrange(1 << 24) << 8 | 0xFF]))
    width, height = min(drawn.get_width(), WIDTH - left), min(drawn.get_height(), HEIGHT - top)
    drawn.composite(whole, left, top, width, height, left, top, 1, 1, GdkPixbuf.InterpType.NEAREST, 255)
    elements = [element(note, window, left, top) for note in made.named]
    elements = [one for one in elements if one]
    chars = [one for found in labels(window, window) for one in characters(*found)]
    chars = [[char, x + left, y + top] for char, x, y in chars if x + left < WIDTH and y + top < HEIGHT]
    # Combo boxes draw their text in cells, which have no layout to ask.
    unread = [e["box"] for e in elements if e["kind"] == "list"]
    window.destroy()
    rest()
    pixels = base64.b64encode(rows(whole)).decode()
    return {"pixels": pixels, "elements": elements, "chars": chars, "unread": unread}


def rows(picture) -> bytes:
    """The picture's bytes without what pads its rows."""
    data, stride = picture.get_pixels(), picture.get_rowstride()
    return b"".join(data[y * stride : y * stride + WIDTH * 3] for y in range(HEIGHT))


def main() -> None:
    seed, count, held_out = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "1"
    for number in range(count):
        rng = random.Random(f"{seed} {number}")
        settings(rng)
        print(json.dumps(screen(rng, Words(rng, held_out))), flush=True)


if __name__ == "__main__":
    main()
