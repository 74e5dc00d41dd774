/** Hearing: everything that was heard in one recording, for wires that answer once at the end. */
import type { Trait } from '../engines/voice-profiler.ts'
import type { ListenEvent } from '../listening/commands.ts'
import type { Heard } from '../listening/heard.ts'
import { type SpeakerSpan, spansWithin, withSpeakers } from '../listening/speaker-clusters.ts'

/** One turn's text, which will not change. */
export type Final = Extract<Heard, { type: 'transcript.final' }>

/** What the voice of a turn, or of a part of it, is like. */
export type Profiled = Extract<Heard, { type: 'voice.profiled' }>

export interface Hearing {
  readonly finals: readonly Final[]
  /** The last profile of each turn, where there was enough speech. */
  readonly profiles: readonly Profiled[]
  /** What the voice was like over the whole recording; empty when nobody asked or there was too little speech. */
  readonly traits: readonly Trait[]
  /** All audio that was received. */
  readonly audioMs: number
}

/** Traits of several stretches of speech as one, each weighing as much as it is long. Labels come best first. */
export const mergeTraits = (
  profiles: readonly { readonly traits: readonly Trait[]; readonly weight: number }[],
): readonly Trait[] => {
  const names = new Map<string, Map<string, number>>()
  const weights = new Map<string, number>()
  for (const { traits, weight } of profiles)
    for (const trait of traits) {
      if (trait.labels.length === 0) continue
      const labels = names.get(trait.name) ?? new Map<string, number>()
      names.set(trait.name, labels)
      weights.set(trait.name, (weights.get(trait.name) ?? 0) + weight)
      for (const { label, confidence } of trait.labels)
        labels.set(label, (labels.get(label) ?? 0) + confidence * weight)
    }
  return [...names].map(([name, labels]) => ({
    name,
    labels: [...labels]
      .map(([label, sum]) => ({ label, confidence: sum / weights.get(name)! }))
      .sort((a, b) => b.confidence - a.confidence),
  }))
}

/** Reads the events of one recording to their end; who spoke is as was settled when all of it was known. */
export const gather = async (events: AsyncIterable<ListenEvent>): Promise<Hearing> => {
  const told: Final[] = []
  let spans: readonly SpeakerSpan[] = []
  const profiles = new Map<number, Profiled>()
  let audioMs = 0
  for await (const event of events) {
    if (event.type === 'transcript.final') told.push(event)
    else if (event.type === 'voice.profiled') profiles.set(event.utterance, event)
    else if (event.type === 'speakers.settled') spans = event.speakers
    else if (event.type === 'listen.ended') audioMs = event.audioMs
  }
  const finals = told.map((final) =>
    spans.length === 0 ? final : withSpeakers(final, spansWithin(final.startMs, final.endMs, spans)),
  )
  return { finals, profiles: [...profiles.values()], traits: mergeProfiles([...profiles.values()]), audioMs }
}

/** What the voice was like over several turns. */
export const mergeProfiles = (profiles: readonly Profiled[]): readonly Trait[] =>
  mergeTraits(profiles.map(({ traits, startMs, endMs }) => ({ traits, weight: Math.max(1, endMs - startMs) })))

/** Texts one after another, without the empty ones. */
export const joinTexts = (finals: readonly Pick<Final, 'text'>[]): string =>
  finals
    .map((final) => final.text.trim())
    .filter((text) => text !== '')
    .join(' ')
