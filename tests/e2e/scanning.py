"""A phone that scans what a page shows: it reads the picture, and knows nothing of the page's script."""

import base64
from pathlib import Path

from playwright.sync_api import Page

_READER = Path("web/node_modules/jsqr/dist/jsQR.js")
_READ = """async (png) => {
  const picture = new Image();
  picture.src = `data:image/png;base64,${png}`;
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = picture.width;
  canvas.height = picture.height;
  const brush = canvas.getContext("2d");
  brush.drawImage(picture, 0, 0);
  const { data, width, height } = brush.getImageData(0, 0, canvas.width, canvas.height);
  return jsQR(data, width, height)?.data ?? null;
}"""


def scanned(page: Page) -> str:
    """The text of the code on the screen. Raises AssertionError where a scanner finds none."""
    code = page.get_by_role("img", name="微信支付二维码")
    picture = base64.b64encode(code.screenshot()).decode()
    page.evaluate(_READER.read_text(encoding="utf-8") + ";0")
    text = page.evaluate(_READ, picture)
    assert text, "no code can be read"
    return str(text)
