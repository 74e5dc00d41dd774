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
  const heard = convolved(first!, inputOf(weights, levels), { count: taps[0]!, step: stride, dilation: 1, edge: 0 })
  for (const [index, layer] of rest.entries()) {
    const dilation = index + 1
    const more = convolved(layer, heard, { count: 3, step: 1, dilation, edge: dilation })
    for (const [t, frame] of heard.entries()) {
      const added = more[t]!
      for (let c = 0; c < channels; c += 1) frame[c]! += added[c]!
    }
  }
  const outlines = convolved(widest, heard, { count: 1, step: 1, dilation: 1, edge: 0 })
  const statistics = statisticsOf(outlines, 2 * channels)
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
  let sum = 0
  const input = levels.map((frame) => {
    const known = new Float32Array(bands)
    for (let band = 0; band < bands; band += 1) {
      known[band] = (frame[band]! - means[band]!) / deviation
      sum += known[band]!
    }
    return known
  })
  const mean = sum / (levels.length * bands || 1)
  for (const frame of input) for (let band = 0; band < bands; band += 1) frame[band]! -= mean
  while (input.length < taps[0]!) input.push(new Float32Array(bands))
  return input
}

/** The mean of each value over time, then its deviation. */
const statisticsOf = (frames: readonly Float32Array[], width: number): Float32Array => {
  const means = new Float64Array(width)
  const squares = new Float64Array(width)
  for (const frame of frames) for (let c = 0; c < width; c += 1) means[c]! += frame[c]! / frames.length
  for (const frame of frames) for (let c = 0; c < width; c += 1) squares[c]! += (frame[c]! - means[c]!) ** 2
  const statistics = new Float32Array(2 * width)
  for (let c = 0; c < width; c += 1) {
    statistics[c] = means[c]!
    statistics[width + c] = Math.sqrt(squares[c]! / frames.length + 1e-4)
  }
  return statistics
}

/** Four frames at a time and two outputs, so that no sum waits for itself and each weight is fetched for four. */
const convolved = (
  { bias, gain, shift, weights }: Layer,
  input: readonly Float32Array[],
  how: { readonly count: number; readonly step: number; readonly dilation: number; readonly edge: number },
): Float32Array[] => {
  const { count, step, dilation, edge } = how
  const width = input[0]!.length
  const length = Math.floor((input.length + 2 * edge - dilation * (count - 1) - 1) / step) + 1
  const inputs = count * width
  // What the four are made of, one after another: in one array, which the loop below does with fewer registers.
  const seen = new Float64Array(4 * inputs)
  const outputs = Array.from({ length: 4 * Math.ceil(length / 4) }, () => new Float32Array(bias.length))
  for (let t = 0; t < length; t += 4) {
    seen.fill(0)
    for (let k = 0; k < 4; k += 1) {
      for (let tap = 0; tap < count; tap += 1) {
        const frame = input[(t + k) * step + tap * dilation - edge]
        if (frame) seen.set(frame, k * inputs + tap * width)
      }
    }
    for (let o = 0; o < bias.length; o += 2) {
      const one = o * inputs
      const other = one + inputs
      let a0 = bias[o]!
      let a1 = a0
      let a2 = a0
      let a3 = a0
      let b0 = bias[o + 1]!
      let b1 = b0
      let b2 = b0
      let b3 = b0
      for (let i = 0; i < inputs; i += 1) {
        const a = weights[one + i]!
        const b = weights[other + i]!
        const x0 = seen[i]!
        const x1 = seen[inputs + i]!
        const x2 = seen[2 * inputs + i]!
        const x3 = seen[3 * inputs + i]!
        a0 += a * x0
        a1 += a * x1
        a2 += a * x2
        a3 += a * x3
        b0 += b * x0
        b1 += b * x1
        b2 += b * x2
        b3 += b * x3
      }
      outputs[t]![o] = a0
      outputs[t + 1]![o] = a1
      outputs[t + 2]![o] = a2
      outputs[t + 3]![o] = a3
      outputs[t]![o + 1] = b0
      outputs[t + 1]![o + 1] = b1
      outputs[t + 2]![o + 1] = b2
      outputs[t + 3]![o + 1] = b3
    }
    for (let k = 0; k < 4; k += 1) {
      const output = outputs[t + k]!
      for (let o = 0; o < output.length; o += 1) output[o] = shift[o]! + gain[o]! * Math.max(0, output[o]!)
    }
  }
  return outputs.slice(0, length)
}
