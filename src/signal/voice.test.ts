/** Whether periods, formants and rhythm are measured as they were made; where Praat is, whether it measures the same. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { debianFile, needs } from '../../test/support/needs.ts'
import { formantsOf } from './formants.ts'
import { filtered, Noise } from './linear-prediction.ts'
import { Moments, momentSampleRate } from './moments.ts'
import { perturbationOf } from './perturbation.ts'
import { modulation, modulationEdges, syllables } from './rhythm.ts'
import { aboveNoiseDb, decayDbPerSecond } from './room.ts'

/** Coefficients of a filter with these resonances. */
const resonances = (rate: number, formants: readonly (readonly [number, number])[]): Float64Array => {
  let polynomial = [1]
  for (const [hz, bandwidth] of formants) {
    const radius = Math.exp((-Math.PI * bandwidth) / rate)
    const factor = [1, -2 * radius * Math.cos((2 * Math.PI * hz) / rate), radius * radius]
    polynomial = Array.from({ length: polynomial.length + 2 }, (_, i) =>
      factor.reduce((total, value, k) => total + value * (polynomial[i - k] ?? 0), 0),
    )
  }
  return Float64Array.from(polynomial.slice(1), (value) => -value)
}

/** Pulses of `hz`, each period longer or shorter by turns, in a throat with those resonances. */
const vowel = (parts: {
  readonly rate: number
  readonly hz: number
  readonly formants: readonly (readonly [number, number])[]
  readonly jitter?: number
  readonly seconds?: number
}): Float32Array => {
  const { rate, hz, formants, jitter = 0, seconds = 0.5 } = parts
  const pulses = new Float32Array(rate * seconds)
  let place = 0
  for (let n = 0; place < pulses.length - 2; n += 1) {
    // Between two samples: split over both.
    const whole = Math.floor(place)
    pulses[whole]! += 1 - (place - whole)
    pulses[whole + 1]! += place - whole
    place += (rate / hz) * (1 + (n % 2 === 0 ? jitter : -jitter))
  }
  // The tilt of a glottis.
  let before = 0
  const source = pulses.map((pulse) => {
    before = 0.95 * before + pulse
    return before
  })
  const sound = filtered(source, resonances(rate, formants))
  const peak = sound.reduce((most, x) => Math.max(most, Math.abs(x)), 0)
  return sound.map((x) => (x / peak) * 0.5)
}

const ah = [
  [700, 80],
  [1200, 90],
  [2500, 120],
] as const

describe('perturbationOf', () => {
  const of = (jitter: number, hiss = 0) => {
    const noise = new Noise(5)
    const sound = vowel({ rate: 16_000, hz: 150, formants: ah, jitter }).map((x) => x + noise.next() * hiss)
    return perturbationOf(sound, 4000, 728, 16_000 / 150)!
  }

  it('measures how uneven periods are', () => {
    expect(of(0).jitter).toBeLessThan(0.003)
    expect(of(0.02).jitter).toBeGreaterThan(0.025)
    expect(of(0.02).jitter).toBeLessThan(0.05)
    expect(of(0.02).jitter).toBeGreaterThan(of(0.01).jitter)
  })

  it('measures breath by fewer harmonics', () => {
    const levels = [0, 0.005, 0.02, 0.08].map((hiss) => of(0, hiss).harmonicsDb)
    expect(levels).toEqual(levels.toSorted((a, b) => b - a))
    expect(levels[0]).toBeGreaterThan(20)
    expect(levels[3]).toBeLessThan(12)
  })

  it('says nothing of less than three periods', () => {
    expect(perturbationOf(new Float32Array(728), 0, 728, 240)).toBeUndefined()
  })
})

describe('formantsOf', () => {
  it.each([
    ['ah', ah],
    [
      'ee',
      [
        [300, 60],
        [2300, 100],
        [3000, 150],
      ],
    ],
    [
      'oo',
      [
        [320, 60],
        [850, 80],
        [2300, 120],
      ],
    ],
  ] as const)('finds those of %s within 8 %%', (_, made) => {
    const found = formantsOf(vowel({ rate: 8000, hz: 110, formants: made }), 1000)
    for (const [hz] of made) {
      const nearest = Math.min(...found.map((formant) => Math.abs(formant.hz / hz - 1)))
      expect(nearest).toBeLessThan(0.08)
    }
  })

  it('finds none in silence', () => {
    expect(formantsOf(new Float32Array(300))).toEqual([])
  })
})

describe('rhythm', () => {
  /** Levels of syllables at such a rate, one every 20 ms. */
  const speech = (perSecond: number): Float64Array =>
    Float64Array.from({ length: 200 }, (_, i) => -30 + 10 * Math.sin((2 * Math.PI * perSecond * i) / 50))

  it.each([2, 3, 4, 5, 6])('counts %i syllables a second', (perSecond) => {
    const nuclei = syllables(speech(perSecond), () => true, -20)
    expect(Math.abs(nuclei.length - perSecond * 4)).toBeLessThanOrEqual(1)
  })

  it('counts no hiss, and nothing that stays level', () => {
    expect(syllables(speech(4), () => false, -20)).toEqual([])
    expect(syllables(new Float64Array(200).fill(-30), () => true, -30)).toEqual([])
  })

  it('finds the movement of levels in its band', () => {
    for (const [band, hz] of [1, 3, 5, 9, 15].entries()) {
      const shares = modulation(speech(hz), 20)
      expect(shares).toHaveLength(modulationEdges.length - 1)
      expect(shares.indexOf(Math.max(...shares))).toBe(band)
    }
    expect(modulation(new Float64Array(100), 20)).toEqual([0, 0, 0, 0, 0])
  })
})

describe('the room', () => {
  it('is told by how fast sound falls, and by what is left', () => {
    /** A word every 400 ms that falls by `perSecond` dB. */
    const words = (perSecond: number) =>
      Float64Array.from({ length: 100 }, (_, i) => Math.max(-60, -20 - ((i % 20) * perSecond) / 50))
    expect(decayDbPerSecond(words(200), 20)).toBeCloseTo(200, 0)
    expect(decayDbPerSecond(words(90), 20)).toBeCloseTo(90, 0)
    expect(aboveNoiseDb(words(200).sort())).toBeCloseTo(36, 0)
  })
})

describe('Moments', () => {
  const sound = vowel({ rate: momentSampleRate, hz: 120, formants: ah, seconds: 1 })

  it('come every 20 ms, the same however the audio is cut', () => {
    const whole = new Moments().push(sound)
    const pieces = new Moments()
    const cut: ReturnType<Moments['push']> = []
    for (let at = 0; at < sound.length; at += 777) cut.push(...pieces.push(sound.subarray(at, at + 777)))
    expect(whole.length).toBeGreaterThan(45)
    expect(cut).toEqual(whole)
  })

  it('hold pitch and formants of the same moment', () => {
    const middle = new Moments().push(sound)[25]!
    expect(middle.hz).toBeCloseTo(120, 0)
    expect(middle.perturbation?.harmonicsDb).toBeGreaterThan(15)
    expect(middle.formants[0]?.hz).toBeGreaterThan(600)
    expect(middle.formants[0]?.hz).toBeLessThan(800)
  })
})

describe('beside Praat', () => {
  needs({ what: 'Praat', command: 'apt-get install praat', isThere: () => debianFile('usr/bin/praat') !== undefined })

  it('pitch, formants and harmonics are those that it measures', () => {
    const noise = new Noise(9)
    const sound = vowel({ rate: momentSampleRate, hz: 132, formants: ah, seconds: 1 }).map(
      (x) => x + noise.next() * 0.02,
    )
    const folder = mkdtempSync(join(tmpdir(), 'praat-'))
    try {
      const header = Buffer.alloc(44)
      header.write('RIFF')
      header.writeUInt32LE(36 + sound.length * 2, 4)
      header.write('WAVEfmt ', 8)
      header.writeUInt32LE(16, 16)
      header.writeUInt16LE(1, 20)
      header.writeUInt16LE(1, 22)
      header.writeUInt32LE(momentSampleRate, 24)
      header.writeUInt32LE(momentSampleRate * 2, 28)
      header.writeUInt16LE(2, 32)
      header.writeUInt16LE(16, 34)
      header.write('data', 36)
      header.writeUInt32LE(sound.length * 2, 40)
      writeFileSync(
        join(folder, 'a.wav'),
        Buffer.concat([header, Buffer.from(Int16Array.from(sound, (x) => x * 32_767).buffer)]),
      )
      writeFileSync(
        join(folder, 'a.praat'),
        `Read from file: "${folder}/a.wav"
To Pitch: 0, 65, 500
pitch = Get quantile: 0, 0, 0.5, "Hertz"
selectObject: "Sound a"
To Harmonicity (cc): 0.01, 75, 0.1, 1
harmonics = Get mean: 0, 0
selectObject: "Sound a"
To Formant (burg): 0, 4, 4000, 0.025, 50
first = Get quantile: 1, 0, 0, "hertz", 0.5
second = Get quantile: 2, 0, 0, "hertz", 0.5
writeInfoLine: pitch, " ", harmonics, " ", first, " ", second
`,
      )
      const praat = debianFile('usr/bin/praat') as string
      const [hz, harmonics, first, second] = execFileSync(praat, ['--run', join(folder, 'a.praat')], {
        encoding: 'utf8',
      })
        .trim()
        .split(' ')
        .map(Number) as [number, number, number, number]
      const moments = new Moments().push(sound).filter((moment) => moment.hz > 0)
      const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!
      expect(median(moments.map((moment) => moment.hz)) / hz).toBeCloseTo(1, 1)
      expect(median(moments.map(({ formants }) => formants[0]?.hz ?? 0)) / first).toBeCloseTo(1, 1)
      expect(median(moments.map(({ formants }) => formants[1]?.hz ?? 0)) / second).toBeCloseTo(1, 1)
      expect(
        Math.abs(median(moments.flatMap(({ perturbation }) => perturbation?.harmonicsDb ?? [])) - harmonics),
      ).toBeLessThan(6)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
