import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { replyRequest, type Step, scriptedModel, toneVoice } from '../../test/support/talking.ts'
import { durationMs } from '../audio/frame.ts'
import type { Progress } from '../conversation/inputs.ts'
import { silentLog } from '../log.ts'
import { plainRendering } from '../speaking/rendering.ts'
import { withTags } from '../speaking/spoken.ts'
import type { FillerPlan } from './filler.ts'
import { Phrases } from './phrases.ts'
import { reply } from './reply.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

const request = replyRequest({
  speech: { voice: 'tone', model: '', speed: 1, language: '', rendering: plainRendering, sampleRate: 24_000 },
})

/** A reply whose model begins when `begin` is called, and what has come of it so far. */
const slow = (after: readonly Step[], wanted = request, said = 'Let me see.') => {
  let begin = (): void => {}
  const model = scriptedModel([new Promise<void>((resolve) => (begin = resolve)), ...after])
  const voice = toneVoice()
  const plan: FillerPlan = {
    waitMs: 1000,
    maxBuffered: 10,
    phrase: (signal) =>
      new Phrases().speak({ engine: voice, voice: 'tone', language: '', speed: 1, instruction: '' }, said, {
        signal,
        log: silentLog,
      }),
  }
  const stop = new AbortController()
  const progress: Progress[] = []
  const engines = {
    languageModel: async () => model,
    voice: async () => ({ engine: voice, voice: 'tone' }),
    stallMs: 30_000,
  }
  const done = (async () => {
    for await (const one of reply(wanted, engines, { signal: stop.signal, log: silentLog }, plan)) progress.push(one)
  })()
  return { begin: () => begin(), stop, progress, done, voice }
}
const types = (progress: readonly Progress[]): readonly string[] =>
  progress.map(({ type }) => type).filter((type, at, list) => type !== list[at - 1])

describe('a reply that is long in coming', () => {
  it('begins with a filler, and goes on with the answer on one clock', async () => {
    const { begin, progress, done } = slow(['It is ', 'five.'])
    await vi.advanceTimersByTimeAsync(999)
    expect(progress).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(types(progress)).toEqual(['reply.text', 'reply.word', 'reply.audio'])
    expect(progress[0]).toEqual({ replyId: 'r', type: 'reply.text', delta: 'Let me see. ', filler: true })
    begin()
    await done
    expect(types(progress)).toEqual([
      'reply.text',
      'reply.word',
      'reply.audio',
      'reply.generating',
      'reply.text',
      'reply.word',
      'reply.audio',
      'reply.ended',
    ])
    const text = progress.map((one) => (one.type === 'reply.text' ? one.delta : '')).join('')
    expect(text).toBe('Let me see. It is five.')
    const words = progress.flatMap((one) => (one.type === 'reply.word' ? [one] : []))
    expect(words.map(({ from, to }) => text.slice(from, to))).toEqual(['Let', 'me', 'see.', 'It', 'is', 'five.'])
    const audioMs = progress.reduce((sum, one) => sum + (one.type === 'reply.audio' ? durationMs(one.frame) : 0), 0)
    expect(words.map(({ startMs }) => startMs)).toEqual([0, 200, 350, 550, 700, 850])
    expect(words.at(-1)!.endMs).toBeCloseTo(audioMs, 0)
  })

  it('keeps the pause behind a filler apart from a tag that begins the answer', async () => {
    const { begin, progress, done } = slow(['[sad] ', 'Five.'], request, 'Let me see. <break time="300ms"/>')
    await vi.advanceTimersByTimeAsync(1000)
    begin()
    await done
    const [filler, answer] = progress.flatMap((one) => (one.type === 'reply.text' ? [one] : []))
    expect(filler).toMatchObject({ delta: 'Let me see. ', filler: true })
    expect(filler!.tags!.every(({ at }) => at < filler!.delta.length)).toBe(true)
    expect(withTags(answer!.delta, answer!.tags)).toBe('[sad] Five.')
  })

  it('has none when the model begins in time', async () => {
    const { begin, progress, done, voice } = slow(['Five.'])
    await vi.advanceTimersByTimeAsync(999)
    begin()
    await done
    expect(voice.calls.texts).toEqual(['Five.'])
    expect(progress.some((one) => one.type === 'reply.text' && one.filler)).toBe(false)
  })

  it('says it before a call too, and also where nothing else is said', async () => {
    const called = slow([{ type: 'tool-call', callId: 'c', name: 'weather', arguments: '{}' }])
    await vi.advanceTimersByTimeAsync(1000)
    called.begin()
    await called.done
    expect(types(called.progress)).toEqual([
      'reply.text',
      'reply.word',
      'reply.audio',
      'reply.generating',
      'reply.call',
      'reply.ended',
    ])
  })

  it('is stopped with the reply', async () => {
    const { stop, progress, done } = slow(['Five.'])
    await vi.advanceTimersByTimeAsync(500)
    stop.abort()
    await vi.advanceTimersByTimeAsync(5000)
    await done
    expect(progress).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('has none when the answer is written', async () => {
    const { speech: _, ...written } = request
    const { begin, progress, done } = slow(['Five.'], written)
    await vi.advanceTimersByTimeAsync(5000)
    begin()
    await done
    expect(types(progress)).toEqual(['reply.generating', 'reply.text', 'reply.ended'])
  })
})
