/** JitterBuffer: packets as the network brings them → audio without gaps, in order; says what was lost and when nobody sent. */
import { packetSamples } from './opus-packet.ts'
import type { RtpPacket } from './rtp.ts'

/** RTP clock of Opus. */
const samplesPerMs = 48
/** What is concealed or passed over at a time: 20 ms. */
const stepSamples = 20 * samplesPerMs
/** How long a missing packet is waited for, from when one behind it came. */
const waitMs = 100
/** After so long without any packet the sender counts as silent, and silence goes on at the pace of time. */
const stallMs = 200
/** Longer than this is no loss any more: silence takes its place. */
const mostConcealed = 6 * stepSamples
/** A timestamp further off than this begins a new stream. */
const mostJump = 10_000 * samplesPerMs
/** Packets that may wait: more than two seconds. */
const mostWaiting = 128

/** What is to be heard next. `samples` are of the RTP clock, 48 kHz. */
export type Piece =
  | { readonly type: 'packet'; readonly payload: Uint8Array; readonly samples: number }
  /** `next` is the packet behind it, which may hold a coarse copy of what was lost. */
  | { readonly type: 'lost'; readonly samples: number; readonly next?: Uint8Array }
  | { readonly type: 'silence'; readonly samples: number }

interface Waiting {
  readonly sequence: number
  /** Counted on, so that it does not wrap around. */
  readonly timestamp: number
  readonly payload: Uint8Array
  readonly samples: number
  readonly cameAt: number
}

/** The number near `last` that is `wrapped` in its lowest `bits`. */
const counted = (last: number, wrapped: number, bits: number): number => {
  const size = 2 ** bits
  const difference = (((wrapped - last) % size) + size) % size
  return last + (difference < size / 2 ? difference : difference - size)
}

/**
 * Packets that come in order are given at once: who listens to them is no loudspeaker and needs no even pace. Only a gap
 * waits, and no longer than 100 ms. Times are milliseconds of a clock that never goes back.
 */
export class JitterBuffer {
  #waiting: Waiting[] = []
  #ssrc: number | undefined
  #sequence = 0
  /** Of the last packet that was given. */
  #given = 0
  /** Where the next audio begins; undefined before the first packet. */
  #next: number | undefined
  #lastAt = 0
  /** Silence that was given because nothing came; what the sender leaves out later is less by that. */
  #filled = 0
  #filledUntil = 0

  /** Takes a packet. What came twice or too late is passed over. */
  push(packet: RtpPacket, now: number): void {
    const samples = packetSamples(packet.payload)
    if (samples === undefined) return
    const far = this.#next !== undefined && Math.abs(counted(this.#next, packet.timestamp, 32) - this.#next) > mostJump
    if (this.#ssrc !== packet.ssrc || far) this.#restart(packet)
    this.#sequence = counted(this.#sequence, packet.sequence, 16)
    const timestamp = counted(this.#next!, packet.timestamp, 32)
    const { payload } = packet
    this.#lastAt = now
    this.#filledUntil = now
    if (timestamp < this.#next! || this.#waiting.some((other) => other.timestamp === timestamp)) return
    this.#waiting.push({ sequence: this.#sequence, timestamp, payload, samples, cameAt: now })
    this.#waiting.sort((a, b) => a.timestamp - b.timestamp)
  }

  /** What can be heard now, in order. To be asked after each packet, and every 20 ms besides. */
  *pull(now: number): Generator<Piece> {
    if (this.#next === undefined) return
    for (let first = this.#waiting[0]; first; first = this.#waiting[0]) {
      const gap = first.timestamp - this.#next
      const lost = first.sequence - this.#given - 1
      if (gap > 0 && lost > 0 && !this.#patienceEnds(now)) return
      if (gap > 0) yield* this.#bridge(gap, lost > 0 ? first.payload : undefined)
      this.#waiting.shift()
      this.#filled = 0
      this.#given = first.sequence
      this.#next = first.timestamp + first.samples
      yield { type: 'packet', payload: first.payload, samples: first.samples }
    }
    yield* this.#fill(now)
  }

  #restart({ ssrc, sequence, timestamp }: RtpPacket): void {
    this.#waiting = []
    this.#ssrc = ssrc
    this.#sequence = sequence
    this.#given = sequence - 1
    this.#next = timestamp
    this.#filled = 0
  }

  #patienceEnds(now: number): boolean {
    const oldest = Math.min(...this.#waiting.map(({ cameAt }) => cameAt))
    return now - oldest >= waitMs || this.#waiting.length > mostWaiting
  }

  /** Over a gap before a packet, less the silence that stands in it already. `behind`: packets are missing in it. */
  *#bridge(gap: number, behind: Uint8Array | undefined): Generator<Piece> {
    let rest = gap - this.#filled
    if (behind && rest <= mostConcealed) {
      for (; rest > 0; rest -= stepSamples) {
        const samples = Math.min(rest, stepSamples)
        yield { type: 'lost', samples, ...(rest <= stepSamples && { next: behind }) }
      }
    } else if (rest > 0) yield { type: 'silence', samples: rest }
  }

  *#fill(now: number): Generator<Piece> {
    if (now - this.#lastAt < stallMs) return
    for (; this.#filledUntil + stepSamples / samplesPerMs <= now; this.#filledUntil += stepSamples / samplesPerMs) {
      this.#filled += stepSamples
      yield { type: 'silence', samples: stepSamples }
    }
  }
}
