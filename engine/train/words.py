"""The texts of screens: words, labels and values; a tenth of all words is kept out of training."""

import random
import string
import zlib
from functools import cache
from pathlib import Path

# Debian's hunspell-en-us.
DICTIONARY = Path("/usr/share/hunspell/en_US.dic")

ACCENTED = "ÄÖÜäöüßéèêëàáâãçñíìîóòôõúùûåæøœÉÈÀÇÑÅØ"
SIGNS = "…€£–’“”×•"
# What the tower is taught to read.
ALPHABET = "".join(chr(code) for code in range(33, 127)) + ACCENTED + SIGNS

COMMON = """OK Cancel Save Open Close File Edit View Help Tools Apply Yes No Next Back Previous Submit Delete Add Remove
New Print Search Find Replace Copy Paste Cut Undo Redo Settings Options Name Password Email Address City Town Country
Phone Login Register Continue Finish Quit Exit Format Insert Window Home Profile Account Title Date Time Size Colour
Send Reply Forward Archive Refresh Reset Default Browse Import Export Start Stop Pause Play Details More Less About
Username Message Comment Subject Language Theme Font Zoom Properties Rename Download Upload Update Install""".split()
PHRASES = """Save As|Select All|Log in|Sign up|Sign in|First name|Last name|Full name|E-mail|Place order|Remember me|
Page Setup|Print Preview|Open Recent|New Window|New Tab|Word Wrap|Find Next|Go to Line|Keep me signed in|Zip code|
I agree|Send mail|Add to cart|Close All|Don't Save|Show hidden files|Use proxy|Auto save|Line numbers""".split("|")

ONSETS = """
b c d f g h j k l m n p qu r s t v w x y z bl br ch cl cr dr fl fr gl gr pl pr sc sh sk sl sm sn sp st str th tr
""".split()
NUCLEI = "a e i o u a e i o u ai au ea ee ie io oa oo ou".split()
CODAS = ["", "", "", "", *"b d f g k l m n p r s t x ck ft ld ll lm lt mp nd ng nk nt rd rk rm rn rt sk ss st".split()]


@cache
def dictionary() -> list[str]:
    """Plain words of two to eleven letters."""
    lines = DICTIONARY.read_text(encoding="utf-8", errors="ignore").splitlines()[1:]
    words = (line.split("/")[0] for line in lines)
    return [word for word in words if word.isalpha() and 2 <= len(word) <= 11]


def is_held_out(word: str) -> bool:
    return zlib.crc32(word.lower().encode()) % 10 == 0


class Words:
    """Draws texts, either of words for training alone or of the held-out ones alone."""

    def __init__(self, rng: random.Random, held_out: bool):
        self.rng = rng
        self.held_out = held_out

    def word(self) -> str:
        """A word of the dictionary, one that does not exist, or letters and digits without sense."""
        while True:
            word = self._any()
            if is_held_out(word) == self.held_out:
                return word

    def _any(self) -> str:
        kind = self.rng.random()
        if kind < 0.5:
            return self.rng.choice(dictionary())
        if kind < 0.85:
            return self._invented()
        letters = string.digits if kind < 0.93 else string.ascii_letters + string.digits
        return "".join(self.rng.choices(letters, k=self.rng.randint(1, 6)))

    def _invented(self) -> str:
        pick = self.rng.choice
        word = "".join(pick(ONSETS) + pick(NUCLEI) + pick(CODAS) for _ in range(self.rng.choice([1, 2, 2, 3])))
        if self.rng.random() < 0.06:
            at = self.rng.randrange(len(word))
            word = word[:at] + pick(ACCENTED) + word[at + 1 :]
        return word

    def label(self) -> str:
        """What is written on a control: one to three words in one case."""
        if not self.held_out and self.rng.random() < 0.2:
            return self.rng.choice(COMMON) if self.rng.random() < 0.75 else self.rng.choice(PHRASES).strip()
        words = [self.word() for _ in range(self.rng.choice([1, 1, 1, 1, 2, 2, 3]))]
        case = self.rng.random()
        if case < 0.4:
            words[0] = words[0][:1].upper() + words[0][1:]
        elif case < 0.65:
            words = [word[:1].upper() + word[1:] for word in words]
        elif case < 0.75:
            words = [word.upper() for word in words]
        return " ".join(words)[:22].strip()

    def unlike(self, used: set[str]) -> str:
        """A label that is not among the used ones, in any case; it is used from now on."""
        while True:
            label = self.label()
            if label and label.lower() not in used:
                used.add(label.lower())
                return label

    def value(self) -> str:
        """What is typed into a field."""
        kind = self.rng.random()
        if kind < 0.5:
            return self.word()
        if kind < 0.7:
            return f"{self.word()} {self.word()}".title()
        if kind < 0.85:
            return str(self.rng.randint(0, 10 ** self.rng.randint(1, 6)))
        return f"{self.word()}@{self.word()}.{self.rng.choice(['org', 'com', 'net', 'de'])}".lower()

    def sentence(self, length: int) -> str:
        words = [self.word() for _ in range(length)]
        ends = self.rng.choices(["", ",", ".", ":", ";", "!", "?"], [12, 2, 2, 1, 0.3, 0.3, 0.3], k=length)
        return " ".join(word + end for word, end in zip(words, ends))
