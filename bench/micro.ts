/** `micro`: what single steps of the audio path cost, per 100 ms of one stream. */
import { parseArgs } from 'node:util'
import { decodeBase64 } from '../src/audio/base64.ts'
import type { AudioFrame } from '../src/audio/frame.ts'
import { mulawToSamples, samplesToMulaw } from '../src/audio/g711.ts'
import { joined } from '../src/audio/joined.ts'
import { pcm16ToSamples, samplesToPcm16 } from '../src/audio/pcm.ts'
import { Rechunker } from '../src/audio/rechunk.ts'
import { Resampler } from '../src/audio/resample.ts'
import type { VoiceActivity } from '../src/engines/voice-activity.ts'
import { withEnergyGate } from '../src/listening/energy-gate.ts'
import type { Heard } from '../src/listening/heard.ts'
import { silentLog } from '../src/log.ts'
import { InworldSttCodec } from '../src/protocols/inworld-stt/codec.ts'
import { whiteNoise } from './noise.ts'
import { figure, print, save } from './report.ts'

export const help = `micro [--ms N]
    --ms        how long each step is measured (default 300)`

const warmUpMs = 100

/** Microseconds of CPU time per call: other work on the machine shows less in it than in wall time. */
const measure = async (step: () => unknown, ms: number): Promise<number> => {
  const repeat = async (lengthMs: number): Promise<number> => {
    const begun = performance.now()
    let calls = 0
    while (performance.now() - begun < lengthMs) {
      const result = step()
      if (result instanceof Promise) await result
      calls += 1
    }
    return calls
  }
  await repeat(warmUpMs)
  const before = process.cpuUsage()
  const calls = await repeat(ms)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / calls
}

const chunk = (sampleRate: number): Float32Array => whiteNoise(1, -25).subarray(0, sampleRate / 10)

/** Answers at once, so that what is left is the gate. */
const silentEngine: VoiceActivity = {
  sampleRate: 16_000,
  windowSamples: 512,
  card: { name: 'Silent' },
  async *detect(audio) {
    const rechunker = new Rechunker(16_000, 512)
    for await (const frame of audio)
      for (const { startMs } of rechunker.push(frame)) yield { likelihood: 0, startMs, endMs: startMs + 32 }
  },
}

const gateSeconds = 20

const throughGate = async (engine: VoiceActivity, chunks: readonly AudioFrame[]): Promise<void> => {
  async function* audio(): AsyncGenerator<AudioFrame> {
    yield* chunks
  }
  const options = { signal: new AbortController().signal, log: silentLog }
  for await (const _ of engine.detect(audio(), options));
}

const partial: Heard = {
  type: 'transcript.partial',
  utterance: 0,
  text: 'he might even have been made amiable himself',
  stable: 20,
  words: [],
}

const config = JSON.stringify({
  transcribeConfig: { modelId: 'inworld/inworld-stt-1', audioEncoding: 'LINEAR16', sampleRateHertz: 16_000 },
})

const inworldCodec = (): InworldSttCodec => {
  const codec = new InworldSttCodec()
  codec.decode(config)
  return codec
}

interface Step {
  readonly name: string
  readonly run: () => unknown
  /** How many times 100 ms one run deals with. */
  readonly chunks?: number
}

const steps = (): readonly Step[] => {
  const samples = chunk(16_000)
  const bytes = samplesToPcm16(samples)
  const base64 = Buffer.from(bytes).toString('base64')
  const mulaw = samplesToMulaw(chunk(8000))
  const message = JSON.stringify({ audioChunk: { content: base64 } })
  const codec = inworldCodec()
  const changing = [partial, { ...partial, text: `${partial.text} indeed` }]
  let told = 0
  const tell = (): unknown => {
    told += 1
    return codec.encode(changing[told % changing.length]!)
  }
  const at = (from: number): (() => unknown) => {
    const resampler = new Resampler(from, 16_000)
    const input = joined(Float32Array, [whiteNoise(1, -25), whiteNoise(1, -25), whiteNoise(1, -25)]).subarray(
      0,
      from / 10,
    )
    return () => resampler.push(input)
  }
  const rechunker = new Rechunker(16_000, 512)
  const quiet = Array.from({ length: gateSeconds * 10 }, (_, index) => ({
    samples: whiteNoise(1, -60).subarray(0, 1600),
    sampleRate: 16_000,
    startMs: index * 100,
  }))
  return [
    { name: 'base64 → bytes', run: () => decodeBase64(base64) },
    { name: 'Inworld codec: audioChunk → command', run: () => codec.decode(message) },
    { name: 'Inworld codec: partial → message', run: tell },
    { name: '16-bit PCM → samples', run: () => pcm16ToSamples(bytes) },
    { name: 'samples → 16-bit PCM', run: () => samplesToPcm16(samples) },
    { name: 'µ-law 8 kHz → samples', run: () => mulawToSamples(mulaw) },
    { name: 'resampling 8 → 16 kHz', run: at(8000) },
    { name: 'resampling 24 → 16 kHz', run: at(24_000) },
    { name: 'resampling 44.1 → 16 kHz', run: at(44_100) },
    { name: 'resampling 48 → 16 kHz', run: at(48_000) },
    { name: 'cutting into 32 ms windows', run: () => rechunker.push({ samples, sampleRate: 16_000, startMs: 0 }) },
    {
      name: 'windows without the energy gate',
      run: () => throughGate(silentEngine, quiet),
      chunks: quiet.length,
    },
    {
      name: 'windows with the energy gate, quiet room',
      run: () => throughGate(withEnergyGate(silentEngine), quiet),
      chunks: quiet.length,
    },
  ]
}

/** Microseconds per 100 ms → CPU seconds per hour of a stream. */
const perStreamHour = (microseconds: number): number => (microseconds * 36_000) / 1e6

export const run = async (args: readonly string[]): Promise<void> => {
  const { values } = parseArgs({ args: [...args], options: { ms: { type: 'string', default: '300' } } })
  const results = []
  for (const { name, run, chunks = 1 } of steps())
    results.push({ name, microseconds: (await measure(run, Number(values.ms))) / chunks })
  const table = {
    title: 'Single steps, per 100 ms of one stream',
    columns: ['step', 'µs', 'CPU s per stream-hour'],
    rows: results.map(({ name, microseconds }) => [name, figure(microseconds), figure(perStreamHour(microseconds), 2)]),
    method: [
      `Each step called again and again for ${values.ms} ms with the same 100 ms of noise, warmed up. CPU time of the process, its garbage collector included.`,
      'The energy gate’s own cost is the difference of the last two lines; both include the streams between the stages.',
    ],
    data: results,
  }
  print(table)
  await save('micro', [table])
}
