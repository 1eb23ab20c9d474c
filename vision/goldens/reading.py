"""What onnxruntime computes with the networks that read text, for two small pictures: goldens of vision/src/read/network.rs.

    venv/bin/pip install numpy onnxruntime==1.32.0 pillow==13.0.0
    venv/bin/python reading.py FOLDER       the folder of PP-OCRv6_det_small.onnx and PP-OCRv6_rec_small.onnx
"""

import json
import pathlib
import sys

import numpy
import onnxruntime
from PIL import Image, ImageDraw, ImageFont

HERE = pathlib.Path(__file__).parent / "reading"
FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"


def drawn():
    """A dialog's part with two lines and a button, and one line as the recogniser is shown it."""
    part = Image.new("RGB", (160, 96), (240, 240, 238))
    draw = ImageDraw.Draw(part)
    draw.text((8, 6), "Save the file as…", (20, 20, 20), ImageFont.truetype(FONT, 13))
    draw.text((8, 30), "notes (2).txt", (90, 20, 140), ImageFont.truetype(FONT, 11))
    draw.rectangle((96, 62, 150, 88), (60, 120, 200), (30, 60, 120))
    draw.text((106, 67), "Open", (255, 255, 255), ImageFont.truetype(FONT, 13))
    line = Image.new("RGB", (320, 48), (250, 250, 250))
    ImageDraw.Draw(line).text((4, 6), "Zoë's 3rd draft, 45%", (40, 40, 60), ImageFont.truetype(FONT, 28))
    return part, line


def computed(folder, file, picture):
    values = numpy.asarray(picture, dtype=numpy.float32)[:, :, ::-1] / 127.5 - 1.0
    session = onnxruntime.InferenceSession(folder / file)
    return session.run(None, {session.get_inputs()[0].name: values.transpose(2, 0, 1)[None]})[0]


def main():
    folder = pathlib.Path(sys.argv[1])
    HERE.mkdir(exist_ok=True)
    part, line = drawn()
    part.save(HERE / "part.png", optimize=True)
    line.save(HERE / "line.png", optimize=True)
    text = computed(folder, "PP-OCRv6_det_small.onnx", part)[0, 0]
    answers = computed(folder, "PP-OCRv6_rec_small.onnx", line)[0]
    golden = {
        # Of every fourth row and column.
        "text": [round(float(value), 5) for value in text[::4, ::4].flatten()],
        "classes": [int(row.argmax()) for row in answers],
        "probabilities": [round(float(row.max()), 5) for row in answers],
    }
    (HERE / "golden.json").write_text(json.dumps(golden) + "\n")


main()
