/** flite: the contract of voices, words back to their place in the text, what a recognizer makes of it, trouble. */
import { afterAll, describe, expect, it } from 'vitest'
import { asFrames, hear, inputOf, only } from '../../../test/contracts/speech-to-text.ts'
import { audioOf, piecesOf, sayAll, spokenOnly, textToSpeechContract } from '../../../test/contracts/text-to-speech.ts'
import { cacheDir, need, pocketsphinx } from '../../../test/support/needs.ts'
import { wordErrorRate } from '../../../test/support/words.ts'
import { silentLog } from '../../log.ts'
import { openPocketSphinx } from '../pocketsphinx/engine.ts'
import recognizer from '../pocketsphinx/index.ts'
import { openFlite } from './engine.ts'
import provider from './index.ts'

const surroundings = { log: silentLog, cacheDir }
const open = async () => provider.textToSpeech!('default', {}, surroundings)

textToSpeechContract('flite', open, {
  sentence: "The weather is fine today, isn't it?",
  other: 'Tomorrow we shall have rain.',
})

describe('flite', () => {
  const engines: { close?(): Promise<void> }[] = []
  const opened = async (limits = {}) => {
    const engine = await openFlite(limits)
    engines.push(engine)
    return engine
  }
  afterAll(() => Promise.all(engines.map((engine) => engine.close?.())))

  it('gives numbers, abbreviations and money their place in the text, with the sounds of what was said', async () => {
    const text = 'Dr. Smith paid $5.50 for 12 “naïve” books — at 10:30 p.m., i.e. late.'
    const events = await sayAll(await opened(), piecesOf(text))
    const words = spokenOnly(events, 'word')
    expect(words.map(({ from, to }) => text.slice(from, to))).toEqual([
      'Dr',
      'Smith',
      'paid',
      '$5.50',
      'for',
      '12',
      'naïve',
      'books',
      'at',
      '10:30',
      'p.m',
      'i.e',
      'late',
    ])
    const phones = Object.fromEntries(
      words.map((word) => [word.text, word.phones?.map(({ phone }) => phone).join(' ')]),
    )
    expect(phones['12']).toBe('t w eh l v')
    expect(phones['$5.50']).toMatch(/^f ay v d aa l er z f ih f t iy/)
    expect(phones.Dr).toBe('d aa k t er')
    expect(phones.books).toBe('b uh k s')
  })

  it('is understood by a recognizer', async (context) => {
    need(context, pocketsphinx)
    const text = 'please open the window and tell me what the weather will be like tomorrow'
    const voice = await opened()
    const audio = audioOf(await sayAll(voice, piecesOf(text), { voice: 'rms' }), voice.sampleRate)
    const ears = await openPocketSphinx(recognizer.settings.parse({ processes: 1 }), surroundings)
    engines.push(ears)
    const finals = only(await hear(ears, inputOf(...asFrames(audio), { flush: 1 })), 'final')
    expect(wordErrorRate(text, finals.map((final) => final.text).join(' '))).toBeLessThanOrEqual(0.2)
  })

  it('sounds different with each voice', async () => {
    const engine = await opened()
    const lengths = await Promise.all(
      engine.voices.map(async ({ id }) =>
        audioOf(await sayAll(engine, piecesOf('Good morning.'), { voice: id }), 16_000),
      ),
    )
    expect(new Set(lengths.map(({ samples }) => samples.length)).size).toBe(engine.voices.length)
  })

  it('fails, and does not lose the text in silence, when a phrase takes too long', async () => {
    const engine = await opened({ jobMs: 1 })
    await expect(sayAll(engine, piecesOf('Hello.'))).rejects.toMatchObject({ code: 'provider_failed' })
    await expect(sayAll(engine, piecesOf('Hello.'))).rejects.toMatchObject({ code: 'provider_failed' })
  })

  it('fails at once when it has been closed', async () => {
    const engine = await opened()
    const speech = sayAll(engine, piecesOf('Hello there, how are you doing?'))
    const failed = expect(speech).rejects.toMatchObject({ code: 'unavailable' })
    await engine.close?.()
    await failed
  })

  it('is known as default only', () => {
    expect(() => provider.textToSpeech!('other', {}, surroundings)).toThrow(
      expect.objectContaining({ code: 'unknown_model' }),
    )
  })
})
