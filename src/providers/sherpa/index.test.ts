/** sherpa-onnx: from pull to transcript, the contract of recognizers, and what crashes and bad files do to it. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hear, inputOf, type KnownSpeech, only, speechToTextContract } from '../../../test/contracts/speech-to-text.ts'
import { digitsArchive, digitsEntry, digitsPacked, digitsSpeech } from '../../../test/support/digits.ts'
import { breakingOff, good, inTurn, serveFiles } from '../../../test/support/file-server.ts'
import type { AudioFrame } from '../../audio/frame.ts'
import type { AudioInput } from '../../engines/engine.ts'
import type { SpeechToText, TranscriptEvent } from '../../engines/speech-to-text.ts'
import { silentLog } from '../../log.ts'
import { modelPath, pullModels } from '../../models/commands.ts'
import { Queue } from '../../streams/queue.ts'
import type { SherpaEngine } from './engine.ts'
import provider from './index.ts'

let cacheDir: string
let known: KnownSpeech

const open = (id: string, settings: object = {}): Promise<SherpaEngine> =>
  Promise.resolve(
    provider.speechToText!(id, provider.settings.parse({ threads: 1, ...settings }), { log: silentLog, cacheDir }),
  ) as Promise<SherpaEngine>

beforeAll(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'parley-sherpa-'))
  known = await digitsSpeech()
  const packed = await digitsPacked()
  const server = await serveFiles({ [`/${digitsArchive}`]: inTurn(breakingOff(packed, 300_000), good(packed)) })
  try {
    const url = `${server.address}/${digitsArchive}`
    const catalogue = [await digitsEntry('live', url), await digitsEntry('whole', url)]
    const limits = { backoffMs: 1 }
    const pulled = await pullModels(['digits-live', 'digits-whole'], { cacheDir, catalogue }, { limits })
    expect(pulled.map((model) => model.type)).toEqual(['installed', 'installed'])
  } finally {
    await server.close()
  }
})
afterAll(() => rm(cacheDir, { recursive: true, force: true }))

for (const id of ['digits-live', 'digits-whole'])
  speechToTextContract(
    `sherpa/${id}`,
    () => open(id) as Promise<SpeechToText>,
    () => digitsSpeech(),
  )

describe('a live model', () => {
  let engine: SherpaEngine
  beforeAll(async () => {
    engine = await open('digits-live')
  })
  afterAll(() => engine?.close())

  it('that was pulled hears every word, with partials on the way', async () => {
    const audio = new Queue<AudioInput>(1000)
    const middle = Math.floor(known.frames.length / 2)
    for (const frame of known.frames.slice(0, middle)) audio.push(frame)
    const partials: string[] = []
    const finals: TranscriptEvent[] = []
    for await (const event of engine.transcribe(audio, { signal: new AbortController().signal, log: silentLog })) {
      if (event.type === 'final') finals.push(event)
      if (event.type !== 'partial') continue
      partials.push(event.text)
      if (partials.length === 1) for (const frame of known.frames.slice(middle)) audio.push(frame)
      if (event.text.split(' ').length < 4) continue
      audio.push({ flush: 1 })
      audio.close()
    }
    expect(finals).toMatchObject([{ text: known.text, pass: 'streaming', language: 'en' }])
    expect(partials.length).toBeGreaterThan(1)
    for (const partial of partials) expect(known.text.startsWith(partial)).toBe(true)
  })

  it('gives a final that is complete though its process is killed in mid-utterance', async () => {
    const audio = new Queue<AudioInput>(1000)
    const middle = Math.floor(known.frames.length / 2)
    for (const frame of known.frames.slice(0, middle)) audio.push(frame)
    const before = engine.pids
    let killed = false
    const finals: string[] = []
    for await (const event of engine.transcribe(audio, { signal: new AbortController().signal, log: silentLog })) {
      if (event.type === 'partial' && !killed) {
        killed = true
        for (const pid of before) process.kill(pid, 'SIGKILL')
        for (const frame of known.frames.slice(middle)) audio.push(frame)
        audio.push({ flush: 1 })
        audio.close()
      }
      if (event.type === 'final') finals.push(event.text)
    }
    expect(killed).toBe(true)
    expect(engine.pids).not.toEqual(before)
    expect(finals).toEqual([known.text])
  })

  it('hears many streams at the same time, each as if it were alone', async () => {
    const shifted = (frames: readonly AudioFrame[], ms: number): AudioFrame[] => [
      { samples: new Float32Array(8 * ms), sampleRate: 8000, startMs: 0 },
      ...frames.map((frame) => ({ ...frame, startMs: frame.startMs + ms })),
    ]
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, i) => hear(engine, inputOf(...shifted(known.frames, 40 * i), { flush: 1 }))),
    )
    const texts = all.map((events) => only(events, 'final')[0]?.text)
    expect(texts.filter((text) => text === known.text).length).toBeGreaterThanOrEqual(18)
  })

  it('refuses a language that it does not know', () => {
    const options = { signal: new AbortController().signal, log: silentLog, languages: ['hi-IN'] }
    expect(() => engine.transcribe(inputOf(), options)).toThrow(/digits-live knows en/)
  })

  it('is busy when it has all the speakers that it is set to take, and lets the next one wait', async () => {
    const small = await open('digits-live', { maxStreams: 1 })
    const audio = new Queue<AudioInput>(1000)
    for (const frame of known.frames) audio.push(frame)
    const first = hear(small, audio)
    while (!small.busy?.()) await new Promise((resolve) => setTimeout(resolve, 10))
    const second = hear(small, inputOf(...known.frames, { flush: 1 }))
    audio.push({ flush: 1 })
    audio.close()
    expect(await second).toEqual(await first)
    expect(small.busy?.()).toBe(false)
    await small.close()
  })
})

describe('a model of whole utterances', () => {
  it('is heard again by another process when its own is killed', async () => {
    const engine = await open('digits-whole')
    const audio = new Queue<AudioInput>(1000)
    for (const frame of known.frames) audio.push(frame)
    const all = hear(engine, audio)
    // Its process begins at the pause, and dies before or after it has answered.
    audio.push({ pause: 'begun' })
    for (const pid of engine.pids) process.kill(pid, 'SIGKILL')
    audio.push({ flush: 1 })
    audio.close()
    expect(only(await all, 'final')).toMatchObject([{ text: known.text, pass: 'whole' }])
    await engine.close()
  })
})

describe('a model', () => {
  it('in a folder of one’s own is opened by its name in the settings', async () => {
    const { sherpa, sampleRate } = await digitsEntry('live', 'http://127.0.0.1/none.tar.bz2')
    const { family: _, ...sherpaConfig } = sherpa!
    const dir = await modelPath({ cacheDir }, 'digits-live')
    const engine = await open('mine', { models: { mine: { dir, sherpaConfig, sampleRate } } })
    expect(only(await hear(engine, inputOf(...known.frames, { flush: 1 })), 'final')).toMatchObject([
      { text: known.text },
    ])
    await engine.close()
  })

  it('that is not installed is unavailable, and the error names the command', async () => {
    await expect(open('kroko-en')).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('parley models pull kroko-en'),
    })
  })

  it.each(['no-such-model', '../../etc', 'titanet-small', ''])('that is none is unknown: %s', async (id) => {
    await expect(open(id)).rejects.toMatchObject({ code: 'unknown_model' })
  })

  const rotten = {
    'is no ONNX file': 'this is not a network',
    'is empty': '',
  }
  it.each(Object.entries(rotten))('whose file %s gives an error, and the server lives', async (_, content) => {
    const dir = join(cacheDir, 'rotten')
    await mkdir(dir, { recursive: true })
    await writeFile(join(dir, 'live.onnx'), content)
    await writeFile(join(dir, 'tokens.txt'), 'a 0\n<blk> 1\n')
    const sherpaConfig = {
      class: 'OnlineRecognizer',
      modelConfig: { nemoCtc: { model: 'live.onnx' }, tokens: 'tokens.txt' },
    }
    await expect(open('rotten', { models: { rotten: { dir, sherpaConfig } } })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('rotten'),
    })
  })

  it('of another shape than its configuration says gives an error, and the server lives', async () => {
    const dir = await modelPath({ cacheDir }, 'digits-whole')
    // sherpa-onnx ends its process over missing metadata.
    const sherpaConfig = {
      class: 'OnlineRecognizer',
      modelConfig: { nemoCtc: { model: 'whole.onnx' }, tokens: 'tokens.txt' },
    }
    await expect(open('wrong', { models: { wrong: { dir, sherpaConfig } } })).rejects.toMatchObject({
      code: 'unavailable',
    })
  })

  it('that lacks a file says which', async () => {
    const dir = await modelPath({ cacheDir }, 'digits-live')
    const sherpaConfig = {
      class: 'OnlineRecognizer',
      modelConfig: { nemoCtc: { model: 'other.onnx' }, tokens: 'tokens.txt' },
    }
    await expect(open('lacking', { models: { lacking: { dir, sherpaConfig } } })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('other.onnx'),
    })
  })
})
