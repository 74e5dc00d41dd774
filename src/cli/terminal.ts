/** The terminal: where a command reads and writes, in colours where they are wanted. */
import { styleText } from 'node:util'

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'

/** What a command needs of the world outside, so that a test can stand in for it. */
export interface Terminal {
  /** Standard output: what was asked for. */
  readonly out: (text: string) => void
  /** Standard error: progress, hints and problems. */
  readonly err: (text: string) => void
  readonly input: AsyncIterable<Uint8Array>
  readonly inputIsTty: boolean
  readonly outIsTty: boolean
  readonly errIsTty: boolean
  /** Width of standard output in characters. */
  readonly columns: () => number
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** One key, without Enter; undefined when the signal aborts first. Only where the input is a terminal. */
  readonly key: (signal: AbortSignal) => Promise<string | undefined>
  /** The text in a style, or as it is where colours are off. */
  readonly paint: (style: Style, text: string) => string
}

/** NO_COLOR turns colours off, FORCE_COLOR on; otherwise a terminal has them. */
const wantsColour = (env: Readonly<Record<string, string | undefined>>, isTty: boolean): boolean => {
  if (env.NO_COLOR) return false
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0'
  return isTty && env.TERM !== 'dumb'
}

const readKey = (signal: AbortSignal): Promise<string | undefined> =>
  new Promise((resolve) => {
    const { stdin } = process
    const finish = (key: string | undefined): void => {
      stdin.off('data', take)
      signal.removeEventListener('abort', give)
      stdin.setRawMode(false)
      stdin.pause()
      resolve(key)
    }
    const take = (data: Buffer): void => {
      finish(data.toString())
      // A terminal that gives single keys makes no signal of Ctrl-C.
      if (data.includes(3)) process.kill(process.pid, 'SIGINT')
    }
    const give = (): void => finish(undefined)
    stdin.setRawMode(true)
    stdin.on('data', take)
    stdin.resume()
    signal.addEventListener('abort', give, { once: true })
    if (signal.aborted) give()
  })

/** The terminal of this process. A reader that goes away early (`| head`) ends the writing quietly. */
export const processTerminal = (): Terminal => {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0)
      throw error
    })
  }
  const outIsTty = process.stdout.isTTY === true
  const colour = wantsColour(process.env, outIsTty)
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    input: process.stdin,
    inputIsTty: process.stdin.isTTY === true,
    outIsTty,
    errIsTty: process.stderr.isTTY === true,
    columns: () => process.stdout.columns ?? 80,
    env: process.env,
    cwd: process.cwd(),
    key: readKey,
    paint: (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text),
  }
}

/** Rows as columns: each cell padded to the widest of its column, the last one free. */
export const columns = (rows: readonly (readonly string[])[], indent = '  '): string => {
  const widths: number[] = []
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length)
  }
  return rows
    .map((row) => {
      const cells = row.map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd(widths[index] ?? 0)))
      return `${indent}${cells.join('  ')}`.trimEnd()
    })
    .map((line) => `${line}\n`)
    .join('')
}

/** Text as lines of at most `width` characters, broken between words. */
export const wrap = (text: string, width: number): string[] => {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const line = lines.at(-1)
    if (line !== undefined && line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`
    else lines.push(word)
  }
  return lines
}

/** `2.9 s`, `480 ms`. */
export const duration = (milliseconds: number): string =>
  milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`

/** `480 kB`, `57.3 MB`. */
export const bytes = (count: number): string => {
  if (count < 1e6) return `${Math.ceil(count / 1e3)} kB`
  return count < 1e9 ? `${(count / 1e6).toFixed(1)} MB` : `${(count / 1e9).toFixed(2)} GB`
}
