import fc from 'fast-check'
import { expect, it } from 'vitest'
import { packetSamples } from './opus-packet.ts'
import { readRtp, rtpBytes } from './rtp.ts'

const packet = fc.record({
  payloadType: fc.integer({ min: 96, max: 127 }),
  sequence: fc.integer({ min: 0, max: 0xffff }),
  timestamp: fc.integer({ min: 0, max: 0xffffffff }),
  ssrc: fc.integer({ min: 0, max: 0xffffffff }),
  marker: fc.boolean(),
  payload: fc.uint8Array({ maxLength: 200 }),
})

it('reads what it writes', () => {
  fc.assert(
    fc.property(packet, (given) => {
      expect(readRtp(rtpBytes(given))).toEqual(given)
    }),
  )
})

it('passes over the header’s extensions and the padding, and over RTCP', () => {
  const bytes = Uint8Array.of(
    0xb1,
    0x6f,
    0,
    7,
    0,
    0,
    0,
    9,
    0,
    0,
    0,
    1,
    0,
    0,
    0,
    2,
    0xbe,
    0xde,
    0,
    1,
    0,
    0,
    0,
    0,
    42,
    43,
    0,
    2,
  )
  expect(readRtp(bytes)).toMatchObject({ sequence: 7, timestamp: 9, payload: Uint8Array.of(42, 43) })
  expect(readRtp(Uint8Array.of(0x80, 200, 0, 6, 0, 0, 0, 1, 0, 0, 0, 0))).toBeUndefined()
})

it('never throws, whatever comes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const samples = packetSamples(readRtp(bytes)?.payload ?? new Uint8Array(0))
      expect(samples === undefined || (samples > 0 && samples <= 5760)).toBe(true)
    }),
  )
})

it.each([
  ['SILK of 20 ms', [0x08], 960],
  ['CELT of 20 ms', [0xf8, 0xff, 0xfe], 960],
  ['CELT of 2.5 ms', [0xe0], 120],
  ['two frames of 10 ms', [0xf1], 960],
  ['three frames of 40 ms', [0x13, 3], 5760],
])('knows how long a packet is heard: %s', (_name, bytes, samples) => {
  expect(packetSamples(Uint8Array.from(bytes))).toBe(samples)
})
