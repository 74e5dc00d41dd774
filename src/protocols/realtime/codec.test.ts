import fc from 'fast-check'
import type { ConversationItem, RealtimeResponse, RealtimeServerEvent } from 'openai/resources/realtime/realtime'
import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { alawToSamples, mulawToSamples } from '../../audio/g711.ts'
import { pcm16ToSamples } from '../../audio/pcm.ts'
import type { WireFormat } from '../../conversation/config.ts'
import { merge } from '../../conversation/config.ts'
import type { SessionEvent } from '../../conversation/events.ts'
import type { Command } from '../../conversation/inputs.ts'
import type { Item } from '../../conversation/item.ts'
import type { Refusal } from '../../conversation/refusal.ts'
import type { Reply } from '../../conversation/reply.ts'
import { errorCodes, VoiceError } from '../../errors.ts'
import type { Outgoing } from '../codec.ts'
import type { JsonObject } from '../wire-json.ts'
import { RealtimeCodec } from './codec.ts'
import { initialConfig, parseSession } from './config.ts'
import type { Dialect } from './dialect.ts'

/** The schemas that the agents package holds each event against; it drops unread what differs. */
const agents = (await import(
  new URL('../../../node_modules/@openai/agents-realtime/dist/openaiRealtimeEvents.mjs', import.meta.url).href
)) as { realtimeServerEventSchema: z.ZodType }

/** What a client that raises at any other name knows. */
const knownNames = new Set([
  ...['error', 'session.created', 'session.updated', 'conversation.created', 'rate_limits.updated'],
  ...['committed', 'cleared', 'speech_started', 'speech_stopped'].map((name) => `input_audio_buffer.${name}`),
  ...['added', 'done', 'truncated', 'deleted', 'retrieved'].map((name) => `conversation.item.${name}`),
  ...['delta', 'completed', 'failed'].map((name) => `conversation.item.input_audio_transcription.${name}`),
  ...['created', 'done', 'output_item.added', 'output_item.done'].map((name) => `response.${name}`),
  ...['content_part.added', 'content_part.done'].map((name) => `response.${name}`),
  ...['output_text', 'output_audio', 'output_audio_transcript', 'function_call_arguments'].flatMap((name) => [
    `response.${name}.delta`,
    `response.${name}.done`,
  ]),
])

const dialects: readonly Dialect[] = ['openai', 'beta', 'inworld']
const codecOf = (dialect: Dialect) =>
  new RealtimeCodec({
    dialect,
    sessionId: 'sess_1',
    conversationId: 'conv_1',
    model: 'm',
    startedAt: 1_760_000_000_000,
    expiresAt: 1_760_003_600_000,
  })

interface Told {
  readonly type: string
  readonly event_id: string
  readonly [key: string]: unknown
}
const parsed = (outgoing: readonly Outgoing[]): readonly Told[] =>
  outgoing.map((message) => JSON.parse(message as string))
const tell = (dialect: Dialect, ...events: readonly SessionEvent[]): readonly Told[] => {
  const codec = codecOf(dialect)
  return parsed(events.flatMap((event) => codec.encode(event)))
}
/** Without the ids, which only count. */
const bare = (events: readonly Told[]) => events.map(({ event_id: _, ...event }) => event)

const pcm: WireFormat = { encoding: 'pcm16', sampleRate: 24_000 }
const spoken: Item = {
  id: 'item_a1',
  status: 'incomplete',
  type: 'message',
  role: 'assistant',
  parts: [{ type: 'audio', text: 'It is twenty', audioMs: 900 }],
}
const heard: Item = {
  id: 'item_u1',
  status: 'completed',
  type: 'message',
  role: 'user',
  parts: [{ type: 'audio', text: undefined, audioMs: 1800 }],
}
const call: Item = { id: 'item_f1', status: 'running', type: 'call', callId: 'call_1', name: 'weather', arguments: '' }
const reply: Reply = {
  id: 'resp_1',
  status: 'running',
  outOfBand: false,
  items: [],
  modalities: { audio: true, text: false },
  voice: 'alloy',
  format: pcm,
  maxTokens: null,
}
const frame = { samples: Float32Array.of(0, 0.5, -0.5, 1), sampleRate: 24_000, startMs: 0 }
const place = { replyId: 'resp_1', itemId: 'item_a1', index: 0 }
const partPlace = { ...place, partIndex: 0 }
const wirePlace = { response_id: 'resp_1', item_id: 'item_a1', output_index: 0 }
const wirePartPlace = { ...wirePlace, content_index: 0 }
const usage = { inputTextTokens: 7, inputAudioTokens: 18, cachedTokens: 4, outputTextTokens: 5, outputAudioTokens: 9 }

// Its types know no null where the wire has one, hence the casts.
const wireHeard = {
  id: 'item_u1',
  object: 'realtime.item',
  type: 'message',
  status: 'completed',
  role: 'user',
  content: [{ type: 'input_audio', transcript: null }],
} as unknown as ConversationItem
const wireSpoken: ConversationItem = {
  id: 'item_a1',
  object: 'realtime.item',
  type: 'message',
  status: 'incomplete',
  role: 'assistant',
  content: [{ type: 'output_audio', transcript: 'It is twenty' }],
}
const wireCall: ConversationItem = {
  id: 'item_f1',
  object: 'realtime.item',
  type: 'function_call',
  status: 'in_progress',
  call_id: 'call_1',
  name: 'weather',
  arguments: '',
}
const wireReply: RealtimeResponse = {
  id: 'resp_1',
  object: 'realtime.response',
  status: 'in_progress',
  output: [],
  conversation_id: 'conv_1',
  output_modalities: ['audio'],
  max_output_tokens: 'inf',
  audio: { output: { format: { type: 'audio/pcm', rate: 24_000 }, voice: 'alloy' } },
  metadata: null,
  ...({ status_details: null, usage: null } as object),
}
const noUsage = {
  total_tokens: 0,
  input_tokens: 0,
  output_tokens: 0,
  input_token_details: {
    text_tokens: 0,
    audio_tokens: 0,
    image_tokens: 0,
    cached_tokens: 0,
    cached_tokens_details: { text_tokens: 0, audio_tokens: 0, image_tokens: 0 },
  },
  output_token_details: { text_tokens: 0, audio_tokens: 0 },
}
const final = { type: 'transcript.final', itemId: 'item_u1', told: true, words: [], audioMs: 1800.4 } as const

type WithoutId<T> = T extends unknown ? Omit<T, 'event_id'> : never
/** What OpenAI’s own package takes an event to be. */
type WireEvent = WithoutId<RealtimeServerEvent>

/** Every event, and what it is in OpenAI's names. */
const table: readonly (readonly [SessionEvent, ...WireEvent[]])[] = [
  [
    { type: 'command.refused', command: 'reply.cancel', id: 'client_12', reason: 'no-reply', message: '' },
    {
      type: 'error',
      error: {
        type: 'invalid_request_error',
        code: 'response_cancel_not_active',
        message: 'Cancellation failed: no active response found',
        param: null,
        event_id: 'client_12',
      },
    },
  ],
  [
    { type: 'speech.started', itemId: 'item_u1', startMs: 1179.7 },
    { type: 'input_audio_buffer.speech_started', audio_start_ms: 1180, item_id: 'item_u1' },
  ],
  [
    { type: 'speech.started', itemId: 'item_u1', startMs: -80 },
    { type: 'input_audio_buffer.speech_started', audio_start_ms: 0, item_id: 'item_u1' },
  ],
  [
    { type: 'speech.stopped', itemId: 'item_u1', endMs: 2960 },
    { type: 'input_audio_buffer.speech_stopped', audio_end_ms: 2960, item_id: 'item_u1' },
  ],
  [
    { type: 'audio.committed', itemId: 'item_u1', previousId: null, startMs: 1180, endMs: 2960, silenceMs: 500 },
    { type: 'input_audio_buffer.committed', item_id: 'item_u1', previous_item_id: null },
  ],
  [{ type: 'audio.cleared' }, { type: 'input_audio_buffer.cleared' }],
  [
    { type: 'item.added', item: heard, previousId: null },
    { type: 'conversation.item.added', previous_item_id: null, item: wireHeard },
  ],
  [
    { type: 'item.done', item: spoken, previousId: 'item_u1' },
    { type: 'conversation.item.done', previous_item_id: 'item_u1', item: wireSpoken },
  ],
  [
    { type: 'item.added', item: call, previousId: 'item_u1' },
    { type: 'conversation.item.added', previous_item_id: 'item_u1', item: wireCall },
  ],
  [
    {
      type: 'item.added',
      item: { id: 'item_o1', status: 'completed', type: 'call-output', callId: 'call_1', output: '{}' },
      previousId: 'item_f1',
    },
    {
      type: 'conversation.item.added',
      previous_item_id: 'item_f1',
      item: {
        id: 'item_o1',
        object: 'realtime.item',
        type: 'function_call_output',
        status: 'completed',
        call_id: 'call_1',
        output: '{}',
      },
    },
  ],
  [
    {
      type: 'item.added',
      item: {
        id: 'i',
        status: 'completed',
        type: 'message',
        role: 'system',
        parts: [{ type: 'text', text: 'Be kind.' }],
      },
      previousId: null,
    },
    {
      type: 'conversation.item.added',
      previous_item_id: null,
      item: {
        id: 'i',
        object: 'realtime.item',
        type: 'message',
        status: 'completed',
        role: 'system',
        content: [{ type: 'input_text', text: 'Be kind.' }],
      },
    },
  ],
  [
    {
      type: 'item.added',
      item: {
        id: 'i',
        status: 'completed',
        type: 'approval',
        requestId: 'a',
        approve: true,
      },
      previousId: null,
    },
    {
      type: 'conversation.item.added',
      previous_item_id: null,
      item: {
        id: 'i',
        type: 'mcp_approval_response',
        approval_request_id: 'a',
        approve: true,
        reason: null,
      },
    },
  ],
  [
    { type: 'item.retrieved', item: heard, audio: [frame] },
    {
      type: 'conversation.item.retrieved',
      item: {
        ...wireHeard,
        content: [{ type: 'input_audio', transcript: null, audio: 'AAAAQADA/38=' }],
      } as unknown as ConversationItem,
    },
  ],
  [
    { type: 'item.retrieved', item: heard, audio: [undefined] },
    { type: 'conversation.item.retrieved', item: wireHeard },
  ],
  [
    { type: 'item.truncated', itemId: 'item_a1', partIndex: 0, heardMs: 320, item: spoken },
    { type: 'conversation.item.truncated', item_id: 'item_a1', content_index: 0, audio_end_ms: 320 },
  ],
  [
    { type: 'item.deleted', itemId: 'item_a1' },
    { type: 'conversation.item.deleted', item_id: 'item_a1' },
  ],
  [{ type: 'transcript.partial', itemId: 'item_u1', told: true, text: 'what', stable: 4 }],
  [{ ...final, told: false, text: 'what' }],
  [
    { ...final, text: 'What’s the weather?' },
    {
      type: 'conversation.item.input_audio_transcription.delta',
      item_id: 'item_u1',
      content_index: 0,
      delta: 'What’s the weather?',
    },
    {
      type: 'conversation.item.input_audio_transcription.completed',
      item_id: 'item_u1',
      content_index: 0,
      transcript: 'What’s the weather?',
      usage: { type: 'duration', seconds: 1.8 },
    },
  ],
  [
    { ...final, text: '' },
    {
      type: 'conversation.item.input_audio_transcription.completed',
      item_id: 'item_u1',
      content_index: 0,
      transcript: '',
      usage: { type: 'duration', seconds: 1.8 },
    },
  ],
  [{ type: 'transcript.failed', itemId: 'item_u1', told: false, code: 'timeout', message: 'Too slow.' }],
  [
    { type: 'transcript.failed', itemId: 'item_u1', told: true, code: 'timeout', message: 'Too slow.' },
    {
      type: 'conversation.item.input_audio_transcription.failed',
      item_id: 'item_u1',
      content_index: 0,
      error: { type: 'transcription_error', code: 'timeout', message: 'Too slow.' },
    },
  ],
  [{ type: 'voice.profiled', itemId: 'item_u1', traits: [] }],
  [
    { type: 'reply.started', reply },
    { type: 'response.created', response: wireReply },
  ],
  [
    { type: 'reply.started', reply: { ...reply, outOfBand: true, maxTokens: 9, metadata: { client_event_id: 'c' } } },
    {
      type: 'response.created',
      response: {
        ...wireReply,
        ...({ conversation_id: null } as object),
        max_output_tokens: 9,
        metadata: { client_event_id: 'c' },
      },
    },
  ],
  [{ type: 'reply.generating', replyId: 'resp_1' }],
  [
    { type: 'reply.item-added', replyId: 'resp_1', index: 0, item: call },
    { type: 'response.output_item.added', response_id: 'resp_1', output_index: 0, item: wireCall },
  ],
  [
    { type: 'reply.item-done', replyId: 'resp_1', index: 1, item: spoken },
    { type: 'response.output_item.done', response_id: 'resp_1', output_index: 1, item: wireSpoken },
  ],
  [
    { type: 'reply.part-added', ...partPlace, part: { type: 'audio', text: '', audioMs: 0 } },
    { type: 'response.content_part.added', ...wirePartPlace, part: { type: 'audio', transcript: '' } },
  ],
  [
    { type: 'reply.part-added', ...partPlace, part: { type: 'text', text: '' } },
    { type: 'response.content_part.added', ...wirePartPlace, part: { type: 'text', text: '' } },
  ],
  [
    { type: 'reply.text', ...partPlace, delta: 'It is', spoken: true },
    { type: 'response.output_audio_transcript.delta', ...wirePartPlace, delta: 'It is' },
  ],
  [
    { type: 'reply.text', ...partPlace, delta: 'It is', spoken: false },
    { type: 'response.output_text.delta', ...wirePartPlace, delta: 'It is' },
  ],
  [
    { type: 'reply.audio', ...partPlace, frame },
    { type: 'response.output_audio.delta', ...wirePartPlace, delta: 'AAAAQADA/38=' },
  ],
  [{ type: 'reply.word', ...partPlace, from: 0, to: 2, startMs: 0, endMs: 80 }],
  [
    { type: 'reply.part-done', ...partPlace, part: { type: 'audio', text: 'It is twenty', audioMs: 900 } },
    { type: 'response.output_audio.done', ...wirePartPlace },
    { type: 'response.output_audio_transcript.done', ...wirePartPlace, transcript: 'It is twenty' },
    { type: 'response.content_part.done', ...wirePartPlace, part: { type: 'audio', transcript: 'It is twenty' } },
  ],
  [
    { type: 'reply.part-done', ...partPlace, part: { type: 'text', text: 'Hi' } },
    { type: 'response.output_text.done', ...wirePartPlace, text: 'Hi' },
    { type: 'response.content_part.done', ...wirePartPlace, part: { type: 'text', text: 'Hi' } },
  ],
  [
    { type: 'reply.call-delta', ...place, callId: 'call_1', delta: '{"city":' },
    { type: 'response.function_call_arguments.delta', ...wirePlace, call_id: 'call_1', delta: '{"city":' },
  ],
  [
    { type: 'reply.call-done', ...place, callId: 'call_1', name: 'weather', arguments: '{}' },
    {
      type: 'response.function_call_arguments.done',
      ...wirePlace,
      call_id: 'call_1',
      name: 'weather',
      arguments: '{}',
    },
  ],
  [
    {
      type: 'reply.finished',
      reply: { ...reply, status: 'completed', items: [{ ...spoken, status: 'completed' }], usage },
    },
    {
      type: 'response.done',
      response: {
        ...wireReply,
        status: 'completed',
        output: [{ ...wireSpoken, status: 'completed' }],
        usage: {
          total_tokens: 39,
          input_tokens: 25,
          output_tokens: 14,
          input_token_details: {
            text_tokens: 7,
            audio_tokens: 18,
            image_tokens: 0,
            cached_tokens: 4,
            cached_tokens_details: { text_tokens: 4, audio_tokens: 0, image_tokens: 0 },
          },
          output_token_details: { text_tokens: 5, audio_tokens: 9 },
        },
      },
    },
  ],
  ...(
    [
      ['cancelled', 'turn-detected', { type: 'cancelled', reason: 'turn_detected' }],
      ['cancelled', 'client', { type: 'cancelled', reason: 'client_cancelled' }],
      ['incomplete', 'length', { type: 'incomplete', reason: 'max_output_tokens' }],
      ['incomplete', 'filtered', { type: 'incomplete', reason: 'content_filter' }],
      ['failed', 'failed', { type: 'failed', error: { type: 'server_error', code: 'timeout', message: 'Too slow.' } }],
    ] as const
  ).map(([status, cause, details]): readonly [SessionEvent, WireEvent] => [
    {
      type: 'reply.finished',
      reply: {
        ...reply,
        status,
        cause,
        ...(status === 'failed' && { error: { code: 'timeout', message: 'Too slow.' } }),
      },
    },
    { type: 'response.done', response: { ...wireReply, status, status_details: details, usage: noUsage } },
  ]),
]
const everything = table.map(([event]) => event)

describe('events in OpenAI’s names', () => {
  it.each(table.map(([event, ...expected]) => ({ name: event.type, event, expected })))(
    '$name',
    ({ event, expected }) => {
      expect(bare(tell('openai', event))).toEqual(expected)
    },
  )

  it('are the same on Inworld’s path', () => {
    for (const [event, ...expected] of table) expect(bare(tell('inworld', event))).toEqual(expected)
  })

  it('pass the schemas of the agents package', () => {
    const config = initialConfig('openai', { model: 'm' })
    const events = tell('openai', { type: 'session.created', config }, ...everything, {
      type: 'session.updated',
      config,
    })
    for (const event of events)
      expect(agents.realtimeServerEventSchema.safeParse(event)).toMatchObject({ success: true })
  })

  it('are known to clients that raise at any other', () => {
    const config = initialConfig('openai', { model: 'm' })
    const events = tell('openai', { type: 'session.created', config }, ...everything, {
      type: 'session.updated',
      config,
    })
    expect(knownNames.size).toBe(31)
    expect(events.map(({ type }) => type).filter((type) => !knownNames.has(type))).toEqual([])
    // All that can be sent here is in the table: the rest come only in the older dialect, or never.
    const told = new Set(events.map(({ type }) => type))
    expect([...knownNames].filter((name) => !told.has(name))).toEqual(['conversation.created', 'rate_limits.updated'])
  })

  it('tell of idleness where the client has asked for it', () => {
    expect(bare(tell('openai', { type: 'idle.timed-out', itemId: 'i', startMs: 10, endMs: 6010.2 }))).toEqual([
      { type: 'input_audio_buffer.timeout_triggered', audio_start_ms: 10, audio_end_ms: 6010, item_id: 'i' },
    ])
  })

  it('carry no null in the error of a transcription', () => {
    expect(JSON.stringify(tell('openai', everything.find(({ type }) => type === 'transcript.failed')!))).not.toContain(
      'null',
    )
  })
})

describe('every event', () => {
  it.each(dialects)('has an id of its own: %s', (dialect) => {
    const config = initialConfig(dialect, { model: 'm' })
    const events = tell(dialect, { type: 'session.created', config }, ...everything)
    expect(new Set(events.map((event) => event.event_id)).size).toBe(events.length)
    expect(events.every((event) => typeof event.event_id === 'string' && event.event_id !== '')).toBe(true)
  })

  it('can have an id from outside', () => {
    const codec = new RealtimeCodec({ ...codecOf('openai').opening.open, newEventId: () => 'event_x' })
    expect(parsed(codec.encode({ type: 'audio.cleared' }))).toEqual([
      { type: 'input_audio_buffer.cleared', event_id: 'event_x' },
    ])
    expect(codec.opening.open).not.toHaveProperty('newEventId')
  })
})

describe('the older dialect', () => {
  const config = initialConfig('beta', { model: 'm' })

  it('opens with the session and the conversation', () => {
    const [created, conversation, ...more] = bare(tell('beta', { type: 'session.created', config }))
    expect(created).toMatchObject({ type: 'session.created', session: { modalities: ['audio', 'text'] } })
    expect(conversation).toEqual({
      type: 'conversation.created',
      conversation: { id: 'conv_1', object: 'realtime.conversation' },
    })
    expect(more).toEqual([])
    expect(tell('beta', { type: 'session.updated', config })).toHaveLength(1)
  })

  it('never uses a present name', () => {
    const text = JSON.stringify(tell('beta', { type: 'session.created', config }, ...everything))
    for (const name of [
      'output_text',
      'output_audio"',
      'output_audio.',
      'output_audio_transcript',
      'conversation.item.added',
      'conversation.item.done',
      'output_modalities',
    ])
      expect(text).not.toContain(name)
    for (const name of [
      'response.audio.delta',
      'response.audio.done',
      'response.audio_transcript.delta',
      'response.text.delta',
    ])
      expect(text).toContain(name)
  })

  it('tells of an item once, with the older names of its parts', () => {
    const written: Item = { ...spoken, parts: [{ type: 'text', text: 'a' }, ...spoken.parts] }
    expect(
      bare(
        tell(
          'beta',
          { type: 'item.added', item: written, previousId: 'x' },
          { type: 'item.done', item: written, previousId: 'x' },
        ),
      ),
    ).toEqual([
      {
        type: 'conversation.item.created',
        previous_item_id: 'x',
        item: {
          ...wireSpoken,
          content: [
            { type: 'text', text: 'a' },
            { type: 'audio', transcript: 'It is twenty' },
          ],
        },
      },
    ])
  })

  it('tells of a reply flat', () => {
    const { output_modalities: _, audio: __, ...rest } = wireReply
    expect(bare(tell('beta', { type: 'reply.started', reply }))).toEqual([
      {
        type: 'response.created',
        response: { ...rest, modalities: ['audio', 'text'], voice: 'alloy', output_audio_format: 'pcm16' },
      },
    ])
  })

  it('answers an update of a transcription session in its own words', () => {
    const transcribing = initialConfig('beta', { model: '', transcriptionOnly: true })
    expect(tell('beta', { type: 'session.updated', config: transcribing })).toMatchObject([
      { type: 'transcription_session.updated', session: { object: 'realtime.transcription_session' } },
    ])
  })
})

describe('Inworld’s additions', () => {
  const configOf = (session: object) =>
    merge(initialConfig('inworld', { model: 'm' }), parseSession(session, 'inworld'))
  const traits = [
    { name: 'pitch', labels: [{ label: 'low', confidence: 0.8 }] },
    { name: 'vocalStyle', labels: [{ label: 'whispering', confidence: 0.7 }] },
  ]

  it('tell what the voice is like, to who asked', () => {
    const event: SessionEvent = { ...final, text: 'Hi', traits }
    const asked = configOf({ providerData: { stt: { voice_profile: true } } })
    expect(tell('inworld', { type: 'session.created', config: asked }, event).at(-1)).toMatchObject({
      type: 'conversation.item.input_audio_transcription.completed',
      providerData: {
        voiceProfile: {
          pitch: [{ label: 'low', confidence: 0.8 }],
          vocal_style: [{ label: 'whispering', confidence: 0.7 }],
        },
      },
    })
    expect(tell('inworld', { type: 'session.created', config: configOf({}) }, event).at(-1)).not.toHaveProperty(
      'providerData',
    )
  })

  it('tell where the time until an answer went, to nobody else', () => {
    const done = { ...reply, status: 'completed' } as const
    const turn: readonly (readonly [at: number, event: SessionEvent])[] = [
      [1000, { type: 'audio.committed', itemId: 'item_u1', previousId: null, startMs: 0, endMs: 1800, silenceMs: 500 }],
      [1080, { ...final, text: 'Hi' }],
      [1081, { type: 'reply.started', reply }],
      [1120, { type: 'reply.generating', replyId: reply.id }],
      [1150, { ...partPlace, type: 'reply.audio', frame }],
      [2000, { type: 'reply.finished', reply: done }],
      [2001, { type: 'reply.started', reply: { ...reply, id: 'resp_2' } }],
      [2002, { type: 'reply.finished', reply: { ...done, id: 'resp_2' } }],
    ]
    const doneIn = (dialect: Dialect): readonly Told[] => {
      const codec = codecOf(dialect)
      return parsed(turn.flatMap(([at, event]) => codec.encode(event, at))).filter(({ type }) => type.endsWith('.done'))
    }
    const timing = { gate_ms: 500, recognizer_ms: 80, decision_ms: 1, model_ms: 39, voice_ms: 30 }
    expect(doneIn('inworld').map(({ providerData }) => providerData)).toEqual([{ timing }, undefined])
    for (const dialect of ['openai', 'beta'] as const)
      for (const told of doneIn(dialect)) expect(told).not.toHaveProperty('providerData')
  })

  it('tell where a turn is likely over, and when it is not after all, to nobody else', () => {
    const events: readonly SessionEvent[] = [
      {
        type: 'turn.suggested',
        itemId: 'item_1',
        utterance: 3,
        likelihood: 0.81249,
        silenceMs: 224,
        audioMs: 1500.4,
        inferenceMs: 5.2,
      },
      { type: 'turn.suggestion-revoked', itemId: 'item_1', utterance: 3 },
    ]
    expect(bare(tell('inworld', ...events))).toEqual([
      {
        type: 'input_audio_buffer.turn_suggestion',
        item_id: 'item_1',
        utterance_index: 3,
        probability: 0.812,
        trailing_silence_ms: 224,
        audio_duration_ms: 1500,
        inference_ms: 5,
      },
      { type: 'input_audio_buffer.turn_suggestion_revoked', item_id: 'item_1', utterance_index: 3 },
    ])
    expect([...tell('openai', ...events), ...tell('beta', ...events)]).toEqual([])
  })

  it('tell when words are heard, to who asked', () => {
    const words: readonly SessionEvent[] = [
      { type: 'reply.text', ...partPlace, delta: 'It is twenty', spoken: true },
      { type: 'reply.word', ...partPlace, from: 0, to: 2, startMs: 0, endMs: 80 },
      { type: 'reply.word', ...partPlace, from: 3, to: 5, startMs: 80, endMs: 150.4 },
      { type: 'reply.audio', ...partPlace, frame },
      { type: 'reply.audio', ...partPlace, frame },
      { type: 'reply.word', ...partPlace, from: 6, to: 12, startMs: 150, endMs: 600 },
      { type: 'reply.part-done', ...partPlace, part: { type: 'audio', text: 'It is twenty', audioMs: 600 } },
    ]
    const asked = configOf({ providerData: { tts: { timestamp_type: 'WORD' } } })
    const times = tell('inworld', { type: 'session.created', config: asked }, ...words).flatMap(
      ({ type, timestampInfo }) => (timestampInfo ? [[type, timestampInfo]] : []),
    )
    expect(times).toEqual([
      [
        'response.output_audio.delta',
        {
          wordAlignment: {
            words: ['It', 'is'],
            wordStartTimeSeconds: [0, 0.08],
            wordEndTimeSeconds: [0.08, 0.15],
            phoneticDetails: [],
          },
        },
      ],
      [
        'response.output_audio.done',
        {
          wordAlignment: {
            words: ['twenty'],
            wordStartTimeSeconds: [0.15],
            wordEndTimeSeconds: [0.6],
            phoneticDetails: [],
          },
        },
      ],
    ])
    expect(JSON.stringify(tell('inworld', ...words))).not.toContain('timestampInfo')
  })

  const told = (tts: object, session: object = {}): readonly Told[] => {
    const said: readonly SessionEvent[] = [
      { type: 'reply.text', ...partPlace, delta: 'Hi, you. ', spoken: true },
      { type: 'reply.word', ...partPlace, from: 0, to: 2, startMs: 0, endMs: 80 },
      { type: 'reply.audio', ...partPlace, frame },
      { type: 'reply.word', ...partPlace, from: 4, to: 7, startMs: 100, endMs: 160 },
      { type: 'reply.audio', ...partPlace, frame },
      { type: 'reply.text', ...partPlace, delta: 'Me.', tags: [{ at: 0, tag: '[sad] ' }], spoken: true },
      { type: 'reply.word', ...partPlace, from: 9, to: 11, startMs: 200, endMs: 260 },
      { type: 'reply.audio', ...partPlace, frame },
      {
        type: 'reply.part-done',
        ...partPlace,
        part: { type: 'audio', text: 'Hi, you. Me.', audioMs: 300, tags: [{ at: 9, tag: '[sad] ' }] },
      },
    ]
    const config = configOf({ ...session, providerData: { tts } })
    return tell('inworld', { type: 'session.created', config }, ...said).slice(1)
  }
  const short = (type: string): string => type.replace(/^response\./, '')

  it('tell the times of words beside the audio, or behind that of their text', () => {
    const timed = (strategy: string) =>
      told({ timestamp_type: 'WORD', timestamp_transport_strategy: strategy })
        .filter(({ type }) => /output_audio\.|transcript\.delta/.test(type))
        .map(({ type, delta, timestampInfo }) => [
          short(type),
          type.includes('transcript') ? delta : delta === '' ? 'silent' : typeof delta,
          ...((timestampInfo as { wordAlignment?: { words?: string[] } } | undefined)?.wordAlignment?.words ?? []),
        ])
    expect(timed('SYNC')).toEqual([
      ['output_audio_transcript.delta', 'Hi, you. '],
      ['output_audio.delta', 'string', 'Hi'],
      ['output_audio.delta', 'string', 'you'],
      ['output_audio_transcript.delta', 'Me.'],
      ['output_audio.delta', 'string', 'Me'],
      ['output_audio.done', 'undefined'],
    ])
    expect(timed('ASYNC')).toEqual([
      ['output_audio_transcript.delta', 'Hi, you. '],
      ['output_audio.delta', 'string'],
      ['output_audio.delta', 'string'],
      ['output_audio.delta', 'silent', 'Hi', 'you'],
      ['output_audio_transcript.delta', 'Me.'],
      ['output_audio.delta', 'string'],
      ['output_audio.done', 'undefined', 'Me'],
    ])
  })

  it('tell the times of characters, and with the second generation of voices of all that stands between words', () => {
    const alignments = (tts: object, session?: object) =>
      told(tts, session).flatMap(({ timestampInfo }) => (timestampInfo ? [timestampInfo as JsonObject] : []))
    const letters = alignments({ timestamp_type: 'CHARACTER' }).flatMap(
      ({ characterAlignment }) => (characterAlignment as { characters: string[] }).characters,
    )
    expect(letters.join('')).toBe('Hi, you. Me.')
    const model = { audio: { output: { model: 'inworld/inworld-tts-2-flash' } } }
    const tokens = alignments({ timestamp_type: 'WORD' }, model).flatMap(
      ({ wordAlignment }) => (wordAlignment as { words: string[] }).words,
    )
    expect(tokens).toEqual(['Hi', ',', ' ', 'you', '.', ' ', 'Me', '.'])
  })

  it('show the tags of the model in transcripts to who asked, and to nobody else', () => {
    const texts = (tts: object) => ({
      deltas: told(tts)
        .flatMap(({ type, delta }) => (type.endsWith('transcript.delta') ? [delta] : []))
        .join(''),
      done: told(tts).find(({ type }) => type.endsWith('transcript.done'))?.transcript,
      part: told(tts).at(-1)?.part,
    })
    const steered = 'Hi, you. [sad] Me.'
    expect(texts({ expose_steering: true })).toEqual({
      deltas: steered,
      done: steered,
      part: { type: 'audio', transcript: steered },
    })
    const plain = 'Hi, you. Me.'
    expect(texts({})).toEqual({ deltas: plain, done: plain, part: { type: 'audio', transcript: plain } })
  })

  it('say nothing of tags that come without text, but to who asked', () => {
    const tagged: SessionEvent = {
      type: 'reply.text',
      ...partPlace,
      delta: '',
      tags: [{ at: 0, tag: '[laugh]' }],
      spoken: true,
    }
    expect(tell('inworld', tagged)).toEqual([])
    const config = configOf({ providerData: { tts: { expose_steering: true } } })
    expect(tell('inworld', { type: 'session.created', config }, tagged).at(-1)).toMatchObject({ delta: '[laugh]' })
  })
})

describe('audio', () => {
  const encodings: readonly (readonly [WireFormat['encoding'], (bytes: Uint8Array) => Float32Array, number])[] = [
    ['pcm16', pcm16ToSamples, 1 / 32_768],
    ['mulaw', mulawToSamples, 0.04],
    ['alaw', alawToSamples, 0.04],
    ['float32', (bytes) => new Float32Array(Uint8Array.from(bytes).buffer), 0],
  ]

  it.each(encodings)('goes out in the format of its reply: %s', (encoding, decode, tolerance) => {
    fc.assert(
      fc.property(fc.float32Array({ min: -1, max: 1, noNaN: true, maxLength: 50 }), (samples) => {
        const [, delta] = tell(
          'inworld',
          { type: 'reply.started', reply: { ...reply, format: { encoding, sampleRate: 8000 } } },
          { type: 'reply.audio', ...partPlace, frame: { samples, sampleRate: 8000, startMs: 0 } },
        )
        const back = decode(Buffer.from(String(delta?.delta), 'base64'))
        expect(back.length).toBe(samples.length)
        for (const [at, value] of back.entries()) expect(Math.abs(value - samples[at]!)).toBeLessThanOrEqual(tolerance)
      }),
      { numRuns: 50 },
    )
  })

  it('of an item that was asked for goes out in the format of its side', () => {
    const config = merge(
      initialConfig('openai', { model: 'm' }),
      parseSession({ audio: { input: { format: { type: 'audio/pcmu' } } } }, 'openai'),
    )
    const [, user, assistant] = tell(
      'openai',
      { type: 'session.created', config },
      { type: 'item.retrieved', item: heard, audio: [{ ...frame, sampleRate: 8000 }] },
      { type: 'item.retrieved', item: spoken, audio: [frame] },
    )
    const bytes = (event: Told | undefined) =>
      Buffer.from((event as unknown as { item: { content: { audio: string }[] } }).item.content[0]!.audio, 'base64')
        .length
    expect(bytes(user)).toBe(4)
    expect(bytes(assistant)).toBe(8)
  })
})

describe('a refusal', () => {
  const codes: readonly (readonly [Refusal, Command['type'], string | null, string | null])[] = [
    ['malformed', 'nonsense', 'invalid_event', null],
    ['unknown-type', 'nonsense', 'invalid_value', 'type'],
    ['invalid-value', 'nonsense', 'invalid_value', null],
    ['missing-value', 'nonsense', 'missing_required_parameter', null],
    ['reply-running', 'reply.create', 'conversation_already_has_active_response', null],
    ['no-reply', 'reply.cancel', 'response_cancel_not_active', null],
    ['nothing-to-commit', 'audio.commit', 'input_audio_buffer_commit_empty', null],
    ['unknown-item', 'item.truncate', 'item_truncate_invalid_item_id', 'item_id'],
    ['unknown-item', 'item.retrieve', 'item_retrieve_invalid_item_id', 'item_id'],
    ['unknown-item', 'item.delete', 'item_delete_invalid_item_id', 'item_id'],
    ['unknown-item', 'item.create', 'invalid_value', 'previous_item_id'],
    ['unknown-item', 'reply.create', 'invalid_value', 'response.input'],
    ['duplicate-item', 'item.create', 'item_create_duplicate_item_id', 'item.id'],
    ['duplicate-output', 'item.create', 'invalid_value', 'item.call_id'],
    ['not-audio', 'item.truncate', null, null],
    ['voice-locked', 'session.update', 'cannot_update_voice', null],
    ['transcription-only', 'reply.create', 'invalid_value', 'type'],
    ['too-much', 'audio.append', 'too_large', null],
  ]

  it.each(codes)('has its code: %s of %s', (reason, command, code, param) => {
    const refused = { type: 'command.refused', command, reason } as const
    const error = { type: 'invalid_request_error', code, param, event_id: null, message: expect.stringMatching(/\w/) }
    expect(tell('openai', { ...refused, message: '' })).toMatchObject([{ type: 'error', error }])
    expect(tell('openai', { ...refused, message: 'Because.', id: 'c', param: 'p' })).toMatchObject([
      { error: { ...error, param: 'p', event_id: 'c', message: expect.stringContaining('Because.') } },
    ])
  })

  it('of a cancel begins as clients expect', () => {
    const [told] = tell('openai', {
      type: 'command.refused',
      command: 'reply.cancel',
      reason: 'no-reply',
      message: 'Nothing runs.',
    })
    expect(told?.error).toMatchObject({ message: 'Cancellation failed: Nothing runs.' })
  })
})

describe('the end', () => {
  it.each(Object.keys(errorCodes) as (keyof typeof errorCodes)[])('is an error, then a close: %s', (code) => {
    const [error, close, ...more] = codecOf('openai').refuse(new VoiceError(code, 'It is over.'))
    expect(JSON.parse(error as string)).toMatchObject({
      type: 'error',
      event_id: expect.any(String),
      error: { type: expect.any(String), message: 'It is over.', event_id: null },
    })
    expect(close).toEqual({ close: expect.any(Number), reason: expect.any(String) })
    const { close: number, reason } = close as { close: number; reason: string }
    expect([1001, 1008, 1009, 1011, 1013].includes(number) || (number >= 4000 && number < 5000)).toBe(true)
    expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123)
    expect(more).toEqual([])
  })

  it('comes for an old session as clients know it', () => {
    const [error, close] = codecOf('openai').refuse(
      new VoiceError('timeout', 'The session has lasted as long as it may.'),
    )
    expect(JSON.parse(error as string)).toMatchObject({ error: { code: 'session_expired' } })
    expect(close).toEqual({ close: 1001, reason: 'invalid_request_error.session_expired' })
  })
})

it('what is heard of a reply is told where the session plays it', () => {
  const told = (['started', 'stopped', 'cleared'] as const).map((what) => {
    const [message] = codecOf('openai').encode({ type: `playback.${what}`, replyId: 'resp_1' })
    return JSON.parse(String(message)) as Told
  })
  expect(told).toMatchObject([
    { type: 'output_audio_buffer.started', response_id: 'resp_1' },
    { type: 'output_audio_buffer.stopped', response_id: 'resp_1' },
    { type: 'output_audio_buffer.cleared', response_id: 'resp_1' },
  ])
  for (const event of told) expect(agents.realtimeServerEventSchema.safeParse(event)).toMatchObject({ success: true })
})
