/** OpenAI's audio routes: the form of a transcription → what is to be heard and how it is to be written. */
import { decodeBase64 } from '../../audio/base64.ts'
import { VoiceError } from '../../errors.ts'
import type { ListenStart } from '../../listening/commands.ts'
import { troubleWithNames } from '../../listening/known-speakers.ts'
import type { ListenChange } from '../../listening/settings.ts'
import { type Form, field, fieldsNamed, isTrue } from '../answer.ts'
import { cleanTerms } from '../wire-json.ts'
import { type ResponseFormat, responseFormats, serverVadSchema } from './messages.ts'

/** A name, and a file in which its voice alone is heard. */
export interface SpeakerReference {
  readonly name: string
  readonly bytes: Uint8Array
}

/** A file to be heard as a whole. */
export interface TranscriptionCall {
  readonly start: ListenStart
  /** Who is to be called by name. */
  readonly knownSpeakers: readonly SpeakerReference[]
  readonly responseFormat: ResponseFormat
  readonly words: boolean
  readonly segments: boolean
  readonly stream: boolean
  readonly temperature: number
}

/** What a client can read while it is being written. */
const streamed: readonly ResponseFormat[] = ['json', 'text', 'diarized_json']

const invalid = (param: string, message: string): VoiceError => new VoiceError('invalid_request', message, { param })

const names = 'known_speaker_names'
const references = 'known_speaker_references'
/** Speakers who may be known by name. */
const knownLimit = 4

/** Reads the form of `POST /v1/audio/transcriptions`. Throws `invalid_request` or `unsupported`, with the field as `param`. */
export const readTranscription = (form: Form): TranscriptionCall => {
  const model = field(form, 'model')
  if (!form.files.some((file) => file.field === 'file')) throw invalid('file', 'file is required.')
  if (model === undefined) throw invalid('model', 'model is required.')
  const responseFormat = formatOf(field(form, 'response_format'))
  const stream = isTrue(field(form, 'stream'))
  if (stream && !streamed.includes(responseFormat))
    throw invalid('response_format', `With stream=true, response_format must be one of ${streamed.join(', ')}.`)
  const granularities = fieldsNamed(form, 'timestamp_granularities[]', 'timestamp_granularities')
    .flatMap((value) => value.split(','))
    .map((value) => value.trim())
    .filter((value) => value !== '')
  if (granularities.some((name) => name !== 'word' && name !== 'segment'))
    throw invalid('timestamp_granularities', 'timestamp_granularities must be word or segment.')
  const temperature = Number(field(form, 'temperature') ?? 0)
  if (!(temperature >= 0 && temperature <= 1)) throw invalid('temperature', 'temperature must be between 0 and 1.')
  const diarize = responseFormat === 'diarized_json' || /diarize/i.test(model) || isTrue(field(form, 'diarize'))
  const knownSpeakers = knownSpeakersOf(form)
  if (knownSpeakers.length > 0 && !diarize)
    throw invalid(names, `${names} needs response_format=diarized_json, a model named …diarize, or diarize=true.`)
  const language = field(form, 'language')
  if (language !== undefined && !/^[a-z]{2,3}([-_][a-z0-9]+)*$/i.test(language))
    throw invalid('language', 'language must be an ISO 639 code such as en.')
  return {
    start: {
      model,
      format: { encoding: 'auto', sampleRate: 16_000, channels: 1 },
      settings: {
        languages: language === undefined ? [] : [language],
        terms: termsOf(field(form, 'prompt') ?? ''),
        // Deltas cannot be taken back, so only finals are sent.
        partials: false,
        finalBudgetMs: Number.POSITIVE_INFINITY,
        alternatives: 0,
        ...chunking(field(form, 'chunking_strategy')),
      },
      voiceProfile: false,
      diarize,
      gapMs: 0,
      languageHint: true,
      inactivityMs: 0,
    },
    knownSpeakers,
    responseFormat,
    words: granularities.includes('word'),
    segments: granularities.length === 0 || granularities.includes('segment'),
    stream,
    temperature,
  }
}

const knownSpeakersOf = (form: Form): readonly SpeakerReference[] => {
  const called = fieldsNamed(form, `${names}[]`, names).map((name) => name.trim())
  const recorded = fieldsNamed(form, `${references}[]`, references)
  if (called.length > knownLimit) throw invalid(names, `At most ${knownLimit} speakers may be known.`)
  if (called.length !== recorded.length)
    throw invalid(
      references,
      `Each of ${names} needs one of ${references}: there are ${called.length} and ${recorded.length}.`,
    )
  const trouble = troubleWithNames(called)
  if (trouble) throw invalid(names, trouble)
  return called.map((name, place) => ({ name, bytes: dataOf(recorded[place]!.trim(), place) }))
}

/** The bytes of a data URL. */
const dataOf = (url: string, place: number): Uint8Array => {
  const comma = url.indexOf(',')
  if (!/^data:[^,]*;base64$/i.test(url.slice(0, Math.max(0, comma))))
    throw invalid(
      references,
      `Reference ${place + 1} must be a data URL with base64, such as data:audio/wav;base64,UklGR….`,
    )
  try {
    return decodeBase64(url.slice(comma + 1))
  } catch (cause) {
    throw new VoiceError('invalid_request', `Reference ${place + 1} is not valid base64.`, { param: references, cause })
  }
}

/** What is wrong with the audio of a reference, as this wire tells it. */
export const referenceError = ({ code, message, cause }: VoiceError): VoiceError =>
  new VoiceError(code, message, { param: references, cause })

const formatOf = (name = 'json'): ResponseFormat => {
  const format = responseFormats.find((known) => known === name)
  if (format) return format
  throw invalid('response_format', `response_format must be one of ${responseFormats.join(', ')}.`)
}

const chunking = (text: string | undefined): ListenChange => {
  if (text === undefined || text === 'auto') return {}
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // Refused below.
  }
  if (value === null || value === 'auto') return {}
  const vad = serverVadSchema.safeParse(value)
  if (!vad.success) throw invalid('chunking_strategy', 'chunking_strategy must be auto or {"type": "server_vad", …}.')
  const { threshold, prefix_padding_ms: prefixMs, silence_duration_ms: silenceMs } = vad.data
  return {
    gate: {
      ...(threshold !== undefined && { threshold: Math.max(0.05, threshold) }),
      ...(prefixMs !== undefined && { prefixMs }),
    },
    ...(silenceMs !== undefined && {
      turns: { minSilenceMs: silenceMs, confidence: 0, maxSilenceMs: Math.max(2000, silenceMs) },
    }),
  }
}

/**
 * Vocabulary from a prompt. Short phrases between marks are taken whole ("Kubernetes, Ada Lovelace"); of whole sentences
 * only what is unusual in them: names within the sentence, and words with digits or inner capitals.
 */
export const termsOf = (prompt: string): readonly string[] => {
  const phrases = prompt.slice(0, 20_000).split(/[,;:\n\r!?()"“”„«»]+|\.(?=\s|$)/)
  return cleanTerms(
    phrases.flatMap((phrase) => {
      const words = phrase.trim().split(/\s+/)
      if (words.length <= 4) return [phrase]
      return words.filter((word, place) =>
        place === 0 ? /\d|\p{L}\p{Lu}/u.test(word) : /\d|\p{Lu}/u.test(word) && !/^I(['’]\p{L}+)?$/u.test(word),
      )
    }),
  )
}
