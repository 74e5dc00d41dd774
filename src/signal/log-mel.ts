/** Log-mel spectrogram as the Whisper models take it: Radford et al., "Robust Speech Recognition via Large-Scale Weak Supervision" (2022). */
import { MixedRadix } from './mixed-radix.ts'

export const melSampleRate = 16_000
export const melBands = 80
/** Samples from one frame to the next: 10 ms. */
export const melHop = 160
const windowSamples = 400
const bins = windowSamples / 2 + 1
const least = 1e-10

/** Slaney, "Auditory Toolbox" (1998): linear below 1 kHz, logarithmic above. */
const linearHz = 200 / 3
const logStep = Math.log(6.4) / 27
const breakHz = 1000
const breakMel = breakHz / linearHz
const melOf = (hz: number): number => (hz < breakHz ? hz / linearHz : breakMel + Math.log(hz / breakHz) / logStep)
const hzOf = (mel: number): number => (mel < breakMel ? mel * linearHz : breakHz * Math.exp((mel - breakMel) * logStep))

/** Triangles of equal area, one for each band: the first bin that counts, and the weights from there on. */
export const melFilters: readonly { readonly from: number; readonly weights: readonly number[] }[] = Array.from(
  { length: melBands },
  (_, band) => {
    const edge = (at: number): number => hzOf((at * melOf(melSampleRate / 2)) / (melBands + 1))
    const [low, middle, high] = [edge(band), edge(band + 1), edge(band + 2)]
    const all = Array.from({ length: bins }, (_, bin) => {
      const hz = (bin * melSampleRate) / windowSamples
      const height = Math.min((hz - low) / (middle - low), (high - hz) / (high - middle))
      return (Math.max(0, height) * 2) / (high - low)
    })
    const from = all.findIndex((weight) => weight > 0)
    const weights = all.filter((weight) => weight > 0)
    return { from: Math.max(0, from), weights }
  },
)

const hann = Float64Array.from(
  { length: windowSamples },
  (_, at) => 0.5 - 0.5 * Math.cos((2 * Math.PI * at) / windowSamples),
)

const fourier = new MixedRadix(windowSamples)

/** A place beyond either end, mirrored into the samples. */
const mirrored = (place: number, count: number): number => {
  const forward = Math.abs(place)
  return forward < count ? forward : Math.max(0, 2 * (count - 1) - forward)
}

/**
 * Samples at 16 kHz → bands × frames, band by band, from the lowest; a frame for each 10 ms, in the middle of its window.
 * What is 8 powers of ten below the loudest is as loud as that.
 */
export const logMel = (samples: Float32Array): Float32Array => {
  const frames = Math.floor(samples.length / melHop)
  const result = new Float32Array(melBands * frames)
  const window = new Float64Array(windowSamples)
  const power = new Float64Array(bins)
  let flat = 0
  while (flat < samples.length && samples[flat] === samples[0]) flat += 1
  let loudest = Number.NEGATIVE_INFINITY
  for (let frame = 0; frame < frames; frame++) {
    const start = frame * melHop - windowSamples / 2
    // The frames of a silence put in front are all the same.
    const repeats = frame > 0 && start + windowSamples <= flat
    if (!repeats) {
      for (let at = 0; at < windowSamples; at++) window[at] = hann[at]! * samples[mirrored(start + at, samples.length)]!
      fourier.power(window, power)
    }
    for (const [band, { from, weights }] of melFilters.entries()) {
      const place = band * frames + frame
      if (repeats) {
        result[place] = result[place - 1]!
        continue
      }
      let energy = 0
      for (let at = 0; at < weights.length; at++) energy += weights[at]! * power[from + at]!
      const level = Math.log10(Math.max(energy, least))
      loudest = Math.max(loudest, level)
      result[place] = level
    }
  }
  for (let at = 0; at < result.length; at++) result[at] = (Math.max(result[at]!, loudest - 8) + 4) / 4
  return result
}
