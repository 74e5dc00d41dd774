import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { attend } from '../../../test/support/attending.ts'
import { scriptedModel, toneVoice } from '../../../test/support/talking.ts'
import type { ResponsivenessConfig } from '../../conversation/attendant-config.ts'
import type { ReplyRequest } from '../../conversation/effects.ts'
import { Fillers } from './fillers.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

const settings: ResponsivenessConfig = {
  enabled: true,
  model: '',
  waitMs: 1200,
  deadlineMs: 2000,
  tailItems: 4,
  temperature: 0.7,
  maxTokens: 12,
  minGapMs: 8000,
  maxPerTurn: 1,
  maxBuffered: 1000,
  onFirstReply: false,
  prompt: '',
  pauseText: '',
}
const start = (
  responsiveness: Partial<ResponsivenessConfig> = {},
  more: Partial<Parameters<typeof attend>[1]> = {},
) => {
  const driven = attend((parts) => new Fillers(parts), {
    config: { responsiveness: { ...settings, ...responsiveness } },
    ...more,
  })
  const never = new AbortController().signal
  /** A reply to what the user says now; what it may be filled with, and what becomes of that. */
  const answer = (said = 'And?') => {
    driven.say(said)
    driven.apply({ type: 'reply.create', wishes: {} })
    const request: ReplyRequest = driven.request()
    const plan = driven.attendant.planFor(request)
    const { replyId } = request
    return {
      request,
      plan,
      phrase: () => plan!.phrase(never),
      fill: (delta: string) => driven.apply({ type: 'reply.text', replyId, delta, filler: true }),
      speak: (delta: string) => driven.apply({ type: 'reply.text', replyId, delta }),
      end: () => driven.apply({ type: 'reply.ended', replyId, reason: 'finished' }),
    }
  }
  return { ...driven, answer, never }
}

it('does not fill the first answer, unless the client wants that', () => {
  expect(start().answer().plan).toBeUndefined()
  const later = start()
  later.exchange('Hello.', 'Hello.')
  expect(later.answer().plan).toMatchObject({ waitMs: 1200, maxBuffered: 1000 })
  expect(start({ onFirstReply: true }).answer().plan).toBeDefined()
  expect(start({ enabled: false, onFirstReply: true }).answer().plan).toBeUndefined()
})

it('says one of a few, not twice the same, and not too often', async () => {
  const { answer } = start({ onFirstReply: true, pauseText: '…' })
  const first = answer('One?')
  expect((await first.phrase())?.text).toBe('Let me think. …')
  first.fill('Let me think. … ')
  expect(await first.phrase()).toBeUndefined()
  first.end()
  const second = answer('Two?')
  expect(await second.phrase()).toBeUndefined()
  second.end()
  vi.advanceTimersByTime(8000)
  const third = answer('Three?')
  expect((await third.phrase())?.text).toBe('One moment. …')
})

it('fills no reply beside the conversation, and none that is written', () => {
  const { apply, request, attendant } = start({ onFirstReply: true })
  apply({ type: 'reply.create', wishes: { outOfBand: true } })
  expect(attendant.planFor(request())).toBeUndefined()
  apply({ type: 'reply.create', wishes: { modalities: { audio: false, text: true } } })
  expect(attendant.planFor(request())).toBeUndefined()
})

it('asks a small model where one is named, and takes nothing for an answer that comes too late', async () => {
  const model = scriptedModel(['"Hmm, ', 'let me look.', '"\nIs that all?'], [new Promise(() => {})])
  const { answer, never } = start({ onFirstReply: true, model: 'small', tailItems: 2 }, { model })
  const first = answer('What is the time?')
  expect((await first.phrase())?.text).toBe('Hmm, let me look.')
  expect(model.calls.requests[0]!.options).toMatchObject({ maxTokens: 12, sampling: { temperature: 0.7 } })
  expect(JSON.stringify(model.calls.requests[0]!.messages)).toContain('User: What is the time?')
  const late = first.plan!.phrase(never)
  await vi.advanceTimersByTimeAsync(2000)
  expect(await late).toBeUndefined()
})

it('gives a small model the instructions of the client, and so many messages', async () => {
  const model = scriptedModel(['Hmm.'])
  const { exchange, answer } = start({ model: 'small', tailItems: 2, prompt: 'Only hum.' }, { model })
  exchange('One.', 'First.')
  await answer('Two?').phrase()
  const [system, about] = model.calls.requests[0]!.messages
  expect(system).toMatchObject({ parts: [{ text: expect.stringMatching(/\nOnly hum\.$/) }] })
  expect(about).toMatchObject({ parts: [{ text: 'Assistant: First.\nUser: Two?' }] })
})

it('is no answer: what the user was told nothing about is still to be answered', () => {
  const { apply, final, request, types } = start({ onFirstReply: true })
  const frame = { samples: new Float32Array(2400), sampleRate: 24_000, startMs: 0 }
  const speak = (utterance: number, text: string, delta: string, filler?: true): void => {
    apply({ type: 'speech.started', utterance, startMs: utterance * 5000, confidence: 1 })
    apply({ type: 'turn.ended', utterance, startMs: 0, endMs: utterance * 5000 + 1000, silenceMs: 500 })
    final(utterance, text)
    const { replyId } = request()
    apply({ type: 'reply.text', replyId, delta, ...(filler && { filler }) })
    apply({ type: 'reply.audio', replyId, frame })
  }
  const replies = (): number => types().filter((type) => type === 'reply.started').length
  speak(0, 'what is the time', 'Let me think. ', true)
  speak(1, '', 'It is five.')
  expect(replies()).toBe(2)
  apply({ type: 'speech.started', utterance: 2, startMs: 10_000, confidence: 1 })
  apply({ type: 'turn.ended', utterance: 2, startMs: 10_000, endMs: 11_000, silenceMs: 500 })
  final(2, '')
  expect(replies()).toBe(2)
})

it('drops what a voice takes too long to say', async () => {
  const voice = toneVoice({ before: () => new Promise(() => {}) })
  const { answer, never } = start({ onFirstReply: true }, { voice })
  const late = answer().plan!.phrase(never)
  await vi.advanceTimersByTimeAsync(2000)
  expect(await late).toBeUndefined()
})

it('is heard and read, but the model is never told of it', () => {
  const { answer, apply, conversation } = start({ onFirstReply: true })
  const first = answer('One?')
  first.fill('Let me think. ')
  first.speak('It is five.')
  first.end()
  const spoken = conversation.items.at(-1)!
  expect(spoken).toMatchObject({ parts: [{ text: 'Let me think. It is five.', fillerCharacters: 14 }] })
  const second = answer('Two?')
  const said = { role: 'assistant', parts: [{ type: 'text', text: 'It is five.' }] }
  expect(second.request.messages).toContainEqual(said)
  second.fill('One moment. ')
  second.end()
  expect(answer('Three?').request.messages.filter(({ role }) => role === 'assistant')).toEqual([said])
  apply({ type: 'item.truncate', itemId: spoken.id, partIndex: 0, heardMs: 0 })
  expect(conversation.items.find(({ id }) => id === spoken.id)).toMatchObject({ parts: [{ text: '' }] })
})
