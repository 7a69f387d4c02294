// Mel spectrograms on one colour scale.

// Black over violet and orange to pale yellow, evenly getting lighter.
const STOPS = [
  [0, 3, 2, 12], [0.13, 27, 12, 66], [0.25, 75, 12, 107], [0.38, 120, 28, 109], [0.5, 165, 44, 96],
  [0.63, 207, 68, 70], [0.75, 237, 105, 37], [0.88, 251, 155, 6], [1, 252, 255, 164],
];
export const RANGE = 70;

const PALETTE = (() => {
  const colours = new Uint8ClampedArray(256 * 4);
  for (let i = 0; i < 256; i++) {
    const x = i / 255;
    const next = STOPS.findIndex((stop) => stop[0] >= x) || 1;
    const [a, b] = [STOPS[next - 1], STOPS[next]];
    const share = (x - a[0]) / (b[0] - a[0]);
    for (let c = 0; c < 3; c++) colours[4 * i + c] = a[c + 1] + share * (b[c + 1] - a[c + 1]);
    colours[4 * i + 3] = 255;
  }
  return colours;
})();

/** The levels of a picture, in dB a byte at a time. */
export function decode(mel) {
  const text = atob(mel.data);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return { ...mel, bytes };
}

/** The loudest level of a picture in dB, which is the top of everyone's scale. */
export function loudest(mel) {
  let most = 0;
  for (const byte of mel.bytes) if (byte > most) most = byte;
  return mel.low + (most / 255) * (mel.high - mel.low);
}

/** A picture drawn once, to be shown in parts. */
export function paint(mel, top) {
  const canvas = document.createElement("canvas");
  canvas.width = mel.frames;
  canvas.height = mel.bands;
  const context = canvas.getContext("2d");
  const image = context.createImageData(mel.frames, mel.bands);
  const step = (mel.high - mel.low) / 255;
  for (let frame = 0; frame < mel.frames; frame++) {
    for (let band = 0; band < mel.bands; band++) {
      const level = mel.low + mel.bytes[frame * mel.bands + band] * step;
      const share = Math.max(0, Math.min(1, (level - top + RANGE) / RANGE));
      const colour = 4 * Math.round(255 * share);
      const at = 4 * ((mel.bands - 1 - band) * mel.frames + frame);
      image.data.set(PALETTE.subarray(colour, colour + 4), at);
    }
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

/** Shows the part of a painted picture from one share of its length to another. */
export function present(canvas, painted, from, to) {
  const ratio = Math.min(2, window.devicePixelRatio || 1);
  const width = Math.max(1, Math.round(canvas.clientWidth * ratio));
  const height = Math.max(1, Math.round(canvas.clientHeight * ratio));
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext("2d");
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = "high";
  const length = (to - from) * painted.width;
  context.drawImage(painted, from * painted.width, 0, length, painted.height, 0, 0, width, height);
}

/** The scale itself, loudest at the right. */
export function legend(canvas) {
  canvas.width = 256;
  canvas.height = 1;
  canvas.getContext("2d").putImageData(new ImageData(PALETTE, 256, 1), 0, 0);
}
