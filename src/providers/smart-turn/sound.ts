/** The sound that a smart-turn model is given: always 8 s at 16 kHz, the turn at the end of it. */
import { melSampleRate } from '../../signal/log-mel.ts'

export const inputSamples = 8 * melSampleRate

/** The last 8 s, silence in front where there are fewer; then with a mean of 0 and a variance of 1, the silence included. */
export const inputOf = (samples: Float32Array): Float32Array => {
  const input = new Float32Array(inputSamples)
  const last = samples.subarray(Math.max(0, samples.length - inputSamples))
  input.set(last, inputSamples - last.length)
  let [sum, squares] = [0, 0]
  for (const sample of input) {
    sum += sample
    squares += sample * sample
  }
  const mean = sum / inputSamples
  const deviation = Math.sqrt(squares / inputSamples - mean * mean + 1e-7)
  return input.map((sample) => (sample - mean) / deviation)
}
