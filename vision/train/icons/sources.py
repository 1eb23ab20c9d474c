"""Which icon sets there are, where their files lie, and what an icon of each is called.

Whole sets are kept apart: `train` is learnt from, `check` chooses the temperature and the threshold, `test` is only looked at.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

# What a name says of an icon's looks and size, not of what it means.
STYLE = re.compile(
    r"-(?:fill|filled|line|outline|outlined|solid|regular|sharp|rounded|round|two-tone|twotone|thin|light|bold|duotone|linear|broken"
    r"|f|bulk|stroke|symbolic|icon|12|16|18|20|24|28|32|48|64|96|baseline|tone)$"
)


@dataclass(frozen=True)
class Source:
    """An icon set as it is packed: as drawings, or by Iconify as one file of JSON."""

    name: str
    # npm package, or Debian package where `debian`.
    package: str
    version: str
    licence: str
    role: str
    # Where its pictures are, as patterns below the unpacked package.
    files: tuple[str, ...]
    debian: bool = False
    # Whether its numbers tell drawings of one thing apart: `home-3`.
    numbered: bool = False

    def pictures(self, folder: Path) -> Iterator[tuple[str, Path]]:
        """The meaningful names and the files."""
        for pattern in self.files:
            for path in sorted((folder / self.name).glob(pattern)):
                name = called(path.stem, self.name, self.debian, self.numbered)
                if name:
                    yield name, path


def called(stem: str, source: str, debian: bool, numbered: bool) -> str | None:
    """An icon's name without what it says of looks; nothing for drawings for right-to-left languages."""
    name = re.sub(r"[\s_]+|--+", "-", stem.lower().replace(".symbolic", ""))
    if re.search(r"(^|-)(rtl|ltr)(-|$)", name):
        return None
    if source == "fluent":
        name = re.sub(r"-\d+-(filled|regular|light|color)$", "", name)
    if source == "mdi" and name.endswith(("-box", "-box-outline")):
        return None
    before = ""
    while before != name and not (debian and not name.endswith("-symbolic")):
        before, name = name, STYLE.sub("", name)
    return re.sub(r"-(0\d|[1-9])$", "", name) if numbered else name


def npm(name: str, package: str, version: str, licence: str, role: str, *files: str) -> Source:
    return Source(name, package, version, licence, role, tuple(f"package/{file}" for file in files))


def iconify(name: str, version: str, licence: str, numbered: bool = False) -> Source:
    return Source(name, f"@iconify-json/{name}", version, licence, "train", ("package/svg/*.svg",), False, numbered)


def debian(name: str, package: str, version: str, licence: str, role: str, *folders: str) -> Source:
    kinds = "actions devices places status mimetypes categories ui emblems apps legacy".split()
    files = [f"usr/share/icons/{folder}" for folder in folders]
    spread = [file.replace("KIND", kind) for file in files for kind in kinds]
    return Source(name, package, version, licence, role, tuple(spread), True)


SOURCES = (
    npm("lucide", "lucide-static", "1.62.0", "ISC", "train", "icons/*.svg"),
    npm("tabler", "@tabler/icons", "3.52.0", "MIT", "train", "icons/*/*.svg"),
    npm("symbols", "@material-symbols/svg-400", "0.48.2", "Apache-2.0", "train", "*/*.svg"),
    npm("material", "@material-design-icons/svg", "0.14.15", "Apache-2.0", "train", "*/*.svg"),
    npm("fluent", "@fluentui/svg-icons", "1.1.343", "MIT", "train", "icons/*.svg"),
    npm("bootstrap", "bootstrap-icons", "1.13.2", "MIT", "train", "icons/*.svg"),
    npm(
        "awesome",
        "@fortawesome/fontawesome-free",
        "7.3.1",
        "CC-BY-4.0",
        "train",
        "svgs/regular/*.svg",
        "svgs/solid/*.svg",
    ),
    npm("octicons", "@primer/octicons", "19.42.0", "MIT", "train", "build/svg/*.svg"),
    npm("ionicons", "ionicons", "8.1.0", "MIT", "train", "dist/svg/*.svg"),
    npm("mdi", "@mdi/svg", "7.4.47", "Apache-2.0", "train", "svg/*.svg"),
    npm("phosphor", "@phosphor-icons/core", "2.1.1", "MIT", "train", "assets/*/*.svg"),
    npm("carbon", "@carbon/icons", "11.89.0", "Apache-2.0", "train", "svg/*.svg", "svg/32/*.svg"),
    npm("iconoir", "iconoir", "7.12.1", "MIT", "train", "icons/*/*.svg"),
    iconify("akar-icons", "1.2.7", "MIT"),
    iconify("ant-design", "1.2.9", "MIT"),
    iconify("basil", "1.2.4", "CC-BY-4.0", True),
    iconify("bx", "1.2.3", "MIT"),
    iconify("bxs", "1.2.3", "MIT"),
    iconify("charm", "1.2.3", "MIT"),
    iconify("clarity", "1.2.4", "MIT"),
    iconify("codicon", "1.2.74", "CC-BY-4.0"),
    iconify("entypo", "1.2.1", "CC-BY-SA-4.0"),
    iconify("ep", "1.2.4", "MIT"),
    iconify("eva", "1.2.3", "MIT"),
    iconify("flowbite", "1.2.7", "MIT"),
    iconify("fluent-mdl2", "1.2.1", "MIT"),
    iconify("gg", "1.2.2", "MIT"),
    iconify("gravity-ui", "1.2.15", "MIT"),
    iconify("hugeicons", "1.2.35", "MIT", True),
    iconify("humbleicons", "1.2.20", "MIT"),
    iconify("icon-park-outline", "1.2.4", "Apache-2.0"),
    iconify("icon-park-solid", "1.2.4", "Apache-2.0"),
    iconify("iconamoon", "1.2.2", "CC-BY-4.0"),
    iconify("jam", "1.2.3", "MIT"),
    iconify("la", "1.2.1", "Apache-2.0"),
    iconify("lets-icons", "1.2.2", "CC-BY-4.0", True),
    iconify("majesticons", "1.2.5", "MIT", True),
    iconify("mingcute", "1.2.8", "Apache-2.0", True),
    iconify("mynaui", "1.2.19", "MIT"),
    iconify("oi", "1.2.0", "MIT"),
    iconify("pajamas", "1.2.15", "MIT"),
    iconify("proicons", "1.2.20", "MIT"),
    iconify("solar", "1.2.13", "CC-BY-4.0", True),
    iconify("system-uicons", "1.2.4", "Unlicense"),
    iconify("tdesign", "1.2.19", "MIT"),
    iconify("teenyicons", "1.2.2", "MIT"),
    iconify("typcn", "1.2.2", "CC-BY-SA-4.0"),
    iconify("uil", "1.2.3", "Apache-2.0", True),
    iconify("uiw", "1.2.4", "MIT"),
    iconify("vaadin", "1.2.1", "Apache-2.0"),
    iconify("zondicons", "1.2.2", "MIT"),
    npm("heroicons", "heroicons", "2.2.0", "MIT", "check", "*/*/*.svg"),
    npm("remix", "remixicon", "4.9.1", "Remix Icon License 1.0", "test", "icons/*/*.svg"),
    debian(
        "adwaita",
        "adwaita-icon-theme",
        "43-1",
        "CC-BY-SA, LGPL-3",
        "train",
        "Adwaita/symbolic/KIND/*.svg",
        "Adwaita/16x16/KIND/*.png",
        "Adwaita/24x24/KIND/*.png",
        "Adwaita/48x48/KIND/*.png",
    ),
    debian(
        "papirus",
        "papirus-icon-theme",
        "20230104-2",
        "GPL-3",
        "train",
        "Papirus/16x16/KIND/*.svg",
        "Papirus/24x24/KIND/*.svg",
        "Papirus/symbolic/KIND/*.svg",
        "Papirus/48x48/KIND/*.svg",
    ),
    debian(
        "tango",
        "tango-icon-theme",
        "0.8.90-11",
        "public domain",
        "train",
        "Tango/scalable/KIND/*.svg",
        "Tango/16x16/KIND/*.png",
        "Tango/24x24/KIND/*.png",
    ),
    debian(
        "gnome",
        "gnome-icon-theme",
        "3.12.0-5",
        "GPL-3+, GPL-2+",
        "train",
        "gnome/16x16/KIND/*.png",
        "gnome/24x24/KIND/*.png",
        "gnome/48x48/KIND/*.png",
    ),
    debian(
        "mate",
        "mate-icon-theme",
        "1.26.0-1",
        "LGPL-3+ or CC-BY-SA",
        "train",
        "mate/16x16/KIND/*.png",
        "mate/24x24/KIND/*.png",
        "mate/48x48/KIND/*.png",
        "menta/16x16/KIND/*.png",
        "menta/24x24/KIND/*.png",
    ),
    debian(
        "oxygen",
        "oxygen-icon-theme",
        "5:5.103.0-1",
        "LGPL-3+",
        "train",
        "oxygen/base/16x16/KIND/*.png",
        "oxygen/base/32x32/KIND/*.png",
        "oxygen/base/48x48/KIND/*.png",
    ),
    debian(
        "faenza",
        "faenza-icon-theme",
        "1.3.1-3",
        "GPL-3+",
        "train",
        "Faenza/KIND/16/*.png",
        "Faenza/KIND/24/*.png",
        "Faenza/KIND/48/*.png",
        "Faenza-Dark/KIND/24/*.png",
    ),
    debian(
        "lxde",
        "lxde-icon-theme",
        "0.5.1-2.1",
        "LGPL-3+, GPL-3+",
        "train",
        "nuoveXT2/16x16/KIND/*.png",
        "nuoveXT2/24x24/KIND/*.png",
        "nuoveXT2/48x48/KIND/*.png",
    ),
    debian(
        "paper",
        "paper-icon-theme",
        "1.5.0+git20200312.aa3e8af-4",
        "CC-BY-SA, GPL-3",
        "train",
        "Paper/16x16/KIND/*.png",
        "Paper/24x24/KIND/*.png",
        "Paper/48x48/KIND/*.png",
        "Paper/scalable/KIND/*.svg",
    ),
    debian(
        "yaru",
        "yaru-theme-icon",
        "22.10.3-1",
        "CC-BY-SA-4.0, GPL-3+",
        "train",
        "Yaru/scalable/KIND/*.svg",
        "Yaru/16x16/KIND/*.png",
        "Yaru/24x24/KIND/*.png",
        "Yaru/48x48/KIND/*.png",
    ),
    debian("suru", "suru-icon-theme", "20.05.1-3", "CC-BY-SA-3.0, GPL-3", "check", "suru/KIND/scalable/*.svg"),
    debian(
        "elementary",
        "elementary-icon-theme",
        "7.2.0-1",
        "GPL-3+",
        "test",
        "elementary/KIND/16/*.svg",
        "elementary/KIND/24/*.svg",
        "elementary/KIND/48/*.svg",
        "elementary/KIND/symbolic/*.svg",
    ),
    debian(
        "elementary-xfce",
        "elementary-xfce-icon-theme",
        "0.17-1",
        "GPL-2+",
        "test",
        "elementary-xfce/KIND/16/*.svg",
        "elementary-xfce/KIND/24/*.svg",
        "elementary-xfce/KIND/48/*.svg",
        "elementary-xfce/KIND/16/*.png",
        "elementary-xfce/KIND/24/*.png",
        "elementary-xfce/KIND/48/*.png",
        "elementary-xfce/KIND/symbolic/*.svg",
    ),
    debian(
        "breeze",
        "breeze-icon-theme",
        "4:5.103.0-1",
        "LGPL-3+",
        "test",
        "breeze/KIND/16/*.svg",
        "breeze/KIND/22/*.svg",
        "breeze/KIND/32/*.svg",
        "breeze/KIND/symbolic/*.svg",
    ),
)
