/**
 * Speech → voiceprint: how the cepstra of a voice differ from those of all voices, place by place. A mixture of Gaussians
 * is adapted to the speech (D. Reynolds, T. Quatieri and R. Dunn, “Speaker verification using adapted Gaussian mixture
 * models”, Digital Signal Processing 10, 2000); the shifts of its means are one long vector (W. Campbell, D. Sturim and
 * D. Reynolds, 2006), of which linear discriminants keep what tells speakers apart and not what a room or a word does.
 * Beside it stands what a small network makes of the same speech.
 */
import { MelBands } from '../../signal/cepstrum.ts'
import { PowerSpectrum } from '../../signal/fourier.ts'
import { type NetworkWeights, networkPrint } from './network.ts'
import type { SpeakerWeights } from './weights.ts'

export const sampleRate = 16_000
const size = 512
const hop = 160
const bands = 40
export const cepstraCount = 20
/** How much speech it takes to believe in a shift: as many frames as this count as much as all voices. */
const relevance = 8

/** How much of a voiceprint's likeness is that of the mixture; the rest is the network's. */
const mixtureShare = 0.35

/** Five in a row. */
type Frames = [Float32Array, Float32Array, Float32Array, Float32Array, Float32Array]

/** Makes voiceprints; keeps its scratch, so one belongs to one thread. */
export class Voiceprints {
  readonly #weights: SpeakerWeights
  readonly #network: NetworkWeights
  readonly #spectrum = new PowerSpectrum(size)
  readonly #mel = new MelBands({ count: bands, sampleRate, size, cepstra: cepstraCount })
  /** Of each Gaussian's log-likelihood: what goes with a value, what with its square, and what does not depend on the frame. */
  readonly #linear: Float64Array
  readonly #quadratic: Float64Array
  readonly #constant: Float64Array

  constructor(weights: SpeakerWeights, network: NetworkWeights) {
    this.#weights = weights
    this.#network = network
    const { mixtures, width, means, variances, priors } = weights
    this.#linear = Float64Array.from(means, (mean, at) => mean / variances[at]!)
    this.#quadratic = Float64Array.from(variances, (variance) => -0.5 / variance)
    this.#constant = Float64Array.from({ length: mixtures }, (_, k) => {
      let sum = Math.log(priors[k]!)
      for (let d = 0; d < width; d += 1) {
        const at = k * width + d
        sum -= 0.5 * (Math.log(variances[at]!) + means[at]! ** 2 / variances[at]!)
      }
      return sum
    })
  }

  /** Of speech at 16 kHz, of length 1. Half a second says little, two seconds much. */
  of(samples: Float32Array): Float32Array {
    const frames = Math.max(1, Math.floor((samples.length - size) / hop) + 1)
    const levels = Array.from({ length: frames }, (_, index) =>
      this.#mel.levels(this.#spectrum.of(samples, index * hop)),
    )
    const mixture = this.#mixturePrint(this.#features(levels))
    const network = networkPrint(this.#network, levels)
    // The likeness of two such vectors is the two likenesses, each by its share.
    const print = new Float32Array(mixture.length + network.length)
    print.set(mixture.map((value) => value * Math.sqrt(mixtureShare)))
    print.set(
      network.map((value) => value * Math.sqrt(1 - mixtureShare)),
      mixture.length,
    )
    return print
  }

  #mixturePrint(features: Float32Array): Float32Array {
    const { size: count, length, center, projection, scales } = this.#weights
    const shifts = this.#shifts(features)
    const print = new Float32Array(count)
    for (let k = 0; k < length; k += 1) {
      const shift = shifts[k]! - center[k]!
      for (let j = 0; j < count; j += 1) print[j]! += shift * projection[k * count + j]!
    }
    for (let j = 0; j < count; j += 1) print[j]! *= scales[j]!
    const norm = Math.hypot(...print) || 1
    return print.map((value) => value / norm)
  }

  /** Cepstra and their slopes, frame after frame, as the mixture knows them. */
  #features(levels: readonly Float32Array[]): Float32Array {
    const frames = levels.length
    const plain = levels.map((level) => this.#mel.cepstrum(level))
    const { width, featureMeans, featureScales } = this.#weights
    const near = (index: number): Float32Array => plain[Math.min(frames - 1, Math.max(0, index))]!
    const features = new Float32Array(frames * width)
    for (let index = 0; index < frames; index += 1) {
      const [before, last, now, next, after] = [-2, -1, 0, 1, 2].map((away) => near(index + away)) as Frames
      for (let c = 0; c < cepstraCount; c += 1) {
        const slope = (2 * (after[c]! - before[c]!) + next[c]! - last[c]!) / 10
        const d = cepstraCount + c
        features[index * width + c] = (now[c]! - featureMeans[c]!) / featureScales[c]!
        features[index * width + d] = (slope - featureMeans[d]!) / featureScales[d]!
      }
    }
    return features
  }

  /** The shift of every mean, in standard deviations and weighed by how common the Gaussian is. */
  #shifts(features: Float32Array): Float32Array {
    const { mixtures, width, means, variances, priors } = this.#weights
    const linear = this.#linear
    const quadratic = this.#quadratic
    const constant = this.#constant
    const counts = new Float64Array(mixtures)
    const sums = new Float64Array(mixtures * width)
    const likelihood = new Float64Array(mixtures)
    for (let at = 0; at < features.length; at += width) {
      let best = Number.NEGATIVE_INFINITY
      for (let k = 0; k < mixtures; k += 1) {
        const row = k * width
        let sum = constant[k]!
        for (let d = 0; d < width; d += 1) {
          const x = features[at + d]!
          sum += x * (linear[row + d]! + quadratic[row + d]! * x)
        }
        likelihood[k] = sum
        best = Math.max(best, sum)
      }
      let total = 0
      for (let k = 0; k < mixtures; k += 1) {
        likelihood[k] = Math.exp(likelihood[k]! - best)
        total += likelihood[k]!
      }
      for (let k = 0; k < mixtures; k += 1) {
        const share = likelihood[k]! / total
        // Most Gaussians have nothing to do with most frames.
        if (share < 1e-4) continue
        counts[k]! += share
        for (let d = 0; d < width; d += 1) sums[k * width + d]! += share * features[at + d]!
      }
    }
    return Float32Array.from({ length: mixtures * width }, (_, at) => {
      const k = Math.floor(at / width)
      const shift = (sums[at]! - counts[k]! * means[at]!) / (counts[k]! + relevance)
      return (shift * Math.sqrt(priors[k]!)) / Math.sqrt(variances[at]!)
    })
  }
}
