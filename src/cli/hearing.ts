/** Options of the commands that listen, and what they mean for the recognizer. */
import type { Command } from 'commander'
import type { ListenStart } from '../listening/commands.ts'
import { UsageError } from './command.ts'

/** How to hear. */
export interface HearingOptions {
  readonly model: string
  readonly language?: string
  readonly terms?: string
  /** Who speaks. */
  readonly speakers?: boolean
  readonly maxSpeakers?: string
  /** Whether to tell what voices are like. */
  readonly profile?: boolean
}

/** Adds `--model`, `--language` and `--terms`. */
export const withHearingOptions = (command: Command): Command =>
  command
    .option('--model <id>', 'recognizer to use', 'auto')
    .option('--language <codes>', 'languages that may be spoken, best guess first, such as en or hi,en')
    .option('--terms <list>', 'names and words that are likely, separated by commas')
    .option('--speakers', 'say who speaks')
    .option('--max-speakers <number>', 'the same, where it is known how many there are at most')

const listOf = (text: string | undefined): string[] => (text ?? '').split(',').flatMap((one) => one.trim() || [])

const mostSpeakers = (text: string | undefined): { readonly maxSpeakers?: number } => {
  if (text === undefined) return {}
  const maxSpeakers = Number(text)
  if (!Number.isInteger(maxSpeakers) || maxSpeakers < 1)
    throw new UsageError('--max-speakers must be a whole number from 1.')
  return { maxSpeakers }
}

/** What the recognizer is asked; the audio's format is found in its first bytes. */
export const startFor = (options: HearingOptions): ListenStart => ({
  model: options.model,
  format: { encoding: 'auto', sampleRate: 16_000, channels: 1 },
  settings: { languages: listOf(options.language), terms: listOf(options.terms), ...mostSpeakers(options.maxSpeakers) },
  voiceProfile: options.profile === true,
  diarize: options.speakers === true || options.maxSpeakers !== undefined,
  gapMs: 0,
  inactivityMs: 0,
})
