"""The page in a browser: Debian's Chromium, a real server, a separator for tests."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.web.conftest import sound
from tests.web.running import PATIENCE, Running, running, until

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium; apt-get install chromium"),
    pytest.mark.skipif(os.name != "posix", reason="runs gunicorn"),
    # The library leaves its pipes to the collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("page") / "data"
    with running(folder, most_bytes=3_000_000, most_seconds=60) as server:
        yield server


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    arguments = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    arguments += ["--autoplay-policy=no-user-gesture-required"]
    expect.set_options(timeout=PATIENCE * 1000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=arguments, chromium_sandbox=os.geteuid() != 0
        )
        yield browser
        browser.close()


@pytest.fixture
def open_page(server: Running, browser: Browser) -> Iterator[Open]:
    """Opens the page in a fresh profile; its console must stay free of errors at the end."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def note_message(message: Any) -> None:
        # What the server refuses is an error to the console, and is shown on the page.
        if message.type in {"error", "warning"} and "the server responded with" not in message.text:
            wrong.append(message.text)

    def note_request(request: Any) -> None:
        if not request.url.startswith((server.url, "blob:", "data:")):
            wrong.append(f"a request to {request.url}")

    def open_one(path: str = "/", script: str | None = None, **options: Any) -> Page:
        context = browser.new_context(**{"viewport": WIDE, **options})
        contexts.append(context)
        if script is not None:
            context.add_init_script(script)
        context.set_default_timeout(PATIENCE * 1000)
        page = context.new_page()
        page.on("console", note_message)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", note_request)
        page.goto(server.url + path)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert wrong == []


def choose(page: Page, content: bytes | None = None, name: str = "street.wav") -> None:
    payload = {"name": name, "mimeType": "", "buffer": sound(2.0) if content is None else content}
    page.set_input_files("#file", payload)  # type: ignore[arg-type]


def ask(page: Page, *queries: str) -> None:
    for number, query in enumerate(queries):
        if number:
            page.click("#add-query")
        page.locator("#queries input").nth(number).fill(query)
    page.click("#submit")


def result(page: Page) -> Any:
    expect(page.locator("#result[data-ready]")).to_be_visible()
    return page.locator("#result")


def titles(page: Page) -> list[str]:
    return page.locator(".track-title").all_inner_texts()


def download(page: Page, name: str) -> tuple[str, np.ndarray, int]:
    """What a link of that name downloads: its file name, and the samples in it."""
    with page.expect_download() as event:
        page.get_by_role("link", name=name).click()
    samples, rate = soundfile.read(event.value.path(), always_2d=True)
    return event.value.suggested_filename, samples, rate


def test_from_upload_to_download(open_page: Open, tmp_path: Path) -> None:
    page = open_page()
    choose(page, sound(2.0, 44_100, 2))
    expect(page.locator("#chosen-name")).to_have_text("street.wav")
    ask(page, "a dog barking")
    result(page)
    assert titles(page) == ["The recording", "“a dog barking”", "Everything else"]
    expect(page.locator("#result-title")).to_have_text("“a dog barking”")
    name, target, rate = download(page, "Download “a dog barking” as WAV")
    assert (name, rate) == ("street-a-dog-barking.wav", 44_100)
    _, mixture, _ = download(page, "Download The recording as FLAC")
    np.testing.assert_allclose(target, 0.5 * mixture, atol=2 / 32768)
    name, rest, _ = download(page, "Download Everything else as MP3")
    assert name == "street-a-dog-barking.residual.mp3"
    assert len(rest) > 80_000


def test_a_sample(open_page: Open) -> None:
    page = open_page()
    page.get_by_role("button", name="A dog on the platform").click()
    expect(page.locator("#queries input")).to_have_value("a dog barking")
    page.keyboard.press("Tab")
    page.click("#submit")
    expect(result(page)).to_contain_text("A dog on the platform · 0:08")


def test_two_queries(open_page: Open) -> None:
    page = open_page()
    choose(page)
    ask(page, "a dog", "nothing")
    result(page)
    assert titles(page) == [
        "The recording", "“a dog”", "Without “a dog”", "“nothing”", "Without “nothing”",
    ]  # fmt: skip
    expect(page.locator(".not-heard")).to_have_count(1)
    expect(page.locator(".not-heard")).to_contain_text("Not heard")


def test_removing(open_page: Open) -> None:
    page = open_page()
    choose(page)
    page.get_by_label("Remove it").check()
    expect(page.locator("#add-not")).to_be_hidden()
    ask(page, "a dog", "rain")
    expect(result(page).locator("h2")).to_have_text("Without “a dog”, “rain”")
    assert titles(page) == ["The recording", "Without “a dog”, “rain”", "What was removed"]
    expect(page.locator(".track.residual .toggle").first).to_have_attribute("aria-pressed", "true")


def test_what_must_not_remain(open_page: Open) -> None:
    page = open_page()
    choose(page)
    page.click("#add-not")
    page.locator("#unwanted input").fill("the wind")
    ask(page, "a dog")
    expect(result(page).locator("h2")).to_have_text("“a dog”, but not “the wind”")


def test_cancelling(open_page: Open) -> None:
    page = open_page()
    choose(page, sound(50.0))
    ask(page, "slowly")
    expect(page.locator("#job-title")).to_have_text("Separating")
    expect(page.locator("#job .time")).to_contain_text("%")
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#job-title")).to_have_text("Cancelled")
    page.get_by_role("button", name="Start again").click()
    expect(page.locator("#job")).to_be_hidden()
    expect(page.locator("#queries input")).to_have_value("slowly")


ANSWER_LATE = """
    const { addEventListener } = XMLHttpRequest.prototype;
    XMLHttpRequest.prototype.addEventListener = function (kind, listener, ...rest) {
        const late = (event) => setTimeout(() => listener(event), 1500);
        return addEventListener.call(this, kind, kind === "load" ? late : listener, ...rest);
    };
"""


def test_cancelling_when_all_was_sent(open_page: Open, server: Running) -> None:
    page = open_page(script=ANSWER_LATE)
    choose(page, sound(50.0))
    with page.expect_response(lambda response: response.status == 202) as sent:
        ask(page, "slowly")
    job = sent.value.json()["id"]
    with page.expect_request(f"**/{job}/cancel"):
        page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#job")).to_be_hidden()
    assert server.wait(job, "cancelled")["state"] == "cancelled"


def test_an_earlier_job_while_another_is_sent(open_page: Open, server: Running) -> None:
    earlier = server.send("a dog", sound(2.0))
    server.wait(earlier)
    page = open_page()
    held: list[Any] = []
    page.route("**/api/v1/separations", lambda route: held.append(route))
    choose(page, sound(2.0))
    ask(page, "rain")
    expect(page.locator("#job-title")).to_have_text("Sending the recording")
    page.evaluate(f"location.hash = '{earlier}'")
    assert "a dog" in result(page).inner_text()
    until(lambda: page.title() and held)
    held[0].continue_()
    expect(page.locator("#recent")).to_contain_text("rain")
    # Who looks at something is not led away from it.
    assert page.evaluate("location.hash") == f"#{earlier}"
    expect(page.locator("#result")).to_be_visible()
    expect(page.locator("#job")).to_be_hidden()


def test_reloading_while_it_runs(open_page: Open) -> None:
    page = open_page()
    choose(page, sound(8.0))
    ask(page, "slowly")
    expect(page.locator("#job-title")).to_have_text("Separating")
    page.reload()
    expect(page.locator("#job-title")).to_have_text("Separating")
    result(page)
    assert titles(page)[1] == "“slowly”"


def test_the_place_in_the_queue(open_page: Open, server: Running) -> None:
    job = server.send("slowly", sound(20.0))
    server.wait(job, "running")
    page = open_page()
    choose(page)
    ask(page, "a dog")
    expect(page.locator("#job-title")).to_have_text("Next in the queue")
    server.ask(f"/api/v1/separations/{job}/cancel", b"")
    result(page)


def test_a_file_that_is_not_sound(open_page: Open) -> None:
    page = open_page()
    choose(page, b"Dear diary", "diary.wav")
    ask(page, "a dog")
    problem = page.locator("#composer-problem")
    expect(problem).to_have_text("Diary.wav: not a sound or video file that can be read")
    expect(page.locator("#job")).to_be_hidden()
    expect(page.locator("#submit")).to_be_enabled()


def test_files_over_the_limits(open_page: Open) -> None:
    page = open_page()
    choose(page, bytes(3_000_001), "large.wav")
    expect(page.locator("#composer-problem")).to_contain_text("up to 3.0 MB can be sent")
    choose(page, sound(70.0), "long.wav")
    expect(page.locator("#composer-problem")).to_contain_text("up to 1:00 can be worked on")
    ask(page, "a dog")
    expect(page.locator("#composer-problem")).to_contain_text("is 1:10 long; up to 1:00")


def test_a_job_that_fails(open_page: Open) -> None:
    page = open_page()
    choose(page)
    ask(page, "refuse")
    expect(page.locator("#job")).to_contain_text("This query is refused.")


def test_what_is_missing_is_said(open_page: Open) -> None:
    page = open_page()
    page.click("#submit")
    expect(page.locator("#composer-problem")).to_contain_text("Choose a recording first")
    choose(page)
    page.click("#submit")
    expect(page.locator("#composer-problem")).to_contain_text("Say what you want to hear")
    expect(page.locator("#queries input")).to_be_focused()


def test_asking_again_of_what_is_left(open_page: Open) -> None:
    page = open_page()
    choose(page)
    ask(page, "a dog")
    result(page)
    page.get_by_role("button", name="Ask again of this: Everything else").click()
    expect(page.locator("#chosen-name")).to_have_text("Everything else")
    ask(page, "rain")
    expect(page.locator("#result-title")).to_have_text("“rain”")
    expect(result(page)).to_contain_text("street.wav without a dog")


def test_history(open_page: Open) -> None:
    page = open_page()
    choose(page)
    ask(page, "a dog")
    result(page)
    page.goto(page.url.partition("#")[0])
    row = page.locator("#recent-list li")
    expect(row).to_have_count(1)
    row.get_by_role("link").click()
    result(page)
    page.get_by_role("button", name="Delete “a dog” of street.wav").click()
    expect(row).to_have_count(0)
    expect(page.locator("#result")).to_be_hidden()
    # Nobody else sees what this browser asked for.
    expect(open_page().locator("#recent-list li")).to_have_count(0)


def test_going_back_to_a_result_after_a_refusal(open_page: Open) -> None:
    page = open_page()
    choose(page)
    ask(page, "a dog")
    result(page)
    choose(page, b"Dear diary", "diary.wav")
    ask(page, "a dog")
    expect(page.locator("#composer-problem")).to_contain_text("not a sound")
    expect(page.locator("#result")).to_be_hidden()
    page.locator("#recent-list a").click()
    result(page)
    assert "#" in page.url


def test_the_list_keeps_the_focus(open_page: Open) -> None:
    page = open_page()
    choose(page)
    ask(page, "a dog")
    result(page)
    choose(page, sound(3.0))
    ask(page, "slowly")
    expect(page.locator("#recent-list li")).to_have_count(2)
    link = page.locator("#recent-list li").last.get_by_role("link")
    # Sending ends with a focus of its own; what counts is what the list does afterwards.
    expect(page.locator("#recent-list li").first).to_contain_text("at work")
    link.focus()
    expect(link).to_be_focused()
    expect(page.locator("#recent-list li").first).not_to_contain_text("at work")
    expect(link).to_be_focused()


def test_results_that_were_removed_meanwhile(open_page: Open, server: Running) -> None:
    page = open_page()
    # The browser may keep the beginning.
    choose(page, sound(20.0))
    ask(page, "a dog")
    expect(result(page).locator(".result-head")).to_contain_text("kept until")
    job = page.url.partition("#")[2]
    page.evaluate("id => fetch(`/api/v1/separations/${id}`, { method: 'DELETE' })", job)
    page.keyboard.press("Space")
    expect(page.locator("#result [role=alert]")).to_contain_text("could not be fetched")
    page.reload()
    expect(page.locator("#job-title")).to_have_text("There is no such separation")
    expect(page.locator("#recent-list li")).to_have_count(0)


def test_several_files_at_once(open_page: Open) -> None:
    page = open_page()
    page.evaluate(
        """() => {
            const dataTransfer = new DataTransfer();
            for (const name of ["a.wav", "b.wav"]) dataTransfer.items.add(new File(["x"], name));
            document.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true }));
        }"""
    )
    expect(page.locator("#chosen-name")).to_have_text("a.wav")
    expect(page.locator("#composer-problem")).to_contain_text("only “a.wav” was taken")


def test_a_server_that_is_started_again(browser: Browser, tmp_path: Path) -> None:
    """The page says that it lost the server, and goes on when it is there again."""
    with running(tmp_path / "data") as first:
        port = int(first.url.rpartition(":")[2])
        page = browser.new_context().new_page()
        page.set_default_timeout(PATIENCE * 1000)
        page.goto(first.url)
        ahead = first.send("slowly", sound(40.0))
        first.wait(ahead, "running")
        choose(page)
        ask(page, "slowly")
        expect(page.locator("#job-title")).to_contain_text("queue")
        first.process.kill()
        expect(page.locator("#job .time")).to_contain_text("cannot be reached")
        page.get_by_role("button", name="Cancel").click()
        expect(page.locator("#job .time")).to_contain_text("Does it still run?")
    with running(tmp_path / "data", port=port) as second:
        assert second.url == first.url
        # It would be done first, and takes its time.
        second.ask(f"/api/v1/separations/{ahead}/cancel", b"")
        result(page)
        assert titles(page)[1] == "“slowly”"
    page.context.close()


def test_a_job_that_is_gone(open_page: Open) -> None:
    page = open_page("/#123e4567-e89b-12d3-a456-426614174000")
    expect(page.locator("#job-title")).to_have_text("There is no such separation")


def seconds(page: Page) -> float:
    minutes, rest = page.locator(".clock").inner_text().split(" / ")[0].split(":")
    return 60 * int(minutes) + float(rest)


def test_playing(open_page: Open) -> None:
    page = open_page()
    choose(page, sound(6.0))
    ask(page, "a dog")
    result(page)
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    until(lambda: seconds(page) > 0.5)
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    stopped = seconds(page)
    assert 0.5 <= stopped < 6
    page.keyboard.press("ArrowRight")
    assert seconds(page) == pytest.approx(min(stopped + 1, 6), abs=0.11)
    page.keyboard.press("End")
    assert seconds(page) == 6
    page.keyboard.press("Home")
    assert seconds(page) == 0
    # From the end it starts again, and stops there.
    page.locator(".seek").fill("5.5")
    page.get_by_role("button", name="Play", exact=True).click()
    until(lambda: seconds(page) == 6)
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()


def test_nothing_is_to_be_played_before_it_is_there(open_page: Open) -> None:
    page = open_page()
    held: list[Any] = []
    let: list[bool] = []
    page.route(
        "**/sounds/target-0.wav", lambda route: route.continue_() if let else held.append(route)
    )
    choose(page, sound(6.0))
    ask(page, "a dog")
    play = page.get_by_role("button", name="Play", exact=True)
    expect(play).to_be_disabled()
    expect(page.locator(".seek")).to_be_disabled()
    for key in ("Space", "ArrowRight", "End", "l", "]"):
        page.keyboard.press(key)
    page.locator("canvas.mel").first.click()
    # Whatever is asked lets the library call back.
    until(lambda: page.title() and held)
    let.append(True)
    for route in held:
        route.continue_()
    result(page)
    expect(play).to_be_enabled()
    assert page.locator(".clock").inner_text() == "0:00.0 / 0:06.0"
    page.keyboard.press("ArrowRight")
    assert seconds(page) == pytest.approx(1.0, abs=0.05)


COUNT_SOUNDS = """
    window.started = window.contexts = 0;
    const { start } = AudioBufferSourceNode.prototype;
    AudioBufferSourceNode.prototype.start = function (...when) {
        window.started++;
        return start.apply(this, when);
    };
    const { resume } = AudioContext.prototype;
    AudioContext.prototype.resume = async function () {
        await new Promise((done) => setTimeout(done, 300));
        return resume.call(this);
    };
    window.AudioContext = class extends AudioContext {
        constructor(options) {
            super(options);
            window.contexts++;
        }
    };
"""


def test_a_pause_before_it_has_begun_to_play(open_page: Open) -> None:
    page = open_page(script=COUNT_SOUNDS)
    choose(page, sound(6.0))
    ask(page, "a dog")
    result(page)
    page.keyboard.press("Space")
    page.keyboard.press("Space")
    page.wait_for_timeout(1500)
    assert page.evaluate("window.started") == 0
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    for _ in range(3):
        page.keyboard.press("Space")
    until(lambda: seconds(page) > 0.5)


def test_a_job_whose_end_is_told_twice(open_page: Open, server: Running) -> None:
    page = open_page(script=COUNT_SOUNDS)

    def answer_late(route: Any) -> None:
        """As if it had been done before the server could cancel it."""
        job = route.request.url.split("/")[-2]
        shown = server.wait(job)
        expect(page.locator("#result")).to_be_visible()
        route.fulfill(json=shown)

    page.route("**/cancel", answer_late)
    choose(page, sound(4.0))
    ask(page, "slowly")
    expect(page.locator("#job-title")).to_have_text("Separating")
    with page.expect_response("**/cancel"):
        page.get_by_role("button", name="Cancel").click()
    result(page)
    page.keyboard.press("Space")
    until(lambda: seconds(page) > 0.2)
    assert page.evaluate("window.contexts") == 1


def test_solo_and_mute(open_page: Open) -> None:
    page = open_page()
    choose(page)
    ask(page, "a dog")
    result(page)
    pressed = (
        "[...document.querySelectorAll('.toggles .toggle')].map(b => b.ariaPressed === 'true')"
    )
    levels = f"({pressed})"
    assert page.evaluate(levels) == [False, False, True, False, False, False]
    page.keyboard.press("3")
    assert page.evaluate(levels) == [False, False, False, False, True, False]
    page.keyboard.press("Shift+Digit1")
    assert page.evaluate(levels) == [True, False, False, False, True, False]
    page.get_by_role("button", name="Mute The recording").click()
    assert page.evaluate(levels) == [True, True, False, False, True, False]
    expect(page.locator(".track.silent")).to_have_count(2)


def test_looping_and_zooming(open_page: Open) -> None:
    page = open_page()
    choose(page, sound(6.0))
    ask(page, "a dog")
    result(page)
    loop = page.get_by_role("button", name="Loop", exact=True)
    wave = page.locator(".track .wave").first
    wave.scroll_into_view_if_needed()
    box = wave.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.25 * box["width"], box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 30, steps=5)
    page.mouse.up()
    expect(loop).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Space")
    page.wait_for_timeout(2500)
    assert 1.4 <= seconds(page) <= 2.5
    page.keyboard.press("Space")
    page.keyboard.press("l")
    expect(loop).to_have_attribute("aria-pressed", "false")
    inside = "document.querySelector('.track .wave > div').shadowRoot"
    wide = f"{inside}.querySelector('.wrapper').clientWidth"
    before = page.evaluate(wide)
    page.keyboard.press("+")
    page.keyboard.press("+")
    until(lambda: page.evaluate(wide) > 2 * before)


def test_pictures_are_drawn_on_one_scale(open_page: Open) -> None:
    page = open_page()
    choose(page, sound(3.0))
    ask(page, "a dog", "nothing")
    result(page)
    means = page.evaluate(
        """() => [...document.querySelectorAll('canvas.mel')].map((canvas) => {
            const { width, height } = canvas;
            const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
            return data.reduce((sum, value) => sum + value, 0) / data.length;
        })"""
    )
    mixture, half, other_half, silence, all_of_it = means
    # Half of a mixture is everywhere darker than the whole, and silence is dark.
    assert mixture > half + 3
    assert half == pytest.approx(other_half, abs=0.5)
    assert silence < half - 30
    assert all_of_it == pytest.approx(mixture, abs=0.5)


def test_recording_from_the_microphone(open_page: Open) -> None:
    page = open_page(permissions=["microphone"])
    page.get_by_role("button", name="Record").click()
    expect(page.locator("#record-time")).to_have_text("0:02")
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#chosen-name")).to_contain_text("Recording")
    ask(page, "a beep")
    expect(result(page)).to_contain_text(re.compile(r"Recording .* · 0:0[1-4] .* mono"))


def test_choosing_something_else_while_it_records(open_page: Open) -> None:
    keep_streams = """
        window.streams = [];
        const ask = MediaDevices.prototype.getUserMedia;
        MediaDevices.prototype.getUserMedia = async function (wanted) {
            const stream = await ask.call(this, wanted);
            window.streams.push(stream);
            await new Promise((done) => setTimeout(done, 500));
            return stream;
        };
    """
    page = open_page(script=keep_streams, permissions=["microphone"])
    live = "window.streams.flatMap((s) => s.getTracks()).filter((t) => t.readyState === 'live')"
    record = page.get_by_role("button", name="Record")
    record.click()
    record.click()
    expect(page.locator("#record-time")).to_have_text("0:01")
    assert page.evaluate("window.streams.length") == 1
    page.get_by_role("button", name="A dog on the platform").click()
    expect(page.locator("#chosen-name")).to_have_text("A dog on the platform")
    until(lambda: page.evaluate(f"{live}.length") == 0)
    expect(page.locator(".drop-recording")).to_be_hidden()
    # And while the browser still asks for the microphone.
    page.get_by_role("button", name="Another recording").click()
    record.click()
    page.get_by_role("button", name="A dog on the platform").click()
    until(lambda: page.evaluate("window.streams.length") == 2)
    until(lambda: page.evaluate(f"{live}.length") == 0)
    page.wait_for_timeout(300)
    expect(page.locator(".drop-recording")).to_be_hidden()
    expect(page.locator("#chosen-name")).to_have_text("A dog on the platform")


def test_words_that_are_pasted_or_dropped(open_page: Open) -> None:
    page = open_page()
    prevented = page.evaluate(
        """() => {
            const files = ["text/plain", null].map((type) => {
                const data = new DataTransfer();
                data.items.add(new File(["x"], type ? "picture.png" : "pasted.wav"));
                if (type) data.setData(type, "some words");
                return data;
            });
            const paste = (clipboardData) => {
                document.dispatchEvent(new ClipboardEvent("paste", { clipboardData }));
                return document.getElementById("chosen-name").textContent;
            };
            const words = new DataTransfer();
            words.setData("text/plain", "a dog");
            const drop = (target) => !target.dispatchEvent(
                new DragEvent("drop", { dataTransfer: words, bubbles: true, cancelable: true }));
            return [...files.map(paste),
                drop(document.querySelector("#queries input")), drop(document.body)];
        }"""
    )
    assert prevented == ["", "pasted.wav", False, True]


def test_rows_are_numbered_as_they_stand(open_page: Open) -> None:
    page = open_page()

    def labels() -> list[Any]:
        found: list[Any] = page.evaluate(
            "[...document.querySelectorAll('.query :is(input, button)')].map((e) => e.ariaLabel)"
        )
        return found

    for _ in range(2):
        page.click("#add-query")
        page.click("#add-not")
    page.get_by_role("button", name="Remove sound number 2").click()
    two = ["Another sound, number 2", "Remove sound number 2"]
    no, no_2 = (
        [f"What must not remain{which}", f"Remove what must not remain{which}"]
        for which in ("", ", number 2")
    )
    assert labels() == ["What you want to hear", *two, *no, *no_2]
    page.get_by_role("button", name="Remove what must not remain", exact=True).click()
    assert labels() == ["What you want to hear", *two, *no]
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((e) => e.id)")
    assert len(ids) == len(set(ids))


def test_a_browser_that_keeps_nothing(open_page: Open) -> None:
    refuse = """
        for (const name of ["localStorage", "sessionStorage"]) {
            Object.defineProperty(window, name, { get() { throw new DOMException("no"); } });
        }
    """
    page = open_page(script=refuse)
    page.locator("#theme").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    choose(page)
    ask(page, "a dog")
    result(page)
    page.get_by_role("button", name="Stacked").click()
    expect(page.locator("#recent-list li")).to_have_count(1)


def test_only_with_the_keyboard(open_page: Open) -> None:
    page = open_page()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the form")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#composer")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#choose")).to_be_focused()
    sample = page.get_by_role("button", name="A garden in the rain")
    for _ in range(8):
        if sample.evaluate("button => button === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("#queries input").focus()
    page.keyboard.press("Enter")
    result(page)
    page.locator("#result").focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.get_by_role("checkbox", name="These keys act").uncheck()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.locator("#result").focus()
    for key in ("?", "ArrowRight", "3"):
        page.keyboard.press(key)
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert seconds(page) == 0
    page.reload()
    result(page)
    page.locator("#result").focus()
    page.keyboard.press("ArrowRight")
    assert seconds(page) == 0


def focused(page: Page) -> str:
    """The id of what has the focus, or its label."""
    return str(
        page.evaluate(
            "(e => e.id || e.ariaLabel || e.textContent || e.tagName)(document.activeElement)"
        )
    )


def test_the_focus_follows_the_job(open_page: Open) -> None:
    page = open_page()
    choose(page, sound(10.0))
    page.locator("#queries input").fill("slowly")
    page.keyboard.press("Enter")
    expect(page.locator("#job-title")).to_have_text("Separating")
    assert focused(page) == "job"
    page.keyboard.press("Tab")
    assert focused(page) == "Cancel"
    page.keyboard.press("Enter")
    expect(page.locator("#job-title")).to_have_text("Cancelled")
    assert focused(page) == "job"
    page.keyboard.press("Tab")
    assert focused(page) == "Start again"
    page.keyboard.press("Enter")
    page.locator("#queries input").fill("a dog")
    page.keyboard.press("Enter")
    result(page)
    assert focused(page) == "result"
    expect(page.locator("#announce")).to_contain_text("Done. “a dog” is")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#result")).to_be_hidden()
    assert focused(page) == "recent"
    # Who is elsewhere, writing the next query, stays there.
    choose(page, sound(4.0))
    ask(page, "slowly")
    expect(page.locator("#job-title")).to_have_text("Separating")
    page.locator("#queries input").fill("rain")
    result(page)
    assert focused(page) == "What you want to hear"


def test_clocks_do_not_interrupt_screen_readers(open_page: Open) -> None:
    page = open_page()
    choose(page)
    ask(page, "a dog")
    result(page)
    live = page.evaluate("[...document.querySelectorAll('output, [aria-live], [role=status], [role=alert]')].map(e => e.id || e.className)")  # fmt: skip  # noqa: E501
    assert sorted(live) == ["announce", "composer-problem", "notice bad", "recent-problem"]
    seek = page.get_by_role("slider", name="Position")
    seek.focus()
    page.keyboard.press("ArrowRight")
    assert seconds(page) == pytest.approx(1.0, abs=0.05)
    assert seek.get_attribute("aria-valuetext") == "0:01.0 of 0:02.0"


def test_less_motion(open_page: Open) -> None:
    page = open_page(reduced_motion="reduce")
    page.evaluate("document.querySelector('.drop-recording').hidden = false")
    dot = "getComputedStyle(document.querySelector('.dot.live'))"
    assert page.evaluate(f"{dot}.animationIterationCount") == "1"
    assert page.evaluate(f"parseFloat({dot}.animationDuration)") < 0.001


def test_no_keys_without_a_keyboard(open_page: Open) -> None:
    page = open_page(viewport=PHONE, has_touch=True, is_mobile=True)
    expect(page.get_by_role("button", name="Keys")).to_be_hidden()
    expect(page.get_by_role("link", name="Recent")).to_be_visible()


def test_everything_has_a_name(open_page: Open) -> None:
    page = open_page()
    choose(page)
    ask(page, "a dog")
    result(page)
    tree = page.locator("body").aria_snapshot()
    assert re.findall(r"- (button|link|textbox|slider|combobox|radio)(?::|$)", tree, re.M) == []
    for name in (
        'heading "Type what you want to hear."',
        'group "The recording"',
        'slider "Zoom"',
    ):
        assert name in tree


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_nothing_sticks_out(open_page: Open, viewport: dict[str, int], scheme: str) -> None:
    page = open_page(viewport=viewport, color_scheme=scheme)
    choose(page, name="a-name-without-a-place-to-break-it-" * 3 + ".wav")
    ask(page, "a-query-without-a-place-to-break-it-" * 4)
    result(page)
    assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == ("rgb(247, 244, 239)" if scheme == "light" else "rgb(21, 19, 17)")
    page.locator("#theme").click()
    page.locator("#theme").click()
    other = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert other == "rgb(21, 19, 17)"
