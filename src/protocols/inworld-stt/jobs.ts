/** Inworld's asynchronous transcription: the request in its forms, the operation, and the document of the result. */
import { VoiceError } from '../../errors.ts'
import type { Form } from '../answer.ts'
import { type Hearing, joinTexts } from '../hearing.ts'
import { speakerNumber, speakerRuns } from '../speaker-runs.ts'
import { camelCase, parseObject } from '../wire-json.ts'
import type { InworldConfig } from './config.ts'
import { readFields, readFileConfig, readInlineAudio } from './http.ts'
import type { Status, Usage, VoiceProfileBody, WordTimestamp } from './messages.ts'
import { speakersOf, statusOf, voiceProfile, wordTimestamps } from './results.ts'

/** A file to be heard later: its bytes, or the address to fetch them from. */
export type JobCall =
  | { readonly config: InworldConfig; readonly audio: Uint8Array }
  | { readonly config: InworldConfig; readonly audioUri: string }

/** Reads a JSON body of `POST /stt/v1/transcribe:async`. Throws `invalid_request` or `too_large`. */
export const readJob = (body: string): JobCall => {
  const { fields, config } = readFields(body)
  const uri = fields.get('audioUri')
  if (uri === undefined || uri === null || uri === '')
    return { config, audio: readInlineAudio(fields.get('audioData')) }
  if (typeof uri !== 'string')
    throw new VoiceError('invalid_request', 'audioUri must be a string.', { param: 'audioUri' })
  if (fields.has('audioData'))
    throw new VoiceError('invalid_request', 'audioUri and audioData are alternatives.', { param: 'audioUri' })
  return { config, audioUri: uri }
}

/** Reads a form: the part `transcribeConfig`, whether or not it is sent as a file, and the part `file`, in any order. */
export const readJobForm = (form: Form, bytes: ReadonlyMap<string, Uint8Array>): JobCall => {
  const sent =
    form.fields.find(([name]) => camelCase(name) === 'transcribeConfig')?.[1] ??
    [...bytes].filter(([name]) => camelCase(name) === 'transcribeConfig').map(([, file]) => decodeText(file))[0]
  const config = readFileConfig(sent === undefined ? undefined : parseObject(sent))
  const audio = bytes.get('file')
  if (!audio || audio.length === 0)
    throw new VoiceError('invalid_request', 'The part file holds no audio.', { param: 'file' })
  return { config, audio }
}

const decodeText = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

/** How far an operation has come. `expiresAt` in milliseconds since 1970. */
export type OperationState =
  | { readonly type: 'pending' }
  | { readonly type: 'failed'; readonly error: VoiceError }
  | { readonly type: 'done'; readonly resultUri: string; readonly expiresAt: number }

/** What a poll is answered. A key that has nothing to say is absent: clients look whether it is there. */
export interface Operation {
  readonly name: string
  readonly done: boolean
  readonly error?: Status
  readonly response?: { readonly resultUri: string; readonly expireTime: string }
}

/** The prefix of every operation's name. */
const names = 'workspaces/default/operations/'

/** The name that clients poll by. */
export const operationName = (id: string): string => `${names}${id}`

/** The id in a name; undefined when it is none of ours. */
export const operationId = (name: string): string | undefined =>
  name.startsWith(names) ? name.slice(names.length) : undefined

/** The body of an operation. `model` is the id that the client asked for. */
export const operationBody = (id: string, state: OperationState, model?: string): Operation => {
  const name = operationName(id)
  switch (state.type) {
    case 'pending':
      return { name, done: false }
    case 'failed':
      return { name, done: true, error: statusOf(state.error, model) }
    case 'done': {
      const { resultUri, expiresAt } = state
      return { name, done: true, response: { resultUri, expireTime: new Date(expiresAt).toISOString() } }
    }
    default:
      throw state satisfies never
  }
}

/** No such operation, of this key at least. */
export const unknownOperation: Status = { code: 5, message: 'No such operation.', details: [] }

/** A stretch of the recording: a turn, or what one speaker says of it. Its times are 64-bit numbers, which travel as text. */
interface JobSegment {
  readonly startTimeMs: string
  readonly endTimeMs: string
  readonly transcript: string
  readonly speaker?: number
  readonly wordTimestamps?: readonly WordTimestamp[]
  readonly voiceProfile?: VoiceProfileBody
}

/** What lies behind `resultUri`. */
export interface JobDocument {
  readonly transcript: string
  readonly segments: readonly JobSegment[]
  readonly language?: string
  readonly usage: Usage
  readonly voiceProfile?: VoiceProfileBody
}

/** What was heard as that document: words, speakers and voices where they were asked for. */
export const jobDocument = (hearing: Hearing, config: InworldConfig): JobDocument => {
  const { finals, profiles, traits, audioMs } = hearing
  const language = finals.find((final) => final.language !== undefined)?.language
  const speakers = speakersOf(finals.flatMap(({ words }) => words))
  const segments = finals
    .filter(({ text }) => text.trim() !== '')
    .flatMap((final) => {
      const runs = config.speakers ? speakerRuns(final) : [final]
      const heard = profiles.find(({ utterance }) => utterance === final.utterance)
      // The profile of a turn in which several spoke is nobody's.
      const profile = heard && runs.length === 1 ? voiceProfile(heard.traits, config) : undefined
      return runs.map((run): JobSegment => {
        const speaker = 'speaker' in run ? run.speaker : undefined
        return {
          startTimeMs: String(Math.round(run.startMs)),
          endTimeMs: String(Math.round(run.endMs)),
          transcript: run.text.trim(),
          ...(speaker !== undefined && { speaker: speakerNumber(speaker, speakers) }),
          ...(config.wordTimestamps && { wordTimestamps: wordTimestamps(run.words, config, speakers) }),
          ...(profile && { voiceProfile: profile }),
        }
      })
    })
  const profile = voiceProfile(traits, config)
  return {
    transcript: joinTexts(finals),
    segments,
    ...(language !== undefined && { language }),
    usage: { transcribedAudioMs: Math.round(audioMs), modelId: config.modelId },
    ...(profile && { voiceProfile: profile }),
  }
}
