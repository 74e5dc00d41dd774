/** `npx tsx training/profile/tables.ts DATA [PART …]`: recordings → DATA/tables: measures of every clip, and what is known of it. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { measure } from '../../src/providers/profile/measures.ts'
import { type Moment, Moments, momentMs, momentSampleRate } from '../../src/signal/moments.ts'
import { whispered } from '../../src/signal/whisper.ts'
import { type Clip, environments, voices } from './clips.ts'
import { coloured, dice, inNoise, onTelephone, read, resized, speechOf, vehicle } from './sound.ts'

const [folder, ...wanted] = process.argv.slice(2)
if (!folder) throw new Error('The folder of the corpora is missing.')
const roll = dice(7)
const pick = <T>(all: readonly T[]): T => all[Math.floor(roll() * all.length)]!

/** So many moments make a stretch; a clip gives one of each length, the last being all of it, up to ten seconds. */
const lengths = [1000, 2000, 4000, 10_000].map((ms) => ms / momentMs)

type Row = Omit<Clip, 'vocalStyle'> & {
  readonly vocalStyle?: string
  readonly how: string
  readonly ms: number
  readonly last: boolean
}

class Table {
  readonly #name: string
  readonly #rows: Row[] = []
  readonly #values: number[][] = []
  #names: readonly string[] = []

  constructor(name: string) {
    this.#name = name
  }

  add(samples: Float32Array, what: Omit<Row, 'ms' | 'last'>, wanted = lengths): void {
    const moments: Moment[] = new Moments().push(samples)
    const usable = wanted.filter((_, i) => i === 0 || moments.length > wanted[i - 1]! * 1.2)
    for (const [i, length] of usable.entries()) {
      const stretch = moments.slice(0, length)
      if (stretch.length < 20) continue
      const { byName } = measure(stretch)
      this.#names = [...byName.keys()]
      this.#values.push([...byName.values()])
      this.#rows.push({ ...what, ms: stretch.length * momentMs, last: i === usable.length - 1 })
    }
  }

  write(): void {
    mkdirSync(join(folder!, 'tables'), { recursive: true })
    const values = Float32Array.from(this.#values.flat())
    writeFileSync(join(folder!, 'tables', `${this.#name}.f32`), new Uint8Array(values.buffer))
    writeFileSync(
      join(folder!, 'tables', `${this.#name}.json`),
      JSON.stringify({ names: this.#names, rows: this.#rows }),
    )
    console.log(`${this.#name}: ${this.#rows.length} rows of ${this.#names.length}`)
  }
}

const noises = environments(folder).map((clip) => ({
  ...clip,
  samples: read(clip.file).subarray(0, 60 * momentSampleRate),
}))
const learnt = noises.filter(({ split }) => split !== 'test')

const noisy = (voice: Float32Array): Float32Array => inNoise(voice, pick(learnt).samples, 5 + 20 * roll(), roll())

/** Ways in which a recording comes to the server, by which models are to tell nothing. */
const changes: Readonly<Record<string, (voice: Float32Array) => Float32Array>> = {
  telephone: onTelephone,
  noise: noisy,
  colour: (voice) => coloured(voice, roll),
  'colour and noise': (voice) => noisy(coloured(voice, roll)),
}

/** Ways by which ages would be told wrongly, for emotions alone. */
const others: Readonly<Record<string, (voice: Float32Array) => Float32Array>> = {
  'other size': (voice) => resized(voice, roll),
  'other size and colour': (voice) => coloured(resized(voice, roll), roll),
}

const voiceTable = (corpus: string, clips: readonly Clip[]): void => {
  const table = new Table(corpus)
  // Of the few recordings of emotions every change, of the others one or none.
  const often = corpus === 'emodb'
  for (const clip of clips) {
    const voice = speechOf(read(clip.file)).subarray(0, 10 * momentSampleRate)
    table.add(voice, { ...clip, how: 'clean' })
    if (clip.split === 'test') continue
    const kinds = Object.keys(changes)
    const wanted = often ? kinds : corpus === 'libri' || roll() < 0.4 ? [pick(kinds)] : []
    for (const how of wanted) table.add(changes[how]!(voice), { ...clip, how })
    if (often) for (const [how, change] of Object.entries(others)) table.add(change(voice), { ...clip, how })
    // Whispers are made from voices; emotions and ages of whispers are not learnt.
    if (corpus === 'libri' || (corpus === 'so762' && roll() < 0.06)) {
      const { emotion: _, age: __, ...rest } = clip
      const soft = whispered(voice, momentSampleRate)
      table.add(soft, { ...rest, vocalStyle: 'whispering', how: 'whispered' })
      table.add(noisy(soft), { ...rest, vocalStyle: 'whispering', how: 'whispered' })
    }
  }
  table.write()
}

const environmentTable = (): void => {
  const table = new Table('environments')
  const carriers = voices(folder!).filter(
    ({ corpus }) => corpus === 'libri' || corpus === 'so762' || corpus === 'emodb',
  )
  const of = (split: string): readonly Clip[] =>
    carriers.filter((clip) => (split === 'test' ? clip.split === 'test' : clip.split !== 'test'))
  const carrier = (split: string): Float32Array =>
    speechOf(read(pick(of(split)).file)).subarray(0, 8 * momentSampleRate)
  const long = lengths.slice(1)
  for (const split of ['train', 'test'] as const) {
    const here = noises.filter((noise) => (noise.split === 'test') === (split === 'test'))
    const kinds = [...new Set(here.map(({ environment }) => environment!))]
    const each = split === 'train' ? 300 : 80
    for (const environment of kinds) {
      const recordings = here.filter((noise) => noise.environment === environment)
      for (let n = 0; n < each; n += 1) {
        const made = environment === 'car' && split === 'train' && n % 2 === 0
        const noise = made
          ? { samples: vehicle(10, roll), speaker: `made-${n}`, corpus: 'made', file: '' }
          : recordings[n % recordings.length]!
        const quiet = environment === 'quiet room'
        const db = quiet ? 15 + 20 * roll() : 15 * roll()
        const voice = carrier(split)
        if (voice.length < momentSampleRate) continue
        const base = {
          file: noise.file,
          corpus: noise.corpus,
          speaker: noise.speaker,
          split,
          environment,
          how: `${Math.round(db)} dB`,
        }
        table.add(inNoise(voice, noise.samples, db, roll()), base, long)
        if (!quiet && n % 5 === 0) {
          const first = Math.floor(roll() * Math.max(1, noise.samples.length - 6 * momentSampleRate))
          table.add(noise.samples.subarray(first, first + 6 * momentSampleRate), { ...base, how: 'alone' }, long)
        }
      }
    }
    for (let n = 0; n < each; n += 1) {
      const voice = carrier(split)
      if (voice.length < momentSampleRate) continue
      const base = { file: '', corpus: 'made', speaker: `clean-${n}`, split }
      const noise = pick(here).samples
      const under = n % 2 === 0 ? voice : inNoise(voice, noise, 8 + 20 * roll(), roll())
      table.add(onTelephone(under), { ...base, environment: 'telephone', how: 'telephone' }, long)
      if (n % 2 === 0) table.add(voice, { ...base, environment: 'quiet room', how: 'clean' }, long)
    }
  }
  table.write()
}

const parts = wanted.length > 0 ? wanted : ['emodb', 'ravdess', 'libri', 'so762', 'environments']
for (const part of parts)
  if (part === 'environments') environmentTable()
  else
    voiceTable(
      part,
      voices(folder).filter(({ corpus }) => corpus.startsWith(part)),
    )
