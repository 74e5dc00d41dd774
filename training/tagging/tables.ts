/** `npx tsx training/tagging/tables.ts DATA MODEL`: recordings → DATA/tables/tags.json: what YAMNet hears in each, and what is known of it. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { groupScores } from '../../src/providers/shared/audio-set.ts'
import { readLabels } from '../../src/providers/yamnet/labels.ts'
import { momentSampleRate } from '../../src/signal/moments.ts'
import { whispered } from '../../src/signal/whisper.ts'
import { type Clip, environments, voices } from '../profile/clips.ts'
import { dice, inNoise, read, speechOf, vehicle } from '../profile/sound.ts'

const [folder, modelFile] = process.argv.slice(2)
if (!folder || !modelFile) throw new Error('The folder of the corpora and the model are missing.')
const roll = dice(5)
const pick = <T>(all: readonly T[]): T => all[Math.floor(roll() * all.length)]!

const [windowSamples, hopSamples] = [15_600, 7680]
const session = await InferenceSession.create(modelFile, { intraOpNumThreads: 1, interOpNumThreads: 1 })

const labels = readLabels(readFileSync(join(dirname(modelFile), 'labels.txt'), 'utf8'))
const places = new Map(labels.map((label, place) => [label, place]))

/** Scores of the groups of sounds: as the server has them, means over windows of a second, half a second apart. */
const scores = async (sound: Float32Array): Promise<Record<string, number>> => {
  const windows = Math.max(1, Math.min(16, Math.ceil((sound.length - windowSamples) / hopSamples) + 1))
  const input = new Float32Array(windows * windowSamples)
  for (let at = 0; at < windows; at += 1)
    input.set(sound.subarray(at * hopSamples, at * hopSamples + windowSamples), at * windowSamples)
  const told = await session.run({
    [session.inputNames[0]!]: new Tensor('float32', input, [windows, windowSamples]),
  })
  const all = told[session.outputNames[0]!]!.data as Float32Array
  const sums: Record<string, number> = {}
  for (let at = 0; at < windows; at += 1)
    for (const [group, log] of groupScores((name) => all[at * labels.length + places.get(name)!]))
      sums[group] = (sums[group] ?? 0) + Math.exp(log)
  return Object.fromEntries(Object.entries(sums).map(([group, sum]) => [group, Math.log(sum / windows)]))
}

const rows: object[] = []
const add = async (sound: Float32Array, what: object): Promise<void> => {
  if (sound.length < momentSampleRate) return
  rows.push({ ...what, scores: await scores(sound.subarray(0, 4.5 * momentSampleRate)) })
  if (rows.length % 500 === 0) console.log(rows.length)
}

const noises = environments(folder).map((clip) => ({
  ...clip,
  samples: read(clip.file).subarray(0, 60 * momentSampleRate),
}))
const learnt = noises.filter(({ split }) => split !== 'test')
const noisy = (voice: Float32Array): Float32Array => inNoise(voice, pick(learnt).samples, 5 + 20 * roll(), roll())

const all = voices(folder)
const every = (clips: readonly Clip[], most: number): readonly Clip[] =>
  clips.filter((_, i) => i % Math.max(1, Math.ceil(clips.length / most)) === 0)
const styled = [
  ...every(
    all.filter(({ corpus }) => corpus === 'libri'),
    300,
  ),
  ...every(
    all.filter(({ corpus }) => corpus === 'so762'),
    500,
  ),
  ...all.filter(({ corpus, vocalStyle }) => corpus === 'emodb' && vocalStyle),
  ...every(
    all.filter(({ corpus, vocalStyle }) => corpus === 'ravdess' && vocalStyle),
    300,
  ),
]
for (const clip of styled) {
  const voice = speechOf(read(clip.file))
  const what = { corpus: clip.corpus, speaker: clip.speaker, split: clip.split, style: clip.vocalStyle }
  await add(voice, { ...what, how: 'clean' })
  await add(noisy(voice), { ...what, how: 'noisy' })
  if (clip.corpus !== 'libri' && clip.corpus !== 'so762') continue
  const soft = whispered(voice, momentSampleRate)
  await add(soft, { ...what, style: 'whispering', how: 'clean' })
  await add(noisy(soft), { ...what, style: 'whispering', how: 'noisy' })
}

for (const split of ['train', 'test'] as const) {
  const carriers = all.filter(
    (clip) => (clip.corpus === 'libri' || clip.corpus === 'so762') && (clip.split === 'test') === (split === 'test'),
  )
  const carrier = (): Float32Array => speechOf(read(pick(carriers).file))
  const here = noises.filter((noise) => (noise.split === 'test') === (split === 'test'))
  for (const environment of new Set(here.map((noise) => noise.environment!))) {
    const recordings = here.filter((noise) => noise.environment === environment)
    for (let n = 0; n < (split === 'train' ? 240 : 80); n += 1) {
      const made = environment === 'car' && split === 'train' && n % 4 === 0
      const noise = made
        ? { samples: vehicle(10, roll), speaker: 'made', corpus: 'made' }
        : recordings[n % recordings.length]!
      const db = environment === 'quiet room' ? 15 + 20 * roll() : 15 * roll()
      const what = { corpus: noise.corpus, speaker: noise.speaker, split, environment }
      await add(inNoise(carrier(), noise.samples, db, roll()), { ...what, how: 'under speech' })
      if (n % 6 === 0) await add(noise.samples.subarray(0, 5 * momentSampleRate), { ...what, how: 'alone' })
    }
  }
  for (let n = 0; n < (split === 'train' ? 240 : 80); n += 1) {
    const what = { corpus: 'made', speaker: `clean-${n}`, split, how: 'clean' }
    await add(carrier(), { ...what, environment: 'quiet room' })
  }
}

mkdirSync(join(folder, 'tables'), { recursive: true })
writeFileSync(join(folder, 'tables', 'tags.json'), JSON.stringify(rows))
console.log(`${rows.length} rows`)
