/** Arguments → command → exit code: 0 for success, 1 for a failure, 2 for a wrong call. */
import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { VoiceError } from '../errors.ts'
import { checkCommand } from './check.ts'
import { type Context, UsageError } from './command.ts'
import { doctorCommand } from './doctor.ts'
import { listenCommand } from './listen.ts'
import { modelsCommand } from './models.ts'
import { profileCommand } from './profile.ts'
import { replayCommand } from './replay.ts'
import { serveCommand } from './serve.ts'
import { speakCommand } from './speak.ts'
import { talkCommand } from './talk.ts'
import { processTerminal, type Terminal } from './terminal.ts'
import { transcribeCommand } from './transcribe.ts'

const version = (): string => {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

const build = (context: Context): Command => {
  const { out, err, paint } = context.terminal
  const program = new Command('parley')
    .description('A self-hosted realtime voice server: it hears, it understands who speaks and how, and it answers.')
    .version(version())
    .addHelpText('after', '\nExample:\n  parley serve --port 9000\n  parley transcribe talk.mp3\n')
    .addCommand(serveCommand(context))
    .addCommand(transcribeCommand(context))
    .addCommand(listenCommand(context))
    .addCommand(talkCommand(context))
    .addCommand(speakCommand(context))
    .addCommand(profileCommand(context))
    .addCommand(checkCommand(context))
    .addCommand(doctorCommand(context))
    .addCommand(modelsCommand(context))
    .addCommand(replayCommand(context))
  for (const command of [program, ...program.commands, ...program.commands.flatMap((one) => one.commands)]) {
    command
      .exitOverride()
      .showSuggestionAfterError()
      .configureOutput({
        writeOut: out,
        writeErr: err,
        outputError: (text, write) => write(paint('red', text)),
        getOutHelpWidth: () => context.terminal.columns(),
        getErrHelpWidth: () => context.terminal.columns(),
      })
  }
  return program
}

/** What went wrong, in one line; a mistake of ours with where it happened. */
const explain = (error: unknown): string => {
  if (error instanceof UsageError || error instanceof VoiceError) {
    const cause = error instanceof VoiceError && error.code === 'internal' ? error.cause : undefined
    return cause instanceof Error ? `${error.message}\n${cause.stack}` : error.message
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

/** Runs one command line (without the program's name) and gives its exit code. */
export const main = async (argv: readonly string[], terminal: Terminal = processTerminal()): Promise<number> => {
  let exitCode = 0
  const context: Context = { terminal, fail: (code) => (exitCode = code) }
  try {
    await build(context).parseAsync(argv, { from: 'user' })
    return exitCode
  } catch (error) {
    // Help and version end by an error too; its code tells them from a wrong call.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    terminal.err(`${terminal.paint('red', 'error:')} ${explain(error)}\n`)
    return error instanceof UsageError ? 2 : 1
  }
}
