import { describe, expect, it } from 'vitest'
import { levelVoiceActivity, scriptedRecognizer } from '../../test/support/engines.ts'
import type { AudioFrame } from '../audio/frame.ts'
import type { SpeakerEncoder } from '../engines/speaker-encoder.ts'
import { silentLog } from '../log.ts'
import type { Heard } from './heard.ts'
import { listen } from './listen.ts'
import { defaultGate, defaultTurns } from './settings.ts'

const sampleRate = 16_000

/** A voice is a tone here, and its vector tells how high it is. */
const encoder = (fails = false): SpeakerEncoder => ({
  sampleRate,
  card: { name: 'Tones' },
  stretchMs: 1000,
  sameAbove: 0.8,
  encode: async ({ samples }) => {
    if (fails) throw new Error('broken')
    const crossings = samples.filter((value, index) => value > 0 && (samples[index - 1] ?? 0) <= 0).length
    const turn = (crossings / samples.length) * 100
    return Float32Array.of(Math.cos(turn), Math.sin(turn))
  },
})

const tone = (hz: number, ms: number, startMs: number): AudioFrame => ({
  samples: Float32Array.from({ length: (ms * sampleRate) / 1000 }, (_, index) =>
    hz === 0 ? 0 : 0.3 * Math.sin((2 * Math.PI * hz * index) / sampleRate),
  ),
  sampleRate,
  startMs,
})

const finals = async (stretches: readonly (readonly [hz: number, ms: number])[], speakerEncoder: SpeakerEncoder) => {
  let startMs = 0
  const frames = stretches.map(([hz, ms]) => {
    const frame = tone(hz, ms, startMs)
    startMs += ms
    return frame
  })
  async function* audio(): AsyncGenerator<AudioFrame> {
    yield* frames
  }
  const heard: Heard[] = []
  const events = listen(audio(), {
    engines: { speechToText: scriptedRecognizer(), voiceActivity: levelVoiceActivity(), speakerEncoder },
    gate: defaultGate,
    turns: defaultTurns,
    languages: [],
    terms: [],
    partials: true,
    finalBudgetMs: Number.POSITIVE_INFINITY,
    alternatives: 0,
    signal: new AbortController().signal,
    log: silentLog,
  })
  for await (const event of events) heard.push(event)
  return heard.filter((event) => event.type === 'transcript.final')
}

describe('who spoke', () => {
  it('stands in the words of finals, and in what they are made of', async () => {
    const found = await finals(
      [
        [150, 3000],
        [0, 2500],
        [400, 3000],
        [150, 3000],
        [0, 2500],
      ],
      encoder(),
    )
    expect(found.map(({ words }) => [...new Set(words.map(({ speaker }) => speaker))])).toEqual([['1'], ['2', '1']])
    expect(found[1]?.speakers?.map(({ speaker }) => speaker)).toEqual(['2', '1'])
  })

  it('is left out where the encoder fails, and the words are there all the same', async () => {
    const [final] = await finals(
      [
        [150, 3000],
        [0, 2500],
      ],
      encoder(true),
    )
    expect(final?.words.length).toBeGreaterThan(3)
    expect(final?.words.every(({ speaker }) => speaker === undefined)).toBe(true)
    expect(final?.speakers).toBeUndefined()
  })
})
