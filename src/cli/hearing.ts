/** Options of the commands that listen, and what they mean for the recognizer. */
import type { Command } from 'commander'
import type { ListenStart } from '../listening/commands.ts'

/** How to hear. */
export interface HearingOptions {
  readonly model: string
  readonly language?: string
  readonly terms?: string
}

/** Adds `--model`, `--language` and `--terms`. */
export const withHearingOptions = (command: Command): Command =>
  command
    .option('--model <id>', 'recognizer to use', 'auto')
    .option('--language <codes>', 'languages that may be spoken, best guess first, such as en or hi,en')
    .option('--terms <list>', 'names and words that are likely, separated by commas')

const listOf = (text: string | undefined): string[] => (text ?? '').split(',').flatMap((one) => one.trim() || [])

/** What the recognizer is asked; the audio's format is found in its first bytes. */
export const startFor = (options: HearingOptions): ListenStart => ({
  model: options.model,
  format: { encoding: 'auto', sampleRate: 16_000, channels: 1 },
  settings: { languages: listOf(options.language), terms: listOf(options.terms) },
  voiceProfile: false,
  gapMs: 0,
  inactivityMs: 0,
})
