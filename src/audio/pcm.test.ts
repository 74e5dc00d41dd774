/** Bytes ↔ samples: exact, cut anywhere. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alawToSamples, mulawToSamples, samplesToAlaw, samplesToMulaw } from './g711.ts'
import {
  mixDown,
  Pcm16Reader,
  PcmReader,
  pcm16ToSamples,
  type SampleEncoding,
  sampleBytes,
  samplesToPcm16,
} from './pcm.ts'

const everyByte = Uint8Array.from({ length: 256 }, (_, i) => i)

describe('16-bit PCM', () => {
  it('comes back bit for bit', () => {
    const bytes = new Uint8Array(Int16Array.from({ length: 65_536 }, (_, i) => i - 32_768).buffer)
    expect(Buffer.from(samplesToPcm16(pcm16ToSamples(bytes))).equals(bytes)).toBe(true)
  })

  it('clips what is beyond full scale', () => {
    expect([...pcm16ToSamples(samplesToPcm16(Float32Array.of(2, -2)))]).toEqual([32_767 / 32_768, -1])
  })

  it('is mixed by the mean', () => {
    const reader = new Pcm16Reader(2)
    const bytes = samplesToPcm16(Float32Array.of(0.5, 0.25, -1, 0.5))
    expect([...reader.push(bytes.subarray(0, 5)), ...reader.push(bytes.subarray(5))]).toEqual([0.375, -0.25])
    expect(mixDown([])).toHaveLength(0)
  })
})

describe('PcmReader', () => {
  const encoding = fc.constantFrom(...(Object.keys(sampleBytes) as SampleEncoding[]))

  it('gives the same samples however the bytes are cut', () => {
    const cuts = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 12 })
    fc.assert(
      fc.property(
        encoding,
        fc.integer({ min: 1, max: 6 }),
        fc.uint8Array({ maxLength: 300 }),
        cuts,
        (kind, n, bytes, at) => {
          const reader = new PcmReader(kind, n)
          const channels = Array.from({ length: n }, (): number[] => [])
          let from = 0
          for (const length of [...at, bytes.length]) {
            for (const [c, samples] of reader.push(bytes.subarray(from, from + length)).entries())
              channels[c]!.push(...samples)
            from += length
          }
          const once = new PcmReader(kind, n).push(bytes).map((samples) => [...samples])
          expect(channels).toEqual(once)
          expect(once[0]).toHaveLength(Math.floor(bytes.length / (n * sampleBytes[kind])))
          expect(once.flat().every(Number.isFinite)).toBe(true)
        },
      ),
    )
  })

  it('reads each layout at its scale', () => {
    const half: Record<Exclude<SampleEncoding, 'mulaw' | 'alaw'>, Uint8Array> = {
      pcm8: Uint8Array.of(64),
      pcm16: Uint8Array.of(0, 0xc0),
      pcm24: Uint8Array.of(0, 0, 0xc0),
      pcm32: Uint8Array.of(0, 0, 0, 0xc0),
      float32: new Uint8Array(Float32Array.of(-0.5).buffer),
      float64: new Uint8Array(Float64Array.of(-0.5).buffer),
    }
    for (const [kind, bytes] of Object.entries(half))
      expect(new PcmReader(kind as SampleEncoding, 1).push(bytes)[0]![0]).toBe(-0.5)
  })
})

describe('G.711', () => {
  // Table 2a/2b and 1a/1b of the recommendation: output values on the 14-bit and 13-bit scales.
  it('has the values of the µ-law table', () => {
    const values = [
      ...mulawToSamples(Uint8Array.of(0x80, 0x8f, 0x9f, 0xaf, 0xbf, 0xcf, 0xdf, 0xef, 0xfe, 0xff, 0x00, 0x7f)),
    ]
    expect(values.map((x) => x * 8192)).toEqual([8031, 4191, 2079, 1023, 495, 231, 99, 33, 2, 0, -8031, -0])
  })

  it('has the values of the A-law table', () => {
    const codes = [0xff, 0xf0, 0xef, 0xe0, 0xdf, 0xd0, 0xcf, 0xc0, 0xbf, 0xb0, 0xaf, 0xa0, 0x9f, 0x90, 0x8f, 0x80]
    const values = [...alawToSamples(Uint8Array.from(codes, (code) => code ^ 0x55))]
    expect(values.map((x) => x * 4096)).toEqual([
      4032, 2112, 2016, 1056, 1008, 528, 504, 264, 252, 132, 126, 66, 63, 33, 31, 1,
    ])
    expect(alawToSamples(Uint8Array.of(0x7f ^ 0x55))[0]! * 4096).toBe(-4032)
  })

  it('comes back byte for byte, save that µ-law has two zeros', () => {
    expect([...samplesToAlaw(alawToSamples(everyByte))]).toEqual([...everyByte])
    const back = [...samplesToMulaw(mulawToSamples(everyByte))]
    expect(back).toEqual([...everyByte].map((byte) => (byte === 0x7f ? 0xff : byte)))
  })

  it('is never further off than half a step', () => {
    const samples = Float32Array.from({ length: 4001 }, (_, i) => (i - 2000) / 2000)
    const mulaw = mulawToSamples(samplesToMulaw(samples))
    const alaw = alawToSamples(samplesToAlaw(samples))
    for (const [i, x] of samples.entries()) {
      const clipped = Math.max(-0.98, Math.min(0.98, x))
      expect(Math.abs(mulaw[i]! - clipped)).toBeLessThan(Math.abs(x) / 30 + 0.0005)
      expect(Math.abs(alaw[i]! - clipped)).toBeLessThan(Math.abs(x) / 30 + 0.0005)
    }
  })
})
