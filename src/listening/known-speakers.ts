/** Known speakers: recordings of people by their names → whose voice is whose. */
import { type AudioFrame, durationMs } from '../audio/frame.ts'
import { joined } from '../audio/joined.ts'
import { cutFrame } from '../audio/rechunk.ts'
import type { Work } from '../engines/engine.ts'
import type { SpeakerEncoder } from '../engines/speaker-encoder.ts'
import type { VoiceActivity } from '../engines/voice-activity.ts'
import { VoiceError } from '../errors.ts'
import { atRate } from './rate.ts'
import { cosine, weighedSum } from './vectors.ts'
import { listeningRate, Windows, windowLength } from './windows.ts'

/** Somebody whose voice is known, for one stream or recording. */
export interface KnownSpeaker {
  /** What is told in place of a number. See `troubleWithNames`. */
  readonly name: string
  /** Some seconds of this voice alone, at any rate. */
  readonly speech: AudioFrame
}

/** A name and the direction of its voiceprint, of any length but 0. */
export interface KnownVoice {
  readonly name: string
  readonly vector: Float32Array
}

/**
 * Cosine above which a voice is that of a recording by the same encoder: more than what tells two stretches apart, since
 * to be called by another's name is worse than to be called by none. Chosen on the tuning speakers of `training/speakers`.
 */
export const namedAbove = ({ sameAbove }: Pick<SpeakerEncoder, 'sameAbove'>): number => sameAbove + 0.1

/** Speech in a recording without which a voice is not known. */
const leastSpeechMs = 1000
/** Likelihood of speech above which it is. */
const speechAbove = 0.5

/** What is wrong with these names, if anything is. Numbers and single capitals stand for those whom nobody knows. */
export const troubleWithNames = (names: readonly string[]): string | undefined => {
  const fits = (name: string): boolean =>
    /^[^\p{Cc}\p{Zl}\p{Zp}]{1,64}$/u.test(name) && name.trim() === name && !/^(\d+|[A-Z])$/.test(name)
  if (!names.every(fits))
    return 'The name of a speaker must have 1 to 64 characters, and be neither a number nor a single capital letter.'
  return new Set(names).size < names.length ? 'No two speakers may have the same name.' : undefined
}

/** Pairs each voice with one name at most, and each name with one voice: the most alike first, until none are more alike than `above`. Gives the names of voices by their place. */
export const namesOf = (
  voices: readonly Float32Array[],
  known: readonly KnownVoice[],
  above: number,
): ReadonlyMap<number, string> => {
  const pairs = voices
    .flatMap((voice, place) => known.map(({ name, vector }) => ({ place, name, likeness: cosine(voice, vector) })))
    .filter(({ likeness }) => likeness > above)
    .sort((a, b) => b.likeness - a.likeness)
  const names = new Map<number, string>()
  const given = new Set<string>()
  for (const { place, name } of pairs) {
    if (names.has(place) || given.has(name)) continue
    names.set(place, name)
    given.add(name)
  }
  return names
}

/** Voiceprints of recordings, in their order. Throws `invalid_request` where a name cannot be one, or a recording has too little speech. An aborted signal just ends it. */
export const enrol = async (
  speakers: readonly KnownSpeaker[],
  engines: { readonly voiceActivity: VoiceActivity; readonly speakerEncoder: SpeakerEncoder },
  work: Work,
): Promise<readonly KnownVoice[]> => {
  const trouble = troubleWithNames(speakers.map(({ name }) => name))
  if (trouble) throw new VoiceError('invalid_request', trouble)
  const voices: KnownVoice[] = []
  try {
    for (const { name, speech } of speakers) {
      const vector = await voiceprint(speech, engines, work)
      if (work.signal.aborted) break
      if (!vector)
        throw new VoiceError(
          'invalid_request',
          `There is too little speech in recording ${voices.length + 1} of those who are known.`,
        )
      voices.push({ name, vector })
    }
  } catch (error) {
    if (!work.signal.aborted) throw error
  }
  return voices
}

/** Of what is speech in a recording; undefined where there is too little. */
const voiceprint = async (
  recording: AudioFrame,
  engines: { readonly voiceActivity: VoiceActivity; readonly speakerEncoder: SpeakerEncoder },
  work: Work,
): Promise<Float32Array | undefined> => {
  const { sampleRate, stretchMs } = engines.speakerEncoder
  const speech = await speechIn(recording, engines.voiceActivity, work)
  if (durationMs(speech) < leastSpeechMs) return undefined
  const stretches = cutFrame(speech, (stretchMs * listeningRate) / 1000)
  const prints: { readonly vector: Float32Array; readonly lengthMs: number }[] = []
  for (const stretch of stretches) {
    const lengthMs = durationMs(stretch)
    // A short rest says little.
    if (prints.length > 0 && lengthMs < stretchMs / 3) break
    prints.push({ vector: await engines.speakerEncoder.encode(atRate(stretch, sampleRate), work), lengthMs })
    if (work.signal.aborted) return undefined
  }
  return weighedSum(prints, ({ lengthMs }) => lengthMs)
}

/** A recording without its pauses. */
const speechIn = async (recording: AudioFrame, voiceActivity: VoiceActivity, work: Work): Promise<AudioFrame> => {
  const windows = new Windows(voiceActivity)
  const heard: AudioFrame[] = []
  const judged = async function* (): AsyncGenerator<AudioFrame> {
    const take = (cut: ReturnType<Windows['flush']>): readonly AudioFrame[] => {
      heard.push(...cut.windows.flatMap((frame) => cutFrame(frame, windowLength(voiceActivity))))
      return cut.judged
    }
    for (const frame of cutFrame(recording, Math.ceil(recording.sampleRate / 10))) yield* take(windows.push(frame))
    yield* take(windows.flush())
  }
  const spoken: Float32Array[] = []
  let place = 0
  for await (const { likelihood } of voiceActivity.detect(judged(), work)) {
    const window = heard[place]
    if (window && likelihood >= speechAbove) spoken.push(window.samples)
    place += 1
  }
  return { samples: joined(Float32Array, spoken), sampleRate: listeningRate, startMs: 0 }
}
