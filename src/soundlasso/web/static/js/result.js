// What came out, side by side, played together.

import { h, icon, ICONS } from "./dom.js";
import { keys, local } from "./memory.js";
import { Player } from "./player.js";
import { legend, loudest, RANGE } from "./spectrogram.js";
import { Track } from "./track.js";
import { asked, clock, hearing, list, moment } from "./words.js";

const MOST_ZOOM = 24;

export class Result {
  /** `onAgain(track)` is told which sound to ask again of. */
  constructor(section, job, { nonce, onAgain, onDelete }) {
    Object.assign(this, { section, job, onAgain, onDelete });
    this.factor = 1;
    this.tracks = this.makeTracks(nonce);
    this.player = new Player([job.mixture.wav, ...job.results.map((result) => result.target.wav)]);
    this.build();
  }

  makeTracks(nonce) {
    let number = 1;
    const make = (kind, title, links, spans) => new Track({ kind, title, links, number: number++, spans, nonce });
    const tracks = [make("mixture", "The recording", this.job.mixture)];
    const removed = this.job.mode === "remove";
    this.job.results.forEach((result, index) => {
      const queries = result.heard.map((one) => one.query);
      const spans = result.heard.filter((one) => one.heard !== false).flatMap((one) => one.spans);
      const target = make("target", removed ? "What was removed" : list(queries), result.target, spans);
      const alone = !removed && this.job.results.length === 1;
      const residual = make("residual", alone ? "Everything else" : `Without ${list(queries)}`, result.residual);
      tracks.push(Object.assign(target, { index }), Object.assign(residual, { index }));
    });
    return tracks;
  }

  get controls() {
    return [this.playButton, this.seekBar, this.loopButton, this.zoomBar];
  }

  get wanted() {
    return this.job.mode === "remove" ? "residual" : "target";
  }

  build() {
    const { job } = this;
    const several = job.results.length > 1;
    this.playButton = h("button", { type: "button", class: "play", "aria-label": "Play", on: { click: () => this.player.toggle() } }, icon(ICONS.play));
    this.seekBar = h("input", { type: "range", class: "seek", min: 0, max: 1, step: 0.01, value: 0, "aria-label": "Position", on: { input: () => this.player.seek(Number(this.seekBar.value)) } });
    this.clock = h("span", { class: "clock", role: "timer", "aria-label": "Time", textContent: "0:00.0" });
    this.loopButton = h("button", { type: "button", class: "toggle icon", title: "Loop (L)", "aria-label": "Loop", "aria-pressed": "false", on: { click: () => this.toggleLoop() } }, icon(ICONS.loop));
    this.zoomBar = h("input", { type: "range", min: 0, max: 1, step: 0.05, value: 0, "aria-label": "Zoom", on: { input: () => this.zoom(MOST_ZOOM ** Number(this.zoomBar.value)) } });
    this.volumeBar = h("input", { type: "range", min: 0, max: 1, step: 0.05, value: 1, "aria-label": "Volume", on: { input: () => { this.player.loudness = Number(this.volumeBar.value) ** 2; } } });
    const scale = h("canvas", { class: "scale" });
    legend(scale);
    this.viewButton = h("button", { type: "button", class: "toggle", textContent: "Stacked", "aria-pressed": "false", on: { click: () => this.setView(this.grid.dataset.view === "stacked" ? "side" : "stacked") } });
    const groups = job.results.map((result, index) => {
      const own = this.tracks.filter((track) => track.index === index);
      if (this.wanted === "residual") own.reverse();
      const all = several ? own : [this.tracks[0], ...own];
      return h("div", { class: "group" },
        result.heard.map((one) => {
          const said = hearing(one, result.level);
          return h("p", { class: said.bad ? "notice not-heard" : "hearing", textContent: said.text });
        }),
        result.warnings.map((text) => h("p", { class: "notice", textContent: `${text[0].toUpperCase()}${text.slice(1)}.` })),
        h("div", { class: `tracks of-${all.length}` }, all.map((track) => track.element)));
    });
    this.grid = h("div", { class: "groups" }, several ? h("div", { class: "group" }, h("div", { class: "tracks of-1" }, this.tracks[0].element)) : null, groups);
    this.trouble = h("p", { class: "notice bad", role: "alert", hidden: true });
    this.section.replaceChildren(
      h("header", { class: "result-head" },
        h("div", {}, h("h2", { id: "result-title", textContent: asked(job) }),
          h("p", { class: "hint", textContent: `${job.file.name} · ${clock(job.file.seconds)} · ${job.file.sample_rate / 1000} kHz · ${["", "mono", "stereo"][job.file.channels] ?? `${job.file.channels} channels`} · ${job.model} · kept until ${moment(job.expires)}` })),
        h("button", { type: "button", class: "button danger", on: { click: () => this.onDelete(job.id) } }, icon(ICONS.bin), "Delete")),
      h("div", { class: "transport", role: "group", "aria-label": "Player" },
        this.playButton, this.clock, this.seekBar, this.loopButton,
        h("label", { class: "small-range" }, h("span", { textContent: "Zoom" }), this.zoomBar),
        h("label", { class: "small-range volume" }, h("span", { textContent: "Volume" }), this.volumeBar),
        this.viewButton),
      this.trouble,
      this.grid,
      h("p", { class: "legend hint" }, h("span", { textContent: `−${RANGE} dB` }), scale, h("span", { textContent: "0 dB, the loudest place of the recording, in all pictures" })));
    // Until it is known how long everything is, there is nowhere to go.
    for (const control of this.controls) control.disabled = true;
    this.setView(local.get("soundlasso.view") ?? "side");
  }

  async open() {
    for (const track of this.tracks) this.listen(track);
    const first = this.tracks.find((track) => track.kind === this.wanted);
    this.mix((track) => ({ solo: track === first, mute: false }));
    this.player.addEventListener("change", () => this.refresh());
    this.player.addEventListener("failed", () => this.problem("The sound could not be fetched. It may have been removed, or the server has ended."));
    this.recolour = () => this.tracks.forEach((track) => track.recolour());
    document.addEventListener("themechange", this.recolour);
    await Promise.all([this.player.open(), ...this.tracks.map((track) => track.load())]);
    if (this.closed) return;
    this.seekBar.max = this.player.seconds;
    const [mixture] = this.tracks;
    const top = loudest(mixture.mel);
    this.tracks.forEach((track) => track.draw(mixture.most, top));
    this.refresh();
    for (const control of this.controls) control.disabled = false;
    this.keys = (event) => this.key(event);
    document.addEventListener("keydown", this.keys);
    this.section.dataset.ready = "true";
  }

  problem(text) {
    this.trouble.textContent = text;
    this.trouble.hidden = !text;
  }

  listen(track) {
    track.addEventListener("seek", (event) => this.player.seek(event.detail));
    track.addEventListener("loop", (event) => this.setLoop(event.detail));
    track.addEventListener("again", () => this.onAgain(this.job, track));
    track.addEventListener("solo", (event) => this.solo(track, event.detail));
    track.addEventListener("mute", () => this.mix((other) => ({ solo: other.solo, mute: other === track ? !other.mute : other.mute })));
    track.addEventListener("scrolled", (event) => this.scrolled(track, event.detail));
  }

  solo(track, besides) {
    const on = !track.solo;
    this.mix((other) => ({ solo: other === track ? on : besides && other.solo, mute: other === track && on ? false : other.mute }));
  }

  /** Decides who is heard: those with solo, or all without mute if none has it. */
  mix(choose) {
    const states = this.tracks.map(choose);
    const alone = states.some((state) => state.solo);
    const gains = this.player.gains.map(() => 0);
    this.tracks.forEach((track, i) => {
      const audible = !states[i].mute && (!alone || states[i].solo);
      track.press(states[i].solo, states[i].mute, audible);
      if (!audible) return;
      // A residual is the mixture less its target.
      if (track.kind !== "target") gains[0] += 1;
      if (track.kind === "target") gains[track.index + 1] += 1;
      if (track.kind === "residual") gains[track.index + 1] -= 1;
    });
    this.player.levels = gains;
  }

  setLoop(loop) {
    this.lastLoop = loop ?? this.lastLoop;
    this.player.setLoop(loop);
    this.tracks.forEach((track) => track.setLoop(this.player.loop));
  }

  toggleLoop() {
    if (this.player.loop) this.setLoop(null);
    else this.setLoop(this.lastLoop ?? { start: 0, end: this.player.seconds });
  }

  zoom(factor) {
    this.factor = Math.max(1, Math.min(MOST_ZOOM, factor));
    this.zoomBar.value = Math.log(this.factor) / Math.log(MOST_ZOOM);
    this.zoomBar.setAttribute("aria-valuetext", `${this.factor.toFixed(1)} times`);
    this.tracks.forEach((track) => track.zoom(this.factor));
  }

  scrolled(from, start) {
    if (this.scrolling) return;
    this.scrolling = true;
    this.tracks.filter((track) => track !== from).forEach((track) => track.scroll(start));
    requestAnimationFrame(() => {
      this.scrolling = false;
    });
  }

  setView(view) {
    this.grid.dataset.view = view;
    this.viewButton.setAttribute("aria-pressed", String(view === "stacked"));
    local.set("soundlasso.view", view);
  }

  refresh() {
    if (this.closed) return;
    const time = this.player.time;
    this.clock.textContent = `${clock(time, 1)} / ${clock(this.player.seconds ?? 0, 1)}`;
    this.seekBar.value = time;
    this.seekBar.setAttribute("aria-valuetext", `${clock(time, 1)} of ${clock(this.player.seconds ?? 0, 1)}`);
    this.tracks.forEach((track) => track.surfer && track.at(time));
    this.loopButton.setAttribute("aria-pressed", String(Boolean(this.player.loop)));
    if (this.player.playing) this.problem("");
    const label = this.player.playing ? "Pause" : "Play";
    if (this.playButton.getAttribute("aria-label") !== label) {
      this.playButton.setAttribute("aria-label", label);
      this.playButton.replaceChildren(icon(ICONS[label.toLowerCase()]));
    }
    if (this.player.playing) {
      cancelAnimationFrame(this.frame);
      this.frame = requestAnimationFrame(() => this.refresh());
    }
  }

  key(event) {
    const busy = event.target.closest("input:not([type=range]), textarea, select, dialog, [contenteditable], audio");
    if (busy || event.ctrlKey || event.metaKey || event.altKey || !keys.on) return;
    const onButton = event.target.closest("button, a, label, summary");
    const onRange = event.target.closest("input[type=range]:not(.seek)");
    const { player } = this;
    const step = event.shiftKey ? 5 : 1;
    const digit = /^Digit([1-9])$/.exec(event.code)?.[1];
    const actions = {
      " ": onButton ? null : () => player.toggle(),
      ArrowLeft: onRange ? null : () => player.seek(player.time - step),
      ArrowRight: onRange ? null : () => player.seek(player.time + step),
      Home: onRange ? null : () => player.seek(0),
      End: onRange ? null : () => player.seek(player.seconds),
      l: () => this.toggleLoop(),
      "[": () => this.setLoop({ start: player.time, end: player.loop && player.loop.end > player.time ? player.loop.end : player.seconds }),
      "]": () => this.setLoop({ start: player.loop && player.loop.start < player.time ? player.loop.start : 0, end: player.time }),
      "+": () => this.zoom(this.factor * 1.5),
      "=": () => this.zoom(this.factor * 1.5),
      "-": () => this.zoom(this.factor / 1.5),
    };
    const track = digit && this.tracks[Number(digit) - 1];
    const action = track ? () => this.solo(track, event.shiftKey) : actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }

  close() {
    this.closed = true;
    cancelAnimationFrame(this.frame);
    document.removeEventListener("keydown", this.keys);
    document.removeEventListener("themechange", this.recolour);
    this.player.close();
    this.tracks.forEach((track) => track.close());
    this.section.replaceChildren();
    delete this.section.dataset.ready;
  }
}
