"""Fetches the icon sets of sources.py: python fetch.py FOLDER. Packages of npm and of Debian 12, in the versions of the card."""

import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from sources import SOURCES, Source


def fetch(source: Source, folder: Path) -> None:
    """Unpacks a set's package into a folder of its name, unless it is there."""
    into = folder / source.name
    if into.exists():
        return
    with tempfile.TemporaryDirectory() as loaded:
        if source.debian:
            subprocess.run(["apt-get", "download", f"{source.package}={source.version}"], cwd=loaded, check=True)
            subprocess.run(["dpkg-deb", "-x", str(next(Path(loaded).glob("*.deb"))), str(into)], check=True)
        else:
            subprocess.run(["npm", "pack", "--silent", f"{source.package}@{source.version}"], cwd=loaded, check=True)
            with tarfile.open(next(Path(loaded).glob("*.tgz"))) as packed:
                packed.extractall(into, filter="data")
            if "@iconify-json" in source.package:
                unpack(into / "package")


def unpack(package: Path) -> None:
    """Writes the drawings in a package of Iconify as files."""
    table = json.loads((package / "icons.json").read_text())
    (package / "svg").mkdir()
    for name, icon in table["icons"].items():
        width, height = (icon.get(side, table.get(side, 16)) for side in ("width", "height"))
        corner = f"{icon.get('left', 0)} {icon.get('top', 0)}"
        head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="{corner} {width} {height}">'
        (package / "svg" / f"{name}.svg").write_text(f"{head}{icon['body']}</svg>")


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for source in SOURCES:
        fetch(source, folder)
        print(source.name, source.version, sum(1 for _ in source.pictures(folder)), "pictures")


if __name__ == "__main__":
    main()
