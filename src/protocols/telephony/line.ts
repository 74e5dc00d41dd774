/** Line: the audio that goes to a carrier, in messages of its length, and how late it is heard. */
import type { AudioFrame } from '../../audio/frame.ts'
import { joined } from '../../audio/joined.ts'
import { type CallFormat, type Carrier, payloadOf } from './carrier.ts'

/** So much audio goes out between two marks. */
const markEveryMs = 100
/** A carrier that answers none would be remembered for ever. */
const mostOpenMarks = 200
/** Whatever a carrier says, nothing is heard later than this. */
const mostLagMs = 5000

/** Times are wall times in milliseconds since 1970. */
export class Line {
  readonly #carrier: Carrier
  readonly #streamId: string
  readonly #format: CallFormat
  /** What does not fill a message yet. */
  #rest: Float32Array[] = []
  #restSamples = 0
  /** When all that went out will have been heard, if it is heard without delay. */
  #endAt = 0
  #marks = 0
  #markedAt = 0
  /** Marks that were not answered yet, with the time that each stands for. */
  readonly #open = new Map<string, number>()
  #lagMs = 0

  constructor(carrier: Carrier, streamId: string, format: CallFormat) {
    this.#carrier = carrier
    this.#streamId = streamId
    this.#format = format
  }

  /** How much later than it could be the last audio was heard, as far as the carrier has told. */
  get lagMs(): number {
    return this.#lagMs
  }

  /** Audio in the format's rate → messages. */
  play({ samples }: AudioFrame, at: number): readonly object[] {
    this.#rest.push(samples)
    this.#restSamples += samples.length
    const chunk = (this.#format.sampleRate * this.#carrier.chunkMs) / 1000
    const ready = this.#restSamples - (this.#restSamples % chunk)
    return ready === 0 ? [] : this.#send(ready, at)
  }

  /** Sends what does not fill a message, with silence behind it. */
  flush(at: number): readonly object[] {
    const chunk = (this.#format.sampleRate * this.#carrier.chunkMs) / 1000
    if (this.#restSamples === 0) return []
    const missing = (chunk - (this.#restSamples % chunk)) % chunk
    this.#rest.push(new Float32Array(missing))
    this.#restSamples += missing
    const sent = this.#send(this.#restSamples, at)
    return this.#markedAt === this.#endAt ? sent : [...sent, this.#mark()]
  }

  /** Throws away what was sent and not heard, and what was about to be sent. */
  drop(at: number): readonly object[] {
    this.#rest = []
    this.#restSamples = 0
    this.#endAt = at
    // Some carriers answer these now, though nobody has heard what was before them.
    this.#open.clear()
    return [this.#carrier.clear(this.#streamId)]
  }

  /** A mark that says, once it is answered, that all has been heard. */
  lastMark(name: string): object {
    return this.#carrier.mark(this.#streamId, name)
  }

  /** The carrier has played all before this mark. */
  answered(name: string, at: number): void {
    const expectedAt = this.#open.get(name)
    if (expectedAt === undefined) return
    for (const earlier of this.#open.keys()) {
      this.#open.delete(earlier)
      if (earlier === name) break
    }
    this.#lagMs = Math.min(mostLagMs, Math.max(0, at - expectedAt))
  }

  #send(count: number, at: number): readonly object[] {
    const all = joined(Float32Array, this.#rest)
    const [out, rest] = [all.subarray(0, count), all.subarray(count)]
    this.#rest = rest.length > 0 ? [rest] : []
    this.#restSamples = rest.length
    this.#endAt = Math.max(this.#endAt, at) + (count * 1000) / this.#format.sampleRate
    const media = this.#carrier.media(this.#streamId, payloadOf(out, this.#format), this.#format)
    return this.#endAt - this.#markedAt < markEveryMs ? [media] : [media, this.#mark()]
  }

  #mark(): object {
    this.#marks += 1
    this.#markedAt = this.#endAt
    const name = `parley-${this.#marks}`
    this.#open.set(name, this.#endAt)
    const [oldest] = this.#open.keys()
    if (this.#open.size > mostOpenMarks && oldest !== undefined) this.#open.delete(oldest)
    return this.#carrier.mark(this.#streamId, name)
  }
}
