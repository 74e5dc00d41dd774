import { describe, expect, it } from 'vitest'
import { replyRequest, scriptedModel, toneVoice } from '../../test/support/talking.ts'
import { durationMs, endMs } from '../audio/frame.ts'
import type { ReplyRequest } from '../conversation/effects.ts'
import type { Progress } from '../conversation/inputs.ts'
import { VoiceError } from '../errors.ts'
import { silentLog } from '../log.ts'
import { type Cut, plainRendering } from '../speaking/rendering.ts'
import { withTags } from '../speaking/spoken.ts'
import { type ReplyEngines, reply } from './reply.ts'

const never = new Promise<never>(() => {})
const speech = { voice: 'tone', model: '', speed: 1, language: '', rendering: plainRendering, sampleRate: 24_000 }
const enginesOf = (model = scriptedModel(['Hello.']), voice = toneVoice(), stallMs = 30_000): ReplyEngines => ({
  languageModel: async () => model,
  voice: async () => ({ engine: voice, voice: 'tone' }),
  stallMs,
})
const all = async (wanted: ReplyRequest, engines: ReplyEngines, signal = new AbortController().signal) => {
  const progress: Progress[] = []
  for await (const one of reply(wanted, engines, { signal, log: silentLog })) progress.push(one)
  return progress
}
const types = (progress: readonly Progress[]): readonly string[] =>
  progress.map(({ type }) => type).filter((type, at, list) => type !== list[at - 1])
const textOf = (progress: readonly Progress[]): string =>
  progress.map((one) => (one.type === 'reply.text' ? one.delta : '')).join('')
const framesOf = (progress: readonly Progress[]) =>
  progress.flatMap((one) => (one.type === 'reply.audio' ? [one.frame] : []))

const call = { type: 'tool-call', callId: 'c', name: 'weather', arguments: '{}' } as const
const usage = { type: 'usage', inputTokens: 3, outputTokens: 4 } as const

describe('a written reply', () => {
  it('gives text as it is written, calls, the usage and the end', async () => {
    const progress = await all(replyRequest(), enginesOf(scriptedModel(['Hel', 'lo.', call, usage])))
    expect(progress).toEqual([
      { replyId: 'r', type: 'reply.generating' },
      { replyId: 'r', type: 'reply.text', delta: 'Hel' },
      { replyId: 'r', type: 'reply.text', delta: 'lo.' },
      { replyId: 'r', type: 'reply.call', callId: 'c', name: 'weather', arguments: '{}' },
      { replyId: 'r', type: 'reply.usage', inputTokens: 3, outputTokens: 4 },
      { replyId: 'r', type: 'reply.ended', reason: 'finished' },
    ])
  })

  it('passes on what was asked for, and says when the limit cut it short', async () => {
    const model = scriptedModel(['One', { type: 'finish', reason: 'length' }])
    const caching = { enabled: true }
    const wanted = replyRequest({ maxTokens: 1, toolChoice: 'none', sampling: { temperature: 0.5 }, caching })
    expect((await all(wanted, enginesOf(model))).at(-1)).toMatchObject({ type: 'reply.ended', reason: 'length' })
    expect(model.calls.requests[0]!.options).toMatchObject({
      maxTokens: 1,
      toolChoice: 'none',
      sampling: { temperature: 0.5 },
      caching,
    })
  })
})

describe('a spoken reply', () => {
  it('is cut as it is to be rendered', async () => {
    const text = ['This is the first sentence. ', 'And here is the second one.']
    const textsOf = async (cut: Cut) => {
      const voice = toneVoice()
      const wanted = replyRequest({ speech: { ...speech, rendering: { ...plainRendering, cut } } })
      await all(wanted, enginesOf(scriptedModel(text), voice))
      return voice.calls.texts
    }
    expect(await textsOf('whole')).toEqual([text.join('')])
    expect(await textsOf('sentences')).toHaveLength(2)
  })

  it('gives the text without tags, and the tags for the model beside it', async () => {
    const progress = await all(replyRequest({ speech }), enginesOf(scriptedModel(['[say sad', 'ly] Oh, [sigh] no.'])))
    const texts = progress.flatMap((one) => (one.type === 'reply.text' ? [one] : []))
    expect(textOf(progress)).toBe('Oh, no.')
    expect(texts.map(({ delta, tags }) => withTags(delta, tags)).join('')).toBe('[say sadly] Oh, [sigh] no.')
  })

  it('speaks the first clause while the second is not yet written, in the rate that was asked for', async () => {
    let write = (): void => {}
    const second = new Promise<void>((resolve) => {
      write = resolve
    })
    const model = scriptedModel(['Well, this is the first clause. ', second, 'And here is the second one.'])
    const progress: Progress[] = []
    const signal = new AbortController().signal
    for await (const one of reply(replyRequest({ speech }), enginesOf(model), { signal, log: silentLog })) {
      progress.push(one)
      if (one.type === 'reply.audio') write()
    }
    expect(types(progress).slice(0, 2)).toEqual(['reply.generating', 'reply.text'])
    expect(types(progress).at(-1)).toBe('reply.ended')
    expect(textOf(progress)).toBe('Well, this is the first clause. And here is the second one.')
    const frames = framesOf(progress)
    expect(new Set(frames.map((frame) => frame.sampleRate))).toEqual(new Set([24_000]))
    for (const [at, frame] of frames.entries()) {
      expect(durationMs(frame)).toBeLessThanOrEqual(201)
      if (at > 0) expect(frame.startMs).toBeCloseTo(endMs(frames[at - 1]!), 3)
    }
    expect(endMs(frames.at(-1)!)).toBeCloseTo(textOf(progress).length * 50, 0)
  })

  it('says given words as they stand, and asks no model', async () => {
    const model = scriptedModel(['Something else.'])
    const progress = await all(replyRequest({ speech, say: 'Welcome to us.' }), enginesOf(model))
    expect(textOf(progress).trim()).toBe('Welcome to us.')
    expect(framesOf(progress).length).toBeGreaterThan(0)
    expect(progress.at(-1)).toMatchObject({ type: 'reply.ended', reason: 'finished' })
    expect(model.calls.requests).toEqual([])
  })

  it('says each word before the audio in which it ends, and of which text it is', async () => {
    const progress = await all(replyRequest({ speech }), enginesOf(scriptedModel(['Ten of ', 'clubs.'])))
    let heardMs = 0
    const words: string[] = []
    for (const one of progress) {
      if (one.type === 'reply.audio') heardMs = endMs(one.frame)
      if (one.type !== 'reply.word') continue
      words.push(textOf(progress).slice(one.from, one.to))
      expect(one.endMs).toBeGreaterThanOrEqual(heardMs)
    }
    expect(words).toEqual(['Ten', 'of', 'clubs.'])
  })

  it('calls tools once what it said before has been spoken to its last sample', async () => {
    const progress = await all(replyRequest({ speech }), enginesOf(scriptedModel(['One moment.', call, usage])))
    const at = progress.findIndex(({ type }) => type === 'reply.call')
    expect(types(progress.slice(at))).toEqual(['reply.call', 'reply.usage', 'reply.ended'])
    expect(endMs(framesOf(progress).at(-1)!)).toBeCloseTo('One moment.'.length * 50, 0)
  })

  it('needs no voice where nothing is said', async () => {
    const engines = { ...enginesOf(scriptedModel([call])), voice: () => Promise.reject(new Error('no voice')) }
    expect(types(await all(replyRequest({ speech }), engines))).toEqual([
      'reply.generating',
      'reply.call',
      'reply.ended',
    ])
  })
})

describe('a reply that goes wrong', () => {
  const failure = async (wanted: ReplyRequest, engines: ReplyEngines) => (await all(wanted, engines)).at(-1)

  it('fails with what the model says, also after some text, and when the model breaks off', async () => {
    const broken = scriptedModel(['Some', new VoiceError('overloaded', 'Later.')])
    expect(await failure(replyRequest(), enginesOf(broken))).toMatchObject({
      type: 'reply.failed',
      code: 'overloaded',
      message: 'Later.',
    })
    const bug = scriptedModel([new Error('secret detail')])
    expect(await failure(replyRequest(), enginesOf(bug))).toMatchObject({
      code: 'internal',
      message: 'The server made a mistake.',
    })
    const cut = { ...scriptedModel(), generate: async function* () {} }
    expect(await failure(replyRequest(), enginesOf(cut as never))).toMatchObject({ code: 'provider_failed' })
  })

  it('fails when the voice breaks or is not there, and stops the model', async () => {
    const model = scriptedModel(['This is said. ', 'And this. ', never])
    const voice = toneVoice({ before: () => Promise.reject(new VoiceError('provider_failed', 'No voice.')) })
    expect(await failure(replyRequest({ speech }), enginesOf(model, voice))).toMatchObject({ message: 'No voice.' })
    expect(model.calls.ended).toBe(1)
    const missing = { ...enginesOf(), voice: () => Promise.reject(new VoiceError('unavailable', 'None.')) }
    expect(await failure(replyRequest({ speech }), missing)).toMatchObject({ code: 'unavailable' })
  })

  it('fails when the model says nothing for too long', async () => {
    const model = scriptedModel(['Wait', never])
    expect(await failure(replyRequest(), enginesOf(model, toneVoice(), 30))).toMatchObject({ code: 'timeout' })
    expect(model.calls.ended).toBe(1)
  })
})

it('fails when the voice says nothing for too long once it has all the text, but waits for a slow model', async () => {
  const hung = toneVoice({ before: () => never })
  expect((await all(replyRequest({ speech }), enginesOf(scriptedModel(['Hello.']), hung, 30))).at(-1)).toMatchObject({
    type: 'reply.failed',
    code: 'timeout',
  })
  const slow = scriptedModel(['First. ', new Promise((resolve) => setTimeout(resolve, 60)), 'Second.'])
  const fine = await all(replyRequest({ speech }), enginesOf(slow, toneVoice(), 1000))
  expect(fine.at(-1)).toMatchObject({ type: 'reply.ended' })
})

describe('a reply that is stopped', () => {
  it('ends at once, and neither model nor voice go on', async () => {
    const model = scriptedModel(Array.from({ length: 1000 }, (_, at) => `Sentence number ${at}. `))
    const voice = toneVoice()
    const stop = new AbortController()
    let seen = 0
    for await (const one of reply(replyRequest({ speech }), enginesOf(model, voice), {
      signal: stop.signal,
      log: silentLog,
    })) {
      if (one.type !== 'reply.audio') continue
      seen += 1
      if (seen === 3) stop.abort()
    }
    expect(seen).toBe(3)
    expect([model.calls.ended, voice.calls.ended]).toEqual([1, 1])
    const { steps } = model.calls
    const spoken = voice.calls.texts.length
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect([model.calls.steps, voice.calls.texts.length]).toEqual([steps, spoken])
  })

  it('waits for a reader that takes its time, and computes little ahead', async () => {
    const voice = toneVoice()
    const long = scriptedModel(Array.from({ length: 200 }, () => 'This sentence takes two seconds to say aloud. '))
    let frames = 0
    const signal = new AbortController().signal
    for await (const one of reply(replyRequest({ speech }), enginesOf(long, voice), { signal, log: silentLog })) {
      if (one.type !== 'reply.audio') continue
      frames += 1
      if (frames === 5) break
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    expect(voice.calls.texts.length).toBeLessThan(20)
  })
})
