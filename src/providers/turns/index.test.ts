import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { scriptedCases } from '../../../bench/turns/scripted.ts'
import { checkTurnDetector, predict } from '../../../test/contracts/turn-detector.ts'
import { levelVoiceActivity, scriptedRecognizer } from '../../../test/support/engines.ts'
import type { AudioFrame } from '../../audio/frame.ts'
import type { SpeechToText, TranscriptEvent } from '../../engines/speech-to-text.ts'
import type { TurnDetector } from '../../engines/turn-detector.ts'
import { listen } from '../../listening/listen.ts'
import { defaultGate, defaultTurns } from '../../listening/settings.ts'
import { silentLog } from '../../log.ts'
import { eagerness } from '../../session/hearing-wish.ts'
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

describe('listening with it', () => {
  const sampleRate = 16_000
  /** Somebody says this text for a second, pauses, and speaks again for as long. */
  const silencesAfter = async (text: string, pauseMs: number): Promise<readonly number[]> => {
    const audio = async function* (): AsyncGenerator<AudioFrame> {
      let startMs = 0
      for (const [ms, level] of [
        [1000, 0.6],
        [pauseMs, 0],
        [1000, 0.6],
        [4500, 0],
      ] as const)
        for (let left = ms; left > 0; left -= 20, startMs += 20)
          yield { samples: new Float32Array(sampleRate / 50).fill(level), sampleRate, startMs }
    }
    const speechToText: SpeechToText = {
      ...scriptedRecognizer(),
      async *transcribe(input): AsyncIterable<TranscriptEvent> {
        for await (const item of input) {
          const heard = { text, words: [], startMs: 0, endMs: 0 }
          if ('samples' in item) yield { type: 'partial', stable: 0, ...heard }
          if (!('flush' in item)) continue
          yield { type: 'final', pass: 'whole', ...heard }
          yield { type: 'flushed', flush: item.flush }
        }
      },
    }
    const silences: number[] = []
    const settings = {
      engines: { speechToText, voiceActivity: levelVoiceActivity({ gain: 1 }), turnDetector: engine },
      gate: defaultGate,
      turns: { ...defaultTurns, ...eagerness.medium },
      languages: [],
      terms: [],
      partials: true,
      finalBudgetMs: 500,
      alternatives: 0,
      log: silentLog,
      signal: new AbortController().signal,
    }
    for await (const heard of listen(audio(), settings)) if (heard.type === 'turn.ended') silences.push(heard.silenceMs)
    return silences
  }

  it('a whole question is over soon: two are two turns', async () => {
    const silences = await silencesAfter('what is the weather like tomorrow', 1200)
    expect(silences).toHaveLength(2)
    for (const silence of silences) expect(silence).toBeLessThan(700)
  })

  it('a pause within a phone number does not end the turn', async () => {
    const silences = await silencesAfter('my phone number is four one five', 1200)
    expect(silences).toHaveLength(1)
    expect(silences[0]).toBeGreaterThan(2000)
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
