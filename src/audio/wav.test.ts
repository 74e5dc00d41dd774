/** WAV files of every kind, whole and piece by piece. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { samplesToPcm16 } from './pcm.ts'
import { parseWav, WavReader, writeWav } from './wav.ts'

const ramp = Float32Array.from({ length: 50 }, (_, i) => (i - 25) / 32)

const chunk = (name: string, body: Uint8Array, length = body.length): Uint8Array => {
  const bytes = Buffer.alloc(8 + body.length + (body.length & 1))
  bytes.write(name, 'latin1')
  bytes.writeUInt32LE(length, 4)
  bytes.set(body, 8)
  return bytes
}

const format = (code: number, channels: number, rate: number, bits: number, extra: Uint8Array = new Uint8Array(0)) => {
  const bytes = Buffer.alloc(16)
  bytes.writeUInt16LE(code, 0)
  bytes.writeUInt16LE(channels, 2)
  bytes.writeUInt32LE(rate, 4)
  bytes.writeUInt16LE(bits, 14)
  return chunk('fmt ', Buffer.concat([bytes, extra]))
}

const riff = (...chunks: Uint8Array[]): Uint8Array =>
  Buffer.concat([Buffer.from('RIFF\xff\xff\xff\xffWAVE', 'latin1'), ...chunks])

const sixteen = samplesToPcm16(ramp)

/** Reads cut after cut; the rest at the end. */
const read = (bytes: Uint8Array, cuts: readonly number[] = []): number[][] => {
  const reader = new WavReader()
  const channels: number[][] = []
  let at = 0
  for (const length of [...cuts, bytes.length]) {
    for (const [c, samples] of reader.push(bytes.subarray(at, at + length)).entries())
      channels[c] = [...(channels[c] ?? []), ...samples]
    at += length
  }
  return channels
}

describe('WAV', () => {
  it('comes back as it was written, with a header of 44 bytes', () => {
    const bytes = writeWav(ramp, 22_050)
    expect(bytes.length).toBe(44 + 100)
    const { samples, sampleRate } = parseWav(bytes)
    expect([...samples]).toEqual([...ramp])
    expect(sampleRate).toBe(22_050)
  })

  const list = chunk('LIST', Buffer.from('INFOabc'))
  const extensible = Buffer.alloc(24)
  extensible.writeUInt16LE(22, 0)
  extensible.writeUInt16LE(1, 8)
  const float32 = new Uint8Array(Float32Array.from(ramp).buffer)
  const float64 = new Uint8Array(Float64Array.from(ramp).buffer)
  const kinds: readonly (readonly [string, Uint8Array])[] = [
    ['plain', riff(format(1, 1, 8000, 16), chunk('data', sixteen))],
    ['with an odd chunk before the audio', riff(list, format(1, 1, 8000, 16), list, chunk('data', sixteen))],
    ['with a chunk after the audio', riff(format(1, 1, 8000, 16), chunk('data', sixteen), list)],
    ['streamed, length 0', riff(format(1, 1, 8000, 16), chunk('data', sixteen, 0))],
    ['streamed, length 2³²−1', riff(format(1, 1, 8000, 16), chunk('data', sixteen, 0xffffffff))],
    ['streamed, length near 2 GB', riff(format(1, 1, 8000, 16), chunk('data', sixteen, 0x7ffff000))],
    ['cut short', riff(format(1, 1, 8000, 16), chunk('data', sixteen, 4000))],
    ['extensible', riff(format(0xfffe, 1, 8000, 16, extensible), chunk('data', sixteen))],
    ['32-bit float', riff(format(3, 1, 8000, 32), chunk('data', float32))],
    ['64-bit float', riff(format(3, 1, 8000, 64), chunk('data', float64))],
  ]

  it.each(kinds)('is read when %s, however it is cut', (_, bytes) => {
    expect(read(bytes)).toEqual([[...ramp]])
    expect(read(bytes, Array(bytes.length).fill(1))).toEqual([[...ramp]])
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 9 }), (cuts) => {
        expect(read(bytes, cuts)).toEqual([[...ramp]])
      }),
      { numRuns: 30 },
    )
  })

  it('keeps channels apart', () => {
    const bytes = riff(format(1, 2, 48_000, 16), chunk('data', samplesToPcm16(Float32Array.of(0.5, -0.5, 0.25, -0.25))))
    expect(read(bytes, [45, 1, 1])).toEqual([
      [0.5, 0.25],
      [-0.5, -0.25],
    ])
  })

  it('says what it cannot read', () => {
    expect(() => read(riff(format(2, 1, 8000, 4), chunk('data', sixteen)))).toThrow(
      expect.objectContaining({ code: 'unsupported' }),
    )
    for (const bytes of [
      Buffer.from('RIFFxxxxAVI LIST'),
      riff(chunk('data', sixteen)),
      riff(format(1, 0, 8000, 16), chunk('data', sixteen)),
      riff(format(1, 1, 0, 16), chunk('data', sixteen)),
      riff(chunk('fmt ', new Uint8Array(3)), chunk('data', sixteen)),
    ])
      expect(() => read(bytes)).toThrow(expect.objectContaining({ code: 'invalid_request' }))
    expect(() => parseWav(Buffer.from('RIFF'))).toThrow(expect.objectContaining({ code: 'invalid_request' }))
  })

  it('reads anything or throws a VoiceError', () => {
    const header = Buffer.from('RIFF\0\0\0\0WAVE', 'latin1')
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (junk) => {
        try {
          read(Buffer.concat([header, junk]), [13, 7])
        } catch (error) {
          expect(error).toMatchObject({ name: 'VoiceError' })
        }
      }),
    )
  })
})
