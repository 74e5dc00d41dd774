import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { scriptedCases } from '../../../bench/turns/scripted.ts'
import { checkTurnDetector, predict } from '../../../test/contracts/turn-detector.ts'
import type { TurnDetector } from '../../engines/turn-detector.ts'
import { silentLog } from '../../log.ts'
import provider from './index.ts'
import { prosodyOf } from './prosody.ts'
import { wordsOf } from './text.ts'

const surroundings = { log: silentLog, cacheDir: '.cache' }
const none = new Float32Array(0)
let engine: TurnDetector

beforeAll(async () => {
  engine = await provider.turnDetector!('embedded', {}, surroundings)
})
afterAll(() => engine.close?.())

/** A voice of this pitch, 120 ms of it a syllable, then silence. `glide`: by how much of itself the pitch moves in the last 300 ms. */
const voice = ({ hz = 120, seconds = 1.5, glide = 0 } = {}): Float32Array => {
  const sampleRate = 16_000
  const samples = new Float32Array((seconds + 0.3) * sampleRate)
  let phase = 0
  for (let at = 0; at < seconds * sampleRate; at++) {
    const second = at / sampleRate
    const late = Math.max(0, (second - (seconds - 0.3)) / 0.3)
    phase += (hz * (1 + glide * late)) / sampleRate
    const loudness = 0.35 + 0.25 * Math.sin(2 * Math.PI * second * 4)
    for (let overtone = 1; overtone <= 6; overtone++)
      samples[at]! += (loudness / overtone / 3) * Math.sin(2 * Math.PI * overtone * phase)
  }
  return samples
}

describe('the embedded turn detector', () => {
  checkTurnDetector(() => engine, {
    speech: voice,
    whole: ['thank you', 'no thanks', 'turn off the lights', 'what is the weather like tomorrow'],
    open: ['thank you and', 'turn off the', 'what is the', 'my phone number is four one five', 'so um'],
  })

  it('goes by its name alone too, and has nothing else', async () => {
    const other = await provider.turnDetector!('', {}, surroundings)
    expect(other.card.name).toBe(engine.card.name)
    await other.close?.()
    expect(() => provider.turnDetector!('tiny', {}, surroundings)).toThrow('not tiny')
  })

  // Each of these would be a person who is interrupted.
  it.each(scriptedCases.filter(({ complete }) => !complete))('$kind: waits after “$text”', async ({ text }) => {
    expect(await predict(engine, none, text)).toBeLessThan(0.6)
  })

  it.each([
    'yes',
    'okay thanks',
    'uh huh',
    'no that is all',
    'my phone number is four one five five five five two six seven one',
    'My number is 415-555-2671.',
    "It's anna.smith@gmail.com",
    'set a timer for ten minutes',
    'how do i reset my password?',
  ])('answers after “%s”', async (text) => {
    expect(await predict(engine, none, text)).toBeGreaterThan(0.6)
  })

  it('leaves words that it cannot read to the voice', async () => {
    const samples = voice()
    const alone = await predict(engine, samples, '')
    expect(await predict(engine, samples, 'आज मौसम कैसा है')).toBe(alone)
    expect(await predict(engine, samples, 'wie wird morgen das wetter in hamburg')).toBe(alone)
    expect(await predict(engine, none, '')).toBe(0.5)
  })
})

describe('words', () => {
  it('are the same however a recognizer writes them', () => {
    expect(wordsOf('Call me at 555-1234, OK?')).toEqual(['call', 'me', 'at', '555', '1234', 'ok'])
    expect(wordsOf('I’d like 7 p.m.')).toEqual(["i'd", 'like', '7', 'pm'])
    expect(wordsOf('bob@example.org')).toEqual(['bob', 'at', 'example', 'dot', 'org'])
    expect(wordsOf(' … ')).toEqual([])
  })
})

describe('prosody', () => {
  it('is undefined where nobody speaks, or for too short', () => {
    expect(prosodyOf(none, 16_000)).toBeUndefined()
    expect(prosodyOf(new Float32Array(32_000), 16_000)).toBeUndefined()
    expect(prosodyOf(voice({ seconds: 0.1 }), 16_000)).toBeUndefined()
  })

  it('tells a fall of the pitch from a rise, and neither from how high the voice is', () => {
    for (const hz of [100, 200]) {
      const [fallEnd = 0, fallSlope = 0] = prosodyOf(voice({ hz, glide: -0.3 }), 16_000)!
      const [riseEnd = 0, riseSlope = 0] = prosodyOf(voice({ hz, glide: 0.4 }), 16_000)!
      expect(fallEnd).toBeLessThan(-2)
      expect(riseEnd).toBeGreaterThan(2)
      expect(fallSlope).toBeLessThan(0)
      expect(riseSlope).toBeGreaterThan(0)
    }
  })

  it('does not mind how loud the voice is', () => {
    const [loud, soft] = [voice(), voice().map((sample) => sample / 8)].map((samples) => prosodyOf(samples, 16_000)!)
    for (const [index, value] of loud!.entries()) expect(soft![index]).toBeCloseTo(value, 1)
  })
})
