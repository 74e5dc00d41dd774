/** Noise, music and silence as the whole of listening hears them: no words; and short answers, which are words. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asFrames, hear, inputOf, only } from '../../../test/contracts/speech-to-text.ts'
import { readClip, type SharedClip, sharedClips } from '../../../test/support/clips.ts'
import { synthesize, type Voice } from '../../../test/support/flite.ts'
import { cacheDir, need, needs, pocketsphinx, shared } from '../../../test/support/needs.ts'
import type { AudioFrame } from '../../audio/frame.ts'
import type { VoiceActivity } from '../../engines/voice-activity.ts'
import { withEnergyGate } from '../../listening/energy-gate.ts'
import { listen } from '../../listening/listen.ts'
import { defaultGate, defaultTurns } from '../../listening/settings.ts'
import { silentLog } from '../../log.ts'
import silero from '../silero/index.ts'
import { openPocketSphinx, type PocketSphinx } from './engine.ts'
import provider from './index.ts'

const surroundings = { log: silentLog, cacheDir }

/** Part of a recording; times in seconds. */
const cut = ({ samples, sampleRate }: AudioFrame, from: number, seconds: number): AudioFrame => ({
  samples: samples.slice(from * sampleRate, (from + seconds) * sampleRate),
  sampleRate,
  startMs: 0,
})

type Piece = readonly [name: string, from: number, seconds: number]

/** The pieces of 14 recordings of places, machines and music that come nearest to speech for the gate. */
const nearest: readonly Piece[] = [
  ['cafe', 0, 1],
  ['dishes', 0, 2],
  ['music', 7, 1],
  ['thunder', 2, 1],
]

/** Those in which the decoder most readily finds words of the length and certainty of words. */
const wordiest: readonly Piece[] = [
  ['car-horn', 0, 2],
  ['keyboard', 0, 2],
]

describe('PocketSphinx and the gate before it', () => {
  needs(pocketsphinx)

  let recognizer: PocketSphinx
  let voiceActivity: VoiceActivity
  beforeAll(async () => {
    if (!pocketsphinx.isThere()) return
    recognizer = await openPocketSphinx(provider.settings.parse({ processes: 1 }), surroundings)
    voiceActivity = withEnergyGate((await silero.voiceActivity?.('v6', {}, surroundings)) as VoiceActivity)
  })
  afterAll(async () => {
    await recognizer?.close()
    await voiceActivity?.close?.()
  })

  /** Every text that a listener is told, partials too. */
  const heardIn = async (audio: AudioFrame): Promise<{ texts: readonly string[]; final: string }> => {
    const second = { samples: new Float32Array(audio.sampleRate), sampleRate: audio.sampleRate }
    const samples = new Float32Array([...second.samples, ...audio.samples, ...second.samples])
    const heard = listen(inputOfFrames(asFrames({ ...second, samples, startMs: 0 })), {
      engines: { speechToText: recognizer, voiceActivity },
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
    const texts: string[] = []
    let final = ''
    for await (const event of heard) {
      if (event.type !== 'transcript.partial' && event.type !== 'transcript.final') continue
      if (event.text) texts.push(event.text)
      if (event.type === 'transcript.final') final += event.text
    }
    return { texts, final }
  }

  const noises = (): readonly SharedClip[] => sharedClips(({ category }) => category === 'environment')

  it('tell no words, not for a moment, in recordings of places, machines and music', async (context) => {
    need(context, shared)
    expect(noises()).toHaveLength(14)
    for (const clip of noises()) {
      const { texts } = await heardIn(await readClip(clip))
      expect({ name: clip.name, texts }).toEqual({ name: clip.name, texts: [] })
    }
  }, 180_000)

  const pieceOf = async ([name, from, seconds]: Piece): Promise<AudioFrame> =>
    cut(await readClip(noises().find(({ file }) => file.endsWith(`/${name}.flac`))!), from, seconds)

  it('tell no words in short pieces of them', async (context) => {
    need(context, shared)
    for (const piece of [...nearest, ...wordiest]) {
      const { texts } = await heardIn(await pieceOf(piece))
      expect({ piece, texts }).toEqual({ piece, texts: [] })
    }
  }, 180_000)

  it('tell none there when the recognizer is asked without the gate', async (context) => {
    need(context, shared)
    for (const piece of wordiest) {
      const events = await hear(recognizer, inputOf(...asFrames(await pieceOf(piece)), { flush: 1 }))
      expect({ piece, finals: only(events, 'final').map(({ text }) => text) }).toEqual({ piece, finals: [''] })
    }
  }, 180_000)

  it('tell words where somebody gives a short answer', async () => {
    const answers: readonly (readonly [text: string, voice: Voice])[] = [
      ['yes', 'rms'],
      ['help', 'slt'],
      ['repeat', 'kal16'],
      ['agent', 'slt'],
    ]
    for (const [text, voice] of answers) {
      const { final } = await heardIn(await synthesize(text, voice))
      expect({ text, isHeard: final !== '' }).toEqual({ text, isHeard: true })
    }
  }, 180_000)
})

async function* inputOfFrames(frames: readonly AudioFrame[]): AsyncGenerator<AudioFrame> {
  yield* frames
}
