/** Checks of the Realtime session: how it is told, and what a client may change. */
import { z } from 'zod'
import { at, type Check, differ, fail } from '../check.ts'
import type { Scene } from '../scene.ts'
import { sessionFieldChecks } from './session-fields.ts'
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
  ...sessionFieldChecks(names),
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
