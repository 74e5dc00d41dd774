/** Reading MP3: the same samples however it is cut, without tags and padding, whatever the bytes are. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toneFile } from '../../test/support/audio-files.ts'
import { openMp3 } from './minimp3.ts'
import { Mp3Reader } from './mp3.ts'
import { mpegFrame } from './mpeg.ts'

interface Read {
  readonly sampleRate: number
  readonly channels: readonly number[][]
}

const read = async (bytes: Uint8Array, lengths: readonly number[] = []): Promise<Read> => {
  const reader = new Mp3Reader(await openMp3())
  const channels: number[][] = []
  let sampleRate = 0
  const keep = (blocks: ReturnType<Mp3Reader['push']>): void => {
    for (const block of blocks) {
      sampleRate = block.sampleRate
      expect(new Set(block.channels.map((samples) => samples.length)).size).toBe(1)
      for (const [c, samples] of block.channels.entries()) {
        channels[c] ??= []
        for (const x of samples) channels[c].push(x)
      }
    }
  }
  let at = 0
  for (let k = 0; at < bytes.length; k++) {
    const length = lengths[k % Math.max(1, lengths.length)] ?? bytes.length
    keep(reader.push(bytes.slice(at, at + length)))
    at += length
  }
  keep(reader.end())
  return { sampleRate, channels }
}

const mono = toneFile('mono-16k.mp3')
const stereo = toneFile('stereo-16k.mp3')
const frameBytes = mpegFrame(mono, 0)!.length
const frameSamples = 576
const frameCount = mono.length / frameBytes

/** A frame as encoders write it first: how many follow, and how many samples were added at both ends. */
const infoFrame = (frames: number | undefined, delay: number, padding: number): Uint8Array => {
  const frame = Buffer.alloc(frameBytes)
  frame.set(mono.subarray(0, 4))
  const at = 4 + 9
  frame.write('Info', at)
  frame[at + 7] = frames === undefined ? 0 : 1
  if (frames !== undefined) frame.writeUInt32BE(frames, at + 8)
  const lag = at + 8 + (frames === undefined ? 0 : 4) + 21
  frame.writeUIntBE(delay * 4096 + padding, lag, 3)
  return frame
}

/** A tag with bytes in it that look like frames. */
const tag = (length: number): Uint8Array => {
  const bytes = Buffer.alloc(10 + length, stereo.subarray(0, 2000))
  bytes.write('ID3\x04\0\0', 'latin1')
  for (let k = 0; k < 4; k++) bytes[9 - k] = (length >> (7 * k)) & 127
  return bytes
}

describe('a stream of MP3', () => {
  it('gives the same samples however it is cut', async () => {
    for (const bytes of [mono, stereo, toneFile('stereo-44k-vbr.mp3')]) {
      const whole = await read(bytes)
      expect(whole.channels[0]!.length % frameSamples).toBe(0)
      expect(await read(bytes, [1])).toEqual(whole)
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 6 }),
          async (lengths) => {
            expect(await read(bytes, lengths)).toEqual(whole)
          },
        ),
        { numRuns: 8 },
      )
    }
  })

  it('gives all its frames, each as soon as it is sure to be one', async () => {
    expect((await read(mono)).channels[0]).toHaveLength(frameCount * frameSamples)
    const reader = new Mp3Reader(await openMp3())
    let samples = 0
    for (let k = 0; k < frameCount; k++) {
      for (const block of reader.push(mono.subarray(k * frameBytes, (k + 1) * frameBytes)))
        samples += block.channels[0]!.length
      if (k > 0) expect(samples).toBe((k + 1) * frameSamples)
    }
  })

  it('is the same between tags', async () => {
    const whole = await read(mono)
    const half = (frameCount >> 1) * frameBytes
    const last = Buffer.alloc(128)
    last.write('TAG')
    const tagged = Buffer.concat([tag(5000), mono.subarray(0, half), tag(300), mono.subarray(half), last])
    for (const lengths of [[], [100]]) expect(await read(tagged, lengths)).toEqual(whole)
  })

  it('loses what its encoder says that it added', async () => {
    const whole = (await read(mono)).channels[0]!
    const trimmed = async (...parts: readonly Uint8Array[]): Promise<readonly number[]> =>
      (await read(Buffer.concat(parts), [333])).channels[0]!
    const end = whole.length - (700 - 529)
    expect(await trimmed(infoFrame(frameCount, 576, 700), mono)).toEqual(whole.slice(576 + 529, end))
    expect(await trimmed(infoFrame(undefined, 576, 700), mono)).toEqual(whole.slice(576 + 529))
    expect(await trimmed(infoFrame(frameCount, 0, 0), mono)).toEqual(whole)
    expect(await trimmed(infoFrame(frameCount, 576, 100), mono)).toEqual(whole.slice(576 + 529))
  })

  it('goes on after the end that was told', async () => {
    const whole = (await read(mono)).channels[0]!.length
    const told = infoFrame(frameCount, 576, 700)
    const one = (await read(Buffer.concat([told, mono]))).channels[0]!.length
    expect((await read(Buffer.concat([told, mono, told, mono]))).channels[0]).toHaveLength(2 * one)
    expect((await read(Buffer.concat([told, mono, mono]))).channels[0]).toHaveLength(one + whole)
  })

  it('may be joined anywhere', async () => {
    const whole = await read(mono)
    for (const at of [1, 7, 100, frameBytes + 3]) {
      const { channels } = await read(mono.subarray(at))
      const missing = Math.ceil(at / frameBytes) * frameSamples
      expect(channels[0]).toHaveLength(whole.channels[0]!.length - missing)
      // The first frames lean on what was before.
      expect(channels[0]!.slice(4000)).toEqual(whole.channels[0]!.slice(4000 + missing))
    }
  })

  it('keeps the number of its channels', async () => {
    const { channels } = await read(Buffer.concat([mono, stereo]))
    expect(channels).toHaveLength(1)
    expect(channels[0]!.length).toBeGreaterThan(1.9 * (await read(mono)).channels[0]!.length)
    const both = (await read(Buffer.concat([stereo, mono]))).channels
    expect(both).toHaveLength(2)
    expect(both[0]!.slice(-1000)).toEqual(both[1]!.slice(-1000))
  })

  it('has silence where a frame makes no sense, not what was before', async () => {
    const bytes = mono.slice()
    bytes.fill(0xff, 10 * frameBytes + 4, 11 * frameBytes)
    const [samples = []] = (await read(bytes)).channels
    expect(samples).toHaveLength(frameCount * frameSamples)
    expect(samples.slice(10 * frameSamples, 11 * frameSamples)).toEqual(new Array(frameSamples).fill(0))
  })

  it('survives damage anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(mono, stereo, toneFile('mono-8k.mp3'), toneFile('stereo-44k-vbr.mp3')),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 300 }),
        async (file, damage) => {
          const bytes = file.slice()
          for (const [at, value] of damage) bytes[at % bytes.length] = value
          const { channels } = await read(bytes, [500])
          const most = bytes.length / 24
          expect(channels[0]?.length ?? 0).toBeLessThanOrEqual(most * 1152)
          for (const samples of channels) for (const x of samples) if (!(Math.abs(x) <= 1)) expect(x).toBe(0)
        },
      ),
      { numRuns: 60 },
    )
  })
})
