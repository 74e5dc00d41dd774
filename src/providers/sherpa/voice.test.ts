/** Voices of sherpa-onnx, without their models: what the library is given, what is missing, and the contract in its process. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { piecesOf, sayAll, spokenOnly, textToSpeechContract } from '../../../test/contracts/text-to-speech.ts'
import { silentLog } from '../../log.ts'
import { catalogue } from '../../models/catalogue.ts'
import { entry } from '../../threads/entry.ts'
import provider from './index.ts'
import { mouth } from './mouth.ts'
import { speakersOf } from './speakers.ts'
import { openVoice } from './voice.ts'
import type { FromVoice } from './voice-messages.ts'
import { voiceModel } from './voice-model.ts'

let cacheDir: string
beforeAll(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'parley-voice-'))
})
afterAll(() => rm(cacheDir, { recursive: true, force: true }))

const open = (id: string, settings: object = {}) =>
  Promise.resolve(
    provider.textToSpeech!(id, provider.settings.parse({ threads: 1, ...settings }), { log: silentLog, cacheDir }),
  )
const humming = () =>
  openVoice(
    voiceModel('hum', '/none', { model: { vits: {} } }, { languages: ['en'], threads: 1 }),
    { maxStreams: 10 },
    silentLog,
    entry(new URL('../../../test/support/here.ts', import.meta.url).href, './echo-voice'),
  )

textToSpeechContract('sherpa', humming, {
  sentence: "The weather is fine today, isn't it?",
  other: 'Tomorrow we shall have rain.',
})

describe('a voice of sherpa-onnx', () => {
  it('is spoken by another process when its own dies, once', async () => {
    const engine = await humming()
    const before = engine.pids
    for (const pid of before) process.kill(pid, 'SIGKILL')
    const events = await sayAll(engine, piecesOf('Hello there.'))
    expect(spokenOnly(events, 'word').map(({ text }) => text)).toEqual(['Hello', 'there'])
    expect(engine.pids).not.toEqual(before)
    await expect(sayAll(engine, piecesOf('Die.'))).rejects.toMatchObject({ code: 'provider_failed' })
    await expect(sayAll(engine, piecesOf('Fail.'))).rejects.toMatchObject({ code: 'provider_failed' })
    expect((await sayAll(engine, piecesOf('Hello again.'))).length).toBeGreaterThan(3)
    await engine.close?.()
  })

  it('that is not installed is unavailable, and the error names the command', async () => {
    await expect(open('kokoro-en')).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('parley models pull kokoro-en'),
    })
  })

  it.each(['no-such-voice', '../../etc', 'kroko-en', ''])('that is none is unknown: %s', async (id) => {
    await expect(open(id)).rejects.toMatchObject({ code: 'unknown_model' })
  })

  it('that imitates a recording is refused', async () => {
    await expect(open('pocket-tts')).rejects.toMatchObject({ code: 'unsupported' })
  })

  it('that lacks a file says which, and one that sherpa-onnx cannot read does no harm', async () => {
    const dir = join(cacheDir, 'mine')
    await mkdir(dir)
    await writeFile(join(dir, 'tokens.txt'), 'a 0\n')
    const voices = { mine: { dir, config: { model: { vits: { model: 'voice.onnx', tokens: 'tokens.txt' } } } } }
    await expect(open('mine', { voices })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('voice.onnx'),
    })
    await writeFile(join(dir, 'voice.onnx'), 'no network')
    await expect(open('mine', { voices })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('mine'),
    })
  })
})

describe('what sherpa-onnx is given', () => {
  it('has paths in place of names, and lists of them', () => {
    const config = {
      ruleFsts: 'date.fst,number.fst',
      silenceScale: 0.2,
      model: {
        kokoro: { model: 'model.onnx', dataDir: 'espeak-ng-data', lexicon: 'a.txt,b.txt', lang: 'en', lengthScale: 1 },
      },
    }
    const { load } = voiceModel('k', '/v', config, { languages: ['en'], threads: 3 })
    expect(load.config).toEqual({
      maxNumSentences: 1,
      silenceScale: 0.2,
      ruleFsts: '/v/date.fst,/v/number.fst',
      model: {
        ...{ numThreads: 3, provider: 'cpu', debug: 0 },
        kokoro: {
          model: '/v/model.onnx',
          dataDir: '/v/espeak-ng-data',
          lexicon: '/v/a.txt,/v/b.txt',
          lang: 'en',
          lengthScale: 1,
        },
      },
    })
    expect(load.files).toContain('/v/b.txt')
    expect(load.files).not.toContain('/v/en')
  })

  it('can be made of every voice in the catalogue that says how', async () => {
    const entries = (await catalogue()).filter(({ kind, sherpa }) => kind === 'text-to-speech' && sherpa?.config)
    const made = entries.flatMap((one) => {
      try {
        return [voiceModel(one.id, '/v', one.sherpa!.config as never, { languages: one.languages, threads: 1 })]
      } catch {
        return []
      }
    })
    expect(made.length).toBeGreaterThan(20)
    for (const { load, languages } of made) {
      expect(load.files.length).toBeGreaterThan(1)
      expect(languages.length).toBeGreaterThan(0)
    }
    expect(made.find(({ load }) => load.id === 'supertonic-3')?.takesLanguage).toBe(true)
  })

  it('ends early when its job is closed, and the next job is spoken', async () => {
    const progress: number[] = []
    let begun = (): void => {}
    const generating = new Promise<void>((resolve) => {
      begun = resolve
    })
    const engine = mouth({
      sampleRate: 8000,
      numSpeakers: 1,
      async generateAsync({ text, onProgress }) {
        begun()
        for (let step = 0; step < 1000; step += 1) {
          await new Promise((resolve) => setImmediate(resolve))
          progress.push(onProgress())
          if (progress.at(-1) === 0 || text === 'short') break
        }
        return { sampleRate: 8000, samples: new Float32Array(8) }
      },
    })
    const heard: FromVoice[] = []
    const long = engine.open((message) => heard.push(message))
    long.take({ type: 'say', text: 'long', speaker: 0, speed: 1 })
    await generating
    long.close()
    const answer = await new Promise<FromVoice>((resolve) => {
      engine.open(resolve).take({ type: 'say', text: 'short', speaker: 0, speed: 1 })
    })
    expect(answer.type).toBe('said')
    expect(heard).toEqual([])
    expect(progress).toContain(0)
    expect(progress.length).toBeLessThan(100)
  })
})

describe('speakers', () => {
  it('go by their names where they are known, else by number', () => {
    const kokoro = speakersOf('kokoro-en', 11, ['en'], 'natural English')
    expect(kokoro[9]).toMatchObject({ id: 'bm_george', gender: 'male', languages: ['en-GB'] })
    expect(speakersOf('kokoro-multi-v1.0', 53, ['en'], '')).toHaveLength(53)
    expect(new Set(speakersOf('kokoro-multi-v1.0', 53, ['en'], '').map(({ id }) => id)).size).toBe(53)
    expect(speakersOf('kokoro-new', 12, ['en'], '')[3]?.id).toBe('3')
    expect(speakersOf('piper-x', 0, ['de'], '')).toMatchObject([{ id: '0', languages: ['de'] }])
  })
})
