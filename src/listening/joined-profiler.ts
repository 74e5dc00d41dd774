/** Several voice profilers as one: each trait from the engine that it was given to. */
import { type AudioFrame, durationMs } from '../audio/frame.ts'
import type { ProfileOptions, Trait, VoiceProfile, VoiceProfiler } from '../engines/voice-profiler.ts'
import { forEach } from '../streams/for-each.ts'
import { produced } from '../streams/produced.ts'
import { Queue } from '../streams/queue.ts'
import { Tasks } from '../streams/tasks.ts'
import { RateConverter } from './rate.ts'

/** An engine and the traits that are taken from it alone. */
export interface TraitSource {
  readonly engine: VoiceProfiler
  readonly traits: readonly string[]
}

/** Audio that may wait for an engine; then the writer waits. */
const waitingLimitMs = 5000
/** What another engine has to say waits so long for the first, which sets the pace. */
const paceMs = 1000
/** Profiles that nobody has read yet are few. */
const profilesWaiting = 100

/** Labels that say nothing particular: an engine that knows a few odd sounds calls all others so. */
const usualLabels: ReadonlyMap<string, string> = new Map([
  ['vocalStyle', 'normal'],
  ['environment', 'quiet room'],
])

/** What `trait` calls as usual is divided as `finer` has it: whispers, or telephones, that the other engine does not know stay told. */
const divided = (trait: Trait, finer: Trait | undefined): Trait => {
  const usual = usualLabels.get(trait.name)
  const share = trait.labels.find(({ label }) => label === usual)?.confidence
  if (share === undefined || !finer) return trait
  const confidences = new Map(trait.labels.map(({ label, confidence }) => [label, label === usual ? 0 : confidence]))
  for (const { label, confidence } of finer.labels)
    confidences.set(label, (confidences.get(label) ?? 0) + share * confidence)
  const labels = [...confidences].map(([label, confidence]) => ({ label, confidence }))
  return { name: trait.name, labels: labels.sort((a, b) => b.confidence - a.confidence) }
}

/**
 * All traits of `first`, but for those that `others` have been given. A profile comes whenever `first` has one; where it is
 * silent, from the others every second. What another finds as usual (`normal`, `quiet room`) is divided further as `first` has it. An engine that fails is logged, and `first` tells its traits for the rest of the
 * utterance.
 */
export const joinedProfiler = (first: VoiceProfiler, others: readonly TraitSource[]): VoiceProfiler => {
  const given = new Set(others.flatMap(({ traits }) => traits))
  const kept = first.traits?.filter((name) => !given.has(name))
  return {
    sampleRate: Math.max(first.sampleRate, ...others.map(({ engine }) => engine.sampleRate)),
    card: {
      name: [
        first.card.name,
        ...others.map(({ engine, traits }) => `${traits.join(', ')} by ${engine.card.name}`),
      ].join('; '),
      cost: [first, ...others.map(({ engine }) => engine)].reduce((sum, { card }) => sum + (card.cost ?? 0), 0),
    },
    ...(kept && { traits: [...kept, ...given] }),
    profile: (audio, options) => produced(() => begin(first, others, audio, options)),
  }
}

/** One engine at work on one utterance. */
interface Part {
  readonly engine: VoiceProfiler
  readonly tells: (name: string) => boolean
  readonly audio: Queue<AudioFrame>
  readonly converter: RateConverter
  told: VoiceProfile | undefined
  failed: boolean
}

const begin = (
  first: VoiceProfiler,
  others: readonly TraitSource[],
  audio: AsyncIterable<AudioFrame>,
  options: ProfileOptions,
): { readonly output: Queue<VoiceProfile>; readonly end: () => Promise<void> } => {
  const output = new Queue<VoiceProfile>(profilesWaiting)
  const tasks = new Tasks(options.signal)
  const part = (engine: VoiceProfiler, tells: Part['tells']): Part => ({
    engine,
    tells,
    audio: new Queue(waitingLimitMs, durationMs),
    converter: new RateConverter(engine.sampleRate),
    told: undefined,
    failed: false,
  })
  const rest = others.map(({ engine, traits }) => part(engine, (name) => traits.includes(name)))
  const leading = part(first, (name) => !rest.some((other) => !other.failed && other.tells(name)))
  const parts = [leading, ...rest]
  let toldToMs: number | undefined
  let changed = false

  const tell = (): void => {
    const told = parts.flatMap((one) => one.told ?? [])
    const finer = (name: string): Trait | undefined =>
      leading.failed ? undefined : leading.told?.traits.find((trait) => trait.name === name)
    const traits = parts.flatMap((one): readonly Trait[] => {
      if (one.failed) return []
      const own = one.told?.traits.filter(({ name }) => one.tells(name)) ?? []
      return one === leading ? own : own.map((trait) => divided(trait, finer(trait.name)))
    })
    changed = false
    if (traits.length === 0) return
    toldToMs = Math.max(...told.map(({ endMs }) => endMs))
    output.push({ startMs: Math.min(...told.map(({ startMs }) => startMs)), endMs: toldToMs, traits })
  }

  const stop = (): void => {
    for (const one of parts) one.audio.abort()
    if (options.signal.aborted) output.abort()
  }
  tasks.signal.addEventListener('abort', stop, { once: true })
  if (tasks.signal.aborted) stop()

  tasks.start(async (signal) => {
    await forEach(audio, signal, (frame) => {
      const full = parts.filter((one) => {
        const frames = one.converter.push(frame)
        // An engine that has ended takes no more.
        return frames.map((converted) => one.audio.push(converted)).includes(false)
      })
      return full.length > 0 ? Promise.all(full.map((one) => one.audio.drained())).then(() => {}) : undefined
    })
    for (const one of parts) {
      for (const frame of one.converter.flush()) one.audio.push(frame)
      one.audio.close()
    }
  })
  for (const one of parts)
    tasks.start(async (signal) => {
      try {
        for await (const profile of one.engine.profile(one.audio, { ...options, signal })) {
          one.told = profile
          changed = true
          if (one === leading || profile.endMs >= (toldToMs ?? profile.startMs) + paceMs) tell()
        }
      } catch (error) {
        if (signal.aborted) return
        one.failed = true
        options.log.warn({ engine: one.engine.card.name, error }, 'a voice profiler failed')
      } finally {
        one.audio.abort()
      }
    })

  const ended = tasks.settled().then(
    () => {
      if (changed && !options.signal.aborted) tell()
      output.close()
    },
    (error: unknown) => output.close(error),
  )
  const end = (): Promise<void> => {
    tasks.abort()
    return ended
  }
  return { output, end }
}
