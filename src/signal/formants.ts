/**
 * Formants: the resonances of throat and mouth, as the poles of a linear predictor. B. Atal and S. Hanauer, “Speech analysis
 * and synthesis by linear prediction of the speech wave”, J. Acoust. Soc. Am. 50, 1971; the poles by the simultaneous
 * iteration of Durand and Kerner.
 */
import { predictorOf, preEmphasis } from './linear-prediction.ts'

export interface Formant {
  readonly hz: number
  readonly bandwidthHz: number
}

/** Samples of 8 kHz that one estimate takes. */
export const formantSamples = 256
const sampleRate = 8000
const order = 10
const window = Float32Array.from({ length: formantSamples }, (_, i) => {
  const x = (i + 0.5) / formantSamples
  return 0.54 - 0.46 * Math.cos(2 * Math.PI * x)
})
const frame = new Float32Array(formantSamples)
const iterationLimit = 40
const closeEnough = 1e-5

/** Poles of 1 / (1 − Σ a[k] z^−(k+1)): the zeros of z^n − a[0] z^(n−1) − … */
const polesOf = (coefficients: Float64Array): { readonly real: Float64Array; readonly imaginary: Float64Array } => {
  const n = coefficients.length
  const real = Float64Array.from({ length: n }, (_, k) => 0.9 * Math.cos((2 * Math.PI * (k + 0.37)) / n))
  const imaginary = Float64Array.from({ length: n }, (_, k) => 0.9 * Math.sin((2 * Math.PI * (k + 0.37)) / n))
  for (let round = 0; round < iterationLimit; round += 1) {
    let moved = 0
    for (let k = 0; k < n; k += 1) {
      const x = real[k]!
      const y = imaginary[k]!
      // Horner's scheme.
      let valueReal = 1
      let valueImaginary = 0
      for (let i = 0; i < n; i += 1) {
        const next = valueReal * x - valueImaginary * y - coefficients[i]!
        valueImaginary = valueReal * y + valueImaginary * x
        valueReal = next
      }
      let productReal = 1
      let productImaginary = 0
      for (let i = 0; i < n; i += 1) {
        if (i === k) continue
        const dx = x - real[i]!
        const dy = y - imaginary[i]!
        const next = productReal * dx - productImaginary * dy
        productImaginary = productReal * dy + productImaginary * dx
        productReal = next
      }
      const size = productReal * productReal + productImaginary * productImaginary + 1e-30
      const stepReal = (valueReal * productReal + valueImaginary * productImaginary) / size
      const stepImaginary = (valueImaginary * productReal - valueReal * productImaginary) / size
      real[k] = x - stepReal
      imaginary[k] = y - stepImaginary
      moved = Math.max(moved, Math.abs(stepReal) + Math.abs(stepImaginary))
    }
    if (moved < closeEnough) break
  }
  return { real, imaginary }
}

/** Formants of a voice of 8 kHz at `at`, lowest first: 150 to 3800 Hz, narrower than 700 Hz. Empty for silence. */
export const formantsOf = (samples: Float32Array, at = 0): readonly Formant[] => {
  for (let i = 0; i < formantSamples; i += 1)
    frame[i] = ((samples[at + i] ?? 0) - preEmphasis * (samples[at + i - 1] ?? 0)) * window[i]!
  const predictor = predictorOf(frame, order)
  if (!predictor) return []
  const { real, imaginary } = polesOf(predictor.coefficients)
  const formants: Formant[] = []
  for (let k = 0; k < order; k += 1) {
    if (imaginary[k]! <= 0) continue
    const hz = (Math.atan2(imaginary[k]!, real[k]!) * sampleRate) / (2 * Math.PI)
    const bandwidthHz = (-Math.log(Math.hypot(real[k]!, imaginary[k]!) + 1e-12) * sampleRate) / Math.PI
    if (hz > 150 && hz < 3800 && bandwidthHz < 700) formants.push({ hz, bandwidthHz })
  }
  return formants.sort((a, b) => a.hz - b.hz)
}
