/** Hears every recording of the data set through sherpa-onnx and counts. Usage: tsx evaluate.ts RECORDINGS MODEL-FOLDER */
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { parseWav } from '../../src/audio/wav.ts'
import { heardTokens, type Sherpa } from '../../src/providers/sherpa/sherpa.ts'

interface SyncOffline {
  createStream(): { acceptWaveform(waveform: object): void }
  decode(stream: unknown): void
  getResult(stream: unknown): unknown
}

const words = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine']
const sampleRate = 8000
const [recordings = '', folder = ''] = process.argv.slice(2)
const sherpa = createRequire(import.meta.url)('sherpa-onnx-node') as Sherpa & {
  OfflineRecognizer: new (config: unknown) => SyncOffline
}
const config = (model: object): object => ({
  featConfig: { sampleRate, featureDim: 40 },
  modelConfig: { ...model, tokens: join(folder, 'tokens.txt'), numThreads: 1 },
})
const live = new sherpa.OnlineRecognizer(config({ nemoCtc: { model: join(folder, 'live.onnx') } }))
const whole = new sherpa.OfflineRecognizer(config({ zipformerCtc: { model: join(folder, 'whole.onnx') } }))

const hearLive = (samples: Float32Array): string[] => {
  const stream = live.createStream()
  stream.acceptWaveform({ samples, sampleRate })
  stream.acceptWaveform({ samples: new Float32Array(0.64 * sampleRate), sampleRate })
  stream.inputFinished()
  while (live.isReady(stream)) live.decodeStreams([stream])
  return heardTokens(live.getResult(stream)).text.trim().split(/\s+/).filter(Boolean)
}
const hearWhole = (samples: Float32Array): string[] => {
  const stream = whole.createStream()
  stream.acceptWaveform({ samples, sampleRate })
  whole.decode(stream)
  return heardTokens(whole.getResult(stream)).text.trim().split(/\s+/).filter(Boolean)
}

/** Words that must be changed, added or removed. */
const distance = (wanted: readonly string[], heard: readonly string[]): number => {
  let row = heard.map((_, i) => i + 1)
  let corner = 0
  for (const [i, word] of wanted.entries()) {
    const next: number[] = []
    corner = i
    for (const [j, other] of heard.entries()) {
      const above = row[j]!
      next.push(
        Math.min((j === 0 ? corner : row[j - 1]!) + (word === other ? 0 : 1), above + 1, (next[j - 1] ?? i + 1) + 1),
      )
    }
    row = next
  }
  return heard.length === 0 ? wanted.length : row.at(-1)!
}

interface Count {
  clips: number
  live: number
  whole: number
  words: number
  wrong: number
}
const counts = new Map<string, Count>()
let audioSeconds = 0
const since = process.cpuUsage()

const files = readdirSync(recordings)
  .filter((name) => name.endsWith('.wav'))
  .sort()
const bySpeaker = new Map<string, { digit: number; samples: Float32Array }[]>()
for (const name of files) {
  const [digit = '', speaker = '', number = ''] = name.slice(0, -4).split('_')
  const seen = ['george', 'jackson', 'lucas'].includes(speaker)
  // Of the speakers that were trained on, the recordings that were not.
  if (seen && Number(number) >= 5) continue
  const { samples } = parseWav(readFileSync(join(recordings, name)))
  const clips = bySpeaker.get(speaker) ?? []
  clips.push({ digit: Number(digit), samples })
  bySpeaker.set(speaker, clips)
}
for (const [speaker, clips] of bySpeaker) {
  const count: Count = { clips: 0, live: 0, whole: 0, words: 0, wrong: 0 }
  counts.set(speaker, count)
  for (const { digit, samples } of clips) {
    const right = words[digit] ?? ''
    count.clips += 1
    count.live += Number(hearLive(samples).join(' ') === right)
    count.whole += Number(hearWhole(samples).join(' ') === right)
    audioSeconds += 2 * (samples.length / sampleRate)
  }
  // Strings of five digits with pauses of a fifth of a second.
  for (let i = 0; i + 5 <= clips.length; i += 5) {
    const chosen = [0, 1, 2, 3, 4].map((k) => clips[(i * 7 + k * 131) % clips.length]!)
    const gap = new Float32Array(sampleRate / 5)
    const joined = Float32Array.from(chosen.flatMap((clip) => [...clip.samples, ...gap]))
    count.words += 5
    count.wrong += distance(
      chosen.map((clip) => words[clip.digit] ?? ''),
      hearLive(joined),
    )
    audioSeconds += joined.length / sampleRate
  }
}
const percent = (part: number, all: number): string => `${((100 * part) / all).toFixed(1)} %`
for (const [speaker, { clips, live: liveRight, whole: wholeRight, words: said, wrong }] of counts)
  console.log(
    speaker.padEnd(9),
    String(clips).padStart(4),
    'clips  live',
    percent(liveRight, clips),
    ' whole',
    percent(wholeRight, clips),
    ' wrong words in strings',
    percent(wrong, said),
  )
const used = process.cpuUsage(since)
console.log(`CPU seconds per second of audio: ${((used.user + used.system) / 1e6 / audioSeconds).toFixed(4)}`)
