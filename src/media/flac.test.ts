/** Cutting FLAC into frames: wherever the bytes are cut, and whatever they look like. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { flacFile, flacFrames } from '../../test/support/audio-files.ts'
import { FlacReader, flacHeader } from './flac.ts'

interface Found {
  readonly number: number
  readonly bytes: string | undefined
}

const found = (bytes: Uint8Array, lengths: readonly number[]): readonly Found[] => {
  const reader = new FlacReader()
  const frames: Found[] = []
  let at = 0
  for (let k = 0; at < bytes.length; k++) {
    const length = lengths[k % Math.max(1, lengths.length)] ?? bytes.length
    for (const frame of reader.push(bytes.slice(at, at + length))) keep(frame)
    at += length
  }
  for (const frame of reader.end()) keep(frame)
  return frames

  function keep(frame: { readonly header: { readonly number: number }; readonly bytes: Uint8Array | undefined }): void {
    frames.push({ number: frame.header.number, bytes: frame.bytes && Buffer.from(frame.bytes).toString('hex') })
  }
}

const expected = (frames: readonly Uint8Array[]): readonly Found[] =>
  frames.map((bytes, number) => ({ number, bytes: Buffer.from(bytes).toString('hex') }))

/** Samples among which there are many that look like the beginning of a frame. */
const confusing = Int16Array.from({ length: 10_000 }, (_, i) => [-8, 0x7508, i, 0x0fff, -1][i % 5]!)

describe('the frames of a FLAC stream', () => {
  it('are the same however it is cut', () => {
    const [bytes, frames] = [flacFile(confusing), expected(flacFrames(confusing))]
    expect(found(bytes, [])).toEqual(frames)
    expect(found(bytes, [1])).toEqual(frames)
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 8 }), (lengths) => {
        expect(found(bytes, lengths)).toEqual(frames)
      }),
      { numRuns: 30 },
    )
  })

  it('are found behind a header with pictures in it, and before tags', () => {
    const bytes = flacFile(confusing)
    bytes[4] = 0
    const picture = Buffer.concat([
      Uint8Array.of(0x86, 0, 0x40, 0),
      Buffer.alloc(0x4000, 'fLaC\xff\xf8u\x08', 'latin1'),
    ])
    const tagged = Buffer.concat([bytes.subarray(0, 42), picture, bytes.subarray(42), Buffer.alloc(128, 'TAG')])
    for (const lengths of [[], [100, 7]]) expect(found(tagged, lengths)).toEqual(expected(flacFrames(confusing)))
  })

  it('are told apart when many are tiny', () => {
    const content = { silentFrames: 300 }
    expect(found(flacFile(content), [50])).toEqual(expected(flacFrames(content)))
  })

  it('are known as damaged, and the next is found', () => {
    const frames = flacFrames(confusing)
    const bytes = flacFile(confusing)
    bytes[42 + frames[0]!.length + 3000]! ^= 4
    expect(found(bytes, [999])).toEqual(
      expected(frames).map((frame, k) => (k === 1 ? { ...frame, bytes: undefined } : frame)),
    )
  })

  it('go on after one whose header is damaged', () => {
    const samples = Int16Array.from({ length: 10_000 }, (_, i) => (i * i) % 3000)
    const frames = flacFrames(samples)
    const bytes = flacFile(samples)
    bytes[42 + frames[0]!.length]! ^= 1
    const [first, , third] = expected(frames)
    expect(found(bytes, [999])).toEqual([first, third])
  })

  it('are only whole ones, whatever the bytes are', () => {
    const whole = new Set(expected(flacFrames(confusing)).map(({ bytes }) => bytes))
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), fc.nat(), fc.nat(20_000), (junk, at, length) => {
        const bytes = flacFile(confusing)
        bytes.set(junk, 42 + (at % (bytes.length - 42 - junk.length)))
        // The last may end by chance where its check sum is right.
        for (const frame of found(bytes.subarray(0, length), [1000]).slice(0, -1))
          if (frame.bytes !== undefined) expect(whole).toContain(frame.bytes)
      }),
      { numRuns: 50 },
    )
  })
})

describe('the header of a FLAC frame', () => {
  it('says rate, size and number in each of the ways that there are', () => {
    // Made by hand from RFC 9639, with the check sums that belong to them.
    const header = (...bytes: number[]): ReturnType<typeof flacHeader> => flacHeader(withSum(bytes), 0)
    expect(header(0xff, 0xf8, 0xc9, 0x18, 0)).toEqual({
      length: 6,
      variable: false,
      number: 0,
      blockSize: 4096,
      channels: 2,
      sampleRate: 44_100,
      limitBytes: expect.any(Number),
    })
    expect(header(0xff, 0xf9, 0x6c, 0xa8, 0xe1, 0x80, 0x80, 99, 48)).toMatchObject({
      variable: true,
      number: 4096,
      blockSize: 100,
      channels: 2,
      sampleRate: 48_000,
    })
    expect(header(0xff, 0xf8, 0x7d, 0x78, 0xc4, 0x80, 0xff, 0xff, 0x2b, 0x11)).toMatchObject({
      number: 256,
      blockSize: 65_536,
      channels: 8,
      sampleRate: 11_025,
    })
    expect(header(0xff, 0xf8, 0x1e, 0x08, 5, 0x11, 0x3a)).toMatchObject({
      blockSize: 192,
      sampleRate: 44_100,
      channels: 1,
    })
    expect(header(0xff, 0xf8, 0x50, 0x08, 5)).toMatchObject({ blockSize: 4608, sampleRate: 0 })
  })

  it('is none when a bit is wrong, or it is not all there', () => {
    const bytes = withSum([0xff, 0xf8, 0xc9, 0x18, 0])
    expect(flacHeader(bytes, 0)).toBeDefined()
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const wrong = bytes.slice()
      wrong[bit >> 3]! ^= 1 << (bit & 7)
      expect(flacHeader(wrong, 0)).toBeUndefined()
    }
    for (let length = 0; length < bytes.length; length++)
      expect(flacHeader(bytes.subarray(0, length), 0)).toBeUndefined()
  })
})

const withSum = (bytes: readonly number[]): Uint8Array => {
  let sum = 0
  for (const byte of bytes) {
    sum ^= byte
    for (let k = 0; k < 8; k++) sum = sum & 128 ? ((sum << 1) ^ 7) & 255 : sum << 1
  }
  return Uint8Array.of(...bytes, sum)
}
