import { describe, expect, it } from 'vitest'
import { levelVoiceActivity, scriptedRecognizer } from '../../test/support/engines.ts'
import { toneEncoder, tones } from '../../test/support/tones.ts'
import type { SpeakerEncoder } from '../engines/speaker-encoder.ts'
import { silentLog } from '../log.ts'
import type { Heard } from './heard.ts'
import { listen } from './listen.ts'
import { defaultGate, defaultTurns, type ListenSettings } from './settings.ts'

type Stretches = Parameters<typeof tones>[0]

const heardIn = async (
  stretches: Stretches,
  engines: Partial<ListenSettings['engines']>,
  finalBudgetMs: number,
): Promise<readonly Heard[]> => {
  const heard: Heard[] = []
  const events = listen(tones(stretches), {
    engines: { speechToText: scriptedRecognizer(), voiceActivity: levelVoiceActivity(), ...engines },
    gate: defaultGate,
    turns: defaultTurns,
    languages: [],
    terms: [],
    partials: true,
    finalBudgetMs,
    alternatives: 0,
    signal: new AbortController().signal,
    log: silentLog,
  })
  for await (const event of events) heard.push(event)
  return heard
}

const finals = async (stretches: Stretches, speakerEncoder: SpeakerEncoder) =>
  (await heardIn(stretches, { speakerEncoder }, 500)).filter((event) => event.type === 'transcript.final')

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
      toneEncoder(),
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
      toneEncoder(true),
    )
    expect(final?.words.length).toBeGreaterThan(3)
    expect(final?.words.every(({ speaker }) => speaker === undefined)).toBe(true)
    expect(final?.speakers).toBeUndefined()
  })
})

describe('a second look at a recording', () => {
  const settledIn = async (stretches: Stretches, engines: Partial<ListenSettings['engines']>) =>
    (await heardIn(stretches, engines, Number.POSITIVE_INFINITY)).find((event) => event.type === 'speakers.settled')
      ?.speakers

  it('finds who spoke over the whole of it, from the first window to the last', async () => {
    const found = await settledIn(
      [
        [150, 6000],
        [0, 1000],
        [400, 12_000],
        [0, 1000],
        [150, 4000],
      ],
      { speakerEncoder: toneEncoder() },
    )
    expect(found?.map(({ speaker }) => speaker)).toEqual(['1', '2', '1'])
    const borders = [0, 6000, 7000, 19_000, 20_000, 24_000]
    for (const [index, at] of found!.flatMap(({ startMs, endMs }) => [startMs, endMs]).entries())
      expect(Math.abs(at - borders[index]!)).toBeLessThan(350)
  })

  it('is not taken where somebody waits', async () => {
    const heard = await heardIn([[150, 3000]], { speakerEncoder: toneEncoder() }, 500)
    expect(heard.some(({ type }) => type === 'speakers.settled')).toBe(false)
  })

  it('finds two who speak at once where a segmentation engine does', async () => {
    const speakerSegmentation = {
      ...{ sampleRate: 16_000, card: { name: 'Script' }, windowMs: 4000, stepMs: 100 },
      segment: async () => [
        Float32Array.from({ length: 40 }, (_, step) => (step < 30 ? 1 : 0)),
        Float32Array.from({ length: 40 }, (_, step) => (step < 20 ? 0 : 1)),
      ],
    }
    const found = await settledIn(
      [
        [150, 3000],
        [400, 1000],
      ],
      { speakerEncoder: toneEncoder(), speakerSegmentation },
    )
    expect(found).toEqual([
      { speaker: '1', startMs: 0, endMs: 3000 },
      { speaker: '2', startMs: 2000, endMs: 4000 },
    ])
  })

  it('is left out where an engine fails, and the rest is there all the same', async () => {
    const speakerSegmentation = {
      ...{ sampleRate: 16_000, card: { name: 'Broken' }, windowMs: 4000, stepMs: 100 },
      segment: async () => {
        throw new Error('broken')
      },
    }
    const heard = await heardIn(
      [
        [150, 3000],
        [0, 2500],
      ],
      { speakerEncoder: toneEncoder(), speakerSegmentation },
      Number.POSITIVE_INFINITY,
    )
    expect(heard.some(({ type }) => type === 'speakers.settled')).toBe(false)
    expect(heard.find((event) => event.type === 'transcript.final')?.speakers).toHaveLength(1)
  })
})
