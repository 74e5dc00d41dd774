import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { merge, type SessionConfig } from '../../conversation/config.ts'
import type { Command } from '../../conversation/inputs.ts'
import { readCommands } from './commands.ts'
import { initialConfig } from './config.ts'
import type { Dialect } from './dialect.ts'
import { clientMessages, maxAppendBytes } from './messages.ts'

const dialects: readonly Dialect[] = ['openai', 'beta', 'inworld']
const read = (message: unknown, dialect: Dialect = 'openai', transcriptionOnly = false) =>
  readCommands(typeof message === 'string' || message instanceof Uint8Array ? message : JSON.stringify(message), {
    dialect,
    transcriptionOnly,
  })

const user = (content: unknown) => ({ type: 'message', role: 'user', content })
const create = (item: unknown, more: object = {}) => ({ type: 'conversation.item.create', item, ...more })
const made = (item: object) => ({ type: 'item.create', item: { id: '', status: 'completed', ...item } })

describe('a message', () => {
  const table: readonly (readonly [string, object, object])[] = [
    [
      'of audio',
      { type: 'input_audio_buffer.append', audio: 'AAEC' },
      { type: 'audio.append', bytes: Buffer.of(0, 1, 2) },
    ],
    [
      'of audio without padding',
      { type: 'input_audio_buffer.append', audio: 'AAE' },
      { type: 'audio.append', bytes: Buffer.of(0, 1) },
    ],
    [
      'of audio with line breaks',
      { type: 'input_audio_buffer.append', audio: 'AA\r\nEC\n' },
      { type: 'audio.append', bytes: Buffer.of(0, 1, 2) },
    ],
    ['that commits', { type: 'input_audio_buffer.commit' }, { type: 'audio.commit' }],
    ['that clears', { type: 'input_audio_buffer.clear' }, { type: 'audio.clear' }],
    ['that clears playback', { type: 'output_audio_buffer.clear' }, { type: 'playback.clear' }],
    ['that retrieves', { type: 'conversation.item.retrieve', item_id: 'a' }, { type: 'item.retrieve', itemId: 'a' }],
    ['that deletes', { type: 'conversation.item.delete', item_id: 'a' }, { type: 'item.delete', itemId: 'a' }],
    [
      'that truncates',
      { type: 'conversation.item.truncate', item_id: 'a', content_index: 0, audio_end_ms: 319.6 },
      { type: 'item.truncate', itemId: 'a', partIndex: 0, heardMs: 320 },
    ],
    ['that cancels', { type: 'response.cancel' }, { type: 'reply.cancel' }],
    ['that cancels one reply', { type: 'response.cancel', response_id: 'r' }, { type: 'reply.cancel', replyId: 'r' }],
    ['that wants a reply', { type: 'response.create' }, { type: 'reply.create', wishes: {} }],
    [
      'that wants much of a reply',
      {
        type: 'response.create',
        response: {
          conversation: 'none',
          model: 'm',
          output_modalities: ['text'],
          instructions: 'Short.',
          audio: { output: { voice: { id: 'v' }, format: { type: 'audio/pcmu' } } },
          tools: [
            { type: 'function', name: 'f', strict: true },
            { type: 'mcp', server_label: 'l' },
          ],
          tool_choice: { type: 'function', name: 'f' },
          parallel_tool_calls: false,
          max_output_tokens: 7,
          reasoning: { effort: 'low' },
          metadata: { client_event_id: 'x' },
          input: [{ type: 'item_reference', id: 'i' }, user([{ type: 'input_text', text: 'Hi' }])],
        },
      },
      {
        type: 'reply.create',
        wishes: {
          outOfBand: true,
          model: 'm',
          modalities: { audio: false, text: true },
          instructions: 'Short.',
          voice: 'v',
          format: { encoding: 'mulaw', sampleRate: 8000 },
          tools: [{ name: 'f', description: '', parameters: { type: 'object', properties: {} } }],
          serverTools: [{ type: 'mcp', label: 'l', url: '', headers: {}, approval: 'always' }],
          toolChoice: { name: 'f' },
          parallelTools: false,
          maxTokens: 7,
          sampling: { reasoningEffort: 'low' },
          metadata: { client_event_id: 'x' },
          input: [
            { reference: 'i' },
            { id: '', status: 'completed', type: 'message', role: 'user', parts: [{ type: 'text', text: 'Hi' }] },
          ],
        },
      },
    ],
    [
      'that wants a reply in older words',
      {
        type: 'response.create',
        response: {
          modalities: ['text', 'audio'],
          voice: 'v',
          output_audio_format: 'g711_alaw',
          temperature: 0.7,
          max_response_output_tokens: 'inf',
          input: [],
        },
      },
      {
        type: 'reply.create',
        wishes: {
          modalities: { audio: true, text: false },
          voice: 'v',
          format: { encoding: 'alaw', sampleRate: 8000 },
          sampling: { temperature: 0.7 },
          maxTokens: null,
          input: [],
        },
      },
    ],
  ]

  it.each(table)('%s becomes a command with the client’s id', (_, message, command) => {
    expect(read(message)).toEqual([command])
    expect(read({ ...message, event_id: 'mine', unknown: { a: 1 } })).toEqual([{ ...command, id: 'mine' }])
  })

  it.each([{ type: 'session.close' }, { type: 'input_audio_buffer.append', audio: '' }])(
    'that asks for nothing becomes nothing: $type',
    (message) => {
      expect(read(message)).toEqual([])
    },
  )

  it('may come as bytes', () => {
    expect(read(Buffer.from('{"type":"response.cancel"}'))).toEqual([{ type: 'reply.cancel' }])
  })
})

describe('an item', () => {
  const table: readonly (readonly [string, object, object])[] = [
    [
      'of text',
      user([{ type: 'input_text', text: 'Hi' }]),
      { type: 'message', role: 'user', parts: [{ type: 'text', text: 'Hi' }] },
    ],
    [
      'of bare text',
      { role: 'user', content: 'Hi' },
      { type: 'message', role: 'user', parts: [{ type: 'text', text: 'Hi' }] },
    ],
    [
      'of the system, from a developer',
      { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'Be kind.' }] },
      { type: 'message', role: 'system', parts: [{ type: 'text', text: 'Be kind.' }] },
    ],
    [
      'with a picture',
      user([{ type: 'input_image', image_url: 'data:image/png;base64,AA', detail: 'low' }]),
      { type: 'message', role: 'user', parts: [{ type: 'image', url: 'data:image/png;base64,AA', detail: 'low' }] },
    ],
    [
      'of a user’s spoken words of which only the words are left',
      user([{ type: 'input_audio', transcript: 'Hello' }]),
      { type: 'message', role: 'user', parts: [{ type: 'audio', text: 'Hello', audioMs: 0 }] },
    ],
    [
      'of an assistant’s words, written or spoken, by old and new names',
      {
        type: 'message',
        role: 'assistant',
        content: [
          { type: 'output_text', text: 'a' },
          { type: 'text', text: 'b' },
          { type: 'output_audio', transcript: 'c' },
          { type: 'audio', transcript: 'd' },
        ],
      },
      { type: 'message', role: 'assistant', parts: ['a', 'b', 'c', 'd'].map((text) => ({ type: 'text', text })) },
    ],
    [
      'that is a call',
      { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
      { type: 'call', callId: 'c', name: 'f', arguments: '{}' },
    ],
    [
      'that is an output',
      { type: 'function_call_output', call_id: 'c', output: '5' },
      { type: 'call-output', callId: 'c', output: '5' },
    ],
    [
      'that is an output and no text',
      { type: 'function_call_output', call_id: 'c', output: { ok: true } },
      { type: 'call-output', callId: 'c', output: '{"ok":true}' },
    ],
    [
      'that allows a call',
      { type: 'mcp_approval_response', approval_request_id: 'a', approve: true, reason: 'Fine.' },
      { type: 'approval', requestId: 'a', approve: true, reason: 'Fine.' },
    ],
    [
      'that is a call of another server’s',
      { type: 'mcp_call', server_label: 'l', name: 'f', arguments: '{}', output: '5' },
      {
        type: 'server-call',
        callId: '',
        server: 'l',
        name: 'f',
        arguments: '{}',
        result: { type: 'output', text: '5' },
      },
    ],
    [
      'that nothing acts on',
      { type: 'mcp_list_tools', server_label: 'l', tools: [] },
      { type: 'other', wire: { type: 'mcp_list_tools', server_label: 'l', tools: [] } },
    ],
  ]

  it.each(table)('%s is read', (_, item, expected) => {
    expect(read(create(item))).toEqual([made(expected)])
    expect(read(create({ ...item, id: 'mine', status: 'in_progress', object: 'realtime.item' }))).toMatchObject([
      { item: { id: 'mine', status: 'completed' } },
    ])
  })

  it('brings its sound where it has no words', () => {
    const [command] = read(
      create(
        user([
          { type: 'input_text', text: 'Hear:' },
          { type: 'input_audio', audio: 'AAEC' },
        ]),
      ),
    )
    expect(command).toEqual({
      ...made({
        type: 'message',
        role: 'user',
        parts: [
          { type: 'text', text: 'Hear:' },
          { type: 'audio', text: undefined, audioMs: 0 },
        ],
      }),
      audio: [undefined, Buffer.of(0, 1, 2)],
    })
    expect(read(create(user([{ type: 'input_audio', audio: 'AAEC', transcript: 'Hi' }])))).not.toMatchObject([
      { audio: [] },
    ])
  })

  it('goes where the client wants it', () => {
    const item = user('Hi')
    expect(read(create(item, { previous_item_id: 'a' }))).toMatchObject([{ afterId: 'a' }])
    expect(read(create(item, { previous_item_id: 'root' }))).toMatchObject([{ afterId: null }])
    for (const previous of [undefined, null, ''])
      expect(read(create(item, { previous_item_id: previous }))[0]).not.toHaveProperty('afterId')
  })
})

describe('nonsense', () => {
  const table: readonly (readonly [unknown, Partial<Extract<Command, { type: 'nonsense' }>>])[] = [
    ['{', { reason: 'malformed' }],
    ['[]', { reason: 'malformed' }],
    ['"audio"', { reason: 'malformed' }],
    [Uint8Array.of(255, 254, 0), { reason: 'malformed' }],
    [{ event_id: 'x' }, { reason: 'malformed', id: 'x', message: "The 'type' field is missing." }],
    [{ type: 7 }, { reason: 'unknown-type', param: 'type' }],
    [{ type: 'toString' }, { reason: 'unknown-type', param: 'type' }],
    [
      { type: 'response.start', event_id: 7 },
      { reason: 'unknown-type', param: 'type', id: '7' },
    ],
    [`{"type":"response.create","response":${'{"a":'.repeat(199)}1${'}'.repeat(199)}}`, { reason: 'malformed' }],
    [{ type: 'input_audio_buffer.append' }, { reason: 'missing-value', param: 'audio' }],
    [
      { type: 'input_audio_buffer.append', audio: 'no base64!' },
      { reason: 'invalid-value', param: 'audio' },
    ],
    [
      { type: 'input_audio_buffer.append', audio: [1] },
      { reason: 'invalid-value', param: 'audio' },
    ],
    [
      { type: 'conversation.item.truncate', item_id: 'a' },
      { reason: 'missing-value', param: 'audio_end_ms' },
    ],
    [{ type: 'conversation.item.retrieve' }, { reason: 'missing-value', param: 'item_id' }],
    [create(undefined), { reason: 'missing-value', param: 'item' }],
    [create({ type: 'message', content: [] }), { reason: 'missing-value', param: 'item.role' }],
    [create({ type: 'function_call_output', output: 'a' }), { reason: 'missing-value', param: 'item.call_id' }],
    [create({ type: 'item_reference', id: 'a' }), { reason: 'invalid-value', param: 'item.type' }],
    [create({ type: 'poem' }), { reason: 'invalid-value', param: 'item.type' }],
    [
      create(user([{ type: 'input_text', text: '' }, { type: 'smell' }])),
      { reason: 'invalid-value', param: 'item.content[1].type' },
    ],
    [create(user([{ type: 'input_image' }])), { reason: 'missing-value', param: 'item.content[0].image_url' }],
    [create(user([{ type: 'input_audio', audio: '?' }])), { reason: 'invalid-value', param: 'item.content[0].audio' }],
    [
      { type: 'response.create', response: { input: [{ type: 'poem' }] } },
      { reason: 'invalid-value', param: 'response.input[0].type' },
    ],
    [{ type: 'session.update' }, { reason: 'missing-value', param: 'session' }],
    [
      { type: 'session.update', session: { type: 'transcription' } },
      { reason: 'invalid-value', param: 'session.type' },
    ],
    [
      { type: 'session.update', session: { instructions: 'x', audio: { input: { turn_detection: { type: 'ear' } } } } },
      { reason: 'invalid-value', param: 'session.audio.input.turn_detection.type' },
    ],
    [
      { type: 'session.update', session: { turn_detection: { threshold: '1' } } },
      { reason: 'invalid-value', param: 'session.turn_detection.threshold' },
    ],
    [
      { type: 'session.update', session: { tools: [{ type: 'function' }] } },
      { reason: 'missing-value', param: 'session.tools[0].name' },
    ],
    [
      { type: 'session.update', session: { output_modalities: [] } },
      { reason: 'invalid-value', param: 'session.output_modalities' },
    ],
    [
      { type: 'session.update', session: { audio: { output: { format: 'mp3' } } } },
      { reason: 'invalid-value', param: 'session.audio.output.format' },
    ],
    [
      { type: 'session.update', session: { max_output_tokens: 'many' } },
      { reason: 'invalid-value', param: 'session.max_output_tokens' },
    ],
  ]

  it.each(table)('keeps its place in line: %j', (message, expected) => {
    expect(read(message)).toEqual([{ type: 'nonsense', message: expect.stringMatching(/\w/), ...expected }])
  })

  it('is audio of more than 15 MiB', () => {
    const audio = Buffer.alloc(maxAppendBytes + 1).toString('base64')
    expect(read({ type: 'input_audio_buffer.append', audio })).toMatchObject([{ type: 'nonsense', param: 'audio' }])
  })

  it('is an update to another kind of session', () => {
    const update = (type: string) => ({ type: 'session.update', session: { type } })
    expect(read(update('transcription'), 'openai', true)).toMatchObject([{ type: 'session.update' }])
    expect(read(update('realtime'), 'openai', true)).toMatchObject([{ type: 'nonsense', param: 'session.type' }])
  })
})

/** Every setting must be whole after any change, for nothing that acts on it looks twice. */
const expectWhole = (config: SessionConfig): void => {
  const { transcription, turnDetection, format } = config.input
  if (transcription)
    expect(transcription).toEqual({ model: expect.any(String), languages: expect.any(Array), terms: expect.any(Array) })
  const reactions = { createReply: expect.any(Boolean), interruptReply: expect.any(Boolean) }
  if (turnDetection?.type === 'semantic')
    expect(turnDetection).toEqual({ type: 'semantic', eagerness: expect.any(String), ...reactions })
  else if (turnDetection)
    expect(turnDetection).toEqual({
      type: 'silence',
      threshold: expect.any(Number),
      prefixMs: expect.any(Number),
      silenceMs: expect.any(Number),
      idleMs: turnDetection.idleMs === null ? null : expect.any(Number),
      ...reactions,
    })
  for (const { encoding, sampleRate } of [format, config.output.format]) {
    expect(encoding).toMatch(/^(pcm16|float32|mulaw|alaw)$/)
    expect(sampleRate).toBeGreaterThanOrEqual(8000)
  }
  expect(config.modalities.audio || config.modalities.text).toBe(true)
  expect(config.tools.every((tool) => tool.name !== '' && typeof tool.parameters === 'object')).toBe(true)
  expect(Number.isFinite(config.output.speed)).toBe(true)
}

/** JSON in which the names of the wire are likely, and values often of the right kind. */
const names = [
  ...['type', 'audio', 'input', 'output', 'format', 'turn_detection', 'transcription', 'tools', 'tool_choice', 'voice'],
  ...[
    'instructions',
    'session',
    'item',
    'response',
    'content',
    'role',
    'call_id',
    'output_modalities',
    'modalities',
    'stt',
  ],
  ...[
    'threshold',
    'eagerness',
    'create_response',
    'idle_timeout_ms',
    'language',
    'prompt',
    'rate',
    'name',
    'parameters',
  ],
  ...[
    'providerData',
    'provider_data',
    'text_generation_config',
    'metadata',
    'max_output_tokens',
    'speed',
    'truncation',
  ],
  ...['input_audio_format', 'input_audio_transcription', 'noise_reduction', 'temperature', '__proto__', 'constructor'],
]
const values = [
  ...[
    'server_vad',
    'semantic_vad',
    'message',
    'user',
    'assistant',
    'function',
    'mcp',
    'pcm16',
    'audio/pcmu',
    'audio',
    'text',
  ],
  ...[
    'input_text',
    'input_audio',
    'auto',
    'inf',
    'none',
    'realtime',
    'high',
    'function_call',
    'function_call_output',
    '',
  ],
]
const { wireValue } = fc.letrec((tie) => ({
  wireValue: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<unknown>(...values, null, true, false, 0, 0.5, 24_000, -1, 1e300),
    fc.string(),
    fc.array(tie('wireValue'), { maxLength: 3 }),
    fc.dictionary(fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...names) }, fc.string()), tie('wireValue'), {
      maxKeys: 6,
    }),
  ),
}))
/** A session whose values are mostly right, so that updates come through. */
const optional = { requiredKeys: [] as [] }
const wireFormat = fc.constantFrom(
  'pcm16',
  'g711_ulaw',
  { type: 'audio/pcm', rate: 16_000 },
  { type: 'audio/pcma' },
  { rate: 48_000 },
  null,
)
const wireTurns = fc.option(
  fc.record(
    {
      type: fc.constantFrom('server_vad', 'semantic_vad', 'none', null),
      threshold: fc.double({ noNaN: true }),
      silence_duration_ms: fc.integer(),
      idle_timeout_ms: fc.option(fc.integer()),
      eagerness: fc.constantFrom('low', 'auto', null),
      create_response: fc.boolean(),
    },
    optional,
  ),
)
const wireTranscription = fc.option(
  fc.record(
    {
      model: fc.string(),
      language: fc.option(fc.string()),
      prompt: fc.option(fc.string()),
      keywords: fc.array(fc.string()),
    },
    optional,
  ),
)
const wireSession = fc.record(
  {
    instructions: fc.option(fc.string()),
    audio: fc.record(
      {
        input: fc.record({ format: wireFormat, turn_detection: wireTurns, transcription: wireTranscription }, optional),
        output: fc.record(
          {
            format: wireFormat,
            voice: fc.oneof(fc.string(), fc.record({ id: fc.string() })),
            speed: fc.double({ noNaN: true }),
          },
          optional,
        ),
      },
      optional,
    ),
    turn_detection: wireTurns,
    input_audio_transcription: wireTranscription,
    input_audio_format: wireFormat,
    stt: fc.record({ model: fc.string() }),
    providerData: wireValue,
    tools: fc.array(
      fc.constantFrom(
        { type: 'mcp', server_label: 'l' },
        { type: 'web_search' },
        { name: 'f' },
        { type: 'function', function: { name: 'g' } },
      ),
    ),
    max_output_tokens: fc.constantFrom('inf', 5, null),
    output_modalities: fc.constantFrom(['audio'], ['audio', 'text'], null),
  },
  optional,
)
const wireObject = fc.dictionary(fc.constantFrom(...names), wireValue, { maxKeys: 8 })
const wireMessage = fc
  .tuple(fc.constantFrom(...Object.keys(clientMessages)), wireObject, wireObject)
  .map(([type, fields, inner]) => ({ ...fields, session: inner, item: inner, response: inner, type }))

describe('any message', () => {
  it('is read without an exception, and if any of it is nonsense all of it is', () => {
    const anything = fc.oneof(
      fc.string(),
      fc.uint8Array(),
      fc.json(),
      wireMessage.map((message) => JSON.stringify(message)),
    )
    fc.assert(
      fc.property(anything, fc.constantFrom(...dialects), fc.boolean(), (message, dialect, transcriptionOnly) => {
        const commands = read(message, dialect, transcriptionOnly)
        expect(commands.length).toBeLessThanOrEqual(1)
      }),
      { numRuns: 500 },
    )
  })

  it('leaves the session whole', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 4, arbitrary: wireSession }, wireObject), { maxLength: 6 }),
        fc.constantFrom(...dialects),
        (sessions, dialect) => {
          let config = initialConfig(dialect, { model: 'm' })
          for (const session of sessions)
            for (const command of read({ type: 'session.update', session }, dialect))
              if (command.type === 'session.update') config = merge(config, command.patch)
          expectWhole(config)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('cannot change what an object is', () => {
    const text =
      '{"type":"session.update","session":{"providerData":{"__proto__":{"polluted":1},"a":{"__proto__":{"b":1}}}}}'
    const [command] = read(text, 'inworld')
    const config = merge(initialConfig('inworld', { model: 'm' }), (command as { patch: object }).patch)
    expect(config.extras.providerData).toEqual({ a: {} })
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
  })
})
