import { expect, it } from 'vitest'
import { createLog, type LogOptions } from './log.ts'

const gather = (options: Partial<LogOptions>): { log: ReturnType<typeof createLog>; lines: string[] } => {
  const lines: string[] = []
  return { lines, log: createLog({ level: 'info', readable: false, write: (line) => lines.push(line), ...options }) }
}

it('writes one JSON line per message, with its fields and those of its parents', () => {
  const { log, lines } = gather({})
  log.child({ sessionId: 's1' }).child({ engine: 'a/b' }).info({ tookMs: 3 }, 'engine ready')
  expect(lines).toHaveLength(1)
  expect(lines[0]!.endsWith('\n')).toBe(true)
  expect(JSON.parse(lines[0]!)).toMatchObject({
    level: 30,
    sessionId: 's1',
    engine: 'a/b',
    tookMs: 3,
    msg: 'engine ready',
  })
})

it('leaves out what is less severe than its level', () => {
  const { log, lines } = gather({ level: 'warn' })
  log.debug({}, 'a')
  log.info({}, 'b')
  log.warn({}, 'c')
  log.error({}, 'd')
  expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['c', 'd'])
})

it('drops what people say unless the operator allows it', () => {
  const closed = gather({})
  closed.log.info({ content: 'my secret', words: 2 }, 'heard')
  expect(closed.lines[0]).not.toContain('secret')
  expect(closed.lines[0]).toContain('"words":2')
  const open = gather({ content: true })
  open.log.info({ content: 'my secret' }, 'heard')
  expect(open.lines[0]).toContain('my secret')
})

it('writes short lines for people', () => {
  const { log, lines } = gather({ readable: true })
  log.warn({ engine: 'a/b', error: new Error('it broke') }, 'engine restarted')
  expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d warn {2}engine restarted · engine=a\/b error=it broke\n$/)
})

it('keeps the stack of an error in JSON', () => {
  const { log, lines } = gather({})
  log.error({ error: new Error('it broke') }, 'failed')
  expect(JSON.parse(lines[0]!).error).toMatchObject({ message: 'it broke', stack: expect.stringContaining('log.test') })
})
