"""Pictures of every page for docs/: ``python -m tests.browser.screenshots [page …]``, from the index in index/."""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.browser.chromium import EXECUTABLE, FLAGS
from tests.browser.server import serving
from tests.browser.tour import STOPS, visit
from tests.conftest import ROOT

SIZES = {"laptop": (1280, 900), "phone": (390, 844)}
LONGEST = 1600  # pixels of height
LARGEST = 120_000  # bytes
README = {("ask", "laptop"): "ask.png", ("ask", "phone"): "ask-phone.png"}


def squeezed(png: bytes) -> bytes:
    """The picture with the largest palette that keeps it under LARGEST bytes."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in (128, 64, 32, 16):
        held = io.BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(held, "PNG", optimize=True)
        if held.tell() <= LARGEST:
            break
    return held.getvalue()


def take(names: list[str], folder: Path, scheme: str = "light") -> None:
    """A picture of each page at each width."""
    with (
        tempfile.TemporaryDirectory() as data,
        serving(ROOT / "index", Path(data)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=FLAGS)
        for size, (width, height) in SIZES.items():
            context = browser.new_context(
                viewport={"width": width, "height": height}, locale="zh-CN", color_scheme=scheme
            )
            page = context.new_page()
            for stop in (stop for stop in STOPS if not names or stop.name in names):
                visit(page, address, stop)
                tall = page.evaluate(
                    "Math.ceil(document.querySelector('[data-testid=stMainBlockContainer]')"
                    ".getBoundingClientRect().height) + 60"
                )
                page.set_viewport_size({"width": width, "height": min(max(tall, height), LONGEST)})
                name = README.get((stop.name, size), f"screen-{stop.name}-{size}.png")
                (folder / name).write_bytes(squeezed(page.screenshot()))
                page.set_viewport_size({"width": width, "height": height})
                print(name)
            context.close()


if __name__ == "__main__":
    take(sys.argv[1:], ROOT / "docs")
