/** Options of the commands that listen, and what they mean for the recognizer. */
import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { VoiceError } from '../errors.ts'
import type { ListenStart } from '../listening/commands.ts'
import { type KnownSpeaker, troubleWithNames } from '../listening/known-speakers.ts'
import { UsageError } from './command.ts'

/** How to hear. */
export interface HearingOptions {
  readonly model: string
  readonly language?: string
  readonly terms?: string
  /** Who speaks. */
  readonly speakers?: boolean
  readonly maxSpeakers?: string
  /** Who is known by name: `Anna=anna.wav`. */
  readonly known?: readonly string[]
  /** Whether to tell what voices are like. */
  readonly profile?: boolean
}

/** Adds `--model`, `--language`, `--terms`, `--speakers` and `--max-speakers`. */
export const withHearingOptions = (command: Command): Command =>
  command
    .option('--model <id>', 'recognizer to use', 'auto')
    .option('--language <codes>', 'languages that may be spoken, best guess first, such as en or hi,en')
    .option('--terms <list>', 'names and words that are likely, separated by commas')
    .option('--speakers', 'say who speaks')
    .option('--max-speakers <number>', 'the same, where it is known how many there are at most')

/** Adds `--known`. */
export const withKnownSpeakers = (command: Command): Command =>
  command.option(
    '--known <name=file>',
    'say who speaks, and call by this name whose voice is in the file, 2 to 10 seconds; may be repeated',
    (value: string, before: readonly string[] = []) => [...before, value],
  )

const listOf = (text: string | undefined): string[] => (text ?? '').split(',').flatMap((one) => one.trim() || [])

const mostSpeakers = (text: string | undefined): { readonly maxSpeakers?: number } => {
  if (text === undefined) return {}
  const maxSpeakers = Number(text)
  if (!Number.isInteger(maxSpeakers) || maxSpeakers < 1)
    throw new UsageError('--max-speakers must be a whole number from 1.')
  return { maxSpeakers }
}

/** `Anna=anna.wav` → who is known by name. */
const knownFor = async (named: readonly string[], signal: AbortSignal): Promise<readonly KnownSpeaker[]> => {
  if (named.length === 0) return []
  const pairs = named.map((pair) => {
    const at = pair.indexOf('=')
    if (at < 1 || at === pair.length - 1)
      throw new UsageError('--known must name a speaker and a file, such as Anna=anna.wav.')
    return { name: pair.slice(0, at).trim(), file: pair.slice(at + 1) }
  })
  const trouble = troubleWithNames(pairs.map(({ name }) => name))
  if (trouble) throw new UsageError(`--known: ${trouble}`)
  const files = await Promise.all(
    pairs.map(async ({ name, file }) => {
      const bytes = await readFile(file).catch((cause: unknown) => {
        throw new VoiceError('invalid_request', `${file}: there is no such file.`, { cause })
      })
      return { name, bytes }
    }),
  )
  const { knownSpeakers } = await import('../server/known-speakers.ts')
  return knownSpeakers(files, { signal })
}

/** What the recognizer is asked; the audio's format is found in its first bytes. */
export const startFor = (options: HearingOptions): ListenStart => ({
  model: options.model,
  format: { encoding: 'auto', sampleRate: 16_000, channels: 1 },
  settings: { languages: listOf(options.language), terms: listOf(options.terms), ...mostSpeakers(options.maxSpeakers) },
  voiceProfile: options.profile === true,
  diarize: options.speakers === true || options.maxSpeakers !== undefined || options.known !== undefined,
  gapMs: 0,
  inactivityMs: 0,
})

/** The same with the voices of those who are known by name. */
export const startWithKnown = async (options: HearingOptions, signal: AbortSignal): Promise<ListenStart> => {
  const start = startFor(options)
  const knownSpeakers = await knownFor(options.known ?? [], signal)
  return { ...start, settings: { ...start.settings, knownSpeakers } }
}
