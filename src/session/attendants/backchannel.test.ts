import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Attending, attend } from '../../../test/support/attending.ts'
import { type Step, scriptedModel, toneVoice } from '../../../test/support/talking.ts'
import { durationMs } from '../../audio/frame.ts'
import type { BackchannelConfig } from '../../conversation/attendant-config.ts'
import { VoiceError } from '../../errors.ts'
import { createRules } from '../../providers/rules/model.ts'
import { Backchannel } from './backchannel.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

const settings: BackchannelConfig = {
  enabled: true,
  decider: 'rule',
  model: '',
  fireProbability: 0.5,
  evalIntervalMs: 800,
  minSpeechMs: 800,
  minGapMs: 4000,
  maxPerTurn: 3,
  deadlineMs: 1500,
  tailItems: 4,
  temperature: 0.7,
  maxTokens: 6,
  gain: 0.5,
  requirePause: false,
  allowedPhrases: ['right', 'I see'],
  prompt: '',
}

/** A user who speaks, a word each `word()`. */
const start = (backchannel: Partial<BackchannelConfig> = {}, more: Omit<Attending, 'config'> = {}) => {
  const driven = attend((parts) => new Backchannel(parts), {
    config: { backchannel: { ...settings, ...backchannel } },
    ...more,
  })
  let text = ''
  let utterance = 0
  const begin = (): void => driven.hear({ type: 'speech.started', utterance, startMs: 0, confidence: 1 })
  begin()
  return {
    ...driven,
    begin,
    /** So much time passes, then there is one word more. */
    word: async (afterMs: number) => {
      await vi.advanceTimersByTimeAsync(afterMs)
      text += ' word'
      driven.hear({ type: 'transcript.partial', utterance, text: text.trim(), stable: 0, words: [] })
      await vi.advanceTimersByTimeAsync(0)
    },
    stop: () => {
      driven.hear({ type: 'turn.ended', utterance, startMs: 0, endMs: 0, silenceMs: 500 })
      utterance += 1
      text = ''
    },
    phrases: () => driven.told('backchannel.done').map(({ phrase }) => phrase),
    skips: () => driven.told('backchannel.skipped').map(({ reason }) => reason),
  }
}

describe('a listener', () => {
  it('says a word after some speech, not too often, and not too many times', async () => {
    const { word, phrases, told } = start({ maxPerTurn: 2 })
    await word(799)
    expect(told('backchannel.audio')).toEqual([])
    await word(1)
    await vi.advanceTimersByTimeAsync(500)
    expect(phrases()).toEqual(['right'])
    await word(3000)
    expect(phrases()).toHaveLength(1)
    await word(1000)
    await vi.advanceTimersByTimeAsync(500)
    expect(phrases()).toHaveLength(2)
    await word(9000)
    await vi.advanceTimersByTimeAsync(500)
    expect(phrases()).toHaveLength(2)
  })

  it('is heard at 24 kHz and quieter, a little ahead of time', async () => {
    const { word, told, phrases } = start({ allowedPhrases: ['a phrase of a second'] })
    await word(800)
    const audio = () => told('backchannel.audio').map(({ frame }) => frame)
    expect(audio()).toHaveLength(4)
    await vi.advanceTimersByTimeAsync(1000)
    expect(audio().map(durationMs)).toEqual(Array(10).fill(100))
    expect(audio().every(({ sampleRate }) => sampleRate === 24_000)).toBe(true)
    expect(audio()[5]!.samples[100]).toBeCloseTo(0.05, 2)
    expect(phrases()).toHaveLength(1)
    expect(new Set(told('backchannel.audio').map(({ backchannelId }) => backchannelId)).size).toBe(1)
  })

  it('leaves it to chance, where a rule decides, and looks again only after a while', async () => {
    const { word, phrases } = start({}, { chances: [0.5, 0, 0.99] })
    await word(800)
    await word(799)
    expect(phrases()).toEqual([])
    await word(1)
    await vi.advanceTimersByTimeAsync(500)
    expect(phrases()).toEqual(['I see'])
  })

  it('waits for a pause, where the client wants that', async () => {
    const { word, hear, phrases } = start({ requirePause: true })
    await word(1000)
    await word(1000)
    expect(phrases()).toEqual([])
    hear({ type: 'speech.stopped', utterance: 0, endMs: 2000, silenceMs: 100 })
    await vi.advanceTimersByTimeAsync(500)
    expect(phrases()).toEqual(['right'])
  })

  it('says nothing while a reply plays, nor once the user has finished, nor where it was not asked to', async () => {
    const playing = start()
    playing.apply({ type: 'reply.create', wishes: {} })
    await playing.word(1000)
    expect(playing.told('backchannel.audio')).toEqual([])
    const off = start({ enabled: false })
    await off.word(1000)
    const done = start()
    done.stop()
    await done.word(1000)
    expect([...off.events, ...done.events].filter(({ type }) => type.startsWith('backchannel'))).toEqual([])
  })

  it('waits until the last reply has been played, unless speech has stopped that', async () => {
    const answered = (interruptReply: boolean) => {
      const driven = start()
      driven.stop()
      driven.apply({
        type: 'session.update',
        patch: { input: { turnDetection: { interruptReply, createReply: false } } },
      })
      driven.apply({ type: 'reply.create', wishes: {} })
      const { id: replyId } = driven.events.find((event) => event.type === 'reply.started')!.reply
      const frame = { samples: new Float32Array(24_000 * 3), sampleRate: 24_000, startMs: 0 }
      driven.final(0, '')
      driven.apply({ type: 'reply.audio', replyId, frame })
      driven.apply({ type: 'reply.ended', replyId, reason: 'finished' })
      driven.begin()
      return driven
    }
    const uninterrupted = answered(false)
    await uninterrupted.word(2000)
    expect(uninterrupted.told('backchannel.audio')).toEqual([])
    await uninterrupted.word(1000)
    expect(uninterrupted.told('backchannel.audio')).not.toEqual([])
    const interrupted = answered(true)
    await interrupted.word(1000)
    expect(interrupted.told('backchannel.audio')).not.toEqual([])
  })

  it('sends nothing at a gain of 0, and says all the same what it would have said', async () => {
    const { word, phrases, told } = start({ gain: 0 })
    await word(1000)
    expect(phrases()).toEqual(['right'])
    expect(told('backchannel.audio')).toEqual([])
  })

  it.each<[string, (driven: ReturnType<typeof start>) => void]>([
    ['the client wants silence', ({ apply }) => apply({ type: 'playback.clear' })],
    ['the user has finished', ({ stop }) => stop()],
  ])('stops in the middle of a word when %s, and says that it is done', async (_, happen) => {
    const driven = start({ allowedPhrases: ['a phrase of a second'] })
    await driven.word(800)
    happen(driven)
    expect(driven.phrases()).toEqual(['a phrase of a second'])
    const count = driven.told('backchannel.audio').length
    await vi.advanceTimersByTimeAsync(2000)
    expect(driven.told('backchannel.audio')).toHaveLength(count)
    expect(driven.phrases()).toHaveLength(1)
    await driven.close()
  })

  it('makes no items and stops no reply', async () => {
    const { word, take, conversation } = start()
    await word(1000)
    await vi.advanceTimersByTimeAsync(500)
    expect(new Set(take())).toEqual(
      new Set(['speech.started', 'transcript.partial', 'backchannel.audio', 'backchannel.done']),
    )
    expect(conversation.items).toEqual([])
  })
})

describe('a model that decides', () => {
  const decide = (answer: readonly Step[], more: Partial<BackchannelConfig> = {}) => {
    const model = scriptedModel(answer)
    return { ...start({ decider: 'llm', ...more }, { model }), model }
  }

  it('is told what was heard and what is allowed, and is taken at its word', async () => {
    const { word, phrases, model } = decide(['I see', '…'], { tailItems: 2 })
    await word(1000)
    await vi.advanceTimersByTimeAsync(500)
    expect(phrases()).toEqual(['I see'])
    const { messages, options } = model.calls.requests[0]!
    expect(JSON.stringify(messages)).toContain('Heard: word\\nAllowed: right | I see')
    expect(options).toMatchObject({ maxTokens: 6, sampling: { temperature: 0.7 } })
  })

  it('is given the instructions of the client, and so many messages', async () => {
    const { word, stop, begin, final, exchange, model } = decide(['I see'], { tailItems: 1, prompt: 'Only hum.' })
    stop()
    final(0, '')
    exchange('One.', 'First.')
    begin()
    await word(1000)
    const [system, about] = model.calls.requests[0]!.messages
    expect(system).toMatchObject({ parts: [{ text: expect.stringMatching(/\nOnly hum\.$/) }] })
    expect(about).toMatchObject({ parts: [{ text: 'Assistant: First.\nHeard: word\nAllowed: right | I see' }] })
  })

  it.each([
    ['none', []],
    ['', []],
    ['That reminds me of something that I wanted to say.', []],
    ['maybe', ['right']],
  ])('says nothing for %j', async (answer, allowedPhrases) => {
    const { word, skips, phrases } = decide([answer], { allowedPhrases })
    await word(1000)
    expect([skips(), phrases()]).toEqual([['no-phrase'], []])
  })

  it('is too late after the deadline, or after the turn', async () => {
    const late = decide([new Promise(() => {})])
    await late.word(1000)
    await vi.advanceTimersByTimeAsync(1500)
    expect(late.skips()).toEqual(['deadline-missed'])
    const over = decide([new Promise(() => {})])
    await over.word(1000)
    over.stop()
    await vi.advanceTimersByTimeAsync(100)
    expect(over.skips()).toEqual(['turn-ended'])
  })

  it('may fail', async () => {
    const { word, skips } = decide([new VoiceError('provider_failed', 'no')])
    await word(1000)
    expect(skips()).toEqual(['failed'])
  })

  it('may be the embedded agent, which chooses by rule', async () => {
    const { word, phrases } = start({ decider: 'llm' }, { model: createRules() })
    await word(300)
    await word(300)
    await word(300)
    await vi.advanceTimersByTimeAsync(500)
    await vi.waitFor(() => expect(phrases()).toEqual(['I see']))
  })

  it('is too late as well when the voice is', async () => {
    const voice = toneVoice({ before: () => new Promise(() => {}) })
    const { word, skips } = start({}, { voice })
    await word(1000)
    await vi.advanceTimersByTimeAsync(1500)
    expect(skips()).toEqual(['deadline-missed'])
  })
})
