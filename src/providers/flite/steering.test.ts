/** How flite's voices follow instructions, measured. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asFrames, hear, inputOf, only } from '../../../test/contracts/speech-to-text.ts'
import { measured } from '../../../test/support/measure.ts'
import { cacheDir, need, pocketsphinx } from '../../../test/support/needs.ts'
import { type AudioFrame, durationMs } from '../../audio/frame.ts'
import type { TextToSpeech } from '../../engines/text-to-speech.ts'
import { silentLog } from '../../log.ts'
import { speak } from '../../speaking/speak.ts'
import { openPocketSphinx } from '../pocketsphinx/engine.ts'
import recognizer from '../pocketsphinx/index.ts'
import { openFlite } from './engine.ts'

const sentence = 'I have never been to the sea, but I would like to go there one day.'

let engine: TextToSpeech
beforeAll(async () => {
  engine = await openFlite()
})
afterAll(() => engine.close?.())

/** A text as a voice says it; `words`: when. */
const say = async (text: string, voice = 'slt') => {
  const parts: number[] = []
  const words: { readonly text: string; readonly startMs: number; readonly endMs: number }[] = []
  async function* script() {
    yield text
  }
  const settings = { engine, voice, cut: 'sentences', signal: new AbortController().signal, log: silentLog } as const
  for await (const event of speak(script(), settings)) {
    if (event.type === 'audio') for (const sample of event.frame.samples) parts.push(sample)
    if (event.type === 'word') words.push(event)
  }
  const audio: AudioFrame = { samples: Float32Array.from(parts), sampleRate: engine.sampleRate, startMs: 0 }
  return { audio, words, ...measured(audio) }
}

describe.each(['slt', 'rms', 'awb', 'kal16'])('the voice %s', (voice) => {
  it('has no voicing in what it whispers', async () => {
    const [plain, whisper] = [await say(sentence, voice), await say(`[whisper in a hushed style] ${sentence}`, voice)]
    expect(plain.voiced).toBeGreaterThan(0.4)
    expect(whisper.voiced).toBeLessThan(0.03)
    expect(whisper.levelDb).toBeLessThan(plain.levelDb - 3)
    expect(whisper.levelDb).toBeGreaterThan(plain.levelDb - 20)
  })

  it('is at least 6 dB lower when it speaks softly, and louder when very loud', async () => {
    const plain = await say(sentence, voice)
    const soft = await say(`[speak softly] ${sentence}`, voice)
    const loud = await say(`[very loud] ${sentence}`, voice)
    expect(soft.levelDb).toBeLessThan(plain.levelDb - 6)
    expect(loud.levelDb).toBeGreaterThan(plain.levelDb + 3)
    for (const { audio } of [soft, loud]) expect(audio.samples.every((sample) => Math.abs(sample) <= 1)).toBe(true)
  })

  it('says more words in a second when very fast, fewer when very slow', async () => {
    const lengthMs = async (tag: string): Promise<number> => durationMs((await say(`${tag} ${sentence}`, voice)).audio)
    const plainMs = await lengthMs('')
    expect(plainMs / (await lengthMs('[very fast]'))).toBeGreaterThan(1.3)
    expect(plainMs / (await lengthMs('[very slow]'))).toBeLessThan(0.75)
  })

  it('is higher and lower where it should be, at the same speed', async () => {
    const plain = await say(sentence, voice)
    const high = await say(`[say in a high pitch] ${sentence}`, voice)
    const low = await say(`[say in a low tone] ${sentence}`, voice)
    expect(high.hz / plain.hz).toBeGreaterThan(1.15)
    expect(low.hz / plain.hz).toBeLessThan(0.92)
    expect(durationMs(high.audio) / durationMs(plain.audio)).toBeCloseTo(1, 1)
    expect(high.words.at(-1)!.endMs).toBeLessThanOrEqual(durationMs(high.audio))
  })
})

describe('a voice of flite', () => {
  it.each(['slt', 'awb'])('moves its pitch less, or more, when told so (%s)', async (voice) => {
    const range = async (tag: string): Promise<number> => (await say(`${tag} ${sentence}`, voice)).range
    const plain = await range('')
    expect(await range('[say with no pitch variation]')).toBeLessThan(plain * 0.75)
    expect(await range('[say playfully]')).toBeGreaterThan(plain * 1.1)
  })

  it('is as it is by itself again after a reset', async () => {
    const level = async (text: string): Promise<number> => {
      const { words, audio } = await say(text)
      const { startMs, endMs } = words.at(-1)!
      return measured({ ...audio, samples: audio.samples.slice(startMs * 16, endMs * 16) }).levelDb
    }
    const plain = await level('One. Two.')
    expect(await level('[very loud] One. Two.')).toBeGreaterThan(plain + 3)
    expect(await level('[very loud] One. [reset] Two.')).toBeCloseTo(plain, 1)
  })

  it('says a word in capitals louder than it says the same word otherwise', async () => {
    const level = async (text: string): Promise<number> => {
      const { words, audio } = await say(text)
      const { startMs, endMs } = words.find((word) => word.text.toLowerCase() === 'never')!
      const samples = audio.samples.slice(startMs * 16, endMs * 16)
      return measured({ ...audio, samples }).levelDb
    }
    expect(await level('I would NEVER say so.')).toBeGreaterThan((await level('I would never say so.')) + 3)
  })

  it('laughs where it is told to, in its own pitch, and a recognizer believes no words', async (context) => {
    need(context, pocketsphinx)
    const ears = await openPocketSphinx(recognizer.settings.parse({ processes: 1 }), { log: silentLog, cacheDir })
    try {
      for (const voice of ['slt', 'rms']) {
        const laugh = await say('[laugh]', voice)
        const plain = await say(sentence, voice)
        expect(laugh.words).toEqual([])
        expect(durationMs(laugh.audio)).toBeGreaterThan(500)
        expect(laugh.levelDb).toBeGreaterThan(plain.levelDb - 15)
        expect(laugh.hz / plain.hz).toBeGreaterThan(1.15)
        const finals = only(await hear(ears, inputOf(...asFrames(laugh.audio), { flush: 1 })), 'final')
        expect(finals.map(({ text }) => text).join('')).toBe('')
      }
    } finally {
      await ears.close?.()
    }
  })

  it('makes a sound at its place between words', async () => {
    const { words, audio } = await say('One. [cough] Two.')
    const apart = await say('One. Two.')
    expect(words.map(({ text }) => text)).toEqual(['One', 'Two'])
    expect(words[1]!.startMs - words[0]!.endMs).toBeGreaterThan(500)
    expect(durationMs(audio)).toBeGreaterThan(durationMs(apart.audio) + 500)
  })

  it('passes over a sound that it cannot make', async () => {
    const { words, audio } = await say('One. [beatbox] Two.')
    expect(words.map(({ text }) => text)).toEqual(['One', 'Two'])
    expect(durationMs(audio)).toBeCloseTo(durationMs((await say('One. Two.')).audio), -2)
  })

  it('breathes more when it is breathy, at the same level', async () => {
    const [plain, breathy] = [await say(sentence), await say(`[very breathy] ${sentence}`)]
    expect(breathy.voiced).toBeLessThan(plain.voiced)
    expect(Math.abs(breathy.levelDb - plain.levelDb)).toBeLessThan(2)
  })
})
