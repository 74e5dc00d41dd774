/** `diarization`: who spoke when, against references, by what ships and by the given models; and how well one voice is told from another. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { parseArgs } from 'node:util'
import type { SpeakerEncoder } from '../../src/engines/speaker-encoder.ts'
import type { SpeakerSegmentation } from '../../src/engines/speaker-segmentation.ts'
import { listen } from '../../src/listening/listen.ts'
import { defaultGate, defaultTurns } from '../../src/listening/settings.ts'
import type { SpeakerSpan } from '../../src/listening/speaker-clusters.ts'
import { silentLog } from '../../src/log.ts'
import { createSegmentation } from '../../src/providers/pyannote/engine.ts'
import silero from '../../src/providers/silero/index.ts'
import { createSpeakers } from '../../src/providers/speakers/engine.ts'
import { readClip, type SharedClip, sharedClips, sharedModel } from '../../test/support/clips.ts'
import { freeRecognizer } from '../load/free-recognizer.ts'
import { figure, percent, print, progress, progressDone, save } from '../report.ts'
import { type DiarizationError, diarizationError, type Speech } from './der.ts'
import { encoderTable } from './equal-error.ts'

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

/** A way to find out who spoke when in 16 kHz audio. */
interface Way {
  readonly name: string
  readonly spans: (samples: Float32Array, speakers: number) => Promise<readonly Speech[]>
  readonly close?: () => Promise<void>
}

async function* inputOf<T>(...items: readonly T[]): AsyncGenerator<T> {
  yield* items
}

/** The whole way that audio goes, without words. `live`: by turns, as a stream is heard; else with the second look of a recording. */
const ours = (
  name: string,
  {
    encoder,
    segmentation,
    live,
    counted,
  }: {
    readonly encoder: SpeakerEncoder
    readonly segmentation?: SpeakerSegmentation
    readonly live: boolean
    readonly counted: boolean
  },
): Way => ({
  name,
  async spans(samples, speakers) {
    const voiceActivity = await silero.voiceActivity!('v6', {}, { log: silentLog, cacheDir: '' })
    const spans: SpeakerSpan[] = []
    let settled: readonly SpeakerSpan[] | undefined
    const settings = {
      engines: {
        speechToText: freeRecognizer,
        voiceActivity,
        speakerEncoder: encoder,
        ...(segmentation && { speakerSegmentation: segmentation }),
      },
      gate: defaultGate,
      turns: defaultTurns,
      languages: [],
      terms: [],
      partials: false,
      finalBudgetMs: live ? 60_000 : Number.POSITIVE_INFINITY,
      alternatives: 0,
      ...(counted ? { maxSpeakers: speakers } : {}),
    }
    try {
      const audio = { samples, sampleRate: 16_000, startMs: 0 }
      const { signal } = new AbortController()
      for await (const heard of listen(inputOf(audio), { ...settings, signal, log: silentLog })) {
        if (heard.type === 'transcript.final') spans.push(...(heard.speakers ?? []))
        if (heard.type === 'speakers.settled') settled = heard.speakers
      }
    } finally {
      await voiceActivity.close?.()
    }
    return live ? spans : (settled ?? [])
  },
})

interface Diarizer {
  process(samples: Float32Array): readonly { readonly start: number; readonly end: number; readonly speaker: number }[]
}

/** sherpa-onnx with the given models and the settings that their manifest names; undefined where it is not installed. */
const given = (segmentation: string, encoder: string): Way | undefined => {
  try {
    const sherpa = createRequire(import.meta.url)('sherpa-onnx-node') as {
      OfflineSpeakerDiarization: new (config: unknown) => Diarizer
    }
    const diarizer = new sherpa.OfflineSpeakerDiarization({
      segmentation: { pyannote: { model: segmentation } },
      embedding: { model: encoder },
      clustering: { numClusters: -1, threshold: 0.65 },
      ...{ minDurationOn: 0.2, minDurationOff: 0.5 },
    })
    return {
      name: 'given: sherpa-onnx, pyannote and speaker-tdnn128',
      spans: async (samples) =>
        diarizer.process(samples).map(({ start, end, speaker }) => ({
          ...{ speaker: String(speaker), startMs: start * 1000, endMs: end * 1000 },
        })),
    }
  } catch {
    return undefined
  }
}

interface Found {
  readonly clip: string
  readonly speakers: number
  readonly told: number
  readonly error: DiarizationError
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

const measured = async (way: Way, clips: readonly SharedClip[]): Promise<readonly Found[]> => {
  const found: Found[] = []
  for (const clip of clips) {
    progress(`${way.name}: ${found.length}/${clips.length} recordings`)
    const known = await reference(clip)
    const speakers = new Set(known.map(({ speaker }) => speaker)).size
    const { samples } = await readClip(clip)
    const spans = await way.spans(samples, speakers)
    const told = new Set(spans.map(({ speaker }) => speaker)).size
    found.push({ clip: clip.name, speakers, told, error: diarizationError(known, spans) })
  }
  return found
}

const isReal = ({ clip }: Found): boolean => clip.includes('real')

export const run = async (args: readonly string[]): Promise<void> => {
  const { values } = parseArgs({
    args: [...args],
    options: { 'same-above': { type: 'string' }, speakers: { type: 'boolean', default: false } },
  })
  const sameAbove = values['same-above'] === undefined ? undefined : Number(values['same-above'])
  const counted = values.speakers
  const clips = sharedClips(({ category }) => category === 'diarization')
  const encoder = createSpeakers(sameAbove === undefined ? {} : { sameAbove })
  const segmentationFile = sharedModel('pyannote-segmentation-3-0/model.int8.onnx')
  const encoderFile = sharedModel('speaker-tdnn128/model.onnx')
  const segmentation =
    segmentationFile === undefined ? undefined : await createSegmentation(segmentationFile, { name: 'pyannote' })
  const ways = [
    ours('a stream, turn by turn', { encoder, live: true, counted }),
    ours('a recording', { encoder, live: false, counted }),
    segmentation && ours('a recording, with pyannote', { encoder, segmentation, live: false, counted }),
    segmentationFile && encoderFile && given(segmentationFile, encoderFile),
  ].flatMap((way) => way || [])
  const tables = []
  const columns = ['recording', 'speakers', 'told', 'error', 'missed', 'false alarm', 'wrong speaker', 'speech']
  const sums: (readonly string[])[] = []
  try {
    for (const way of ways) {
      const found = await measured(way, clips)
      progressDone()
      const sets = [
        ['real', found.filter(isReal)],
        ['assembled', found.filter((one) => !isReal(one))],
      ] as const
      for (const [name, of] of sets)
        sums.push([way.name, name, ...rowOf('', '', '', summed(of.map(({ error }) => error))).slice(3)])
      tables.push({
        title: `Who spoke when: ${way.name}`,
        method: [],
        columns,
        rows: found.map(({ clip, speakers, told, error }) => rowOf(clip, String(speakers), String(told), error)),
        data: found,
      })
    }
  } finally {
    await segmentation?.close?.()
  }
  tables.push({
    title: 'Who spoke when',
    method: [
      'Voice activity, turns, voiceprints and clusters as audio goes through the server; of a recording, what is settled once all of it was heard.',
      'Diarization error rate as NIST defines it, 250 ms around each border not scored, overlapping speech scored.',
      counted ? 'The number of speakers was told beforehand.' : 'The number of speakers was not told.',
    ],
    columns: ['way', 'set', 'error', 'missed', 'false alarm', 'wrong speaker', 'speech'],
    rows: sums,
    data: sums,
  })
  const errors = await encoderTable(encoder, encoderFile)
  await encoder.close?.()
  for (const table of [...tables, errors]) print(table)
  await save('diarization', [...tables, errors])
}
