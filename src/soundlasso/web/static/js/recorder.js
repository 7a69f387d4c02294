// Recording from the microphone into a wav file, which every server can read.

export const available = () => Boolean(window.isSecureContext && navigator.mediaDevices?.getUserMedia && window.AudioWorkletNode);

export class Recorder {
  /** `onLevel(level, seconds)` is told how it goes. */
  constructor(onLevel) {
    this.onLevel = onLevel;
    this.blocks = [];
    this.frames = 0;
  }

  async start() {
    this.stream = await navigator.mediaDevices.getUserMedia({
      audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
    });
    const context = new AudioContext();
    this.context = context;
    this.rate = context.sampleRate;
    await context.audioWorklet.addModule("/static/js/recorder-worklet.js");
    const source = context.createMediaStreamSource(this.stream);
    this.node = new AudioWorkletNode(context, "recorder", { numberOfOutputs: 0 });
    this.node.port.addEventListener("message", ({ data }) => {
      this.blocks.push(data);
      this.frames += data.length;
      let most = 0;
      for (const sample of data) most = Math.max(most, Math.abs(sample));
      this.onLevel(most, this.frames / this.rate);
    });
    this.node.port.start();
    source.connect(this.node);
  }

  /** Ends it and gives the file. */
  async stop() {
    await this.discard();
    const stamp = new Date().toISOString().slice(0, 16).replace("T", " ").replace(":", ".");
    return new File([wav(this.blocks, this.frames, this.rate)], `Recording ${stamp}.wav`, { type: "audio/wav" });
  }

  /** Lets go of the microphone, however far `start` has come. */
  async discard() {
    const { context } = this;
    this.context = null;
    this.stream?.getTracks().forEach((track) => track.stop());
    this.node?.port.close();
    await context?.close();
  }
}

function wav(blocks, frames, rate) {
  const view = new DataView(new ArrayBuffer(44 + 2 * frames));
  const text = (at, letters) => [...letters].forEach((letter, i) => view.setUint8(at + i, letter.charCodeAt(0)));
  text(0, "RIFF");
  view.setUint32(4, 36 + 2 * frames, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, 2 * rate, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, 2 * frames, true);
  let at = 44;
  for (const block of blocks) {
    for (const sample of block) {
      view.setInt16(at, Math.max(-32768, Math.min(32767, Math.round(32768 * sample))), true);
      at += 2;
    }
  }
  return view.buffer;
}
