/**
 * Mel levels → voiceprint: a small network of convolutions over time that was trained to tell speakers apart (D. Snyder
 * and others, “X-vectors: robust DNN embeddings for speaker recognition”, ICASSP 2018; the margin of its loss is that of
 * J. Deng and others, “ArcFace”, CVPR 2019). It hears the outline of the voice over a second or so where the mixture
 * hears frames, so the two err in different places.
 */
import { readFile } from 'node:fs/promises'

/** One layer: out = shift + gain · max(0, bias + weights · in). */
interface Layer {
  readonly bias: Float32Array
  readonly gain: Float32Array
  readonly shift: Float32Array
  /** For each output the inputs of each tap, one after another. */
  readonly weights: Float32Array
}

export interface NetworkWeights {
  readonly bands: number
  readonly channels: number
  readonly size: number
  /** Of the levels of all speech, in dB. */
  readonly means: Float32Array
  readonly deviation: number
  /** Five convolutions, each with a multiple of four outputs, then what the statistics over time become. */
  readonly layers: readonly Layer[]
}

/** Taps of each convolution. The first goes in steps of three frames; the next three look ever wider, and add to what they heard. */
const taps = [5, 3, 3, 3, 1]
const stride = 3

/** Four numbers, the means and the deviation, then the layers: three rows of floats, the scale of each row, the rows; little-endian. */
export const parseNetwork = (bytes: Uint8Array): NetworkWeights => {
  const copy = new Uint8Array(bytes).buffer
  const [bands = 0, channels = 0, size = 0] = new Int32Array(copy, 0, 4)
  let at = 16
  const floats = (count: number): Float32Array => {
    const values = new Float32Array(copy, at, count)
    at += count * 4
    return values
  }
  const layer = (inputs: number, outputs: number): Layer => {
    const [bias, gain, shift, scales] = [floats(outputs), floats(outputs), floats(outputs), floats(outputs)]
    const rows = new Int16Array(copy, at, inputs * outputs)
    at += rows.length * 2
    const weights = Float32Array.from(rows, (value, index) => value * scales[Math.floor(index / inputs)]!)
    return { bias, gain, shift, weights }
  }
  const means = floats(bands)
  const [deviation = 1] = floats(1)
  const convolutions = taps.map((count, index) =>
    layer(count * (index === 0 ? bands : channels), index === taps.length - 1 ? 2 * channels : channels),
  )
  return { bands, channels, size, means, deviation, layers: [...convolutions, layer(4 * channels, size)] }
}

/** Reads weights from a file of that form. */
export const readNetwork = async (file: string): Promise<NetworkWeights> => parseNetwork(await readFile(file))

/** `levels` are those of each frame, in dB; the vector has the length 1. */
export const networkPrint = (weights: NetworkWeights, levels: readonly Float32Array[]): Float32Array => {
  const { channels, layers } = weights
  const [first, ...rest] = layers
  const last = rest.pop()!
  const widest = rest.pop()!
  let heard = convolved(first!, inputOf(weights, levels), { count: taps[0]!, step: stride, dilation: 1, edge: 0 })
  for (const [index, layer] of rest.entries()) {
    const dilation = index + 1
    const more = convolved(layer, heard, { count: 3, step: 1, dilation, edge: dilation })
    heard = heard.map((frame, t) => frame.map((value, c) => value + more[t]![c]!))
  }
  const outlines = convolved(widest, heard, { count: 1, step: 1, dilation: 1, edge: 0 })
  const width = 2 * channels
  const statistics = new Float32Array(2 * width)
  for (let c = 0; c < width; c += 1) {
    const mean = outlines.reduce((sum, frame) => sum + frame[c]!, 0) / outlines.length
    const variance = outlines.reduce((sum, frame) => sum + (frame[c]! - mean) ** 2, 0) / outlines.length
    statistics[c] = mean
    statistics[width + c] = Math.sqrt(variance + 1e-4)
  }
  const print = last.bias.map((bias, j) => {
    let sum = bias
    for (let c = 0; c < statistics.length; c += 1) sum += last.weights[j * statistics.length + c]! * statistics[c]!
    return sum
  })
  const norm = Math.hypot(...print) || 1
  return print.map((value) => value / norm)
}

/** Levels as the network knows them: how loud the speech is does not matter. At least as many frames as the first layer takes. */
const inputOf = ({ bands, means, deviation }: NetworkWeights, levels: readonly Float32Array[]): Float32Array[] => {
  const frames = levels.map((frame) => frame.map((level, band) => (level - means[band]!) / deviation))
  const sum = frames.reduce((total, frame) => total + frame.reduce((all, value) => all + value, 0), 0)
  const mean = sum / (frames.length * bands || 1)
  const input = frames.map((frame) => frame.map((value) => value - mean))
  while (input.length < taps[0]!) input.push(new Float32Array(bands))
  return input
}

const convolved = (
  { bias, gain, shift, weights }: Layer,
  input: readonly Float32Array[],
  how: { readonly count: number; readonly step: number; readonly dilation: number; readonly edge: number },
): Float32Array[] => {
  const { count, step, dilation, edge } = how
  const width = input[0]!.length
  const length = Math.floor((input.length + 2 * edge - dilation * (count - 1) - 1) / step) + 1
  const inputs = count * width
  const seen = new Float32Array(inputs)
  return Array.from({ length }, (_, t) => {
    seen.fill(0)
    for (let k = 0; k < count; k += 1) {
      const frame = input[t * step + k * dilation - edge]
      if (frame) seen.set(frame, k * width)
    }
    const output = new Float32Array(bias.length)
    // Four at a time, so that no sum waits for itself.
    for (let o = 0; o < output.length; o += 4) {
      const at = o * inputs
      let [a, b, c, d] = [bias[o]!, bias[o + 1]!, bias[o + 2]!, bias[o + 3]!]
      for (let i = 0; i < inputs; i += 1) {
        const value = seen[i]!
        a += weights[at + i]! * value
        b += weights[at + inputs + i]! * value
        c += weights[at + 2 * inputs + i]! * value
        d += weights[at + 3 * inputs + i]! * value
      }
      for (const [k, sum] of [a, b, c, d].entries()) output[o + k] = shift[o + k]! + gain[o + k]! * Math.max(0, sum)
    }
    return output
  })
}
