/** Sounds without words. */
import { describe, expect, it } from 'vitest'
import { measured } from '../../test/support/measure.ts'
import { soundNames } from '../steering/sounds.ts'
import { filtered, levelOf } from './linear-prediction.ts'
import { recipes } from './sound-recipes.ts'
import { soundOf } from './sounds.ts'
import { timbreOf } from './timbre.ts'

const sampleRate = 16_000
/** A man who says “ah”: pulses that fall off by themselves, through two resonances. */
const vowel = (hz: number): Float32Array => {
  let sound: Float32Array = Float32Array.from({ length: 8000 }, (_, i) =>
    i % Math.round(sampleRate / hz) === 0 ? 0.1 : 0,
  )
  sound = filtered(sound, Float64Array.of(0.9))
  for (const formant of [750, 1200]) {
    const r = Math.exp((-Math.PI * 90) / sampleRate)
    sound = filtered(sound, Float64Array.of(2 * r * Math.cos((2 * Math.PI * formant) / sampleRate), -r * r))
  }
  const level = levelOf(sound)
  return sound.map((sample) => (sample * 0.1) / level)
}
const man = timbreOf(vowel(110), sampleRate)!
const woman = timbreOf(vowel(200), sampleRate)!
const of = (samples: Float32Array) => measured({ samples, sampleRate, startMs: 0 })

describe('a timbre', () => {
  it('has the pitch and the level of the voice', () => {
    expect(man.hz).toBeCloseTo(110, -1)
    expect(woman.hz).toBeCloseTo(200, -1)
    expect(man.level).toBeGreaterThan(0.09)
  })

  it('is not there in silence', () => {
    expect(timbreOf(new Float32Array(8000), sampleRate)).toBeUndefined()
    expect(timbreOf(new Float32Array(0), sampleRate)).toBeUndefined()
  })
})

describe('sounds', () => {
  it('are all called by their names, and those that are asked for most are there', () => {
    expect(Object.keys(recipes).filter((name) => !(soundNames as readonly string[]).includes(name))).toEqual([])
    for (const name of ['laugh', 'sigh', 'breathe', 'clear throat', 'cough', 'yawn'])
      expect(Object.keys(recipes)).toContain(name)
    expect(soundOf('beatbox', man)).toBeUndefined()
  })

  it.each(Object.keys(recipes))('%s can be heard, is short, and stays in bounds', (name) => {
    for (const timbre of [man, woman]) {
      const samples = soundOf(name, timbre)!
      expect(samples.length / sampleRate).toBeGreaterThan(0.1)
      expect(samples.length / sampleRate).toBeLessThan(3.5)
      expect(levelOf(samples)).toBeGreaterThan(timbre.level / 30)
      expect(samples.every((sample) => Math.abs(sample) <= 1)).toBe(true)
    }
  })

  it('that are voiced have the pitch of their voice, the others have none', () => {
    const [his, hers] = [of(soundOf('laugh', man)!), of(soundOf('laugh', woman)!)]
    expect(his.voiced).toBeGreaterThan(0.3)
    expect(his.hz / man.hz).toBeGreaterThan(1.2)
    expect(hers.hz / his.hz).toBeGreaterThan(1.4)
    for (const name of ['sigh', 'breathe', 'cough', 'shush']) expect(of(soundOf(name, man)!).voiced).toBeLessThan(0.15)
  })

  it('laugh in puffs: the level rises and falls four times or more', () => {
    const samples = soundOf('laugh', man)!
    const step = sampleRate / 50
    const levels = Array.from({ length: Math.floor(samples.length / step) }, (_, i) =>
      levelOf(samples.subarray(i * step, (i + 1) * step)),
    )
    const loud = Math.max(...levels) / 4
    expect(levels.filter((level, i) => level > loud && (levels[i - 1] ?? 0) <= loud).length).toBeGreaterThanOrEqual(4)
  })

  it('follow an instruction', () => {
    const plain = { rate: 1, pitchSemitones: 0, volumeDb: 0, whisper: false }
    const laugh = soundOf('laugh', man)!
    expect(of(soundOf('laugh', man, { ...plain, whisper: true })!).voiced).toBeLessThan(0.1)
    expect(of(soundOf('laugh', man, { ...plain, volumeDb: -8 })!).levelDb).toBeCloseTo(of(laugh).levelDb - 8, 0)
    expect(soundOf('laugh', man, { ...plain, rate: 2 })!.length / laugh.length).toBeCloseTo(0.5, 2)
  })
})
