/** Decoding of everything that clients send: the right samples at the right places, whatever the cuts; and never a crash. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { flacFile, flacFrames, oggFlacFile, packetFile, tone, toneFile } from '../../test/support/audio-files.ts'
import { ffmpeg, need, needs, shared } from '../../test/support/needs.ts'
import { samplesToAlaw, samplesToMulaw } from '../audio/g711.ts'
import { samplesToPcm16 } from '../audio/pcm.ts'
import { writeWav } from '../audio/wav.ts'
import type { AudioFormat } from '../listening/commands.ts'
import { type DecodeLimits, decodeAudio, decodeChannels } from './decode.ts'

const never = (): AbortSignal => new AbortController().signal
const auto: AudioFormat = { encoding: 'auto', sampleRate: 16_000, channels: 1 }

async function* cut(bytes: Uint8Array, lengths: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0
  for (let k = 0; at < bytes.length; k++) {
    const length = lengths[k % Math.max(1, lengths.length)] || bytes.length
    yield bytes.slice(at, at + length)
    at += length
  }
}

interface Decoded {
  readonly channels: readonly (readonly number[])[]
  readonly sampleRate: number
}

/** Decodes, and checks that each frame is where the one before it ended. */
const decoded = async (
  bytes: AsyncIterable<Uint8Array>,
  format: Partial<AudioFormat> = {},
  limits: Partial<DecodeLimits> = {},
): Promise<Decoded> => {
  const channels: number[][] = []
  let sampleRate = 0
  for await (const frames of decodeChannels(bytes, { format: { ...auto, ...format }, signal: never(), limits })) {
    sampleRate = frames[0]!.sampleRate
    for (const [c, frame] of frames.entries()) {
      channels[c] ??= []
      expect(frame.startMs).toBe((channels[c].length * 1000) / sampleRate)
      expect(frame.samples.length).toBe(frames[0]!.samples.length)
      for (const x of frame.samples) channels[c].push(x)
    }
  }
  return { channels, sampleRate }
}

const mixed = async (bytes: AsyncIterable<Uint8Array>, format: Partial<AudioFormat> = {}): Promise<number[]> => {
  const samples: number[] = []
  for await (const frame of decodeAudio(bytes, { format: { ...auto, ...format }, signal: never() }))
    for (const x of frame.samples) samples.push(x)
  return samples
}

/** Likeness of two runs of samples, −1…1, from the second quarter on; MP3 files begin with up to 1,400 samples of delay. */
const likeness = (a: readonly number[], b: ArrayLike<number>, mostDelay = 0): number => {
  let best = -1
  for (let delay = 0; delay <= mostDelay; delay++) {
    let ab = 0
    let aa = 0
    let bb = 0
    for (let i = b.length >> 2; i < Math.min(a.length - delay, b.length); i++) {
      ab += a[i + delay]! * b[i]!
      aa += a[i + delay]! ** 2
      bb += b[i]! ** 2
    }
    best = Math.max(best, ab / Math.sqrt(aa * bb))
  }
  return best
}

const delayOf = (name: string): number => (name.includes('mp3') ? 1400 : 0)

const speech = tone(440, 16_000, 1.5)
const other = tone(330, 16_000, 1.5)

describe('raw audio', () => {
  const short = speech.subarray(0, 3000)
  const ways: readonly (readonly [AudioFormat['encoding'], Uint8Array, number])[] = [
    ['pcm16', samplesToPcm16(short), 1e-4],
    ['auto', samplesToPcm16(short), 1e-4],
    ['mulaw', samplesToMulaw(short), 0.03],
    ['alaw', samplesToAlaw(short), 0.03],
  ]

  it.each(ways)('is read as %s, however it is cut', async (encoding, bytes, error) => {
    for (const lengths of [[], [1], [3, 320, 7]]) {
      const { channels, sampleRate } = await decoded(cut(bytes, lengths), { encoding, sampleRate: 8000 })
      expect(sampleRate).toBe(8000)
      expect(channels[0]).toHaveLength(short.length)
      for (const [i, x] of channels[0]!.entries()) if (Math.abs(x - short[i]!) > error) expect(x).toBe(short[i])
    }
  })

  it('of two channels is mixed, or kept apart', async () => {
    const bytes = samplesToPcm16(Float32Array.of(0.5, -0.5, 0.25, 0.75, 1 / 2, 1 / 4))
    expect(await mixed(cut(bytes, [5]), { channels: 2 })).toEqual([0, 0.5, 0.375])
    const { channels } = await decoded(cut(bytes, [5]), { channels: 2 })
    expect(channels).toEqual([
      [0.5, 0.25, 0.5],
      [-0.5, 0.75, 0.25],
    ])
  })

  it('gives a frame as soon as its bytes are there', async () => {
    let sent = 0
    const source = async function* (): AsyncGenerator<Uint8Array> {
      for (; sent < 3; sent++) yield new Uint8Array(640)
    }
    for await (const frame of decodeAudio(source(), { format: { ...auto, encoding: 'pcm16' }, signal: never() })) {
      expect(frame.startMs).toBe(sent * 20)
      expect(frame.samples).toHaveLength(320)
    }
  })
})

describe('files', () => {
  const files: Record<string, { bytes: Uint8Array; sampleRate: number; channels: number }> = {}
  beforeAll(() => {
    const whole = Int16Array.from(speech, (x) => Math.round(x * 32_768))
    const made: readonly (readonly [string, Uint8Array, number, number])[] = [
      ['wav', writeWav(speech, 16_000), 16_000, 1],
      ['flac', flacFile(whole), 16_000, 1],
      ['ogg flac', oggFlacFile(flacFile(whole), flacFrames(whole), whole.length), 16_000, 1],
      ['mp3', toneFile('mono-16k.mp3'), 16_000, 1],
      ['stereo mp3', toneFile('stereo-16k.mp3'), 16_000, 2],
      ['vorbis', toneFile('mono-16k.ogg'), 16_000, 1],
      ['stereo vorbis', toneFile('stereo-16k.ogg'), 16_000, 2],
    ]
    for (const [name, bytes, sampleRate, channels] of made) files[name] = { bytes, sampleRate, channels }
  })

  it.each(['wav', 'flac', 'ogg flac', 'mp3', 'stereo mp3', 'vorbis', 'stereo vorbis'])(
    '%s gives back what was put in',
    async (name) => {
      const { bytes, sampleRate, channels } = files[name]!
      const output = await decoded(cut(bytes, []))
      expect(output.sampleRate).toBe(sampleRate)
      expect(output.channels).toHaveLength(channels)
      expect(Math.abs(output.channels[0]!.length - speech.length)).toBeLessThan(3000)
      expect(likeness(output.channels[0]!, speech, delayOf(name))).toBeGreaterThan(0.99)
      if (channels === 2) expect(likeness(output.channels[1]!, other, delayOf(name))).toBeGreaterThan(0.99)
    },
  )

  it.each(['wav', 'flac', 'ogg flac', 'mp3', 'vorbis', 'stereo vorbis'])(
    '%s gives the same samples however it is cut',
    async (name) => {
      const { bytes } = files[name]!
      const once = await decoded(cut(bytes, []))
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.integer({ min: 40, max: 3000 }), { minLength: 1, maxLength: 6 }),
          async (lengths) => {
            const output = await decoded(cut(bytes, lengths))
            expect(output).toEqual(once)
          },
        ),
        { numRuns: 6 },
      )
    },
  )

  it('mixes what it can also keep apart', async () => {
    const { bytes } = files['stereo vorbis']!
    const { channels } = await decoded(cut(bytes, []))
    const mean = channels[0]!.map((x, i) => Math.fround((x + channels[1]![i]!) / 2))
    const mono = await mixed(cut(bytes, []))
    expect(mono).toHaveLength(mean.length)
    expect(likeness(mono, mean)).toBeGreaterThan(0.9999)
  })

  it('believes the bytes, not the label', async () => {
    for (const encoding of ['pcm16', 'mulaw', 'wav', 'mp3', 'ogg', 'flac'] as const)
      expect((await decoded(cut(files.flac!.bytes, []), { encoding })).channels[0]).toHaveLength(speech.length)
  })

  it.each([
    ['webm', 48_000 - 312],
    ['mp4', 48_000 - 312],
    ['ogg', 48_000 - 312],
  ] as const)('reads Opus in %s', async (container, length) => {
    const bytes = await packetFile(container, 'opus', 50)
    for (const lengths of [[], [100, 7]]) {
      const { channels, sampleRate } = await decoded(cut(bytes, lengths))
      expect([sampleRate, channels.length, channels[0]!.length]).toEqual([48_000, 1, length])
    }
  })

  it.each([
    ['mono-8k.mp3', 8000, 1],
    ['stereo-44k-vbr.mp3', 44_100, 2],
  ] as const)('%s gives back its rate and channels', async (name, sampleRate, channels) => {
    const output = await decoded(cut(toneFile(name), [300]))
    expect([output.sampleRate, output.channels.length]).toEqual([sampleRate, channels])
    for (const [c, hz] of [440, 330].slice(0, channels).entries())
      expect(likeness(output.channels[c]!, tone(hz, sampleRate, 0.5), 2500)).toBeGreaterThan(0.99)
  })

  it('reads one Ogg stream after another', async () => {
    const both = Buffer.concat([files.vorbis!.bytes, files.vorbis!.bytes])
    const once = (await decoded(cut(both.subarray(both.length / 2), []))).channels[0]!
    const { channels } = await decoded(cut(both, [777]))
    expect(channels).toEqual([[...once, ...once]])
  })

  it('leaves out what an Ogg file does not count at its end', async () => {
    const samples = Int16Array.from({ length: 10_000 }, (_, i) => i)
    const bytes = oggFlacFile(flacFile(samples), flacFrames(samples), 9000)
    expect((await decoded(cut(bytes, [500]))).channels[0]).toHaveLength(9000)
    // An end before the last page is not believed.
    const wrong = oggFlacFile(flacFile(samples), flacFrames(samples), 5)
    expect((await decoded(cut(wrong, [500]))).channels[0]).toHaveLength(10_000)
  })

  it('puts silence in the place of a damaged FLAC frame', async () => {
    const samples = Int16Array.from({ length: 3 * 4096 }, () => 1000)
    const bytes = flacFile(samples)
    bytes[bytes.length >> 1]! ^= 1
    const { channels } = await decoded(cut(bytes, [3000]))
    expect(channels[0]!.map((x) => Math.round(x * 32_768))).toEqual(
      [...samples].map((x, i) => (i >= 4096 && i < 8192 ? 0 : x)),
    )
  })

  it('reads MP3 in mp4', async () => {
    const { bytes } = files.mp3!
    const frames = Array.from({ length: bytes.length / 144 }, (_, k) => bytes.subarray(144 * k, 144 * (k + 1)))
    for (const lengths of [[], [100, 7]])
      expect(await decoded(cut(await packetFile('mp4', 'mp3', frames), lengths))).toEqual(await decoded(cut(bytes, [])))
  })

  it('decodes several at once', async () => {
    const names = ['flac', 'mp3', 'vorbis', 'flac', 'mp3', 'vorbis', 'wav']
    const outputs = await Promise.all(names.map((name) => decoded(cut(files[name]!.bytes, [500]))))
    for (const [k, { channels }] of outputs.entries())
      expect(likeness(channels[0]!, speech, delayOf(names[k]!))).toBeGreaterThan(0.99)
  })

  it('takes bytes only as fast as its frames are taken', async () => {
    const bytes = flacFile({ silentFrames: 2000 })
    let taken = 0
    const source = async function* (): AsyncGenerator<Uint8Array> {
      for await (const piece of cut(bytes, [1000])) {
        taken += piece.length
        yield piece
      }
    }
    for await (const _ of decodeAudio(source(), { format: auto, signal: never() })) break
    expect(taken).toBeLessThan(bytes.length / 2)
  })

  it('ends without an error when it is no longer wanted', async () => {
    for (const bytes of [files.flac!.bytes, files.wav!.bytes]) {
      const controller = new AbortController()
      const source = async function* (): AsyncGenerator<Uint8Array> {
        yield bytes.slice(0, 20_000)
        // The rest never comes.
        await new Promise(() => {})
      }
      let frames = 0
      for await (const _ of decodeAudio(source(), { format: auto, signal: controller.signal })) {
        frames += 1
        controller.abort()
      }
      expect(frames).toBe(1)
    }
  })

  it('survives damage anywhere', async () => {
    const names = ['flac', 'ogg flac', 'mp3', 'vorbis']
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.nat(),
        fc.uint8Array({ minLength: 1, maxLength: 60 }),
        async (name, at, junk) => {
          const bytes = files[name]!.bytes.slice()
          bytes.set(junk, at % (bytes.length - junk.length))
          await decoded(cut(bytes, [4096])).catch((error: unknown) =>
            expect(error).toMatchObject({ name: 'VoiceError' }),
          )
        },
      ),
      { numRuns: 40 },
    )
  })
})

describe('what cannot be decoded', () => {
  const refused = (bytes: Uint8Array, format: Partial<AudioFormat>, limits: Partial<DecodeLimits> = {}) =>
    expect(decoded(cut(bytes, [777]), format, limits)).rejects

  it('is refused when empty', async () => {
    await refused(new Uint8Array(0), {}).toMatchObject({ code: 'invalid_request' })
    await refused(writeWav(new Float32Array(0), 16_000), {}).toMatchObject({ code: 'invalid_request' })
  })

  it('is refused when it is nothing, under any label but a raw one', async () => {
    const nothing = Buffer.from('<html>There is no such page.</html>'.repeat(99))
    for (const encoding of ['wav', 'mp3', 'ogg', 'flac'] as const)
      await refused(nothing, { encoding }).toMatchObject({ code: 'invalid_request' })
  })

  it.each([
    'fLaC',
    'OggS',
    'ID3\x03\0\0\0\0\0\0',
    '\x1aE\xdf\xa3',
    '\0\0\0\x20ftypM4A ',
    'RIFF\0\0\0\0WAVE',
    '\xff\xfb\x90\xc0',
  ])('is refused or decoded, never a crash, when it begins with %j', async (magic) => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 5000 }), fc.integer({ min: 1, max: 5000 }), async (junk, length) => {
        const bytes = Buffer.concat([Buffer.from(magic, 'latin1'), junk])
        await decoded(cut(bytes, [length])).catch((error: unknown) =>
          expect(error).toMatchObject({ name: 'VoiceError' }),
        )
      }),
      { numRuns: 15 },
    )
  })

  it('is refused when it is too long, or unpacks to too much', async () => {
    const bomb = flacFile({ silentFrames: 800 })
    await refused(bomb, {}, { maxSeconds: 100 }).toMatchObject({ code: 'too_large' })
    await refused(bomb, {}, { maxRatio: 100 }).toMatchObject({ code: 'too_large' })
    expect((await decoded(cut(bomb, []))).channels[0]).toHaveLength(800 * 4096)
    await refused(samplesToPcm16(speech), {}, { maxSeconds: 1 }).toMatchObject({ code: 'too_large' })
  })
})

describe('ffmpeg', () => {
  /** A folder with a program of that name, which counts ADTS frames and gives back so many samples. */
  const withProgram = async (work: () => Promise<void>): Promise<void> => {
    const folder = mkdtempSync(join(tmpdir(), 'parley-'))
    const before = process.env.PATH
    const script = `#!${process.execPath}
const parts = []
process.stdin.on('data', (part) => parts.push(part)).on('end', () => {
  const bytes = Buffer.concat(parts)
  let frames = 0
  for (let at = 0; at < bytes.length && bytes[at] === 255; frames++) at += ((bytes[at + 3] & 3) << 11) | (bytes[at + 4] << 3) | (bytes[at + 5] >> 5)
  const header = Buffer.from(${JSON.stringify(Buffer.from(writeWav(new Float32Array(0), 22_050)).toString('base64'))}, 'base64')
  process.stdout.write(Buffer.concat([header, Buffer.alloc(frames * 2, 64)]))
})`
    writeFileSync(join(folder, 'ffmpeg'), script, { mode: 0o755 })
    process.env.PATH = folder
    try {
      await work()
    } finally {
      process.env.PATH = before
      rmSync(folder, { recursive: true })
    }
  }

  it('is asked to decode what this server cannot, AAC in MP4 as a stream too', async () => {
    await withProgram(async () => {
      const { channels, sampleRate } = await decoded(cut(await packetFile('mp4', 'aac', 30), [300]))
      expect([sampleRate, channels[0]!.length]).toEqual([22_050, 30])
    })
  })

  it('is named when it is missing', async () => {
    const before = process.env.PATH
    process.env.PATH = ''
    try {
      const error = { code: 'unsupported', message: expect.stringMatching(/AAC.*ffmpeg/) }
      await expect(decoded(cut(await packetFile('mp4', 'aac', 30), []))).rejects.toMatchObject(error)
    } finally {
      process.env.PATH = before
    }
  })
})

const folder = new URL('../../../shared/audio/', import.meta.url)
const present = existsSync(new URL('manifest.json', folder))

describe('the shared clips', () => {
  needs(shared)
  interface Clip {
    readonly file: string
    readonly category: string
    readonly codec: string
    readonly seconds: number
    readonly sample_rate: number
    readonly channels: number
  }
  const clips: readonly Clip[] = present
    ? JSON.parse(readFileSync(new URL('manifest.json', folder), 'utf8')).clips.filter(
        ({ category }: Clip) => category === 'format',
      )
    : []
  const own = clips.filter(({ codec }) => !['aac', 'pcm_s16be', 'adpcm_ms'].includes(codec))

  it.each(own.map((clip) => [clip.file, clip] as const))(
    '%s has the length, rate and channels that it should',
    async (file, clip) => {
      const bytes = readFileSync(new URL(file, folder))
      const { channels, sampleRate } = await decoded(cut(bytes, [1500, 64_000]))
      expect([sampleRate, channels.length]).toEqual([clip.sample_rate, clip.channels])
      expect(Math.abs(channels[0]!.length / sampleRate - clip.seconds)).toBeLessThan(0.1)
    },
  )

  const foreign = clips.filter((clip) => !own.includes(clip))

  it.for(foreign.map((clip) => [clip.file, clip] as const))('%s is read by ffmpeg', async ([file, clip], context) => {
    need(context, ffmpeg)
    const { channels, sampleRate } = await decoded(cut(readFileSync(new URL(file, folder)), [1500, 64_000]))
    expect([sampleRate, channels.length]).toEqual([clip.sample_rate, clip.channels])
    // The length of bare AAC is a guess of the program that measured it.
    expect(Math.abs(channels[0]!.length / sampleRate - clip.seconds)).toBeLessThan(0.4)
  })

  it('says the same in every format of one recording', async () => {
    const levels = await Promise.all(
      own
        .filter(({ file }) => file.includes('LJ001'))
        .map(async ({ file }) => {
          const samples = await mixed(cut(readFileSync(new URL(file, folder)), []))
          return Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length)
        }),
    )
    expect(levels.length).toBeGreaterThanOrEqual(5)
    expect(Math.max(...levels) / Math.min(...levels)).toBeLessThan(1.1)
  })
})
