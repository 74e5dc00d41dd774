/** `diarization`: who spoke when, against references; and how well one voice is told from another. */
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { listen } from '../../src/listening/listen.ts'
import { defaultGate, defaultTurns } from '../../src/listening/settings.ts'
import type { SpeakerSpan } from '../../src/listening/speaker-clusters.ts'
import { silentLog } from '../../src/log.ts'
import silero from '../../src/providers/silero/index.ts'
import { createSpeakers } from '../../src/providers/speakers/engine.ts'
import { readClip, type SharedClip, sharedClips } from '../../test/support/clips.ts'
import { freeRecognizer } from '../load/free-recognizer.ts'
import { figure, percent, print, progress, progressDone, save } from '../report.ts'
import { type DiarizationError, diarizationError, type Speech } from './der.ts'

export const help = `diarization [--same-above LIKENESS] [--speakers]
    --same-above  likeness above which two stretches are one speaker's, in place of the default
    --speakers    the number of speakers is told beforehand`

const reference = async (clip: SharedClip): Promise<readonly Speech[]> => {
  const text = await readFile(clip.file.replace(/\.\w+$/, '.rttm'), 'utf8')
  return [...text.matchAll(/^SPEAKER \S+ \d+ (\S+) (\S+) \S+ \S+ (\S+)/gm)].map(([, start, length, speaker]) => ({
    speaker: speaker!,
    startMs: Number(start) * 1000,
    endMs: (Number(start) + Number(length)) * 1000,
  }))
}

interface Found {
  readonly clip: SharedClip
  readonly speakers: number
  readonly told: number
  readonly error: DiarizationError
}

/** The whole way that a recording goes, without words: voice activity, turns, voiceprints, clusters. */
const diarized = async (clip: SharedClip, sameAbove: number | undefined, counted: boolean): Promise<Found> => {
  const known = await reference(clip)
  const speakers = new Set(known.map(({ speaker }) => speaker)).size
  const encoder = createSpeakers(sameAbove === undefined ? {} : { sameAbove })
  const signal = new AbortController().signal
  const voiceActivity = await silero.voiceActivity!('v6', {}, { log: silentLog, cacheDir: '' })
  const audio = await readClip(clip)
  const spans: SpeakerSpan[] = []
  try {
    const settings = {
      engines: { speechToText: freeRecognizer, voiceActivity, speakerEncoder: encoder },
      gate: defaultGate,
      turns: defaultTurns,
      languages: [],
      terms: [],
      partials: false,
      finalBudgetMs: Number.POSITIVE_INFINITY,
      alternatives: 0,
      ...(counted ? { maxSpeakers: speakers } : {}),
    }
    for await (const heard of listen(inputOf(audio), { ...settings, signal, log: silentLog }))
      if (heard.type === 'transcript.final') spans.push(...(heard.speakers ?? []))
  } finally {
    await encoder.close?.()
    await voiceActivity.close?.()
  }
  const told = new Set(spans.map(({ speaker }) => speaker)).size
  return { clip, speakers, told, error: diarizationError(known, spans) }
}

async function* inputOf<T>(...items: readonly T[]): AsyncGenerator<T> {
  yield* items
}

const rate = ({ speechMs, missedMs, falseAlarmMs, confusedMs }: DiarizationError): number =>
  (missedMs + falseAlarmMs + confusedMs) / speechMs

const summed = (errors: readonly DiarizationError[]): DiarizationError => {
  const sum = (key: keyof DiarizationError): number => errors.reduce((total, error) => total + error[key], 0)
  return {
    speechMs: sum('speechMs'),
    missedMs: sum('missedMs'),
    falseAlarmMs: sum('falseAlarmMs'),
    confusedMs: sum('confusedMs'),
  }
}

const rowOf = (name: string, speakers: string, told: string, error: DiarizationError): readonly string[] => [
  name,
  speakers,
  told,
  percent(rate(error)),
  percent(error.missedMs / error.speechMs),
  percent(error.falseAlarmMs / error.speechMs),
  percent(error.confusedMs / error.speechMs),
  `${figure(error.speechMs / 1000, 0)} s`,
]

export const run = async (args: readonly string[]): Promise<void> => {
  const { values } = parseArgs({
    args: [...args],
    options: { 'same-above': { type: 'string' }, speakers: { type: 'boolean', default: false } },
  })
  const sameAbove = values['same-above'] === undefined ? undefined : Number(values['same-above'])
  const clips = sharedClips(({ category }) => category === 'diarization')
  const found: Found[] = []
  for (const clip of clips) {
    progress(`${found.length}/${clips.length} recordings`)
    found.push(await diarized(clip, sameAbove, values.speakers))
  }
  progressDone()
  const groups: readonly (readonly [string, readonly Found[]])[] = [
    ['all real', found.filter(({ clip }) => clip.name.includes('real'))],
    ['all assembled', found.filter(({ clip }) => !clip.name.includes('real'))],
  ]
  const table = {
    title: 'Who spoke when',
    method: [
      'Voice activity, turns, voiceprints and clusters as a recording goes through the server, one pass, no look ahead past a turn.',
      'Diarization error rate as NIST defines it, 250 ms around each border not scored, overlapping speech scored (it is never found: one speaker at a time).',
      values.speakers ? 'The number of speakers was told beforehand.' : 'The number of speakers was not told.',
    ],
    columns: ['recording', 'speakers', 'told', 'error', 'missed', 'false alarm', 'wrong speaker', 'speech'],
    rows: [
      ...found.map(({ clip, speakers, told, error }) => rowOf(clip.name, String(speakers), String(told), error)),
      ...groups.map(([name, of]) => rowOf(name, '', '', summed(of.map(({ error }) => error)))),
    ],
    data: found.map(({ clip, ...rest }) => ({ clip: clip.name, ...rest })),
  }
  print(table)
  await save('diarization', [table])
}
