"""The page in a real browser: Chromium of this machine, driven by Playwright."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from invented import five_studies, hostile_words

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@dataclass
class Seen:
    """A page that is open, and all that went wrong on it."""

    page: object
    faults: list[str] = field(default_factory=list)

    def listen(self):
        self.page.on("console", lambda said: self.faults.append(f"{said.type}: {said.text}"))
        self.page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        self.page.on("requestfailed", lambda asked: self.faults.append(f"failed: {asked.url}"))
        self.page.on("dialog", lambda dialog: (self.faults.append("dialog"), dialog.dismiss()))
        self.page.on("request", lambda asked: self.outside(asked.url))
        return self

    def outside(self, url):
        if not url.startswith(("file:", "data:")):
            self.faults.append(f"asked for {url}")


@pytest.fixture(scope="session")
def chromium():
    """One browser for all tests; they skip where there is none."""
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        pytest.skip(f"no browser on this machine: none of {', '.join(CHROMIUM)} is there")
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def see(chromium):
    """Opens a file at a width, in light or dark, with JavaScript or without."""
    contexts = []

    def opened(path, width=1280, **settings):
        context = chromium.new_context(viewport={"width": width, "height": 900}, **settings)
        contexts.append(context)
        seen = Seen(context.new_page()).listen()
        seen.page.goto(Path(path).as_uri())
        return seen

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def shipped(built):
    """The page of the shipped review."""
    return built.folder / "results/report/index.html"


@pytest.fixture(scope="session")
def hostile(built, tmp_path_factory):
    """The page of five studies with every kind of figure; their words try to break out."""
    review = built.copy_to(tmp_path_factory.mktemp("hostile") / "review")
    five_studies(review)
    hostile_words(review)
    review.run()
    return review.folder / "results/report/index.html"


@pytest.fixture(params=[pytest.param("shipped", marks=pytest.mark.slow), "hostile"])
def page(request):
    return request.getfixturevalue(request.param)
