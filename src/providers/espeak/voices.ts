/** The voices of espeak-ng, from the table that it prints. */
import type { Voice } from '../../engines/text-to-speech.ts'

/** What espeak-ng calls some languages that others call otherwise. */
const otherCodes: Readonly<Record<string, string>> = { zh: 'cmn', no: 'nb', iw: 'he', in: 'id', tl: 'fil' }

/** BCP-47 for what espeak-ng calls a language. */
const tagsOf = (language: string): string[] => {
  const tag = language.replace(/-([a-z]{2})$/, (_, region: string) => `-${region.toUpperCase()}`)
  const other = Object.keys(otherCodes).find((code) => otherCodes[code] === language)
  return other === 'zh' || other === 'no' ? [tag, other] : [tag]
}

/** One voice for each language, and its variant that sounds like a woman. US English is first: the default. */
export const parseVoices = (table: string): Voice[] => {
  const languages = new Map<string, string>()
  for (const line of table.split('\n')) {
    const [, language, , name, file] = /^\s*\d+\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S+)/.exec(line) ?? []
    // Those in `mb` need another program, those in `!v` change the voice of a language.
    if (!language || !name || !file || /^(mb|!v)\//.test(file) || languages.has(language.toLowerCase())) continue
    languages.set(language.toLowerCase(), name.replaceAll('_', ' '))
  }
  const sorted = [...languages].sort(([a], [b]) => Number(b === 'en-us') - Number(a === 'en-us'))
  return sorted.flatMap(([language, name]): Voice[] => {
    const known = {
      languages: tagsOf(language),
      description: `${name}, made by rules: a clear robot, understood with practice.`,
    }
    return [
      { id: language, name, gender: 'male', ...known },
      { id: `${language}+f3`, name: `${name}, female`, gender: 'female', ...known },
    ]
  })
}

/** The voice of that id, else one for the language, else the first. */
export const voiceFor = (voices: readonly Voice[], id: string | undefined, language: string | undefined): string => {
  const wanted = voices.find((voice) => voice.id === id?.toLowerCase())
  if (wanted) return wanted.id
  const code = language?.toLowerCase().replaceAll('_', '-') ?? ''
  const base = code.split('-')[0]!
  const tries = [code, base, otherCodes[base] ?? base]
  const exact = tries.map((tried) => voices.find((voice) => voice.id === tried)).find((voice) => voice !== undefined)
  const near = base === '' ? undefined : voices.find((voice) => voice.id.startsWith(`${otherCodes[base] ?? base}-`))
  return (exact ?? near ?? voices[0])?.id ?? 'en-us'
}
