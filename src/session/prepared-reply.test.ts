import { describe, expect, it } from 'vitest'
import { replyRequest, scriptedModel, toneVoice } from '../../test/support/talking.ts'
import type { Progress } from '../conversation/inputs.ts'
import { VoiceError } from '../errors.ts'
import { silentLog } from '../log.ts'
import { plainRendering } from '../speaking/rendering.ts'
import { Tasks } from '../streams/tasks.ts'
import { PreparedReply } from './prepared-reply.ts'

const request = replyRequest({
  replyId: 'early',
  messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hello' }] }],
  speech: { voice: '', model: '', speed: 1, language: '', rendering: plainRendering, sampleRate: 16_000 },
})

const prepare = (model = scriptedModel(['Hello there.']), { mayBegin = Promise.resolve(true) } = {}) => {
  const tasks = new Tasks()
  const voice = toneVoice()
  const prepared = new PreparedReply(request, {
    engines: {
      languageModel: async () => model,
      voice: async () => ({ engine: voice, voice: 'tone' }),
      stallMs: 30_000,
    },
    mayBegin,
    tasks,
    log: silentLog,
  })
  return { prepared, tasks, model, voice }
}

/** Lets everything that can go on go on, until this no longer changes. */
const settled = async (measure: () => number): Promise<void> => {
  let before = Number.NaN
  while (measure() !== before) {
    before = measure()
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const all = async (progress: AsyncIterable<Progress>): Promise<readonly Progress[]> => {
  const told: Progress[] = []
  for await (const one of progress) told.push(one)
  return told
}

describe('a prepared reply', () => {
  it('tells what it has said and then the rest, in order, under the name of the reply that adopts it', async () => {
    let goOn = (): void => {}
    const later = new Promise<void>((resolve) => {
      goOn = resolve
    })
    const { prepared, voice } = prepare(scriptedModel(['First of all. ', later, 'And then.']))
    await settled(() => voice.calls.texts.length)
    const adopted = prepared.adopt('reply')!
    goOn()
    const told = await all(adopted.progress)
    expect(new Set(told.map(({ replyId }) => replyId))).toEqual(new Set(['reply']))
    expect(told[0]?.type).toBe('reply.generating')
    expect(told.at(-1)?.type).toBe('reply.ended')
    const text = told.flatMap((one) => (one.type === 'reply.text' ? one.delta : []))
    expect(text.join('')).toContain('First of all. And then.')
  })

  it('takes no more from model and voice than it may keep back, and all of it once adopted', async () => {
    const script = Array.from({ length: 400 }, (_, at) => `This is sentence number ${at} of many. `)
    const { prepared, model, voice } = prepare(scriptedModel(script))
    await settled(() => voice.calls.texts.length)
    expect(voice.calls.texts.length).toBeLessThan(20)
    const told = await all(prepared.adopt('reply')!.progress)
    expect(told.at(-1)?.type).toBe('reply.ended')
    expect(model.calls.steps).toBe(400)
  })

  it('that is dropped stops model and voice', async () => {
    const { prepared, tasks, model, voice } = prepare(scriptedModel(['First of all. ', new Promise(() => {})]))
    await settled(() => voice.calls.texts.length)
    prepared.stop.abort()
    await tasks.settled()
    expect([model.calls.ended, voice.calls.ended]).toEqual([1, 1])
  })

  it('is not adopted where it failed, nor begun where it may not be or was dropped before', async () => {
    const failed = prepare(scriptedModel([new VoiceError('overloaded', 'Too many.')]))
    await failed.tasks.settled()
    expect(failed.prepared.adopt('reply')).toBeUndefined()
    const unwanted = prepare(scriptedModel(['Hello.']), { mayBegin: Promise.resolve(false) })
    await unwanted.tasks.settled()
    expect(unwanted.prepared.adopt('reply')).toBeUndefined()
    const dropped = prepare(scriptedModel(['Hello.']), { mayBegin: new Promise(() => {}) })
    dropped.prepared.stop.abort()
    await dropped.tasks.settled()
    expect([unwanted, dropped].map(({ model }) => model.calls.requests.length)).toEqual([0, 0])
  })
})
