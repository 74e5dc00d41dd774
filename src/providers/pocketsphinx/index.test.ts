/** PocketSphinx: the contract of recognizers, and what crashes, pauses, sessions and crowds do to it. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  asFrames,
  hear,
  inputOf,
  type KnownSpeech,
  only,
  shareHeard,
  speechToTextContract,
} from '../../../test/contracts/speech-to-text.ts'
import { clip, readClip } from '../../../test/support/clips.ts'
import { cacheDir, needs, pocketsphinx, recordings } from '../../../test/support/needs.ts'
import { endMs } from '../../audio/frame.ts'
import type { AudioInput } from '../../engines/engine.ts'
import type { SpeechToText } from '../../engines/speech-to-text.ts'
import { silentLog } from '../../log.ts'
import { Queue } from '../../streams/queue.ts'
import { openPocketSphinx, type PocketSphinx } from './engine.ts'
import provider from './index.ts'

const surroundings = { log: silentLog, cacheDir }
const open = (settings: object = {}): Promise<PocketSphinx> =>
  openPocketSphinx(provider.settings.parse({ processes: 1, ...settings }), surroundings)
const speech = async (name: string): Promise<KnownSpeech> => ({
  frames: asFrames(await readClip(clip(name))),
  text: clip(name).text,
})

describe('PocketSphinx', () => {
  needs(pocketsphinx, recordings)

  let engine: PocketSphinx
  let known: KnownSpeech

  beforeAll(async () => {
    if (!pocketsphinx.isThere() || !recordings.isThere()) return
    engine = await open()
    known = await speech('librivox-0930')
  })
  afterAll(() => engine?.close())

  speechToTextContract(
    'PocketSphinx',
    () => open() as Promise<SpeechToText>,
    () => speech('goforward'),
  )

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
    const [undisturbed] = only(await hear(engine, inputOf(...known.frames, { flush: 1 })), 'final')
    expect(killed).toBe(true)
    expect(engine.pids).not.toEqual(before)
    expect(finals).toEqual([undisturbed!.text])
  })

  it('gives a final that is complete though its process hangs in mid-utterance', async () => {
    const hanging = await open({ hangMs: 1500 })
    try {
      const audio = new Queue<AudioInput>(1000)
      const middle = Math.floor(known.frames.length / 2)
      for (const frame of known.frames.slice(0, middle)) audio.push(frame)
      let stopped = false
      const finals: string[] = []
      for await (const event of hanging.transcribe(audio, { signal: new AbortController().signal, log: silentLog })) {
        if (event.type === 'partial' && !stopped) {
          stopped = true
          for (const pid of hanging.pids) process.kill(pid, 'SIGSTOP')
          for (const frame of known.frames.slice(middle)) audio.push(frame)
          audio.push({ flush: 1 })
          audio.close()
        }
        if (event.type === 'final') finals.push(event.text)
      }
      expect(stopped).toBe(true)
      expect(shareHeard(known.text, finals.join(' '))).toBeGreaterThanOrEqual(0.5)
    } finally {
      await hanging.close()
    }
  })

  it('ends its processes when it is closed', async () => {
    const short = await open({ processes: 2 })
    const { pids } = short
    expect(pids).toHaveLength(2)
    await short.close()
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH')
  })

  it('lets a speaker wait for whom there is no decoder, and says that it is busy', async () => {
    const small = await open({ maxProcesses: 1, decodersPerProcess: 1 })
    try {
      const audio = new Queue<AudioInput>(1000)
      for (const frame of known.frames) audio.push(frame)
      const cancel = new AbortController()
      expect(small.busy?.()).toBe(false)
      const talking = hear(small, audio, { signal: cancel.signal })
      let freed = false
      const waiting = hear(small, inputOf(...known.frames, { flush: 1 })).then((events) => ({ events, freed }))
      await vi.waitFor(() => expect(small.busy?.()).toBe(true))
      freed = true
      cancel.abort()
      expect(only(await talking, 'final')).toEqual([])
      const late = await waiting
      expect(late.freed).toBe(true)
      expect(only(late.events, 'final')).toHaveLength(1)
    } finally {
      await small.close()
    }
  })

  it('holds no decoder for a stream without audio', async () => {
    const small = await open({ maxProcesses: 1, decodersPerProcess: 1 })
    try {
      const silent = new Queue<AudioInput>(1000)
      const waiting = hear(small, silent)
      expect(only(await hear(small, inputOf(...known.frames, { flush: 1 })), 'final')).toHaveLength(1)
      silent.close()
      expect(await waiting).toEqual([])
    } finally {
      await small.close()
    }
  })

  it('hears the whole segment again for its final, and not where the second pass is off or has no time', async () => {
    const [whole] = only(await hear(engine, inputOf(...known.frames, { flush: 1 })), 'final')
    expect(whole!.pass).toBe('whole')
    const [hurried] = only(await hear(engine, inputOf(...known.frames, { flush: 1, budgetMs: 0 })), 'final')
    expect(hurried!.pass).toBe('streaming')
    for (const { words } of [whole!, hurried!]) {
      const confidences = words.map(({ confidence }) => confidence!)
      expect(Math.max(...confidences)).toBeLessThan(1)
      expect(new Set(confidences).size).toBeGreaterThan(words.length / 2)
    }
    const onePass = await open({ secondPass: false })
    try {
      const [streamed] = only(await hear(onePass, inputOf(...known.frames, { flush: 1 })), 'final')
      expect(streamed!.pass).toBe('streaming')
    } finally {
      await onePass.close()
    }
  })

  it('gives the final of the second pass that it began at a pause', async () => {
    const silence = { samples: new Float32Array(6400), sampleRate: 16_000, startMs: endMs(known.frames.at(-1)!) }
    const inputs: AudioInput[] = [...known.frames, { pause: 'begun' }, silence, { flush: 1 }]
    const [final] = only(await hear(engine, inputOf(...inputs)), 'final')
    expect(final!.pass).toBe('whole')
    expect(final!.endMs).toBeCloseTo(endMs(silence))
    expect(shareHeard(known.text, final!.text)).toBeGreaterThanOrEqual(0.5)
  })

  it('hears no words in noise, hums, chords and clicks', async () => {
    let seed = 1
    const random = (): number => {
      seed = (seed * 48_271) % 2_147_483_647
      return (seed / 2_147_483_647) * 2 - 1
    }
    const sounds: Record<string, (index: number) => number> = {
      noise: () => 0.1 * random(),
      hum: (index) => 0.2 * Math.sin(index * 0.0196) + 0.06 * Math.sin(index * 0.0393) + 0.0003 * random(),
      tone: (index) => 0.3 * Math.sin(index * 0.17),
      chord: (index) =>
        [0.1028, 0.1295, 0.154].reduce((sum, step) => sum + Math.sin(index * step), 0) *
        0.1 *
        Math.exp(-(index % 8000) / 4000),
      clicks: (index) => (index % 4000 < 40 ? 0.3 * random() : 0),
    }
    for (const [name, sound] of Object.entries(sounds)) {
      const samples = Float32Array.from({ length: 32_000 }, (_, index) => sound(index))
      const events = await hear(engine, inputOf(...asFrames({ samples, sampleRate: 16_000, startMs: 0 }), { flush: 1 }))
      expect({ name, text: only(events, 'final').map(({ text }) => text) }).toEqual({ name, text: [''] })
    }
  })

  it("hears a client's own words once it has learned them, and the same as before without them", async () => {
    const { frames, text } = await speech('librivox-0880')
    expect(text).toContain('ill disposed')
    const said = async (terms: string[]): Promise<string> =>
      only(await hear(engine, inputOf(...frames, { flush: 1 }), { terms }), 'final')[0]!.text
    const plain = await said([])
    expect(plain).not.toContain('ill disposed')
    const terms = ['ill disposed', 'Prudently', 'Kubernetes', '***']
    // The plain model serves until the mixed one is ready.
    await vi.waitFor(async () => expect(await said(terms)).toContain('ill disposed'), 20_000)
    expect(await said([])).toBe(plain)
  }, 60_000)

  it('gives other readings when asked, best first', async () => {
    const { frames } = await speech('librivox-0880')
    const [final] = only(await hear(engine, inputOf(...frames, { flush: 1 }), { alternatives: 3 }), 'final')
    const { alternatives = [], text } = final!
    expect(alternatives).toHaveLength(3)
    expect(new Set([text, ...alternatives.map((other) => other.text)]).size).toBe(4)
    const confidences = alternatives.map(({ confidence }) => confidence)
    expect(confidences).toEqual([...confidences].sort((a, b) => b - a))
    // Less than the text itself has, and less and less.
    const rest = 1 - confidences.reduce((sum, confidence) => sum + confidence, 0)
    expect(confidences[0]).toBeLessThan(rest)
    expect(confidences.at(-1)).toBeLessThan(0.95 * confidences[0]!)
  })

  it('refuses languages that it does not know, and takes English in any region', () => {
    const options = { signal: AbortSignal.abort(), log: silentLog }
    expect(() => engine.transcribe(inputOf(), { ...options, languages: ['hi-IN', 'ta'] })).toThrow('parley models')
    expect(() => engine.transcribe(inputOf(), { ...options, languages: ['hi', 'en-IN'] })).not.toThrow()
    expect(() => engine.transcribe(inputOf(), { ...options, languages: [] })).not.toThrow()
  })

  it('has one model, and says where it should be when it is missing', async () => {
    const make = async (model: string, given: object = {}) =>
      provider.speechToText!(model, provider.settings.parse(given), surroundings)
    await expect(make('de')).rejects.toMatchObject({ code: 'unknown_model', param: 'model' })
    await expect(make('en-us', { modelDir: '/nowhere' })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('npm start'),
    })
  })
})
