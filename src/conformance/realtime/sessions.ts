/** Checks of the Realtime session: how it is told, and what a client may change. */
import { z } from 'zod'
import { at, type Check, differ, fail, skip } from '../check.ts'
import type { Scene } from '../scene.ts'
import { expectAt, talk, talking, weatherTool } from './talk.ts'

const update = 'Client events: session.update'
const body = 'Session object'

const format = z.looseObject({ type: z.string() })
const session = z.looseObject({
  id: z.string().min(1),
  object: z.literal('realtime.session'),
  type: z.literal('realtime'),
  model: z.string().min(1),
  output_modalities: z.array(z.enum(['audio', 'text'])).min(1),
  instructions: z.string(),
  tools: z.array(z.unknown()),
  tool_choice: z.unknown().refine((choice) => choice !== undefined, 'is missing'),
  max_output_tokens: z.union([z.number(), z.literal('inf')]),
  expires_at: z.number(),
  audio: z.looseObject({
    input: z.looseObject({
      format,
      transcription: z.looseObject({}).nullable(),
      noise_reduction: z.looseObject({}).nullable(),
      turn_detection: z.looseObject({ type: z.string() }).nullable(),
    }),
    output: z.looseObject({ format, voice: z.unknown().refine((voice) => voice !== undefined, 'is missing') }),
  }),
})

/** A part of the session that is given back as it was sent; `optional`: a server need not take it. */
export const echoed = (
  id: string,
  says: string,
  wanted: Readonly<Record<string, unknown>>,
  { optional = false, paths = [] as readonly string[] } = {},
): Check<Scene> =>
  talking(id, says, body, async (client) => {
    const answer = await client.attempt(wanted)
    if ('error' in answer) {
      const message = String(at(answer.error, 'error.message'))
      return optional ? skip(`not offered: ${message}`) : fail('the update was refused', answer.error)
    }
    for (const path of paths) {
      if (optional && at(answer.session, path) === undefined) skip(`not offered: ${path} is not told`)
      expectAt(answer.session, path, at(wanted, path))
    }
  })

/** `transcriber`: a recognizer as clients of this wire call it; `voice`: one that is not the default. */
export const sessionChecks = (names: {
  readonly transcriber: string
  readonly voice: string
}): readonly Check<Scene>[] => [
  {
    id: 'session-created',
    says: 'session.created comes first, before the client has said anything.',
    reference: 'Server events: session.created',
    run: async (scene) => {
      await talk(scene)
    },
  },
  talking(
    'session-body',
    'session.created tells the whole session, with every field that clients read.',
    body,
    async (client) => {
      const issue = session.safeParse(client.session).error?.issues[0]
      if (issue) fail(`session.${issue.path.join('.')}: ${issue.message}`, client.session)
    },
  ),
  talking('session-update-partial', 'An update changes what it names and leaves the rest.', update, async (client) => {
    const before = await client.configure({ instructions: 'Answer briefly.' })
    const after = await client.configure({ audio: { input: { transcription: { model: names.transcriber } } } })
    expectAt(after, 'instructions', 'Answer briefly.')
    expectAt(after, 'audio.input.transcription.model', names.transcriber)
    for (const path of ['audio.input.format', 'audio.input.turn_detection', 'audio.output', 'tools', 'model'])
      expectAt(after, path, at(before, path))
  }),
  talking(
    'session-update-empty',
    'An update that changes nothing is answered too, with the whole session.',
    update,
    async (client) => {
      const after = await client.configure({})
      for (const path of ['id', 'model', 'audio.input.format', 'audio.output.voice'])
        expectAt(after, path, at(client.session, path))
    },
  ),
  talking(
    'session-update-untyped',
    'An update without session.type is taken: older clients send it so.',
    update,
    async (client) => {
      const events = await client.answers({ type: 'session.update', session: { instructions: 'Be kind.' } })
      const error = events.find(({ type }) => type === 'error')
      if (error) differ('it is refused, as it is upstream', error)
      if (!events.some(({ type }) => type === 'session.updated')) fail('no session.updated came', ...events)
    },
  ),
  talking('session-update-type', 'The type of a session cannot change.', update, async (client) => {
    const events = await client.answers({ type: 'session.update', session: { type: 'transcription' } })
    if (!events.some(({ type }) => type === 'error')) fail('the update was not refused', ...events)
  }),
  talking(
    'session-update-atomic',
    'An update with one wrong value is refused with one error and changes nothing.',
    update,
    async (client) => {
      const answer = await client.attempt({ instructions: 'This must not be kept.', tools: 7 })
      if (!('error' in answer)) return fail('tools: 7 was not refused', answer.session)
      const after = await client.configure({})
      if (at(after, 'instructions') === 'This must not be kept.') fail('half of the update was kept', answer.error)
    },
  ),
  talking(
    'session-update-unknown',
    'A field that the reference does not have is passed over, or refused as unknown_parameter.',
    update,
    async (client) => {
      const answer = await client.attempt({ no_such_field: 1 })
      if ('error' in answer) differ('it is refused, as it is upstream', answer.error)
    },
  ),
  talking(
    'session-update-model',
    'An update that names the model of the session is no error.',
    update,
    async (client) => {
      await client.configure({ model: at(client.session, 'model') })
    },
  ),
  talking('session-older-names', 'Flat fields of the older API are understood.', update, async (client) => {
    const answer = await client.attempt({ turn_detection: null, voice: names.voice, input_audio_format: 'g711_ulaw' })
    if ('error' in answer) return differ('they are refused, as they are upstream', answer.error)
    expectAt(answer.session, 'audio.input.turn_detection', null)
    expectAt(answer.session, 'audio.input.format.type', 'audio/pcmu')
    expectAt(answer.session, 'audio.output.voice', names.voice)
  }),
  talking('session-null', 'null turns off turn detection and transcription.', body, async (client) => {
    await client.configure({ audio: { input: { transcription: { model: names.transcriber } } } })
    const after = await client.configure({ audio: { input: { turn_detection: null, transcription: null } } })
    expectAt(after, 'audio.input.turn_detection', null)
    expectAt(after, 'audio.input.transcription', null)
  }),
  talking(
    'session-tools',
    'Tools and tool_choice are told as they were sent; an empty list takes them away.',
    body,
    async (client) => {
      const after = await client.configure({ tools: [weatherTool], tool_choice: 'auto' })
      expectAt(after, 'tool_choice', 'auto')
      if (!JSON.stringify(at(after, 'tools')).includes(weatherTool.name)) fail('the tool is not told', after)
      expectAt(await client.configure({ tools: [] }), 'tools', [])
    },
  ),
  talking('session-max-output-tokens', 'max_output_tokens is a number or "inf".', body, async (client) => {
    expectAt(await client.configure({ max_output_tokens: 1000 }), 'max_output_tokens', 1000)
    expectAt(await client.configure({ max_output_tokens: 'inf' }), 'max_output_tokens', 'inf')
  }),
  echoed(
    'session-instructions',
    'Instructions are told as they were sent.',
    { instructions: 'Answer briefly.' },
    { paths: ['instructions'] },
  ),
  echoed(
    'session-modalities',
    'output_modalities may be text alone.',
    { output_modalities: ['text'] },
    { paths: ['output_modalities'] },
  ),
  echoed(
    'session-voice',
    'The voice can be chosen before anything was spoken.',
    { audio: { output: { voice: names.voice } } },
    { paths: ['audio.output.voice'] },
  ),
  echoed(
    'session-speed',
    'The speed of the voice can be chosen.',
    { audio: { output: { speed: 1.2 } } },
    { paths: ['audio.output.speed'] },
  ),
  echoed(
    'session-formats',
    'Audio may be G.711 in both directions.',
    { audio: { input: { format: { type: 'audio/pcmu' } }, output: { format: { type: 'audio/pcma' } } } },
    { paths: ['audio.input.format.type', 'audio.output.format.type'] },
  ),
  echoed(
    'session-server-vad',
    'All fields of server_vad are told as they are used.',
    {
      audio: {
        input: {
          turn_detection: {
            type: 'server_vad',
            threshold: 0.6,
            prefix_padding_ms: 200,
            silence_duration_ms: 400,
            create_response: false,
            interrupt_response: false,
          },
        },
      },
    },
    {
      paths: [
        'type',
        'threshold',
        'prefix_padding_ms',
        'silence_duration_ms',
        'create_response',
        'interrupt_response',
      ].map((field) => `audio.input.turn_detection.${field}`),
    },
  ),
  echoed(
    'session-semantic-vad',
    'semantic_vad can be chosen, with its eagerness.',
    { audio: { input: { turn_detection: { type: 'semantic_vad', eagerness: 'low' } } } },
    { optional: true, paths: ['audio.input.turn_detection.type', 'audio.input.turn_detection.eagerness'] },
  ),
  echoed(
    'session-idle-timeout',
    'server_vad takes idle_timeout_ms.',
    { audio: { input: { turn_detection: { type: 'server_vad', idle_timeout_ms: 6000 } } } },
    { optional: true, paths: ['audio.input.turn_detection.idle_timeout_ms'] },
  ),
  echoed(
    'session-transcription',
    'Transcription is told with its model, language and prompt.',
    { audio: { input: { transcription: { model: names.transcriber, language: 'en', prompt: 'Parley' } } } },
    { paths: ['model', 'language', 'prompt'].map((field) => `audio.input.transcription.${field}`) },
  ),
  echoed(
    'session-noise-reduction',
    'Noise reduction can be chosen.',
    { audio: { input: { noise_reduction: { type: 'near_field' } } } },
    { optional: true, paths: ['audio.input.noise_reduction.type'] },
  ),
  echoed(
    'session-truncation',
    'Truncation may be a retention ratio.',
    { truncation: { type: 'retention_ratio', retention_ratio: 0.5 } },
    { optional: true, paths: ['truncation.type', 'truncation.retention_ratio'] },
  ),
  echoed(
    'session-tracing',
    'tracing is taken: clients send it after session.created.',
    { tracing: 'auto' },
    { optional: true, paths: ['tracing'] },
  ),
  echoed(
    'session-prompt',
    'A stored prompt can be named.',
    { prompt: { id: 'pmpt_check', version: '1' } },
    { optional: true, paths: ['prompt.id'] },
  ),
  echoed(
    'session-include',
    'include is taken.',
    { include: ['item.input_audio_transcription.logprobs'] },
    { optional: true, paths: ['include'] },
  ),
  echoed(
    'session-parallel-tools',
    'parallel_tool_calls is taken.',
    { parallel_tool_calls: false },
    { optional: true, paths: ['parallel_tool_calls'] },
  ),
  echoed(
    'session-reasoning',
    'reasoning is taken.',
    { reasoning: { effort: 'low' } },
    { optional: true, paths: ['reasoning.effort'] },
  ),
  echoed(
    'session-mcp-tool',
    'A tool of type mcp is taken and told.',
    {
      tools: [
        { type: 'mcp', server_label: 'nobody', server_url: 'https://mcp.invalid/mcp', require_approval: 'never' },
      ],
    },
    { optional: true },
  ),
  talking(
    'session-voice-locked',
    'After audio was spoken another voice is refused with cannot_update_voice.',
    update,
    async (client) => {
      await client.say('Say hello.', { output_modalities: ['audio'] })
      const answer = await client.attempt({ audio: { output: { voice: names.voice } } })
      if (!('error' in answer)) return differ('the voice changes')
      expectAt(answer.error, 'error.code', 'cannot_update_voice')
    },
  ),
]
