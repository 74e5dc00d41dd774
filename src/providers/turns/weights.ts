/** The trained weights: what each feature of the words and of the voice says for the end of a turn. */
import { readFile } from 'node:fs/promises'
import { z } from 'zod'

const schema = z.strictObject({
  text: z.record(z.string(), z.number()),
  prosody: z.strictObject({ bias: z.number(), weights: z.array(z.number()) }),
})

/** See `training/turns`. */
export type TurnWeights = z.output<typeof schema>

/** Reads the weights that ship. */
export const readWeights = async (): Promise<TurnWeights> =>
  schema.parse(JSON.parse(await readFile(new URL('./weights.json', import.meta.url), 'utf8')))
