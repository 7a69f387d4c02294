// One sound on the page: its outline, its spectrogram, and what can be done with it.

import WaveSurfer from "../vendor/wavesurfer/wavesurfer.esm.js";
import Regions from "../vendor/wavesurfer/regions.esm.js";
import Timeline from "../vendor/wavesurfer/timeline.esm.js";
import { picture } from "./api.js";
import { h } from "./dom.js";
import { decode, paint, present } from "./spectrogram.js";
import { clock } from "./words.js";

const WAVE_HEIGHT = 64;

export class Track extends EventTarget {
  /** `kind`: mixture, target or residual; `number`: the key that solos it. */
  constructor({ kind, title, links, number, spans, nonce }) {
    super();
    Object.assign(this, { kind, title, links, number, spans: spans ?? [], nonce });
    this.solo = false;
    this.mute = false;
    this.from = 0;
    this.to = 1;
    this.element = this.build();
  }

  build() {
    this.soloButton = h("button", {
      type: "button", class: "toggle", textContent: "Solo", title: `Only this (${this.number})`,
      "aria-pressed": "false", "aria-label": `Solo: hear only ${this.title}`,
      on: { click: (event) => this.ask("solo", event.shiftKey || event.ctrlKey || event.metaKey) },
    });
    this.muteButton = h("button", {
      type: "button", class: "toggle", textContent: "Mute", "aria-pressed": "false",
      "aria-label": `Mute ${this.title}`, on: { click: () => this.ask("mute") },
    });
    const downloads = ["wav", "flac", "mp3"].map((form) =>
      h("a", {
        href: this.links[form], download: "", class: "download", textContent: form.toUpperCase(),
        "aria-label": `Download ${this.title} as ${form.toUpperCase()}`,
      }),
    );
    this.wave = h("div", { class: "wave" });
    this.canvas = h("canvas", { class: "mel", "aria-hidden": "true" });
    this.marks = h("div", { class: "marks", "aria-hidden": "true" });
    this.cursor = h("div", { class: "cursor", "aria-hidden": "true" });
    const view = h("div", { class: "view" }, this.wave, h("div", { class: "mel-box" }, this.canvas, this.marks, this.cursor));
    this.canvas.addEventListener("click", (event) => {
      const share = event.offsetX / this.canvas.clientWidth;
      this.ask("seek", (this.from + share * (this.to - this.from)) * this.seconds);
    });
    return h("div", { class: `track ${this.kind}`, role: "group", "aria-label": this.title },
      h("header", {},
        h("h3", {}, h("span", { class: "swatch", "aria-hidden": "true" }), h("span", { class: "track-title", textContent: this.title })),
        h("div", { class: "toggles" }, this.soloButton, this.muteButton)),
      view,
      this.heard(),
      h("footer", {},
        h("div", { class: "downloads", role: "group", "aria-label": `Download ${this.title}` }, downloads),
        h("button", {
          type: "button", class: "link", textContent: "Ask again of this",
          "aria-label": `Ask again of this: ${this.title}`, on: { click: () => this.ask("again") },
        })));
  }

  heard() {
    if (!this.spans.length) return null;
    const spans = this.spans.map(({ start, end }) => `${clock(start, 1)}–${clock(end, 1)}`);
    const shown = spans.slice(0, 6).join(", ") + (spans.length > 6 ? ` and ${spans.length - 6} more` : "");
    return h("p", { class: "heard", textContent: `Heard at ${shown}` });
  }

  ask(what, detail) {
    this.dispatchEvent(new CustomEvent(what, { detail }));
  }

  async load() {
    const drawn = await picture(this.links.picture);
    this.seconds = drawn.seconds;
    const columns = drawn.peaks.length / 2;
    this.peaks = [new Float32Array(columns), new Float32Array(columns)];
    for (let i = 0; i < columns; i++) {
      this.peaks[0][i] = Math.max(0, drawn.peaks[2 * i + 1] / 100);
      this.peaks[1][i] = Math.max(0, -drawn.peaks[2 * i] / 100);
    }
    this.most = this.peaks.reduce((most, side) => Math.max(most, ...side.subarray(0, columns)), 0);
    this.mel = decode(drawn.mel);
  }

  /** Draws all of it; `most` and `top` are the mixture's, so that tracks can be compared. */
  draw(most, top) {
    const style = getComputedStyle(this.element);
    this.surfer = WaveSurfer.create({
      container: this.wave,
      height: WAVE_HEIGHT,
      peaks: this.peaks,
      duration: this.seconds,
      normalize: true,
      maxPeak: Math.max(most, 0.02),
      waveColor: style.getPropertyValue("--wave"),
      progressColor: style.getPropertyValue("--wave-done"),
      cursorColor: style.getPropertyValue("--cursor"),
      cursorWidth: 2,
      hideScrollbar: true,
      autoScroll: true,
      autoCenter: false,
      cspNonce: this.nonce,
    });
    this.regions = this.surfer.registerPlugin(Regions.create());
    this.surfer.registerPlugin(Timeline.create({ height: 16, secondaryLabelOpacity: 0.8, style: { fontSize: "10px", color: style.getPropertyValue("--soft") } }));
    this.loopColour = style.getPropertyValue("--loop").trim();
    this.regions.enableDragSelection({ color: this.loopColour });
    this.regions.on("region-created", (region) => this.chosen(region));
    this.regions.on("region-updated", (region) => this.ask("loop", { start: region.start, end: region.end }));
    this.surfer.on("interaction", (time) => this.ask("seek", time));
    this.surfer.on("scroll", (start, end) => {
      this.show(start, end);
      this.ask("scrolled", start);
    });
    this.painted = paint(this.mel, top);
    this.observer = new ResizeObserver(() => this.refresh());
    this.observer.observe(this.canvas);
    this.refresh();
  }

  chosen(region) {
    if (region.id === "loop") return;
    const { start, end } = region;
    region.remove();
    this.ask("loop", { start, end });
  }

  setLoop(loop) {
    this.regions.getRegions().forEach((region) => region.remove());
    if (loop) this.regions.addRegion({ id: "loop", ...loop, color: this.loopColour, drag: true, resize: true });
  }

  show(start, end) {
    this.from = Math.max(0, start / this.seconds);
    this.to = Math.min(1, Math.max(end / this.seconds, this.from + 1e-6));
    this.refresh();
  }

  refresh() {
    if (!this.canvas.clientWidth) return;
    present(this.canvas, this.painted, this.from, this.to);
    const width = this.to - this.from;
    this.marks.replaceChildren(
      ...this.spans
        .map(({ start, end }) => [start / this.seconds, end / this.seconds])
        .filter(([start, end]) => end > this.from && start < this.to)
        .map(([start, end]) => {
          const mark = h("span");
          mark.style.left = `${(100 * (Math.max(start, this.from) - this.from)) / width}%`;
          mark.style.right = `${(100 * (this.to - Math.min(end, this.to))) / width}%`;
          return mark;
        }),
    );
    this.place(this.time ?? 0);
  }

  /** Where the playing is. */
  at(time) {
    if (this.time !== time) this.surfer.setTime(time);
    this.time = time;
    this.place(time);
  }

  place(time) {
    const share = (time / this.seconds - this.from) / (this.to - this.from);
    this.cursor.hidden = share < 0 || share > 1;
    this.cursor.style.left = `${100 * share}%`;
  }

  zoom(factor) {
    this.surfer.zoom(factor <= 1 ? 0 : (factor * this.wave.clientWidth) / this.seconds);
    if (factor <= 1) this.show(0, this.seconds);
  }

  scroll(start) {
    this.surfer.setScrollTime(start);
  }

  press(solo, mute, audible) {
    Object.assign(this, { solo, mute });
    this.soloButton.setAttribute("aria-pressed", String(solo));
    this.muteButton.setAttribute("aria-pressed", String(mute));
    this.element.classList.toggle("silent", !audible);
  }

  recolour() {
    const style = getComputedStyle(this.element);
    this.surfer?.setOptions({
      waveColor: style.getPropertyValue("--wave"),
      progressColor: style.getPropertyValue("--wave-done"),
      cursorColor: style.getPropertyValue("--cursor"),
    });
  }

  close() {
    this.observer?.disconnect();
    this.surfer?.destroy();
  }
}
