/** `profile`: what the embedded voice profile, and others beside it, say of clips that they were not trained on. */
import { parseArgs } from 'node:util'
import type { AudioFrame } from '../../src/audio/frame.ts'
import type { VoiceProfile } from '../../src/engines/voice-profiler.ts'
import { joinedProfiler } from '../../src/listening/joined-profiler.ts'
import { silentLog } from '../../src/log.ts'
import { createSignalProfiler } from '../../src/providers/profile/engine.ts'
import { loadSettings } from '../../src/server/config.ts'
import { openEngines } from '../../src/server/engines.ts'
import { figure, percent, print, progress, progressDone, save, type Table } from '../report.ts'
import { percentile } from '../statistics.ts'
import { corpusClips, type Known, sharedClips } from './clips.ts'
import { type Answer, type Score, score } from './score.ts'

export const help = `profile [--data FOLDER] [--most 200] [--matrix] [--also yamnet]
    --data    the corpora of training/profile: their test parts too, not only ../shared/audio
    --most    clips of each kind and corpus
    --matrix  prints what was taken for what
    --also    other engines (ids, separated by commas; the settings are the server's), each alone and joined with the embedded one`

const sampleRate = 16_000
const frame = sampleRate / 50

async function* frames(samples: Float32Array): AsyncGenerator<AudioFrame> {
  for (let at = 0; at < samples.length; at += frame)
    yield { samples: samples.slice(at, at + frame), sampleRate, startMs: (at * 1000) / sampleRate }
}

const top = (profile: VoiceProfile | undefined, trait: string) =>
  profile?.traits.find(({ name }) => name === trait)?.labels[0]

interface Heard extends Answer {
  readonly known: Known
  /** Empty: the embedded one. */
  readonly engine: string
  /** Changes of the best label on the way. */
  readonly flips: number
  readonly seconds: number
  /** Audio before the trait was told first. */
  readonly firstMs: number | undefined
}

const titles: readonly Known['trait'][] = ['pitch', 'vocalStyle', 'environment', 'age', 'emotion']

const row = (name: string, s: Score): readonly string[] => [
  name,
  `${s.clips}`,
  percent(s.coverage),
  percent(s.accuracy),
  percent(s.macroF1),
  figure(s.calibrationError, 3),
  percent(s.majority),
  percent(s.chance),
]

const matrix = (s: Score): string =>
  Object.entries(s.confusion)
    .map(([truth, told]) => {
      const all = Object.entries(told).toSorted((a, b) => b[1] - a[1])
      return `  ${truth}: ${all.map(([label, n]) => `${label} ${n}`).join(', ')}`
    })
    .join('\n')

/** Engines of the server by their ids. */
const openOthers = async (ids: string) => {
  const server = openEngines(loadSettings(), silentLog)
  const names = ids.split(',').flatMap((id) => id.trim() || [])
  const engines = await Promise.all(
    names.map(async (name) => ({ name, engine: await server.registry.get('voiceProfiler', name) })),
  )
  return { engines, close: () => server.close() }
}

export const run = async (args: readonly string[]): Promise<void> => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: 'string' },
      most: { type: 'string', default: '200' },
      matrix: { type: 'boolean', default: false },
      also: { type: 'string', default: '' },
    },
  })
  const clips = [...sharedClips(), ...(values.data ? corpusClips(values.data, Number(values.most)) : [])]
  const profiler = createSignalProfiler()
  const others = await openOthers(values.also)
  const engines = [{ name: '', engine: profiler }, ...others.engines]
  if (others.engines.length > 0) {
    const sources = others.engines.map(({ engine }) => ({ engine, traits: engine.traits ?? [] }))
    engines.push({ name: 'joined', engine: joinedProfiler(profiler, sources) })
  }
  const heard: Heard[] = []
  let audioSeconds = 0
  let cpuMicroseconds = 0
  for (const [place, known] of clips.entries()) {
    progress(`${place + 1} of ${clips.length} clips`)
    const samples = await known.samples()
    if (samples.length < sampleRate / 2) continue
    for (const { name, engine } of engines) {
      if (engine.traits && !engine.traits.includes(known.trait)) continue
      const start = process.cpuUsage()
      const told: VoiceProfile[] = []
      const work = { signal: new AbortController().signal, log: silentLog }
      for await (const profile of engine.profile(frames(samples), work)) told.push(profile)
      const used = process.cpuUsage(start)
      // The first clips warm the thread up.
      if (place > 9 && name === '') {
        cpuMicroseconds += used.user + used.system
        audioSeconds += samples.length / sampleRate
      }
      const labels = told.flatMap((profile) => top(profile, known.trait)?.label ?? [])
      const best = top(told.at(-1), known.trait)
      const first = told.find((profile) => top(profile, known.trait))
      heard.push({
        known,
        engine: name,
        truth: known.truth,
        label: best?.label,
        confidence: best?.confidence ?? 0,
        flips: labels.filter((label, i) => i > 0 && label !== labels[i - 1]).length,
        seconds: samples.length / sampleRate,
        firstMs: first && first.endMs - first.startMs,
      })
    }
  }
  progressDone()
  await profiler.close?.()
  await others.close()

  const rows: (readonly string[])[] = []
  const data: object[] = []
  for (const trait of titles)
    for (const set of new Set(heard.filter(({ known }) => known.trait === trait).map(({ known }) => known.set)))
      for (const { name } of engines) {
        const here = heard.filter((one) => one.known.trait === trait && one.known.set === set && one.engine === name)
        if (here.length === 0) continue
        const s = score(here)
        const title = `${trait}: ${set}${name === '' ? '' : `; ${name}`}`
        rows.push(row(title, s))
        data.push({ trait, set, engine: name || 'embedded', ...s })
        if (values.matrix) console.log(`${title}\n${matrix(s)}`)
      }
  const told: Table = {
    title: 'Voice profile: what is told of voices',
    method: [
      'The last profile of each clip, from the embedded engine where no other is named; silence cut as a gate would. No clip is of a speaker or a recording that was learnt from.',
      'Clips: share of which something but “unclear” was said. Accuracy, macro-F1 and calibration error (ECE, ten bins) are over those. Majority: always saying the most frequent label.',
      'Calm counts as neutral. Raised voices are anger acted with strong intensity, whispers are made from recordings; both stand in for true ones.',
    ],
    columns: ['signal', 'clips', 'told', 'accuracy', 'macro-F1', 'ECE', 'majority', 'chance'],
    rows,
    data,
  }
  print(told)

  const steady = titles.map((trait) => {
    const here = heard.filter(({ known, engine }) => known.trait === trait && engine === '')
    const minutes = here.reduce((sum, { seconds }) => sum + seconds, 0) / 60
    const flips = here.reduce((sum, one) => sum + one.flips, 0)
    const firsts = here.flatMap(({ firstMs }) => firstMs ?? [])
    return { trait, flipsPerMinute: flips / minutes, firstMs: percentile(firsts, 0.5) }
  })
  const cost = cpuMicroseconds / 1e6 / audioSeconds
  const course: Table = {
    title: 'Voice profile: over time, and what it costs',
    method: [
      'Changes of the best label per minute of speech, in clips of one steady speaker each, the first seconds included.',
      `CPU per stream with all signals on: ${percent(cost)} of a core (user and system time of the process over seconds of speech, ${figure(audioSeconds / 60)} min).`,
      'First told: seconds of speech before the signal is there, the median.',
    ],
    columns: ['signal', 'changes per minute', 'first told'],
    rows: steady.map(({ trait, flipsPerMinute, firstMs }) => [
      trait,
      figure(flipsPerMinute),
      `${figure(firstMs / 1000)} s`,
    ]),
    data: { steady, cost },
  }
  print(course)
  await save('profile', [told, course])
}
