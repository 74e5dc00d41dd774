/** Checks of single fields of the Realtime session: what is set is told. */
import { at, type Check, fail, skip } from '../check.ts'
import type { Scene } from '../scene.ts'
import { expectAt, talking } from './talk.ts'

const body = 'Session object'

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

/** The names are those of `sessionChecks`. */
export const sessionFieldChecks = (names: {
  readonly transcriber: string
  readonly voice: string
}): readonly Check<Scene>[] => [
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
]
