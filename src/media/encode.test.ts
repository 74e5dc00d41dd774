import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { tone } from '../../test/support/audio-files.ts'
import { cacheDir, debianFile, ffmpeg, type Need, need } from '../../test/support/needs.ts'
import type { AudioFrame } from '../audio/frame.ts'
import { mulawToSamples } from '../audio/g711.ts'
import { parseWav } from '../audio/wav.ts'
import { decodeAudio } from './decode.ts'
import { type EncodedFormat, type EncodeOptions, encodeAudio } from './encode.ts'

const signal = new AbortController().signal
const lame: Need = {
  what: 'a program that writes MP3',
  command: 'npm run setup',
  isThere: () => debianFile('usr/bin/lame') !== undefined || ffmpeg.isThere(),
}

/** A tone of 1.5 s in frames of uneven lengths. */
async function* frames(sampleRate = 16_000, seconds = 1.5): AsyncGenerator<AudioFrame> {
  const samples = tone(440, sampleRate, seconds)
  for (let at = 0, k = 1; at < samples.length; k++) {
    const part = samples.subarray(at, at + 1000 * k)
    yield { samples: part, sampleRate, startMs: (at * 1000) / sampleRate }
    at += part.length
  }
}

const encode = async (
  format: EncodedFormat,
  options: Partial<EncodeOptions> = {},
  from: AsyncIterable<AudioFrame> = frames(),
): Promise<Buffer> => {
  const chunks: Uint8Array[] = []
  for await (const chunk of encodeAudio(from, { format, sampleRate: 24_000, signal, cacheDir, ...options }))
    chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

const decode = async (bytes: Uint8Array, encoding: 'auto' | 'mulaw' | 'alaw' | 'pcm16', sampleRate = 24_000) => {
  const parts: AudioFrame[] = []
  const format = { encoding, sampleRate, channels: 1 }
  for await (const frame of decodeAudio(once(bytes), { format, signal })) parts.push(frame)
  const samples = Float32Array.from(parts.flatMap((frame) => [...frame.samples]))
  return { samples, sampleRate: parts[0]!.sampleRate }
}

/** How much of the sound is at 440 Hz, 0…1. */
const purity = (samples: Float32Array, sampleRate: number): number => {
  let sine = 0
  let cosine = 0
  let energy = 0
  for (const [i, sample] of samples.entries()) {
    const angle = (2 * Math.PI * 440 * i) / sampleRate
    sine += sample * Math.sin(angle)
    cosine += sample * Math.cos(angle)
    energy += sample * sample
  }
  return ((sine ** 2 + cosine ** 2) * 2) / (energy * samples.length)
}

const middle = (samples: Float32Array): Float32Array =>
  samples.slice(Math.floor(samples.length / 4), Math.floor((samples.length * 3) / 4))

/** The same 16-bit samples; decoders differ in what they take for 1. */
const equal = (a: Float32Array, b: Float32Array): boolean =>
  a.length === b.length && a.every((value, i) => Math.abs(value - b[i]!) * 32_768 < 1.01)

describe('a file that was encoded as it came', () => {
  const cases: readonly (readonly [EncodedFormat, number, 'auto' | 'mulaw' | 'alaw' | 'pcm16', number])[] = [
    ['pcm', 24_000, 'pcm16', 24_000],
    ['wav', 48_000, 'auto', 48_000],
    ['mulaw', 8000, 'mulaw', 8000],
    ['alaw', 8000, 'alaw', 8000],
    ['flac', 24_000, 'auto', 24_000],
    ['flac', 16_000, 'auto', 16_000],
    ['flac', 13_579, 'auto', 13_579],
    ['opus', 24_000, 'auto', 48_000],
    ['opus', 8000, 'auto', 48_000],
    ['mp3', 24_000, 'auto', 24_000],
    ['mp3', 48_000, 'auto', 48_000],
    ['mp3', 9000, 'auto', 11_025],
  ]
  it.for(cases)('is what went in: %s at %i Hz', async ([format, sampleRate, encoding, heardAt], context) => {
    if (format === 'mp3') need(context, lame)
    const heard = await decode(await encode(format, { sampleRate }), encoding, sampleRate)
    expect(heard.sampleRate).toBe(heardAt)
    const lasts = (heard.samples.length * 1000) / heard.sampleRate
    expect(Math.abs(lasts - 1500)).toBeLessThan(format === 'mp3' ? 60 : 1)
    expect(purity(middle(heard.samples), heard.sampleRate)).toBeGreaterThan(0.75)
  })

  it('loses nothing as FLAC', async () => {
    const [plain, packed] = await Promise.all([encode('pcm'), encode('flac')])
    expect(packed.length).toBeLessThan(plain.length * 0.8)
    const { samples } = await decode(packed, 'auto')
    expect(equal(samples, (await decode(plain, 'pcm16')).samples)).toBe(true)
  })

  it('stays whole as FLAC when nothing about the samples can be foretold, or they are silent', async () => {
    const noise = Float32Array.from({ length: 50_000 }, (_, i) => Math.sin(i * i * 12.9898) * (i % 2 === 0 ? 1 : -1))
    const silence = new Float32Array(300_000)
    for (const samples of [noise, silence, new Float32Array(1), noise.subarray(0, 2049)]) {
      async function* one(): AsyncGenerator<AudioFrame> {
        yield { samples, sampleRate: 24_000, startMs: 0 }
      }
      const [plain, packed] = await Promise.all([encode('pcm', {}, one()), encode('flac', {}, one())])
      expect(equal((await decode(packed, 'auto')).samples, (await decode(plain, 'pcm16')).samples)).toBe(true)
    }
  })

  it('ends as Opus exactly where the audio ends, however short it is', async () => {
    for (const length of [1, 300, 319, 320, 16_000, 16_001]) {
      async function* one(): AsyncGenerator<AudioFrame> {
        yield { samples: tone(440, 16_000, length / 16_000), sampleRate: 16_000, startMs: 0 }
      }
      const { samples } = await decode(await encode('opus', {}, one()), 'auto')
      expect(samples.length).toBe(length * 3)
    }
  })

  it('has its header also when there is no audio', async () => {
    async function* none(): AsyncGenerator<AudioFrame> {}
    expect((await encode('wav', {}, none())).length).toBe(44)
    expect((await encode('flac', {}, none())).subarray(0, 4).toString()).toBe('fLaC')
    expect((await encode('opus', {}, none())).subarray(0, 4).toString()).toBe('OggS')
    expect((await encode('pcm', {}, none())).length).toBe(0)
  })

  it('has no seams where pieces meet', async () => {
    const whole = mulawToSamples(await encode('mulaw', { sampleRate: 8000 }))
    async function* one(): AsyncGenerator<AudioFrame> {
      yield { samples: tone(440, 16_000, 1.5), sampleRate: 16_000, startMs: 0 }
    }
    expect(equal(whole, mulawToSamples(await encode('mulaw', { sampleRate: 8000 }, one())))).toBe(true)
    expect(equal(parseWav(await encode('wav')).samples, parseWav(await encode('wav', {}, one())).samples)).toBe(true)
  })

  it.for(['flac', 'opus', 'mp3', 'aac'] as const)('is read by ffmpeg: %s', async (format, context) => {
    need(context, ffmpeg)
    const file = await encode(format)
    const args = ['-loglevel', 'warning', '-i', 'pipe:0', '-f', 's16le', '-ar', '24000', '-ac', '1', 'pipe:1']
    const { stdout, stderr } = spawnSync('ffmpeg', args, { input: file, maxBuffer: 1 << 26 })
    const complaints = stderr
      .toString()
      .split('\n')
      .filter((line) => line !== '' && !/Guessed Channel|Estimating duration|maximum wav size/i.test(line))
    expect(complaints).toEqual([])
    expect(Math.abs(stdout.length / 48 - 1500)).toBeLessThan(format === 'mp3' ? 60 : format === 'aac' ? 120 : 2)
  })
})

describe('encoding', () => {
  it('gives the first bytes long before the last frame has come', async () => {
    let taken = 0
    async function* slowly(): AsyncGenerator<AudioFrame> {
      for await (const frame of frames(16_000, 30)) {
        taken += 1
        yield frame
      }
    }
    for (const format of ['pcm', 'opus', 'flac'] as const) {
      taken = 0
      for await (const _ of encodeAudio(slowly(), { format, sampleRate: 24_000, signal, cacheDir })) break
      expect(taken).toBeLessThan(8)
    }
  })

  it.for(['pcm', 'opus', 'mp3'] as const)(
    'ends without an error when it is called off: %s',
    async (format, context) => {
      if (format === 'mp3') need(context, lame)
      const off = new AbortController()
      async function* endless(): AsyncGenerator<AudioFrame> {
        for (;;) yield { samples: tone(440, 16_000, 0.2), sampleRate: 16_000, startMs: 0 }
      }
      let chunks = 0
      for await (const _ of encodeAudio(endless(), { format, sampleRate: 24_000, signal: off.signal, cacheDir })) {
        chunks += 1
        if (chunks === 3) off.abort()
      }
      expect(chunks).toBe(3)
    },
  )

  it.for(['pcm', 'mp3'] as const)('throws what the frames throw: %s', async (format, context) => {
    if (format === 'mp3') need(context, lame)
    async function* broken(): AsyncGenerator<AudioFrame> {
      yield { samples: tone(440, 16_000, 0.2), sampleRate: 16_000, startMs: 0 }
      throw new Error('no voice')
    }
    await expect(encode(format, {}, broken())).rejects.toThrow('no voice')
  })

  it('names the command where the program for a format is missing', async () => {
    const path = process.env.PATH
    process.env.PATH = '/nowhere'
    try {
      const nowhere = { cacheDir: '/nowhere' }
      await expect(encode('mp3', nowhere)).rejects.toThrow('npm run setup')
      await expect(encode('aac', nowhere)).rejects.toThrow('apt-get install ffmpeg')
    } finally {
      process.env.PATH = path
    }
  })
})
