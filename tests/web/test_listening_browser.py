"""The listening test in a browser: two listeners, by mouse and by keyboard, then the report."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from soundlasso.listening.manifest import ListeningTest
from soundlasso.listening.report import summarise
from soundlasso.listening.results import Results
from tests.listening.conftest import make_test as make_test
from tests.web.running import Running, running

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium")

PATIENCE = 60_000
HEARD = "heard ✓"


@pytest.fixture
def test(make_test: Callable[..., ListeningTest]) -> ListeningTest:
    return make_test(items=2, models=(("only-model", 0.5),))


@pytest.fixture
def served(test: ListeningTest) -> Iterator[Running]:
    with running(test.folder, listen_test=1) as server:
        yield server


@pytest.fixture
def open_page(served: Running) -> Iterator[Callable[..., Any]]:
    """Opens the test in a browser of its own; nothing there may fail or leave for other hosts."""
    faults: list[str] = []

    def look(page: Any) -> None:
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda message: note(message.type in {"error", "warning"}, message.text))
        page.on("pageerror", lambda error: note(True, str(error)))
        page.on("request", lambda request: note(elsewhere(request.url), request.url))

    def note(wrong: bool, text: str) -> None:
        if wrong:
            faults.append(text)

    def elsewhere(address: str) -> bool:
        return not address.removeprefix("blob:").startswith(served.url)

    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])

        def visit(**options: Any) -> Any:
            page = browser.new_context(**options).new_page()
            look(page)
            page.goto(served.url)
            return page

        yield visit
        browser.close()
    assert faults == []


def begin(page: Any) -> None:
    page.get_by_role("button", name="Begin").click()
    page.get_by_text("Recording 1 of 2").wait_for()


def listen(page: Any, name: str) -> None:
    box = page.get_by_role("region", name=name)
    box.get_by_role("button", name=f"Play {name}").click()
    box.get_by_text(HEARD).wait_for()


def rate(page: Any, name: str, overall: int, fit: int) -> None:
    for question, value in (("Overall quality", overall), ("Fit to the words", fit)):
        page.get_by_role("group", name=f"{question} of {name}").get_by_role("radio").nth(
            value - 1
        ).check()


def loaded(control: Any) -> None:
    """Waits until a sound is there: focus goes to what is disabled as well, keys do nothing."""
    from playwright.sync_api import expect

    expect(control).to_be_enabled(timeout=60_000)


def test_two_listeners(open_page: Callable[..., Any], test: ListeningTest, tmp_path: Path) -> None:
    first = open_page()
    begin(first)
    for number in (1, 2):
        next_button = first.get_by_role("button", name="Next" if number == 1 else "Finish")
        assert next_button.is_disabled()
        for name in ("The recording", "Sound A", "Sound B", "Sound C"):
            assert first.locator("fieldset:enabled").count() == 2 * max(
                0, ["The recording", "Sound A", "Sound B", "Sound C"].index(name) - 1
            )
            listen(first, name)
        for name in ("Sound A", "Sound B", "Sound C"):
            assert next_button.is_disabled()
            rate(first, name, 5, 4)
        first.get_by_label("Comments").fill(f"comment {number}")
        if number == 1:
            # Nothing is lost by loading the page again.
            first.reload()
            first.get_by_text(HEARD).nth(3).wait_for()
            assert first.get_by_label("Comments").input_value() == "comment 1"
        next_button.click()
        if number == 1:
            first.get_by_text("Recording 2 of 2").wait_for()
    first.get_by_text("Thank you!").wait_for()

    second = open_page(color_scheme="dark", viewport={"width": 390, "height": 844})
    begin(second)
    names = ("The recording", "Sound A", "Sound B", "Sound C")
    for name in names:
        listen(second, name)
    for name in names[1:]:
        rate(second, name, 1, 2)
    second.get_by_role("button", name="Next").click()
    second.get_by_text("Recording 2 of 2").wait_for()
    assert second.evaluate("document.documentElement.scrollWidth") == 390

    report = summarise(test, Results(test))
    assert report["listeners"] == {"began": 2, "finished": 1, "counted": 2}
    assert report["ratings"] == 6 + 3
    assert report["conditions"][0]["overall"]["counts"] == [1, 0, 0, 0, 2]
    comments = {rating.comment for rating in Results(test).ratings()}
    assert comments == {"comment 1", "comment 2", ""}


def test_skipping_is_not_listening(open_page: Callable[..., Any]) -> None:
    page = open_page()
    begin(page)
    box = page.get_by_role("region", name="Sound A")
    slider = box.get_by_role("slider")
    loaded(slider)
    slider.focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    box.get_by_role("button", name="Play Sound A").click()
    page.get_by_text("Part of Sound A was skipped").wait_for()
    assert box.get_by_text(HEARD).count() == 0


def test_by_keyboard(open_page: Callable[..., Any]) -> None:
    page = open_page()
    page.get_by_role("button", name="Begin").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Recording 1 of 2").wait_for()
    assert page.evaluate("document.activeElement.id") == "page-title"
    for name in ("The recording", "Sound A"):
        button = page.get_by_role("button", name=f"Play {name}")
        loaded(button)
        button.focus()
        page.keyboard.press("Space")
        page.get_by_role("region", name=name).get_by_text(HEARD).wait_for()
    # From the button over the slider to the scale, and along it.
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    group = page.get_by_role("group", name="Overall quality of Sound A")
    assert group.get_by_role("radio", name="3").is_checked()
