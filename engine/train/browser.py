"""A headless Chromium that is spoken to through a pipe: sets a page, evaluates a script, gives the picture."""

import base64
import io
import json
import os
import subprocess
import tempfile

import numpy as np
from PIL import Image

FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--remote-debugging-pipe"]


class Browser:
    """Chromium with one page of a fixed size."""

    def __init__(self, width: int, height: int):
        self.clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        self._start()
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.frame = self.call("Page.getFrameTree")["frameTree"]["frame"]["id"]

    def _start(self) -> None:
        theirs_in, self.out = os.pipe()
        inside, theirs_out = os.pipe()
        self.inside = os.fdopen(inside, "rb")
        self.buffer = b""
        self.last = 0
        self.session = None
        self.folder = tempfile.TemporaryDirectory()
        # Chromium reads commands from descriptor 3 and writes answers to 4, whatever numbers the pipes have here.
        shell = f'exec chromium {" ".join(FLAGS)} --user-data-dir="$0" 3<&{theirs_in} 4>&{theirs_out}'
        self.process = subprocess.Popen(
            ["bash", "-c", shell, self.folder.name],
            pass_fds=(theirs_in, theirs_out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(theirs_in)
        os.close(theirs_out)

    def call(self, method: str, **params) -> dict:
        self.last += 1
        message = {"id": self.last, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.out, data) :]
        while True:
            answer = self._receive()
            if answer.get("id") == self.last:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]

    def _receive(self) -> dict:
        parts = [self.buffer]
        while b"\0" not in parts[-1]:
            part = self.inside.read1(1 << 20)
            if not part:
                raise RuntimeError("Chromium ended")
            parts.append(part)
        message, _, self.buffer = b"".join(parts).partition(b"\0")
        return json.loads(message)

    def show(self, html: str, script: str):
        """What the script says of the page, and the page's picture."""
        self.call("Page.setDocumentContent", frameId=self.frame, html=html)
        found = self.call("Runtime.evaluate", expression=script, returnByValue=True)["result"]["value"]
        picture = self.call("Page.captureScreenshot", format="png", clip=self.clip, optimizeForSpeed=True)["data"]
        return found, np.asarray(Image.open(io.BytesIO(base64.b64decode(picture))).convert("RGB"))

    def close(self) -> None:
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()
