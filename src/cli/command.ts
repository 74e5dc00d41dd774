/** What all commands share: their settings, their log, their exit codes, and how they are interrupted. */
import { Command } from 'commander'
import { VoiceError } from '../errors.ts'
import type { Log } from '../log.ts'
import { loadSettings, type Settings, type SettingsFlags } from '../server/config.ts'
import { createLog } from '../telemetry/log.ts'
import type { Terminal } from './terminal.ts'

/** What a command is given and what it leaves behind. */
export interface Context {
  readonly terminal: Terminal
  /** The exit code, when it is not 0. */
  readonly fail: (code: number) => void
}

/** A command that was called wrongly: exit code 2. */
export class UsageError extends Error {}

/** Options that every command with settings has. */
export interface SettingsOptions {
  readonly config?: string
  readonly set?: readonly string[]
}

const gather = (value: string, before: readonly string[] = []): readonly string[] => [...before, value]

/** A command with `--config` and `--set`, and an example in its help. */
export const commandWithSettings = (name: string, description: string, example: string): Command =>
  new Command(name)
    .description(description)
    .option('--config <file>', 'settings file, in place of parley.json')
    .option('--set <name=value>', 'any setting, such as limits.sessionsPerKey=5; may be repeated', gather)
    .addHelpText('after', `\nExample:\n${example.replaceAll(/^/gm, '  ')}`)

/** The settings in force. A wrong one is a usage error. */
export const settingsFor = (
  options: SettingsOptions,
  terminal: Terminal,
  flags: Omit<SettingsFlags, 'config' | 'set'> = {},
): Settings => {
  try {
    const { config, set } = options
    return loadSettings({ flags: { config, set, ...flags }, env: terminal.env, cwd: terminal.cwd })
  } catch (error) {
    throw error instanceof VoiceError ? new UsageError(error.message) : error
  }
}

/** The log of a command that does one thing: only what went wrong, unless the operator asked for more. */
export const quietLog = (settings: Settings, terminal: Terminal, level: 'warn' | 'error' = 'warn'): Log =>
  createLog({
    level: settings.log.level === 'info' ? level : settings.log.level,
    content: settings.log.content,
    readable: terminal.errIsTty,
    write: terminal.err,
  })

/** How a process is told to end, and the exit code that stands for it. */
const signals = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const

/**
 * Runs `work` with a signal that aborts at the first Ctrl-C or request to end; a second one ends the process at once.
 * One that comes within half a second is the same one: npm passes on what its whole process group was sent.
 */
export const interruptible = async <T>(
  work: (signal: AbortSignal, exitCode: () => number) => Promise<T>,
): Promise<T> => {
  const controller = new AbortController()
  let first: { readonly at: number; readonly code: number } | undefined
  const handlers = Object.entries(signals).map(([name, code]) => {
    const handle = (): void => {
      if (!first) {
        first = { at: performance.now(), code }
        controller.abort()
      } else if (performance.now() - first.at > 500) process.exit(code)
    }
    process.on(name, handle)
    return () => process.off(name, handle)
  })
  try {
    return await work(controller.signal, () => first?.code ?? 0)
  } finally {
    for (const remove of handlers) remove()
  }
}
