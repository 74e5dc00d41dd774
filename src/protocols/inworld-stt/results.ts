/** Inworld speech-to-text: what was heard → the bodies that the socket and the HTTP answer share. */
import type { Word } from '../../engines/speech-to-text.ts'
import type { Trait } from '../../engines/voice-profiler.ts'
import type { VoiceError } from '../../errors.ts'
import { type Final, joinTexts, mergeTraits } from '../hearing.ts'
import { speakerNumber } from '../speaker-runs.ts'
import { camelCase } from '../wire-json.ts'
import type { InworldConfig } from './config.ts'
import type { Label, Status, Transcription, VoiceProfileBody, WordTimestamp } from './messages.ts'

/** Four digits of a confidence are enough for anybody. */
export const short = (confidence: number): number => Math.round(Math.min(1, Math.max(0, confidence)) * 10_000) / 10_000

/** Who speaks in these words, in the order in which they are first heard. */
export const speakersOf = (words: readonly Word[]): readonly string[] => [
  ...new Set(words.flatMap((word) => word.speaker ?? [])),
]

/**
 * Words as the wire has them, or none when the client did not ask. A word of unknown confidence counts as sure.
 * `speakers`: those of the whole, where these words are a part of it.
 */
export const wordTimestamps = (
  words: readonly Word[],
  config: InworldConfig,
  speakers: readonly string[] = speakersOf(words),
): readonly WordTimestamp[] => {
  if (!config.wordTimestamps) return []
  return words.map((word) => ({
    word: word.text,
    confidence: short(word.confidence ?? 1),
    startTimeMs: Math.round(word.startMs),
    endTimeMs: Math.round(word.endMs),
    ...(config.speakers && word.speaker !== undefined && { speaker: speakerNumber(word.speaker, speakers) }),
  }))
}

/** The voice in the client's terms; undefined when it did not ask. Keys of unknown traits hold nothing. */
export const voiceProfile = (traits: readonly Trait[], config: InworldConfig): VoiceProfileBody | undefined => {
  const wish = config.voiceProfile
  if (!wish) return undefined
  const labels = (name: string): readonly Label[] =>
    [...(traits.find((trait) => camelCase(trait.name) === name)?.labels ?? [])]
      .sort((a, b) => b.confidence - a.confidence)
      .filter((label) => label.confidence >= wish.leastConfidence)
      .slice(0, wish.topN)
      .map(({ label, confidence }) => ({ label, confidence: short(confidence) }))
  // The reference has no such keys, and clients take what they know: they are there only where there is something in them.
  const [gender, environment] = [labels('gender'), labels('environment')]
  return {
    age: labels('age'),
    emotion: labels('emotion'),
    pitch: labels('pitch'),
    vocalStyle: labels('vocalStyle'),
    accent: labels('accent'),
    ...(gender.length > 0 && { gender }),
    ...(environment.length > 0 && { environment }),
  }
}

/** A guess at the open turn. `profile` is absent until the voice is known. */
export const interim = (
  text: string,
  words: readonly Word[],
  traits: readonly Trait[] | undefined,
  config: InworldConfig,
): Transcription => {
  const profile = traits && voiceProfile(traits, config)
  return {
    transcript: text,
    isFinal: false,
    wordTimestamps: wordTimestamps(words, config),
    ...(profile && { voiceProfile: profile }),
  }
}

/** A final with what is known of its voice. */
export interface Ended {
  readonly final: Final
  readonly traits: readonly Trait[]
}

/** Any number of finals as the one that the client is owed; empty text when there is none. */
export const finalOf = (ended: readonly Ended[], config: InworldConfig): Transcription => {
  const last = ended.at(-1)?.final
  const language = ended.find(({ final }) => final.language !== undefined)?.final.language
  const traits = mergeTraits(
    ended.map(({ final, traits }) => ({ traits, weight: Math.max(1, final.endMs - final.startMs) })),
  )
  const profile = voiceProfile(traits, config)
  return {
    transcript: joinTexts(ended.map(({ final }) => final)),
    isFinal: true,
    wordTimestamps: wordTimestamps(
      ended.flatMap(({ final }) => final.words),
      config,
    ),
    ...(profile && { voiceProfile: profile }),
    silenceDurationMs: Math.round(last?.silenceMs ?? 0),
    ...(language !== undefined && { language }),
  }
}

/** The exact words that clients look for when a model is not known. */
const noModel = (model: string): string => `No STT client found for model: ${model}`

/** A VoiceError in gRPC's terms. `model` is what the client asked for. */
export const statusOf = (error: VoiceError, model?: string): Status => {
  const message = error.code === 'unknown_model' && model !== undefined ? noModel(model) : error.message
  return { code: grpcCode(error), message, details: [] }
}

const grpcCode = (error: VoiceError): number => {
  switch (error.code) {
    case 'invalid_request':
    case 'unknown_model':
    case 'unsupported':
    case 'too_large':
      return 3
    case 'timeout':
      return 4
    case 'overloaded':
      return 8
    case 'provider_failed':
    case 'internal':
      return 13
    case 'unavailable':
    case 'shutting_down':
      return 14
    case 'unauthorized':
      return 16
    default:
      throw error.code satisfies never
  }
}
