// Several sounds of one length played together, to the sample, however long they are.
//
// Only the mixture and the targets are fetched: a residual is the mixture less its target, and
// so it is played. Pieces of two seconds are fetched and scheduled a little ahead.

import { Wav } from "./wav.js";

const PIECE = 2;
const AHEAD = 5;
const KEPT = 30;
const FADE = 0.012;

export class Player extends EventTarget {
  /** `addresses`: of the mixture, then of each target. */
  constructor(addresses) {
    super();
    this.wavs = addresses.map((address) => new Wav(address));
    this.kept = new Map();
    this.pieces = [];
    this.nodes = new Set();
    this.position = 0;
    this.playing = false;
    this.waiting = false;
    this.loop = null;
    this.turn = 0;
    this.gains = addresses.map(() => 0);
    this.volume = 1;
  }

  async open() {
    await Promise.all(this.wavs.map((wav) => wav.open()));
    const [first] = this.wavs;
    this.rate = first.rate;
    this.seconds = first.seconds;
  }

  /** Which streams are heard: one gain each, which may be negative. */
  set levels(gains) {
    this.gains = gains;
    this.faders?.forEach((fader, i) => this.fade(fader, gains[i]));
  }

  set loudness(volume) {
    this.volume = volume;
    if (this.master) this.fade(this.master, volume);
  }

  fade(node, value) {
    node.gain.setTargetAtTime(value, this.context.currentTime, FADE / 3);
  }

  prepare() {
    if (this.context) return;
    try {
      // At the recording's own rate pieces join without a seam.
      this.context = new AudioContext({ sampleRate: this.rate });
    } catch {
      this.context = new AudioContext();
    }
    this.master = new GainNode(this.context, { gain: this.volume });
    this.master.connect(this.context.destination);
    this.faders = this.gains.map((gain) => {
      const fader = new GainNode(this.context, { gain });
      fader.connect(this.master);
      return fader;
    });
  }

  get time() {
    if (!this.playing) return this.position;
    const now = this.context.currentTime;
    while (this.pieces.length > 1 && this.pieces[1].when <= now) this.pieces.shift();
    const [piece] = this.pieces;
    if (!piece) return this.position;
    const inside = Math.max(0, Math.min(now - piece.when, piece.length));
    this.position = piece.start + inside;
    return this.position;
  }

  async play() {
    if (this.playing || this.seconds === undefined) return;
    this.prepare();
    if (this.position >= this.seconds - 0.01) this.position = 0;
    this.playing = true;
    const turn = ++this.turn;
    this.tell();
    try {
      await this.context.resume();
    } catch (error) {
      // Closed meanwhile, or the browser does not let it play.
      if (turn !== this.turn) return;
      this.pause();
      throw error;
    }
    // Paused, and perhaps begun again, or moved meanwhile: then somebody else goes on.
    if (turn === this.turn) this.run();
  }

  pause() {
    if (!this.playing) return;
    this.position = this.time;
    this.silence();
    this.playing = false;
    this.tell();
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  seek(seconds) {
    if (!Number.isFinite(seconds) || this.seconds === undefined) return;
    this.position = Math.max(0, Math.min(seconds, this.seconds));
    if (this.playing) {
      this.silence();
      this.run();
    }
    this.tell();
  }

  setLoop(loop) {
    this.loop = loop && loop.end - loop.start >= 0.05 ? loop : null;
    if (this.playing) this.seek(this.loop ? this.inLoop(this.time) : this.time);
    this.tell();
  }

  inLoop(at) {
    return at >= this.loop.start && at < this.loop.end ? at : this.loop.start;
  }

  tell() {
    this.dispatchEvent(new Event("change"));
  }

  silence() {
    this.turn++;
    for (const node of this.nodes) node.stop();
    this.nodes.clear();
    this.pieces = [];
  }

  /** Schedules piece after piece until it is told to stop. */
  async run() {
    const turn = ++this.turn;
    let at = this.loop ? this.inLoop(this.position) : this.position;
    let when = 0;
    while (turn === this.turn) {
      if (at >= this.seconds - 0.5 / this.rate) {
        await this.until(when, turn);
        if (turn === this.turn) this.end();
        return;
      }
      const end = this.loop && at < this.loop.end ? this.loop.end : this.seconds;
      const border = (Math.floor(at / PIECE + 1e-9) + 1) * PIECE;
      const stop = Math.min(end, border);
      let buffers;
      try {
        buffers = await this.buffers(Math.floor(at / PIECE + 1e-9));
      } catch {
        if (turn === this.turn) {
          this.pause();
          this.dispatchEvent(new Event("failed"));
        }
        return;
      }
      if (turn !== this.turn) return;
      const now = this.context.currentTime;
      if (when < now + 0.02) when = Math.ceil((now + 0.06) * this.rate) / this.rate;
      this.schedule(buffers, at, stop, when);
      when += stop - at;
      at = this.loop && stop >= this.loop.end - 1e-6 ? this.loop.start : stop;
      await this.until(when - AHEAD, turn);
    }
  }

  schedule(buffers, start, stop, when) {
    this.pieces.push({ start, when, length: stop - start });
    const offset = start - Math.floor(start / PIECE + 1e-9) * PIECE;
    buffers.forEach((buffer, i) => {
      if (!buffer) return;
      const node = new AudioBufferSourceNode(this.context, { buffer });
      node.connect(this.faders[i]);
      node.start(when, offset, stop - start);
      this.nodes.add(node);
      node.addEventListener("ended", () => this.nodes.delete(node));
    });
  }

  async until(when, turn) {
    while (turn === this.turn && this.context.currentTime < when) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  end() {
    this.silence();
    this.playing = false;
    this.position = this.seconds;
    this.tell();
  }

  async buffers(index) {
    if (!this.kept.has(index)) {
      this.kept.set(index, this.fetch(index));
      if (this.kept.size > KEPT) this.kept.delete(this.kept.keys().next().value);
    }
    try {
      return await this.kept.get(index);
    } catch (error) {
      this.kept.delete(index);
      throw error;
    }
  }

  fetch(index) {
    return Promise.all(
      this.wavs.map(async (wav) => {
        const first = Math.round(index * PIECE * wav.rate);
        const channels = await wav.read(first, Math.round(PIECE * wav.rate));
        if (!channels[0].length) return null;
        const buffer = new AudioBuffer({
          length: channels[0].length,
          numberOfChannels: wav.channels,
          sampleRate: wav.rate,
        });
        channels.forEach((samples, i) => buffer.copyToChannel(samples, i));
        return buffer;
      }),
    );
  }

  close() {
    this.silence();
    this.playing = false;
    this.context?.close();
  }
}
