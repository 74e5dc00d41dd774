/** `parley replay`: recorded wire sessions → whether the same messages come again. */
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { Command } from 'commander'
import { VoiceError } from '../errors.ts'
import { replay } from '../protocols/replay.ts'
import type { Context } from './command.ts'
import type { Terminal } from './terminal.ts'

/** Differences that are shown of one file; the rest are counted. */
const shownDifferences = 20

const readLines = async (file: string, terminal: Terminal): Promise<string[]> => {
  const lines: string[] = []
  if (file === '-') {
    let text = ''
    const decoder = new TextDecoder()
    for await (const chunk of terminal.input) text += decoder.decode(chunk, { stream: true })
    return (text + decoder.decode()).split('\n')
  }
  try {
    for await (const line of createInterface({ input: createReadStream(file) })) lines.push(line)
  } catch (error) {
    throw new VoiceError('invalid_request', `${file} cannot be read.`, { cause: error })
  }
  return lines
}

const replayFile = async (file: string, { terminal, fail }: Context): Promise<void> => {
  const { out, paint } = terminal
  const { matched, differences } = replay(await readLines(file, terminal))
  if (differences.length === 0) {
    out(`${file}: ${paint('green', `${matched} messages came again`)}\n`)
    return
  }
  fail(1)
  out(`${file}: ${matched} messages came again, ${paint('red', `${differences.length} did not`)}\n`)
  for (const { line, expected, actual } of differences.slice(0, shownDifferences)) {
    out(`  line ${line}\n`)
    out(`    recorded  ${expected ?? '(nothing)'}\n`)
    out(`    now       ${actual ?? '(nothing)'}\n`)
  }
  if (differences.length > shownDifferences) out(`  and ${differences.length - shownDifferences} more\n`)
}

/** `parley replay`. Its exit code is 1 where a message differs. */
export const replayCommand = (context: Context): Command =>
  new Command('replay')
    .description('play recorded sessions again and compare what the server says')
    .argument('<file...>', 'recordings that `record.dir` or the playground made (.jsonl); - for standard input')
    .addHelpText(
      'after',
      '\nExample:\n  parley serve --set record.dir=recordings\n  parley replay recordings/*.jsonl\n',
    )
    .action(async (files: readonly string[]) => {
      for (const file of files) await replayFile(file, context)
    })
