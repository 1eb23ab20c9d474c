"""Packs a checkpoint's bf16 weights for the program: model.safetensors becomes model.safetensors.packed beside it.

    python3 pack.py FOLDER

The header as it is, then the lower bytes of all numbers, then the upper ones, which repeat; all of it as one zlib stream. Also
prints the BLAKE3 digest that `engine/src/load/boxed.rs` compares what it unpacks with, if b3sum is installed.
"""

import pathlib
import shutil
import subprocess
import sys
import zlib


def packed(plain: bytes) -> bytes:
    start = 8 + int.from_bytes(plain[:8], "little")
    return zlib.compress(plain[:start] + plain[start::2] + plain[start + 1 :: 2], 9)


def main() -> None:
    weights = pathlib.Path(sys.argv[1]) / "model.safetensors"
    weights.with_suffix(".safetensors.packed").write_bytes(packed(weights.read_bytes()))
    if shutil.which("b3sum"):
        subprocess.run(["b3sum", weights], check=True)


main()
