// Reading wav files piece by piece over the network.

import { Problem } from "./api.js";

const HEADER = 4096;

/** A wav file on the server, of whole numbers of 16 or 24 bits or floats of 32. */
export class Wav {
  constructor(address) {
    this.address = address;
  }

  async open() {
    const view = new DataView(await this.bytes(0, HEADER));
    let at = 12;
    while (at + 8 <= view.byteLength) {
      const name = String.fromCharCode(...new Uint8Array(view.buffer, at, 4));
      const size = view.getUint32(at + 4, true);
      if (name === "fmt ") {
        this.channels = view.getUint16(at + 10, true);
        this.rate = view.getUint32(at + 12, true);
        this.bits = view.getUint16(at + 22, true);
      } else if (name === "data") {
        this.start = at + 8;
        this.frames = Math.floor(size / this.frameBytes);
        return this;
      }
      at += 8 + size + (size % 2);
    }
    throw new Error("not a wav file");
  }

  get frameBytes() {
    return (this.channels * this.bits) / 8;
  }

  get seconds() {
    return this.frames / this.rate;
  }

  async bytes(start, length) {
    const response = await fetch(this.address, {
      headers: { Range: `bytes=${start}-${start + length - 1}` },
    });
    if (!response.ok) throw new Problem(response.status, `The server answered ${response.status}.`);
    return response.arrayBuffer();
  }

  /** Samples from a frame on, one array a channel. */
  async read(first, frames) {
    const count = Math.max(0, Math.min(frames, this.frames - first));
    if (!count) return Array.from({ length: this.channels }, () => new Float32Array(0));
    const buffer = await this.bytes(this.start + first * this.frameBytes, count * this.frameBytes);
    const out = Array.from({ length: this.channels }, () => new Float32Array(count));
    const values = this.values(buffer);
    for (let channel = 0; channel < this.channels; channel++) {
      const samples = out[channel];
      for (let i = 0, at = channel; i < count; i++, at += this.channels) samples[i] = values(at);
    }
    return out;
  }

  values(buffer) {
    if (this.bits === 16) {
      const data = new Int16Array(buffer);
      return (at) => data[at] / 32768;
    }
    if (this.bits === 24) {
      const data = new Uint8Array(buffer);
      return (at) => {
        const i = 3 * at;
        return ((data[i] << 8) | (data[i + 1] << 16) | (data[i + 2] << 24)) / 2147483648;
      };
    }
    const data = new Float32Array(buffer);
    return (at) => data[at];
  }
}
