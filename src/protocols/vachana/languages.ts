/** Vachana's language codes. None is refused: what is not known leaves the language to detection. */

const documented = ['bn-IN', 'en-IN', 'gu-IN', 'hi-IN', 'kn-IN', 'ml-IN', 'mr-IN', 'pa-IN', 'ta-IN', 'te-IN'] as const

/** Codes for mixed speech: both languages may be heard. */
const mixed: Readonly<Record<string, readonly string[]>> = {
  'en-hi-in-latn': ['hi-IN', 'en-IN'],
  'en-hi-in-cm': ['hi-IN', 'en-IN'],
}

const canonical = (code: string): readonly string[] => {
  const lower = code.trim().toLowerCase().replaceAll('_', '-')
  const both = mixed[lower]
  if (both) return both
  const known = documented.find((name) => name.toLowerCase() === lower)
  if (known) return [known]
  const plausible = /^([a-z]{2,3})(?:-([a-z]{2}))?$/.exec(lower)
  if (!plausible) return []
  return [plausible[2] ? `${plausible[1]}-${plausible[2].toUpperCase()}` : plausible[1]!]
}

/** A code or a comma-separated list as languages that may be spoken; empty leaves it to detection. */
export const languagesOf = (codes: string | undefined, preferred: string | undefined): readonly string[] => {
  const forced = preferred && !preferred.includes(',') ? canonical(preferred) : []
  if (forced.length > 0) return forced
  const list = codes?.trim() ? codes : 'en-IN'
  return [...new Set(list.split(',').slice(0, 40).flatMap(canonical))]
}

/** Whether each of a comma-separated list at least looks like a language. */
export const areLanguages = (codes: string): boolean => codes.split(',').every((code) => canonical(code).length > 0)

/** What was heard (`hi`), and how sure that is where the voice was identified. */
interface HeardLanguage {
  readonly language?: string
  readonly languageConfidence?: number
}

/** It as the client wrote it (`hi-IN`). A single language that was asked for is the one heard, unless the voice tells another. */
export const languageTold = (heard: HeardLanguage | undefined, asked: readonly string[]): string | undefined => {
  const { language, languageConfidence } = heard ?? {}
  if (asked.length === 1 && languageConfidence === undefined) return asked[0]
  if (language === undefined) return undefined
  const base = (code: string): string => code.toLowerCase().split(/[-_]/)[0]!
  return [...asked, ...documented].find((code) => base(code) === base(language)) ?? language
}
