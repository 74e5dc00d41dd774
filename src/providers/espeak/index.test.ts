/** espeak-ng: the contract of voices, its languages, and what is said when it is not there. */
import { describe, expect, it } from 'vitest'
import { audioOf, piecesOf, sayAll, spokenOnly, textToSpeechContract } from '../../../test/contracts/text-to-speech.ts'
import { measured } from '../../../test/support/measure.ts'
import { cacheDir, debianFile, type Need, needs } from '../../../test/support/needs.ts'
import { durationMs } from '../../audio/frame.ts'
import { silentLog } from '../../log.ts'
import { plainStyle, type Style } from '../../steering/style.ts'
import provider from './index.ts'

const espeak: Need = {
  what: 'espeak-ng',
  command: 'npm run setup',
  isThere: () => debianFile('usr/bin/espeak-ng') !== undefined,
}
const surroundings = { log: silentLog, cacheDir }
const open = async () => provider.textToSpeech!('ng', provider.settings.parse({}), surroundings)

describe.runIf(espeak.isThere() || process.env.PARLEY_TEST_ALL === '1')('espeak-ng', () => {
  needs(espeak)

  textToSpeechContract('espeak-ng', open, {
    sentence: 'Das Wetter ist heute schön.',
    other: 'Morgen wird es regnen.',
    voice: 'de',
  })

  it('takes the voice of a language, however it is written', async () => {
    const engine = await open()
    const say = (options: { voice?: string; language?: string }) => sayAll(engine, piecesOf('Bonjour, ça va?'), options)
    const french = await say({ voice: 'fr-fr' })
    expect(await say({ language: 'fr-FR' })).toEqual(french)
    expect(await say({ language: 'fr' })).toEqual(french)
    expect(await say({ language: 'fr_CA' })).toEqual(french)
    expect(await say({ voice: 'fr-fr', language: 'de' })).toEqual(french)
    expect(await say({})).not.toEqual(french)
  })

  it('follows instructions in its own ways', async () => {
    const engine = await open()
    const say = async (style: Partial<Style>) => {
      const piece = { type: 'text', text: 'Das Wetter ist heute schön.', style: { ...plainStyle, ...style } } as const
      return audioOf(await sayAll(engine, piecesOf(piece), { voice: 'de' }), engine.sampleRate)
    }
    const plain = measured(await say({}))
    expect(measured(await say({ whisper: true })).voiced).toBeLessThan(plain.voiced / 3)
    expect(measured(await say({ pitchSemitones: 4 })).hz).toBeGreaterThan(plain.hz * 1.1)
    expect(measured(await say({ pitchSemitones: -3 })).hz).toBeLessThan(plain.hz * 0.95)
    expect(measured(await say({ volumeDb: -8 })).levelDb).toBeLessThan(plain.levelDb - 6)
    expect(durationMs(await say({ rate: 1.4 }))).toBeLessThan(durationMs(await say({})) * 0.8)
  })

  it('gives words of scripts without spaces their times', async () => {
    const events = await sayAll(await open(), piecesOf('今日は良い天気です。'), { language: 'ja' })
    const words = spokenOnly(events, 'word')
    expect(words.length).toBeGreaterThan(2)
    expect(words.map(({ text }) => text).join('')).toBe('今日は良い天気です')
  })

  it('speaks more texts than it runs processes for', async () => {
    const engine = await provider.textToSpeech!('', provider.settings.parse({ processes: 1 }), surroundings)
    const all = await Promise.all(Array.from({ length: 5 }, () => sayAll(engine, piecesOf('One, two, three.'))))
    for (const events of all) expect(audioOf(events, 22_050).samples.length).toBeGreaterThan(10_000)
  })
})

describe('espeak-ng that is not there', () => {
  it('names the command that installs it', async () => {
    const settings = provider.settings.parse({ command: '/nowhere/espeak-ng' })
    const opened = Promise.resolve().then(() => provider.textToSpeech!('ng', settings, surroundings))
    await expect(opened).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('apt-get install espeak-ng'),
    })
  })
})
