/**
 * sherpa-onnx as voice profiler, in its own process, with models that always say the same and are made here: the real ones
 * cannot be had offline, so what they say is not tested, only that they are loaded, asked and understood.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hear, inputOf, only } from '../../../test/contracts/speech-to-text.ts'
import { checkVoiceProfiler, profilesOf, topOf } from '../../../test/contracts/voice-profiler.ts'
import { writeSenseVoice, writeTagger, writeWhisper } from '../../../test/support/tiny-models.ts'
import type { VoiceProfiler } from '../../engines/voice-profiler.ts'
import { silentLog } from '../../log.ts'
import provider from './index.ts'
import type { SherpaProfiler } from './profiler.ts'
import { findProfiler } from './profiler-model.ts'

let cacheDir: string
const opened = new Map<string, SherpaProfiler>()
const open = async (id: string, settings: object): Promise<SherpaProfiler> => {
  const given = provider.settings.parse({ threads: 1, ...settings })
  const engine = (await provider.voiceProfiler!(id, given, { log: silentLog, cacheDir })) as SherpaProfiler
  opened.set(id, engine)
  return engine
}
const engine = (id: string): VoiceProfiler => opened.get(id)!

let senseConfig = (): Record<string, unknown> => ({})

beforeAll(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'parley-profiler-'))
  const dir = (name: string): string => join(cacheDir, name)
  const profilers = {
    tagger: {
      dir: dir('tagger'),
      sherpaConfig: await writeTagger(dir('tagger'), { Speech: 0.4, Whispering: 0.9, 'Chuckle, chortle': 0.01 }),
    },
    sense: {
      dir: dir('sense'),
      sherpaConfig: await writeSenseVoice(dir('sense'), {
        language: 'yue',
        emotion: 'HAPPY',
        event: 'Laughter',
        word: 'hello',
      }),
    },
    language: { dir: dir('language'), sherpaConfig: await writeWhisper(dir('language'), ['en', 'de', 'hi']) },
  }
  senseConfig = () => (profilers.sense.sherpaConfig as { modelConfig: Record<string, unknown> }).modelConfig
  await Promise.all(Object.keys(profilers).map((id) => open(id, { profilers })))
})
afterAll(async () => {
  await Promise.all([...opened.values()].map((one) => one.close()))
  await rm(cacheDir, { recursive: true, force: true })
})

const hum = (): Float32Array => Float32Array.from({ length: 56_000 }, (_, i) => 0.3 * Math.sin(i * 0.06))

for (const id of ['tagger', 'sense', 'language'])
  describe(`the contract, by ${id}`, () =>
    checkVoiceProfiler(
      () => engine(id),
      () => hum(),
    ))

describe('a profiler of sherpa-onnx', () => {
  it('that tags sounds tells the manner of speaking by their names', async () => {
    expect(topOf((await profilesOf(engine('tagger'), hum())).at(-1), 'vocalStyle')).toBe('whispering')
  })

  it('that is SenseVoice tells emotion, manner and language in our words, surer with each look that agrees', async () => {
    const all = await profilesOf(engine('sense'), hum())
    const last = all.at(-1)!
    expect([topOf(last, 'emotion'), topOf(last, 'vocalStyle'), topOf(last, 'language')]).toEqual([
      'happy',
      'laughing',
      'yue',
    ])
    expect(last.traits.map(({ name }) => name)).not.toContain('environment')
    const sure = all.map(({ traits }) => traits[0]!.labels[0]!.confidence)
    expect(sure[0]).toBeCloseTo(2 / 3)
    expect(sure.at(-1)).toBeCloseTo(3 / 4)
  })

  it('that is SenseVoice is a recognizer too, whose finals tell the language that was heard', async () => {
    const sherpaConfig = { class: 'OfflineRecognizer', modelConfig: senseConfig() }
    const models = { sense: { dir: join(cacheDir, 'sense'), sherpaConfig } }
    const given = provider.settings.parse({ threads: 1, models })
    const recognizer = await provider.speechToText!('sense', given, { log: silentLog, cacheDir })
    const frame = { samples: hum(), sampleRate: 16_000, startMs: 0 }
    const finals = only(await hear(recognizer, inputOf(frame, { flush: 1 })), 'final')
    expect(finals).toMatchObject([{ text: 'hello', language: 'yue' }])
    expect(recognizer.card.detectsLanguage).toBe(true)
    await recognizer.close?.()
  })

  it('that is Whisper tells the language', async () => {
    const last = (await profilesOf(engine('language'), hum())).at(-1)!
    expect(last.traits.map(({ name }) => name)).toEqual(['language'])
    expect(topOf(last, 'language')).toBe('hi')
  })

  it('goes on in another process when its own dies', async () => {
    const sense = opened.get('sense')!
    const before = sense.pids
    for (const pid of before) process.kill(pid, 'SIGKILL')
    expect(topOf((await profilesOf(sense, hum())).at(-1), 'emotion')).toBe('happy')
    expect(sense.pids).not.toEqual(before)
  })

  it('is told from recognizers and voices, and names the command that installs it', async () => {
    const find = (id: string) => findProfiler(id, { own: {}, cacheDir, threads: 1 })
    await expect(find('ced-tiny')).rejects.toThrow('parley models pull ced-tiny')
    await expect(find('sense-voice-2025')).rejects.toThrow('parley models pull sense-voice-2025')
    await expect(find('whisper-base')).rejects.toThrow('parley models pull whisper-base')
    for (const id of ['whisper-base-en', 'kroko-en', 'kokoro-en', 'smart-turn-v3.2', '../etc', ''])
      await expect(find(id)).rejects.toMatchObject({ code: 'unknown_model' })
  })

  it('that lacks a file says which, and one that cannot be read does no harm', async () => {
    const profilers = { mine: { dir: cacheDir, sherpaConfig: { class: 'AudioTagging', model: { ced: 'no.onnx' } } } }
    await expect(open('mine', { profilers })).rejects.toThrow('lacks its file no.onnx')
    await writeFile(join(cacheDir, 'no.onnx'), 'no network')
    await expect(open('mine', { profilers })).rejects.toMatchObject({ code: 'unavailable' })
  })
})
