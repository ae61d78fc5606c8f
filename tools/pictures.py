"""The README's pictures, taken from a running demo: `tools/pictures.py http://127.0.0.1:8000`.

Needs the example data, a worker that has rendered the letters, and Chromium.
"""

import os
import sys
from io import BytesIO
from pathlib import Path

import pypdfium2
from PIL import Image
from playwright.sync_api import Page, sync_playwright

PICTURES = Path(__file__).resolve().parents[1] / "docs" / "pictures"
CHROMIUM = os.environ.get("KLAS_CHROMIUM", "/usr/bin/chromium")
SIZE = (1200, 900)


def save(picture: Image.Image, name: str) -> None:
    """Write a picture with few colours: screens have few."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    picture.convert("RGB").quantize(128).save(PICTURES / name, optimize=True)


def sign_in(page: Page, base: str, key: str) -> None:
    page.goto(f"{base}/logga-in/med/siths/?next=/hem/")
    page.locator(f"button[value='{key}']").first.click()


def take(page: Page, name: str) -> None:
    save(Image.open(BytesIO(page.screenshot())), name)


def main(base: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        new = {"viewport": {"width": SIZE[0], "height": SIZE[1]}, "reduced_motion": "reduce"}

        page = browser.new_context(**new).new_page()
        sign_in(page, base, "lakare")
        page.locator("tbody").get_by_role("link", name="Utkast").nth(1).click()
        take(page, "motivation.png")

        page = browser.new_context(**new).new_page()
        sign_in(page, base, "handlaggare")
        take(page, "queue.png")

        page = browser.new_context(**new).new_page()
        sign_in(page, base, "farmaceut")
        page.goto(f"{base}/apotek/?tab=beslutade")
        page.get_by_role("main").get_by_role("link", name="5.8.1-").last.click()
        page.locator("a", has_text="Läs beslutet").click()
        link = page.get_by_role("main").locator("a", has_text="PDF").first
        response = page.request.get(base + str(link.get_attribute("href")))
        document = pypdfium2.PdfDocument(response.body())
        save(document[0].render(scale=1.6).to_pil(), "letter.png")
        document.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
