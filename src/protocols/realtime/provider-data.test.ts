/** `providerData`: what its fields change, what null takes back, and that nothing in it breaks a session. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { wiredConversation } from '../../../test/support/wired-conversation.ts'
import type { SessionEvent } from '../../conversation/events.ts'
import { hearingWish } from '../../session/hearing-wish.ts'
import { isObject, type JsonObject } from '../wire-json.ts'
import type { Dialect } from './dialect.ts'
import { providerFields } from './provider-fields.ts'

/** A conversation behind its wire. */
const connect = (dialect: Dialect = 'inworld') => {
  const { codec, conversation } = wiredConversation(dialect)
  const told: JsonObject[] = []
  const events: SessionEvent[] = []
  const take = ({ events: news }: { readonly events: readonly SessionEvent[] }): void => {
    events.push(...news)
    for (const sent of news.flatMap((event) => codec.encode(event))) told.push(JSON.parse(String(sent)) as JsonObject)
  }
  take(conversation.opened())
  const send = (message: object): JsonObject => {
    for (const command of codec.decode(JSON.stringify(message)))
      if (command.type !== 'audio.append') take(conversation.apply(command))
    return told.at(-1)!
  }
  const update = (providerData: unknown): JsonObject => send({ type: 'session.update', session: { providerData } })
  const data = (): JsonObject => (told.at(-1)!.session as JsonObject).providerData as JsonObject
  const ignored = () =>
    events.flatMap((event) => (event.type === 'session.updated' ? [event.ignored ?? []] : [])).at(-1)
  return { conversation, events, told, send, update, data, ignored }
}

describe('fields of providerData', () => {
  const all = {
    auto_tool_response: false,
    user_id: 'u',
    metadata: { plan: 'free', sdk: 'x' },
    stt: {
      voice_profile: true,
      end_of_turn_confidence_threshold: 0.3,
      vad_threshold: 0.7,
      min_end_of_turn_silence: 250,
      max_turn_silence: 3000,
    },
    tts: {
      language: 'en-GB',
      segmenter_strategy: 'full_turn',
      steering_handling: 'emit_once',
      delivery_mode: 'CREATIVE',
      timestamp_type: 'WORD',
    },
    caching: { enabled: true, ttl: '1h', cache_tools: false },
    text_generation_config: {
      maxNewTokens: 80,
      temperature: 0.4,
      topP: 0.9,
      frequencyPenalty: 0.1,
      presencePenalty: 0.2,
      repetitionPenalty: 1.1,
      stopSequences: ['END'],
      seed: 7,
      logitBias: [{ tokenId: 50256, biasValue: -100 }],
      reasoning: { effort: 'XHIGH', maxTokens: 2000, exclude: true },
    },
  }

  it('all mean something, and are given back as they came', () => {
    const { update, conversation, data } = connect()
    update(all)
    expect(conversation.config).toMatchObject({
      answerToolResults: false,
      voiceProfile: 'told',
      user: 'u',
      input: { turnOverrides: { threshold: 0.7, confidence: 0.3, minSilenceMs: 250, maxSilenceMs: 3000 } },
      output: {
        language: 'en-GB',
        rendering: { cut: 'whole', context: 'speech', steering: 'once', expression: 1.4 },
      },
      caching: { enabled: true, tools: false, seconds: 3600 },
      samplingOverrides: {
        maxTokens: 80,
        temperature: 0.4,
        topP: 0.9,
        frequencyPenalty: 0.1,
        presencePenalty: 0.2,
        repetitionPenalty: 1.1,
        stop: ['END'],
        seed: 7,
        logitBias: [{ token: '50256', bias: -100 }],
        reasoningEffort: 'xhigh',
        reasoningTokens: 2000,
        reasoningHidden: true,
      },
    })
    expect(data()).toEqual(all)
  })

  it('go with each request to a model, and those of the reply win', () => {
    const { update, send, conversation } = connect()
    update(all)
    const [effect] = conversation.apply({
      type: 'reply.create',
      wishes: { sampling: { temperature: 0.9 }, metadata: { plan: 'paid' } },
    }).effects
    expect(effect).toMatchObject({
      type: 'start-reply',
      request: {
        maxTokens: 80,
        sampling: { temperature: 0.9, topP: 0.9, seed: 7 },
        caching: { enabled: true, tools: false, seconds: 3600 },
        metadata: { plan: 'paid', sdk: 'x', user_id: 'u' },
        speech: { language: 'en-GB', rendering: { cut: 'whole', steering: 'once' } },
      },
    })
    send({ type: 'response.cancel' })
    update({ caching: { enabled: false }, metadata: { sdk: null }, user_id: null })
    const [next] = conversation.apply({ type: 'reply.create', wishes: {} }).effects
    expect(next).toMatchObject({ type: 'start-reply', request: { metadata: { plan: 'free' } } })
    expect(next).not.toHaveProperty('request.caching')
    expect(next).not.toHaveProperty('request.metadata.sdk')
    expect(next).not.toHaveProperty('request.metadata.user_id')
  })

  it.each([
    ['all of it', null],
    ['each branch', { ...Object.fromEntries(Object.keys(all).map((name) => [name, null])) }],
    ['each field', nulled(all)],
  ])('are set back by null: %s', (_, reset) => {
    const { update, conversation } = connect()
    const before = conversation.apply({ type: 'reply.create', wishes: {} }).effects[0]
    const { input, output, answerToolResults, voiceProfile } = conversation.config
    update(all)
    conversation.apply({ type: 'reply.cancel' })
    update(reset)
    const { config } = conversation
    expect({ ...config.input }).toEqual({ ...input })
    expect(config).toMatchObject({ output, answerToolResults, voiceProfile })
    const after = conversation.apply({ type: 'reply.create', wishes: {} }).effects[0]
    expect(after).toEqual({
      type: 'start-reply',
      request: { ...(before as { readonly request: object }).request, replyId: expect.any(String) },
    })
  })

  it('leave what was set by its plain name alone when they are set back', () => {
    const { send, conversation } = connect()
    send({ type: 'session.update', session: { temperature: 0.3, max_output_tokens: 50, providerData: null } })
    const [effect] = conversation.apply({ type: 'reply.create', wishes: {} }).effects
    expect(effect).toMatchObject({ request: { maxTokens: 50, sampling: { temperature: 0.3 } } })
  })

  it('may be changed while the session runs, without touching their neighbours', () => {
    const { update, conversation, data } = connect()
    update(all)
    update({ stt: { min_end_of_turn_silence: 600 }, tts: { delivery_mode: 'STABLE' } })
    expect(hearingWish(conversation.config).turns).toMatchObject({ minSilenceMs: 600, confidence: 0.3 })
    expect(conversation.config.output.rendering).toEqual({
      cut: 'whole',
      context: 'speech',
      steering: 'once',
      expression: 0.6,
    })
    expect(data()).toMatchObject({
      stt: { ...all.stt, min_end_of_turn_silence: 600 },
      tts: { ...all.tts, delivery_mode: 'STABLE' },
      caching: all.caching,
    })
  })

  it.each([
    ['auto', { cut: 'clauses', context: 'speech' }],
    ['balanced', { cut: 'clauses', context: 'speech' }],
    ['sentence', { cut: 'sentences', context: 'speech' }],
    ['full_turn', { cut: 'whole', context: 'speech' }],
    ['fast_start', { cut: 'quick', context: 'speech' }],
    ['per_segment_context', { cut: 'sentences', context: 'piece' }],
  ])('name how a text is cut: %s', (segmenter_strategy, rendering) => {
    const { update, conversation } = connect()
    update({ tts: { segmenter_strategy } })
    expect(conversation.config.output.rendering).toMatchObject(rendering)
  })

  it('that are settled once keep their first value, and say so', () => {
    const { update, data, ignored } = connect()
    update({ tts: { conversational: true, user_turn_mode: 'audio_only' } })
    expect(ignored()).toEqual([])
    update({ tts: { conversational: false, user_turn_mode: 'audio_only', language: 'en-GB' } })
    expect(data()).toEqual({ tts: { conversational: true, user_turn_mode: 'audio_only', language: 'en-GB' } })
    expect(ignored()).toEqual(['conversational'])
    update({ tts: null })
    expect(data()).toEqual({ tts: { conversational: true, user_turn_mode: 'audio_only' } })
  })

  it('that make no sense are given back, do nothing, and are named', () => {
    const { update, conversation, data, ignored } = connect()
    const before = conversation.config
    const nonsense = {
      stt: { vad_threshold: 'high', language_hints: 'en', other: 1 },
      tts: { segmenter_strategy: 'clever', user_turn_mode: 7 },
      caching: [],
      text_generation_config: { reasoning: { effort: 3 }, logitBias: [{ tokenId: 'x' }] },
      mine: { a: 1 },
    }
    update(nonsense)
    expect({ ...conversation.config, extras: {} }).toEqual({ ...before, extras: {} })
    expect(data()).toEqual(nonsense)
    expect(ignored()).toEqual([
      'providerData.caching',
      'providerData.stt.language_hints',
      'providerData.stt.vad_threshold',
      'providerData.tts.segmenter_strategy',
      'providerData.tts.user_turn_mode',
      'providerData.text_generation_config.logitBias',
      'providerData.text_generation_config.reasoning.effort',
    ])
  })

  it('leave turns to the client where there is to be no detection', () => {
    const { update, conversation } = connect()
    update({ stt: { vad_threshold: 0 } })
    conversation.apply({ type: 'audio.received', endMs: 2000 })
    conversation.apply({ type: 'speech.started', utterance: 0, startMs: 100, confidence: 1 })
    const ended = { type: 'turn.ended', utterance: 0, startMs: 100, endMs: 1000, silenceMs: 500 } as const
    expect(conversation.apply(ended).events).toEqual([])
    const commit = conversation.apply({ type: 'audio.commit' })
    expect(commit.events.map(({ type }) => type)).toEqual(['audio.committed', 'item.added', 'item.done'])
    expect(commit.effects.map(({ type }) => type)).toEqual(['mark'])
    expect(hearingWish(conversation.config).turns).toMatchObject({ mode: 'manual' })
    update({ stt: { vad_threshold: null } })
    expect(hearingWish(conversation.config).turns).toMatchObject({ mode: 'automatic' })
  })
})

/** The same with null in place of every value. */
function nulled(value: unknown): unknown {
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, nulled(entry)])) : null
}

describe('any JSON as providerData', () => {
  const names = (branch: string): readonly string[] =>
    providerFields.filter((field) => field.branch === branch).map(({ name }) => name.split('.')[0]!)
  const plausible = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.constantFrom<unknown>(null, 0, 1, -1, 1e308, true, false, '', 'full_turn', 'WORD', '5m'),
    },
    fc.jsonValue({ maxDepth: 2 }),
  )
  const block = (branch: string) =>
    fc.oneof(
      { weight: 4, arbitrary: fc.dictionary(fc.constantFrom(...names(branch), '__proto__', 'constructor'), plausible) },
      plausible,
    )
  const branches = ['stt', 'tts', 'caching', 'text_generation_config'] as const
  const anything = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record(
        {
          ...Object.fromEntries(branches.map((branch) => [branch, block(branch)])),
          ...Object.fromEntries(names('').map((name) => [name, plausible])),
          metadata: fc.oneof(fc.dictionary(fc.string({ maxLength: 5 }), plausible), plausible),
          memory: plausible,
        },
        { requiredKeys: [] },
      ),
    },
    fc.jsonValue(),
  )

  it('never breaks a session: each update is answered, what can be made of it is whole, and the next one counts', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<Dialect>('inworld', 'openai', 'beta'),
        fc.array(anything, { minLength: 1, maxLength: 4 }),
        (dialect, updates) => {
          const { update, send, told, conversation } = connect(dialect)
          for (const data of updates) {
            const before = told.length
            update(data)
            expect(told.length).toBe(before + 1)
            expect(['session.updated', 'error']).toContain(told.at(-1)!.type)
          }
          const { gate, turns } = hearingWish(conversation.config)
          for (const value of Object.values({ ...gate, ...turns })) expect(value).not.toBeNaN()
          const { effects } = conversation.apply({ type: 'reply.create', wishes: {} })
          expect(effects).toMatchObject([{ type: 'start-reply' }])
          for (const value of Object.values((effects[0] as { request: { sampling: object } }).request.sampling))
            expect(value).not.toBeNull()
          send({ type: 'session.update', session: { instructions: 'Go on.' } })
          expect(told.at(-1)).toMatchObject({ type: 'session.updated', session: { instructions: 'Go on.' } })
        },
      ),
      { numRuns: 200 },
    )
  })
})
