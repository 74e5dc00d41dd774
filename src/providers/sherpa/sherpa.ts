/** sherpa-onnx-node, as far as it is used. Loaded in the child process only: its binaries contain code under the GPL. */
import { createRequire } from 'node:module'
import { VoiceError } from '../../errors.ts'
import type { HeardTokens } from './messages.ts'

interface Waveform {
  readonly samples: Float32Array
  /** Hz. */
  readonly sampleRate: number
}

export interface OnlineStream {
  acceptWaveform(waveform: Waveform): void
  inputFinished(): void
  setOption(name: string, value: string): void
}

export interface OnlineRecognizer {
  createStream(): OnlineStream
  isReady(stream: OnlineStream): boolean
  decodeStreams(streams: readonly OnlineStream[]): void
  getResult(stream: OnlineStream): unknown
}

export interface OfflineStream {
  acceptWaveform(waveform: Waveform): void
  setOption(name: string, value: string): void
}

export interface OfflineRecognizer {
  createStream(hotwords?: string): OfflineStream
  /** Computes in a thread of sherpa-onnx's own. */
  decodeAsync(stream: OfflineStream): Promise<unknown>
}

export interface OfflineTts {
  /** Hz. */
  readonly sampleRate: number
  readonly numSpeakers: number
  /** Computes in a thread of sherpa-onnx's own; an `onProgress` that gives 0 ends it early. */
  generateAsync(request: {
    readonly text: string
    readonly sid: number
    readonly speed: number
    readonly enableExternalBuffer: boolean
    readonly generationConfig?: unknown
    readonly onProgress: () => number
  }): Promise<Waveform>
}

/** Names sounds: AudioSet's, with scores of 0…1. */
export interface AudioTagging {
  createStream(): OfflineStream
  compute(stream: OfflineStream, most: number): readonly { readonly name: string; readonly prob: number }[]
}

/** Tells the language of speech, as a base code; empty where it cannot. */
export interface SpokenLanguageIdentification {
  createStream(): OfflineStream
  compute(stream: OfflineStream): string
}

/** Makes a vector of a voice; its length is not 1. */
export interface SpeakerEmbeddingExtractor {
  createStream(): OnlineStream
  /** Computes in the calling thread. */
  compute(stream: OnlineStream, enableExternalBuffer: boolean): Float32Array
}

export interface Sherpa {
  readonly OnlineRecognizer: new (config: unknown) => OnlineRecognizer
  readonly OfflineTts: { createAsync(config: unknown): Promise<OfflineTts> }
  readonly OfflineRecognizer: { createAsync(config: unknown): Promise<OfflineRecognizer> }
  readonly AudioTagging: new (config: unknown) => AudioTagging
  readonly SpokenLanguageIdentification: new (config: unknown) => SpokenLanguageIdentification
  readonly SpeakerEmbeddingExtractor: new (config: unknown) => SpeakerEmbeddingExtractor
}

/** The library; throws `unavailable` when it is not installed. */
export const loadSherpa = (): Sherpa => {
  try {
    return createRequire(import.meta.url)('sherpa-onnx-node') as Sherpa
  } catch (error) {
    throw new VoiceError(
      'unavailable',
      'The package sherpa-onnx-node is not installed or does not fit this machine: `npm install --include=optional` brings it.',
      { cause: error },
    )
  }
}

const strings = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [])
const numbers = (value: unknown): number[] => (Array.isArray(value) ? value.map(Number) : [])

/** What SenseVoice writes as `<|HAPPY|>`; empty where it writes nothing. */
export const bareTag = (tag: unknown): string => (typeof tag === 'string' ? tag.replace(/[<|>]/g, '').trim() : '')

/** A base code; empty for what is none, such as `nospeech`. */
export const languageTag = (tag: unknown): string => (/^[a-z]{2,3}$/.test(bareTag(tag)) ? bareTag(tag) : '')

/** A result of sherpa-onnx; anything missing in it counts as not told. */
export const heardTokens = (result: unknown): HeardTokens => {
  const told = (result ?? {}) as Record<string, unknown>
  const language = languageTag(told.lang)
  const likelihoods = numbers(told.ys_probs ?? told.ys_log_probs)
  const durations = numbers(told.durations)
  return {
    text: typeof told.text === 'string' ? told.text : '',
    tokens: strings(told.tokens),
    timestamps: numbers(told.timestamps),
    ...(durations.length > 0 ? { durations } : {}),
    ...(likelihoods.length > 0 ? { logLikelihoods: likelihoods } : {}),
    ...(language === '' ? {} : { language }),
  }
}
