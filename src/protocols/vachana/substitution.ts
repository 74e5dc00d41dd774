/** Substitution: the client's own spellings in place of what was heard. */
import { z } from 'zod'
import { VoiceError } from '../../errors.ts'

const schema = z
  .array(
    z.object({
      patterns: z.array(z.string().trim().min(1).max(200)).min(1).max(100),
      replacement: z.string().max(1000),
    }),
  )
  .max(10)

/** Any of the patterns becomes the replacement. */
export type Substitution = z.infer<typeof schema>[number]

/** Reads the rules; one rule may stand without a list around it. Throws `invalid_request`. */
export const readSubstitutions = (text: string): readonly Substitution[] => {
  try {
    const value: unknown = JSON.parse(text)
    return schema.parse(Array.isArray(value) ? value : [value])
  } catch {
    throw new VoiceError(
      'invalid_request',
      'substitution_map must be a JSON list of at most 10 rules {"patterns": […], "replacement": "…"}.',
      { param: 'substitution_map' },
    )
  }
}

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')

/** Applies the rules in their order: whole words, whatever their case. Patterns are plain text. */
export const substitute = (text: string, rules: readonly Substitution[]): string => {
  let result = text
  for (const { patterns, replacement } of rules) {
    const longestFirst = [...patterns].sort((a, b) => b.length - a.length).map(literal)
    const words = new RegExp(`(?<![\\p{L}\\p{M}\\p{N}])(?:${longestFirst.join('|')})(?![\\p{L}\\p{M}\\p{N}])`, 'giu')
    result = result.replace(words, () => replacement)
  }
  return result
}
