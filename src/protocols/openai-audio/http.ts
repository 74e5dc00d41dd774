/** OpenAI's audio routes over HTTP: transcriptions, models, and errors, as values. */
import type { EngineCard } from '../../engines/engine.ts'
import type { VoiceError } from '../../errors.ts'
import type { ListenEvent } from '../../listening/commands.ts'
import { type Answer, json, retryHeaders } from '../answer.ts'
import { type Hearing, joinTexts } from '../hearing.ts'
import { type SpeakerRun, speakerLetter, speakerRuns } from '../speaker-runs.ts'
import { cuesOf, srt, vtt } from '../subtitles.ts'
import type { TranscriptionCall } from './call.ts'
import type {
  DiarizedBody,
  DiarizedSegment,
  DurationUsage,
  ErrorBody,
  JsonBody,
  ModelBody,
  ResponseFormat,
  Segment,
  StreamEvent,
  VerboseBody,
} from './messages.ts'

export { readTranscription, referenceError, type TranscriptionCall } from './call.ts'

const seconds = (ms: number): number => Math.round(ms) / 1000

const usageOf = (audioMs: number): DurationUsage => ({ type: 'duration', seconds: seconds(audioMs) })

const contentTypes: Readonly<Record<ResponseFormat, string>> = {
  json: 'application/json',
  verbose_json: 'application/json',
  text: 'text/plain; charset=utf-8',
  srt: 'application/x-subrip; charset=utf-8',
  vtt: 'text/vtt; charset=utf-8',
  diarized_json: 'application/json',
}

/** What was heard, in the form that the client asked for. */
export const transcriptionAnswer = (hearing: Hearing, call: TranscriptionCall): Answer => ({
  status: 200,
  headers: { 'content-type': contentTypes[call.responseFormat] },
  body: write(hearing, call),
})

const write = (hearing: Hearing, call: TranscriptionCall): string => {
  switch (call.responseFormat) {
    case 'json':
      return JSON.stringify(jsonBody(hearing))
    case 'verbose_json':
      return JSON.stringify(verboseBody(hearing, call))
    case 'text':
      return `${joinTexts(hearing.finals)}\n`
    case 'srt':
      return srt(cuesOf(hearing.finals.flatMap(speakerRuns)))
    case 'vtt':
      return vtt(cuesOf(hearing.finals.flatMap(speakerRuns)))
    case 'diarized_json':
      return JSON.stringify(diarizedBody(hearing))
    default:
      throw call.responseFormat satisfies never
  }
}

const jsonBody = ({ finals, audioMs }: Hearing): JsonBody => ({ text: joinTexts(finals), usage: usageOf(audioMs) })

const diarizedBody = (hearing: Hearing): DiarizedBody => ({
  task: 'transcribe',
  duration: seconds(hearing.audioMs),
  ...jsonBody(hearing),
  segments: hearing.finals
    .filter(({ text }) => text.trim() !== '')
    .flatMap(speakerRuns)
    .map(diarizedSegment),
})

const diarizedSegment = (run: SpeakerRun, index: number): DiarizedSegment => ({
  type: 'transcript.text.segment',
  id: `seg_${index}`,
  start: seconds(run.startMs),
  end: seconds(run.endMs),
  text: run.text,
  speaker: speakerLetter(run.speaker ?? '1'),
})

const named = (speaker: string | undefined): { readonly speaker?: string } =>
  speaker === undefined ? {} : { speaker: speakerLetter(speaker) }

const verboseBody = (hearing: Hearing, call: TranscriptionCall): VerboseBody => {
  const spoken = hearing.finals.filter((final) => final.text.trim() !== '')
  const language = spoken.find((final) => final.language !== undefined)?.language
  return {
    task: 'transcribe',
    language: languageName(language ?? call.start.settings.languages?.[0]),
    duration: seconds(hearing.audioMs),
    ...jsonBody(hearing),
    ...(call.segments && { segments: spoken.flatMap(speakerRuns).map((run, id) => segmentOf(run, id, call)) }),
    ...(call.words && {
      words: spoken.flatMap((final) =>
        final.words.map((word) => ({
          word: word.text,
          start: seconds(word.startMs),
          end: seconds(word.endMs),
          ...named(word.speaker),
        })),
      ),
    }),
  }
}

/** `english` for `en`, as this wire has it. */
const languageName = (code: string | undefined): string => {
  if (code === undefined) return 'unknown'
  try {
    const base = code.split(/[-_]/)[0]!
    return new Intl.DisplayNames(['en'], { type: 'language' }).of(base)?.toLowerCase() ?? code
  } catch {
    return code
  }
}

/** One segment for each turn, and for each speaker in it. There are no tokens here and nothing was compressed; those fields hold what readers pass over. */
const segmentOf = (run: SpeakerRun, id: number, call: TranscriptionCall): Segment => {
  const sure = run.words.flatMap((word) => word.confidence ?? [])
  const sum = sure.reduce((total, confidence) => total + Math.log(Math.max(confidence, 1e-6)), 0)
  return {
    id,
    seek: Math.round(run.startMs / 10),
    start: seconds(run.startMs),
    end: seconds(run.endMs),
    text: run.text,
    tokens: [],
    temperature: call.temperature,
    avg_logprob: sure.length > 0 ? Math.round((sum / sure.length) * 10_000) / 10_000 : 0,
    compression_ratio: 1,
    no_speech_prob: 0,
    ...named(run.speaker),
  }
}

const serverSent = (body: StreamEvent | ErrorBody): string => `data: ${JSON.stringify(body)}\n\n`

/** A transcription as server-sent events, turn by turn. The deltas add up to the last text exactly. */
export async function* transcriptionEvents(
  events: AsyncIterable<ListenEvent>,
  { responseFormat }: Pick<TranscriptionCall, 'responseFormat'>,
): AsyncGenerator<string> {
  let text = ''
  let audioMs = 0
  let segments = 0
  for await (const event of events) {
    if (event.type === 'listen.ended') audioMs = event.audioMs
    if (event.type !== 'transcript.final' || event.text.trim() === '') continue
    const delta = `${text === '' ? '' : ' '}${event.text.trim()}`
    text += delta
    yield serverSent({ type: 'transcript.text.delta', delta })
    if (responseFormat !== 'diarized_json') continue
    for (const run of speakerRuns(event)) {
      yield serverSent(diarizedSegment(run, segments))
      segments += 1
    }
  }
  yield serverSent({ type: 'transcript.text.done', text, usage: usageOf(audioMs) })
}

/** What goes wrong after the events have begun. */
export const errorEvent = (error: VoiceError): string => serverSent(errorBody(error))

/** A model that can be asked for. */
export interface ListedModel {
  readonly id: string
  /** What it does, such as `speech-to-text`. */
  readonly task: string
  readonly card: EngineCard
  /** Wall time in milliseconds since which it is offered. */
  readonly createdAt: number
  readonly ownedBy?: string
}

const modelBody = ({ id, task, card, createdAt, ownedBy }: ListedModel): ModelBody => ({
  id,
  object: 'model',
  created: Math.floor(createdAt / 1000),
  owned_by: ownedBy ?? id.split('/')[0]!,
  task,
  name: card.name,
  ...(card.languages && { languages: card.languages }),
  ...(card.detectsLanguage !== undefined && { detects_language: card.detectsLanguage }),
  ...(card.accuracy !== undefined && { accuracy: card.accuracy }),
  ...(card.cost !== undefined && { cost: card.cost }),
  ...(card.better !== undefined && { better: card.better }),
})

/** `GET /v1/models`. */
export const modelsAnswer = (models: readonly ListedModel[]): Answer =>
  json(200, { object: 'list', data: models.map(modelBody) })

/** `GET /v1/models/{id}`. */
export const modelAnswer = (model: ListedModel): Answer => json(200, modelBody(model))

const kinds: Readonly<Record<VoiceError['code'], readonly [status: number, type: string, code: string | null]>> = {
  invalid_request: [400, 'invalid_request_error', null],
  unsupported: [400, 'invalid_request_error', 'unsupported'],
  unauthorized: [401, 'invalid_request_error', 'invalid_api_key'],
  unknown_model: [404, 'invalid_request_error', 'model_not_found'],
  too_large: [413, 'invalid_request_error', 'too_large'],
  overloaded: [429, 'rate_limit_error', 'rate_limit_exceeded'],
  provider_failed: [500, 'server_error', null],
  internal: [500, 'server_error', null],
  unavailable: [503, 'server_error', 'unavailable'],
  shutting_down: [503, 'server_error', 'unavailable'],
  timeout: [504, 'server_error', 'timeout'],
}

const errorBody = (error: VoiceError): ErrorBody => {
  const [, type, code] = kinds[error.code]
  const param = error.param ?? (error.code === 'unknown_model' ? 'model' : null)
  return { error: { message: error.message, type, param, code } }
}

/** An error as an HTTP answer. */
export const openaiError = (error: VoiceError): Answer => {
  const [status] = kinds[error.code]
  return json(status, errorBody(error), retryHeaders(status))
}

/** No such path. */
export const openaiUnknownPath = (path: string): Answer =>
  json(404, {
    error: { message: `There is no ${path}.`, type: 'invalid_request_error', param: null, code: 'not_found' },
  })
