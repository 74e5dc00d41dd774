/** ItemAudio: the sound of recent items, in memory only, for clients that ask for it. */
import { type AudioFrame, durationMs, endMs } from '../audio/frame.ts'
import { joined } from '../audio/joined.ts'
import { pcm16ToSamples, samplesToPcm16 } from '../audio/pcm.ts'
import type { SessionConfig } from '../conversation/config.ts'
import type { SessionEvent } from '../conversation/events.ts'
import { atRate } from '../listening/rate.ts'

/** A run of audio, at two bytes a sample. */
interface Kept {
  readonly pcm: Uint8Array
  readonly sampleRate: number
  readonly startMs: number
  readonly endMs: number
}

const keep = (frame: AudioFrame): Kept => ({
  pcm: samplesToPcm16(frame.samples),
  sampleRate: frame.sampleRate,
  startMs: frame.startMs,
  endMs: endMs(frame),
})

const keptMs = (runs: readonly Kept[]): number => runs.reduce((sum, run) => sum + run.endMs - run.startMs, 0)

/** The part of a run between two places on its clock; undefined when there is none. */
const cut = (run: Kept, fromMs: number, toMs: number): Kept | undefined => {
  if (run.startMs >= fromMs && run.endMs <= toMs) return run
  const sample = (ms: number): number => Math.round(((ms - run.startMs) * run.sampleRate) / 1000)
  const from = Math.max(0, sample(fromMs))
  const to = Math.min(run.pcm.length / 2, sample(toMs))
  if (to <= from) return undefined
  const startMs = run.startMs + (from * 1000) / run.sampleRate
  return {
    pcm: run.pcm.subarray(from * 2, to * 2),
    sampleRate: run.sampleRate,
    startMs,
    endMs: startMs + ((to - from) * 1000) / run.sampleRate,
  }
}

const cutAll = (runs: readonly Kept[], fromMs: number, toMs: number): Kept[] =>
  runs.flatMap((run) => cut(run, fromMs, toMs) ?? [])

/** As one frame that begins at 0; of runs with several rates the last rate's. */
const asFrame = (runs: readonly Kept[]): AudioFrame | undefined => {
  const sampleRate = runs.at(-1)?.sampleRate
  const same = runs.filter((run) => run.sampleRate === sampleRate)
  if (sampleRate === undefined) return undefined
  const samples = joined(
    Float32Array,
    same.map((run) => pcm16ToSamples(run.pcm)),
  )
  return { samples, sampleRate, startMs: 0 }
}

/** Keeps `limitMs` of audio in all, the latest; what was received but never committed counts too. */
export class ItemAudio {
  readonly #limitMs: number
  #received: Kept[] = []
  #receivedMs = 0
  readonly #items = new Map<string, Kept[][]>()
  #itemsMs = 0
  /** An item that was itself longer than the limit: the rest of it without its beginning would be a lie. */
  #tooLong: string | undefined
  /** Items of which the user heard only a beginning: what a running reply still says belongs to none of it. */
  readonly #cut = new Set<string>()

  constructor(limitMs: number) {
    this.#limitMs = limitMs
  }

  /** Audio that the user sent. */
  received(frame: AudioFrame): void {
    if (this.#limitMs === 0) return
    this.#received.push(keep(frame))
    this.#receivedMs += durationMs(frame)
    while (this.#receivedMs > this.#limitMs && this.#received.length > 1) {
      const oldest = this.#received.shift()!
      this.#receivedMs -= oldest.endMs - oldest.startMs
    }
  }

  see(event: SessionEvent): void {
    if (this.#limitMs === 0) return
    switch (event.type) {
      case 'audio.committed':
        this.#put(event.itemId, 0, cutAll(this.#received, event.startMs, event.endMs))
        this.#received = cutAll(this.#received, event.endMs, Number.POSITIVE_INFINITY)
        this.#receivedMs = keptMs(this.#received)
        break
      case 'audio.cleared':
        this.#received = []
        this.#receivedMs = 0
        break
      case 'reply.audio':
        if (!this.#cut.has(event.itemId)) this.#put(event.itemId, event.partIndex, [keep(event.frame)])
        break
      case 'item.truncated':
        this.#cut.add(event.itemId)
        this.#truncate(event.itemId, event.partIndex, event.heardMs)
        break
      case 'item.deleted':
        this.#cut.delete(event.itemId)
        this.#drop(event.itemId)
        break
      default:
    }
  }

  /** Audio that belongs to an item from the start. */
  put(itemId: string, part: number, frame: AudioFrame): void {
    if (this.#limitMs > 0) this.#put(itemId, part, [keep(frame)])
  }

  /** The audio of an item, by part; undefined when none is kept. */
  of(itemId: string): readonly (AudioFrame | undefined)[] | undefined {
    return this.#items.get(itemId)?.map(asFrame)
  }

  /** What is told of an item that was asked for: with the audio that is kept of it, in the rate of its side's format. */
  retrieved(
    event: Extract<SessionEvent, { type: 'item.retrieved' }>,
    { input, output }: Pick<SessionConfig, 'input' | 'output'>,
  ): SessionEvent {
    const { item } = event
    const { sampleRate } = (item.type === 'message' && item.role === 'user' ? input : output).format
    const audio = this.of(item.id)?.map((part) => part && atRate(part, sampleRate))
    return audio ? { ...event, audio } : event
  }

  #put(itemId: string, part: number, runs: readonly Kept[]): void {
    if (runs.length === 0 || itemId === this.#tooLong) return
    const parts = this.#items.get(itemId) ?? []
    for (let index = parts.length; index <= part; index++) parts.push([])
    parts[part]!.push(...runs)
    this.#items.set(itemId, parts)
    this.#itemsMs += keptMs(runs)
    for (const oldest of this.#items.keys()) {
      if (this.#itemsMs <= this.#limitMs) return
      this.#drop(oldest)
      if (oldest === itemId) this.#tooLong = itemId
    }
  }

  #truncate(itemId: string, part: number, heardMs: number): void {
    const parts = this.#items.get(itemId)
    const runs = parts?.[part]
    if (!parts || !runs) return
    const begin = runs[0]?.startMs ?? 0
    const heard = cutAll(runs, begin, begin + heardMs)
    this.#itemsMs -= keptMs(runs) - keptMs(heard)
    parts[part] = heard
  }

  #drop(itemId: string): void {
    for (const runs of this.#items.get(itemId) ?? []) this.#itemsMs -= keptMs(runs)
    this.#items.delete(itemId)
  }
}
