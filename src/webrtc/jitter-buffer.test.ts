import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JitterBuffer, type Piece } from './jitter-buffer.ts'

/** A packet of 20 ms that says which it is. */
const packetOf = (number: number, { first = 0, firstTimestamp = 0, timestamp = number * 960 } = {}) => ({
  payloadType: 111,
  ssrc: 1,
  marker: false,
  sequence: (first + number) & 0xffff,
  timestamp: (firstTimestamp + timestamp) >>> 0,
  payload: Uint8Array.of(0xf8, number & 0xff, number >> 8),
})
const numberOf = (payload: Uint8Array): number => payload[1]! | (payload[2]! << 8)
const totalMs = (pieces: readonly Piece[]): number => pieces.reduce((sum, { samples }) => sum + samples, 0) / 48
const numbersOf = (pieces: readonly Piece[]): readonly number[] =>
  pieces.flatMap((piece) => (piece.type === 'packet' ? [numberOf(piece.payload)] : []))

interface Arrival {
  readonly number: number
  readonly at: number
}

/** What is heard of packets that come at these times; looked at with each, and every 20 ms. */
const heard = (arrivals: readonly Arrival[], start: Parameters<typeof packetOf>[1] = {}, untilMs = 0): Piece[] => {
  const buffer = new JitterBuffer()
  const pieces: Piece[] = []
  const last = Math.max(untilMs, ...arrivals.map(({ at }) => at + 150))
  const inOrder = arrivals.toSorted((a, b) => a.at - b.at)
  for (let now = 0; now <= last; now += 1) {
    for (; inOrder[0] && inOrder[0].at <= now; inOrder.shift()) {
      buffer.push(packetOf(inOrder[0].number, start), now)
      pieces.push(...buffer.pull(now))
    }
    if (now % 20 === 0) pieces.push(...buffer.pull(now))
  }
  return pieces
}

describe('what is heard of packets', () => {
  it('is each once and in order, where none is lost and none 80 ms later than others, wherever the numbers begin', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 79 }), { minLength: 2, maxLength: 40 }),
        fc.integer({ min: 0, max: 0xffff }),
        fc.integer({ min: 0, max: 0xffffffff }),
        (delays, first, firstTimestamp) => {
          // The stream begins with the packet that comes first.
          const arrivals = delays.map((delay, number) => ({ number, at: number === 0 ? 0 : 20 * number + delay }))
          const twice = arrivals.flatMap((arrival) => [arrival, { ...arrival, at: arrival.at + 5 }])
          const pieces = heard(twice, { first, firstTimestamp })
          expect(numbersOf(pieces)).toEqual(delays.map((_, number) => number))
          expect(pieces.every(({ type }) => type === 'packet')).toBe(true)
        },
      ),
    )
  })

  it('takes as long as what was said, whatever is lost', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }), (kept) => {
        const numbers = [0, ...kept.flatMap((is, at) => (is ? [at + 1] : [])), kept.length + 1]
        // A gap this long counts as silence of the sender, and goes on at the pace of time.
        fc.pre(numbers.every((number, at) => at === 0 || number - numbers[at - 1]! < 9))
        const pieces = heard(numbers.map((number) => ({ number, at: 20 * number })))
        expect(numbersOf(pieces)).toEqual(numbers)
        expect(totalMs(pieces.slice(0, pieces.findLastIndex(({ type }) => type === 'packet') + 1))).toBe(
          20 * (kept.length + 2),
        )
      }),
    )
  })

  it('does not wait for what comes in order, and 100 ms for what is missing', () => {
    const buffer = new JitterBuffer()
    buffer.push(packetOf(0), 0)
    expect(numbersOf([...buffer.pull(0)])).toEqual([0])
    buffer.push(packetOf(2), 40)
    expect([...buffer.pull(139)]).toEqual([])
    const late = [...buffer.pull(140)]
    expect(late.map(({ type }) => type)).toEqual(['lost', 'packet'])
    // The packet behind may hold a copy.
    expect(late[0]).toMatchObject({ samples: 960, next: packetOf(2).payload })
    buffer.push(packetOf(1), 150)
    expect([...buffer.pull(150)]).toEqual([])
  })

  it('is silence where the sender sent none, by its own count or by the clock', () => {
    const paused = new JitterBuffer()
    paused.push(packetOf(0), 0)
    paused.push(packetOf(1, { timestamp: 960 * 5 }), 10)
    expect([...paused.pull(10)].map(({ type, samples }) => [type, samples])).toEqual([
      ['packet', 960],
      ['silence', 960 * 4],
      ['packet', 960],
    ])

    const arrivals = [
      { number: 0, at: 0 },
      { number: 51, at: 1020 },
    ]
    const pieces = heard(arrivals, {}, 1040)
    expect(pieces.filter(({ type }) => type === 'silence').length).toBeGreaterThan(45)
    expect(Math.abs(totalMs(pieces) - 1040)).toBeLessThanOrEqual(20)
  })

  it('begins anew with another stream', () => {
    const buffer = new JitterBuffer()
    buffer.push(packetOf(0), 0)
    buffer.push({ ...packetOf(900), ssrc: 2 }, 5)
    expect(numbersOf([...buffer.pull(5)])).toEqual([900])
    buffer.push({ ...packetOf(3), timestamp: 0x7000_0000, ssrc: 2 }, 6)
    expect(numbersOf([...buffer.pull(6)])).toEqual([3])
  })
})
