import { expect, it } from 'vitest'
import { toneVoice } from '../../test/support/talking.ts'
import { durationMs } from '../audio/frame.ts'
import { silentLog } from '../log.ts'
import { Phrases } from './phrases.ts'

const work = { signal: new AbortController().signal, log: silentLog }
const by = (engine = toneVoice()) => ({ engine, voice: 'tone', language: '', speed: 1, instruction: '' })

it('speaks a phrase once, for all who want it in that voice and manner', async () => {
  const phrases = new Phrases()
  const voice = by()
  expect(phrases.get(voice, 'I see')).toBeUndefined()
  const phrase = await phrases.speak(voice, '[softly] I see', work)
  expect(phrase).toMatchObject({ text: 'I see', tags: [{ at: 0, tag: '[softly] ' }] })
  expect(phrase!.words.map(({ from, to }) => phrase!.text.slice(from, to))).toEqual(['I', 'see'])
  expect(durationMs(phrase!.audio)).toBe(250)
  expect(await phrases.speak({ ...voice, speed: 1.04 }, '[softly] I see', work)).toBe(phrase)
  expect(voice.engine.calls.texts).toHaveLength(1)
  for (const other of [by(), { ...voice, speed: 1.2 }, { ...voice, instruction: 'whisper' }])
    expect(phrases.get(other, '[softly] I see')).toBeUndefined()
})

it('keeps so many bytes, those that were used last', async () => {
  const voice = by()
  // 50 ms at 16 kHz for each character.
  const phrases = new Phrases(3 * 4 * 800 * 2)
  for (const text of ['aa', 'bb', 'cc']) await phrases.speak(voice, text, work)
  phrases.get(voice, 'aa')
  await phrases.speak(voice, 'dd', work)
  expect(['aa', 'bb', 'cc', 'dd'].filter((text) => phrases.get(voice, text))).toEqual(['aa', 'cc', 'dd'])
  expect(phrases.bytes).toBe(3 * 4 * 800 * 2)
})

it('keeps nothing that was broken off or is long', async () => {
  const phrases = new Phrases()
  const long = by(toneVoice({ msPerCharacter: 6000 }))
  expect(await phrases.speak(long, 'a', work)).toBeDefined()
  expect(await phrases.speak(by(), 'a', { ...work, signal: AbortSignal.abort() })).toBeUndefined()
  expect(phrases.bytes).toBe(0)
})
