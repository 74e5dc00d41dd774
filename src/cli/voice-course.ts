/** How a voice goes along a recording: its pitch and level every 20 ms, its profiles, and the words. */
import type { AudioFrame } from '../audio/frame.ts'
import type { Word } from '../engines/speech-to-text.ts'
import type { Trait } from '../engines/voice-profiler.ts'
import type { Heard } from '../listening/heard.ts'
import { RateConverter } from '../listening/rate.ts'
import type { Profiled } from '../protocols/hearing.ts'
import { PitchTracker, pitchHopMs, pitchSampleRate } from '../signal/pitch.ts'

/** Below it, a period is too unsure to be drawn as pitch. */
const surePeriodicity = 0.7

/** One moment of the sound. */
export interface SoundPoint {
  readonly atMs: number
  /** Absent where no voice sounds. */
  readonly hz?: number
  /** Over full scale. */
  readonly levelDb: number
}

export interface VoiceCourse {
  readonly audioMs: number
  readonly sound: readonly SoundPoint[]
  /** In the order of time, several for each turn. */
  readonly profiles: readonly Profiled[]
  readonly words: readonly Word[]
  readonly text: string
  readonly language?: string
}

/** Pitch and level of a stream. */
export class SoundTrack {
  readonly #converter = new RateConverter(pitchSampleRate)
  readonly #tracker = new PitchTracker()
  readonly points: SoundPoint[] = []

  hear(frame: AudioFrame): void {
    for (const { samples } of this.#converter.push(frame)) this.#take(samples)
  }

  /** No more audio. */
  finish(): void {
    for (const { samples } of this.#converter.flush()) this.#take(samples)
  }

  #take(samples: Float32Array): void {
    for (const { hz, periodicity, levelDb } of this.#tracker.push(samples)) {
      const atMs = (this.points.length + 1) * pitchHopMs
      this.points.push({ atMs, levelDb, ...(hz > 0 && periodicity > surePeriodicity && { hz }) })
    }
  }
}

/** Stretches of one label's confidence, each within one turn. */
export interface Curve {
  readonly label: string
  readonly stretches: readonly (readonly { readonly atMs: number; readonly confidence: number }[])[]
}

/** The labels of one trait over time; those that were likeliest at some time come first. */
export const curvesOf = (profiles: readonly Profiled[], name: string): readonly Curve[] => {
  const curves = new Map<string, { most: number; stretches: Map<number, { atMs: number; confidence: number }[]> }>()
  for (const { utterance, endMs, traits } of profiles) {
    for (const { label, confidence } of traits.find((trait) => trait.name === name)?.labels ?? []) {
      const curve = curves.get(label) ?? { most: 0, stretches: new Map() }
      curves.set(label, curve)
      curve.most = Math.max(curve.most, confidence)
      const stretch = curve.stretches.get(utterance) ?? []
      curve.stretches.set(utterance, stretch)
      stretch.push({ atMs: endMs, confidence })
    }
  }
  return [...curves]
    .sort(([, a], [, b]) => b.most - a.most)
    .map(([label, { stretches }]) => ({ label, stretches: [...stretches.values()] }))
}

/** Names of the traits that were told, in the order in which they first were. */
export const traitNames = (profiles: readonly { readonly traits: readonly Trait[] }[]): readonly string[] => [
  ...new Set(profiles.flatMap(({ traits }) => traits.flatMap(({ name, labels }) => (labels.length > 0 ? [name] : [])))),
]

/** Gathers what is heard, to its end. */
export const gatherCourse = async (
  heard: AsyncIterable<Heard>,
  sound: SoundTrack,
  audioMs: () => number,
): Promise<VoiceCourse> => {
  const profiles: Profiled[] = []
  const words: Word[] = []
  const texts: string[] = []
  let language: string | undefined
  for await (const event of heard) {
    if (event.type === 'voice.profiled') profiles.push(event)
    if (event.type !== 'transcript.final') continue
    words.push(...event.words)
    if (event.text.trim() !== '') texts.push(event.text.trim())
    language ??= event.language
  }
  sound.finish()
  return {
    audioMs: audioMs(),
    sound: sound.points,
    // Those of a turn may come while the next is heard.
    profiles: profiles.toSorted((a, b) => a.utterance - b.utterance),
    words,
    text: texts.join(' '),
    ...(language !== undefined && { language }),
  }
}
