/** The trained weights: a mixture of Gaussians for all voices, and what tells them apart. */
import { readFile } from 'node:fs/promises'

/** See `training/speakers`. Matrices row by row. */
export interface SpeakerWeights {
  readonly mixtures: number
  /** Of a frame's features. */
  readonly width: number
  /** Of the long vector: `mixtures * width`. */
  readonly length: number
  /** Of a voiceprint. */
  readonly size: number
  readonly featureMeans: Float32Array
  readonly featureScales: Float32Array
  readonly priors: Float32Array
  readonly means: Float32Array
  readonly variances: Float32Array
  /** The long vector of no voice in particular. */
  readonly center: Float32Array
  /** `length` rows of `size` whole numbers, to be multiplied by the scale of their column. */
  readonly projection: Int16Array
  readonly scales: Float32Array
}

/** Four numbers, then floats in the order below, then the projection; all little-endian. */
export const parseWeights = (bytes: Uint8Array): SpeakerWeights => {
  const copy = new Uint8Array(bytes).buffer
  const [mixtures = 0, width = 0, size = 0] = new Int32Array(copy, 0, 4)
  const length = mixtures * width
  let at = 16
  const floats = (count: number): Float32Array => {
    const values = new Float32Array(copy, at, count)
    at += count * 4
    return values
  }
  const weights = {
    featureMeans: floats(width),
    featureScales: floats(width),
    priors: floats(mixtures),
    means: floats(length),
    variances: floats(length),
    center: floats(length),
    scales: floats(size),
  }
  return { mixtures, width, length, size, ...weights, projection: new Int16Array(copy, at, length * size) }
}

/** Reads weights from a file of that form. */
export const readWeights = async (file: string): Promise<SpeakerWeights> => parseWeights(await readFile(file))
