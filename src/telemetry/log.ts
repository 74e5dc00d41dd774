/** Log over pino: JSON lines for machines, short lines for people. */
import { type Logger, pino } from 'pino'
import type { Log } from '../log.ts'

/** What a log is made of. */
export interface LogOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  /** Whether fields named `content`, which hold what people say, may pass. Default: no. */
  readonly content?: boolean
  /** Short lines for people. Default: when standard error is a terminal. */
  readonly readable?: boolean
  /** Where lines go, each with its line break. Default: standard error. */
  readonly write?: (line: string) => void
}

const levelNames: Readonly<Record<number, string>> = { 20: 'debug', 30: 'info', 40: 'warn', 50: 'error' }

const asText = (value: unknown): string => {
  if (typeof value === 'object' && value !== null) {
    return 'message' in value ? String(value.message) : JSON.stringify(value)
  }
  return String(value)
}

/** `12:00:01 warn  engine restarted · engine=pocketsphinx/en-us` from pino's JSON. */
const readableLine = (json: string): string => {
  const { level, time, msg, ...fields } = JSON.parse(json) as Record<string, unknown>
  const clock = new Date(Number(time)).toTimeString().slice(0, 8)
  const rest = Object.entries(fields).map(([name, value]) => `${name}=${asText(value)}`)
  const head = `${clock} ${(levelNames[Number(level)] ?? 'info').padEnd(5)} ${msg}`
  return `${[head, ...(rest.length > 0 ? [rest.join(' ')] : [])].join(' · ')}\n`
}

const over = (logger: Logger): Log => ({
  debug: (fields, message) => logger.debug(fields, message),
  info: (fields, message) => logger.info(fields, message),
  warn: (fields, message) => logger.warn(fields, message),
  error: (fields, message) => logger.error(fields, message),
  child: (fields) => over(logger.child(fields)),
})

/** A log that everything can share. Lines are written at once, so none is lost when the process ends. */
export const createLog = (options: LogOptions): Log => {
  const write = options.write ?? ((line: string) => void process.stderr.write(line))
  const readable = options.readable ?? process.stderr.isTTY === true
  const logger = pino(
    {
      level: options.level,
      base: null,
      serializers: { error: pino.stdSerializers.err, err: pino.stdSerializers.err },
      formatters: {
        log: (fields) => {
          if (options.content || !('content' in fields)) return fields
          const { content: _, ...rest } = fields
          return rest
        },
      },
    },
    { write: (line: string) => write(readable ? readableLine(line) : line) },
  )
  return over(logger)
}
