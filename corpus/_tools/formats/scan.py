"""Scanned PDF: pages as slightly crooked, grainy pictures without any text behind them."""

from __future__ import annotations

import io

import numpy as np
import pypdfium2 as pdfium
from fpdf import FPDF
from PIL import Image

from . import pdf
from .blocks import DATE, Paper

DPI = 150
ANGLES = (0.4, -0.3)  # degrees; how paper lies on the glass
QUALITY = 42


def render(paper: Paper) -> bytes:
    """The pages of the text as a copying machine would send them."""
    sheet = FPDF(unit="pt", format="A4")
    sheet.set_creation_date(DATE)
    for number, page in enumerate(pdfium.PdfDocument(pdf.render(paper, pdf.Options("dense")))):
        picture = page.render(scale=DPI / 72, grayscale=True).to_pil()
        sheet.add_page()
        sheet.image(_scanned(picture, number), 0, 0, pdf.WIDTH, pdf.HEIGHT)
    return bytes(sheet.output())


def _scanned(picture: Image.Image, number: int) -> io.BytesIO:
    """One page, turned a little, greyed and grained, as a JPEG."""
    turned = picture.rotate(ANGLES[number % 2], resample=Image.Resampling.BICUBIC, fillcolor=255)
    paper = np.asarray(turned, dtype=np.float32) * 0.9 + 22
    grain = np.random.default_rng(number).normal(0, 2.0, paper.shape)
    out = io.BytesIO()
    Image.fromarray((paper + grain).clip(0, 255).astype(np.uint8)).save(
        out, "JPEG", quality=QUALITY, dpi=(DPI, DPI)
    )
    out.seek(0)
    return out
