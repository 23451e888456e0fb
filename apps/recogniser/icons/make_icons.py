"""Draw the app's icons from `icon.svg`: run it after a change of that file, commit the pictures.

`python apps/recogniser/icons/make_icons.py` needs a Chromium that Playwright finds, or one named in
FIRSTNET_CHROMIUM.
"""

import os
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
PAGE = "<style>*{{margin:0}} svg{{display:block;width:{0}px;height:{0}px}}</style>{1}"
ROUND, FULL = 'rx="14"', 'rx="0"'  # phones cut the icon's corners themselves
ICONS = {"192": (192, ROUND), "512": (512, ROUND), "apple": (180, FULL), "maskable": (512, FULL)}


def main() -> None:
    """Write the four pictures beside `icon.svg`."""
    text = (HERE / "icon.svg").read_text("utf-8")
    with sync_playwright() as playwright:
        executable = os.environ.get("FIRSTNET_CHROMIUM")
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        page = browser.new_page()
        for name, (side, corners) in ICONS.items():
            page.set_viewport_size({"width": side, "height": side})
            page.set_content(PAGE.format(side, text.replace(ROUND, corners)))
            page.screenshot(path=HERE / f"{name}.png", omit_background=True)
        browser.close()


if __name__ == "__main__":
    main()
