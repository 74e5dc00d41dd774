/** What an operator's own model is given and what its outputs mean: a small JSON file beside it. */
import { readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { VoiceError } from '../../errors.ts'

const label = z.string().min(1)

const classes = z.strictObject({
  trait: label,
  /** Of the model; default: its first. */
  output: label.optional(),
  /** In the order of the output, or a JSON file that has them as `id2label`, as models on public hubs do. */
  labels: z.union([z.array(label).min(1), label]),
  /** What they are called here; null: what is said of it goes to the others. */
  map: z.record(z.string(), label.nullable()).default({}),
  /** How the output becomes likelihoods. */
  activation: z.enum(['softmax', 'none']).default('softmax'),
  /** What the output is divided by before, so that likelihoods mean what they say. */
  temperature: z.number().positive().default(1),
  /** Below it the label is `unclear`. */
  least: z.number().min(0).max(1).default(0),
})

const ranges = z.strictObject({
  trait: label,
  output: label.optional(),
  /** The number that the model gives is so many times smaller than those of the limits. */
  scale: z.number().default(1),
  /** Standard deviation of its mistakes, in the unit of the limits. */
  deviation: z.number().positive(),
  /** In order; the last has no upper limit. */
  ranges: z.array(z.strictObject({ label, below: z.number().optional() })).min(2),
  least: z.number().min(0).max(1).default(0),
})

const schema = z.strictObject({
  /** Of the model, relative to this file. */
  file: z.string().default('model.onnx'),
  name: label.optional(),
  accuracy: label.optional(),
  /** Hz. */
  sampleRate: z.int().min(8000).max(48_000).default(16_000),
  /** Whether it wants sound with a mean of 0 and a variance of 1, as wav2vec2 and its like do. */
  normalize: z.boolean().default(true),
  /** Speech before the first look, between looks, and most that one is given. */
  firstSeconds: z.number().positive().default(1),
  everySeconds: z.number().positive().default(2),
  mostSeconds: z.number().positive().max(60).default(8),
  traits: z.array(z.union([classes, ranges])).min(1),
})

/** An output that is one of several classes. */
export type Classes = Omit<z.output<typeof classes>, 'labels' | 'map'> & {
  readonly type: 'classes'
  /** What each place of the output is called here; null: nothing. */
  readonly labels: readonly (string | null)[]
}
/** An output that is a number. */
export type Ranges = z.output<typeof ranges> & { readonly type: 'ranges' }

export type Description = Omit<z.output<typeof schema>, 'traits'> & { readonly traits: readonly (Classes | Ranges)[] }

/** How makers of models call what is called otherwise here. */
const synonyms: Readonly<Record<string, string>> = {
  ...{ ang: 'angry', anger: 'angry', hap: 'happy', happiness: 'happy', joy: 'happy', neu: 'neutral', sadness: 'sad' },
  ...{
    fea: 'fearful',
    fear: 'fearful',
    sur: 'surprised',
    surprise: 'surprised',
    dis: 'disgusted',
    disgust: 'disgusted',
  },
  ...{ other: 'unclear', unknown: 'unclear', '<unk>': 'unclear' },
}

const id2label = z.object({ id2label: z.record(z.string().regex(/^\d+$/), label) })

const readJson = async (file: string): Promise<unknown> => JSON.parse(await readFile(file, 'utf8'))

/** Labels by their places, from such a file. */
const labelsIn = async (file: string): Promise<readonly string[]> => {
  const byPlace = id2label.parse(await readJson(file)).id2label
  return Object.keys(byPlace).map((_, place) => {
    const found = byPlace[place]
    if (found === undefined) throw new Error(`id2label has no ${place}`)
    return found
  })
}

/** Throws `unavailable` with what is wrong with the file. */
export const readDescription = async (file: string): Promise<Description> => {
  try {
    const { traits, ...rest } = schema.parse(await readJson(file))
    const folder = dirname(file)
    const read = traits.map(async (trait): Promise<Classes | Ranges> => {
      if ('ranges' in trait) return { ...trait, type: 'ranges' }
      const { labels, map, ...more } = trait
      const names = typeof labels === 'string' ? await labelsIn(join(folder, labels)) : labels
      const called = (name: string): string | null => {
        const plain = name.trim().toLowerCase()
        return Object.hasOwn(map, name) ? map[name]! : (synonyms[plain] ?? plain)
      }
      return { ...more, type: 'classes', labels: names.map(called) }
    })
    return { ...rest, file: resolve(folder, rest.file), traits: await Promise.all(read) }
  } catch (error) {
    const [issue] = error instanceof z.ZodError ? error.issues : []
    const why = issue ? `${issue.path.map(String).join('.')}: ${issue.message}` : (error as Error).message
    throw new VoiceError('unavailable', `${file} does not describe a model: ${why}.`, { cause: error })
  }
}
