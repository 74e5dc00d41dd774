import { describe, expect, it } from 'vitest'
import { logMel, melBands, melFilters, melSampleRate } from './log-mel.ts'
import { MixedRadix } from './mixed-radix.ts'

const tone = (hz: number, seconds: number, loudness = 0.5): Float32Array =>
  Float32Array.from(
    { length: seconds * melSampleRate },
    (_, at) => loudness * Math.sin((2 * Math.PI * hz * at) / melSampleRate),
  )

describe('the Fourier transform', () => {
  it.each([1, 2, 7, 12, 60, 400])('of %i numbers is what its definition says', (size) => {
    const values = Float64Array.from({ length: size }, (_, at) => Math.sin(at * at) + 0.3)
    const power = new Float64Array(Math.floor(size / 2) + 1)
    new MixedRadix(size).power(values, power)
    for (const [bin, value] of power.entries()) {
      let [re, im] = [0, 0]
      for (const [at, one] of values.entries()) {
        re += one * Math.cos((2 * Math.PI * at * bin) / size)
        im += one * Math.sin((2 * Math.PI * at * bin) / size)
      }
      expect(value).toBeCloseTo(re * re + im * im, 6)
    }
  })
})

describe('the log-mel spectrogram', () => {
  // As in the file of filters that is published with Whisper.
  it('has the filters of the models that it is for', () => {
    expect(melFilters).toHaveLength(melBands)
    expect(melFilters[0]).toEqual({ from: 1, weights: [expect.closeTo(0.02486259, 7)] })
    expect(melFilters[1]).toEqual({ from: 1, weights: [expect.closeTo(0.00199082, 7), expect.closeTo(0.02287177, 7)] })
    expect(melFilters.every(({ weights }) => weights.length > 0)).toBe(true)
  })

  it('shows a tone in its band, all along, higher ones further up', () => {
    const loudestBands = [200, 1000, 4000].map((hz) => {
      const mel = logMel(tone(hz, 1))
      expect(mel).toHaveLength(melBands * 100)
      const bandAt = (frame: number): number => {
        const levels = Array.from({ length: melBands }, (_, band) => mel[band * 100 + frame]!)
        return levels.indexOf(Math.max(...levels))
      }
      expect(bandAt(10)).toBe(bandAt(90))
      return bandAt(50)
    })
    const hzOf = (band: number): number => (melFilters[band]!.from * melSampleRate) / 400
    expect(hzOf(loudestBands[0]!)).toBeCloseTo(200, -2)
    expect(hzOf(loudestBands[1]!)).toBeCloseTo(1000, -2)
    expect(Math.abs(hzOf(loudestBands[2]!) - 4000)).toBeLessThan(200)
  })

  it('is 2 wide at most, and does not mind where a long silence in front is', () => {
    const mel = logMel(tone(440, 1))
    expect(Math.max(...mel) - Math.min(...mel)).toBeLessThanOrEqual(2.000001)
    const padded = new Float32Array(2 * melSampleRate)
    padded.set(tone(440, 1), melSampleRate)
    const late = logMel(padded)
    const ripple = padded.slice()
    ripple[0] = 1e-12
    expect(logMel(ripple)).toEqual(late)
    for (let band = 0; band < melBands; band++) expect(late[band * 200 + 150]).toBeCloseTo(mel[band * 100 + 50]!, 4)
  })
})
