// One sound with a button, and how much of it was really heard.

import { h, icon, ICONS } from "./dom.js";
import { clock } from "./words.js";

const HEARD = 0.95;

let playing = null;

/** Seconds of the sound that were played, however often and in whatever order. */
function heard(audio) {
  let seconds = 0;
  for (let i = 0; i < audio.played.length; i += 1) seconds += audio.played.end(i) - audio.played.start(i);
  return seconds;
}

export class Sound {
  /** `onHeard` is told at the end how many seconds were heard, and whether that is enough. */
  constructor({ label, address, seconds, played, onHeard, onProblem }) {
    this.label = label;
    this.seconds = seconds;
    this.played = played;
    this.onHeard = onHeard;
    this.audio = new Audio();
    this.audio.preload = "auto";
    this.button = h("button", { type: "button", class: "play", disabled: true, on: { click: () => this.toggle() } });
    this.seek = h("input", {
      type: "range", class: "seek", min: 0, max: seconds, step: "any", value: 0, disabled: true,
      "aria-label": `Position in ${label}`,
      on: { input: () => (this.audio.currentTime = Number(this.seek.value)) },
    });
    this.time = h("span", { class: "clock", role: "timer", "aria-label": `Time of ${label}`, textContent: `0:00 / ${clock(seconds)}` });
    this.element = h("div", { class: "sound-player" }, this.button, this.seek, this.time);
    for (const event of ["play", "pause", "ended"]) this.audio.addEventListener(event, () => this.draw());
    this.audio.addEventListener("timeupdate", () => this.move());
    this.audio.addEventListener("ended", () => this.check());
    // A rate other than the recorded one is not what is to be judged.
    this.audio.addEventListener("ratechange", () => {
      if (this.audio.playbackRate !== 1) this.audio.playbackRate = 1;
    });
    this.draw();
    this.load(address).catch((problem) => onProblem(problem));
  }

  /** Fetches the whole sound, so that nothing stutters and every listener hears their own. */
  async load(address) {
    const response = await fetch(address);
    if (!response.ok) throw new Error("A sound could not be fetched. Load the page again.");
    this.object = URL.createObjectURL(await response.blob());
    if (this.closed) return this.close();
    this.audio.src = this.object;
    this.button.disabled = false;
    this.seek.disabled = false;
    return undefined;
  }

  toggle() {
    if (!this.audio.paused) {
      this.audio.pause();
      return;
    }
    if (playing && playing !== this) playing.audio.pause();
    playing = this;
    this.audio.play();
  }

  move() {
    this.seek.value = this.audio.currentTime;
    this.seek.setAttribute("aria-valuetext", clock(this.audio.currentTime));
    this.time.textContent = `${clock(this.audio.currentTime)} / ${clock(this.seconds)}`;
  }

  check() {
    const seconds = heard(this.audio);
    if (!this.played) this.onHeard(seconds, seconds >= HEARD * this.seconds);
  }

  draw() {
    const on = !this.audio.paused && !this.audio.ended;
    this.button.replaceChildren(icon(on ? ICONS.pause : ICONS.play));
    this.button.setAttribute("aria-label", `${on ? "Pause" : "Play"} ${this.label}`);
  }

  close() {
    this.closed = true;
    this.audio.pause();
    if (playing === this) playing = null;
    if (this.object) URL.revokeObjectURL(this.object);
  }
}
