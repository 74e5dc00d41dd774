/** `parley check` against servers that are none: it always ends, says so by its exit code, and keeps the key to itself. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { WebSocketServer } from 'ws'
import { run } from '../../test/support/terminal.ts'

const key = 'sk-never-shown'
const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** Opens every socket, and does this with each message. */
const serve = async (answer: (say: (message: object | string) => void, asked: string | undefined) => void) => {
  const http = createServer()
  const sockets = new WebSocketServer({ server: http })
  sockets.on('connection', (socket) => {
    const say = (message: object | string): void =>
      socket.send(typeof message === 'string' ? message : JSON.stringify(message))
    answer(say, undefined)
    socket.on('message', (data: Buffer) => answer(say, data.toString('utf8')))
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  closing.push(async () => {
    for (const socket of sockets.clients) socket.terminate()
    sockets.close()
    http.close()
    await once(http, 'close')
  })
  return `ws://127.0.0.1:${(http.address() as AddressInfo).port}/v1/realtime`
}

const created = { type: 'session.created', event_id: 'event_1', session: { id: 'sess_1', type: 'realtime' } }

it('tells a server that says nothing from one that answers, and does not wait for ever', async () => {
  const url = await serve(() => {})
  const { code, out } = await run(['check', url, '--key', key, '--timeout', '1', '--only', 'session-created,close'])
  expect(code).toBe(1)
  expect(out).toMatch(/failed {4}session-created.*\n.*\n.*waited for session.created: nothing came within 1000 ms/)
  expect(out).toMatch(/\n0 passed, 2 failed, 0 skipped\n$/)
})

it('says what broke which rule, with the messages at fault, and never the key', async () => {
  const url = await serve((say, asked) => {
    if (asked === undefined) say({ ...created, hint: `your key is ${key}` })
    else say({ type: 'error', error: { type: 'server_error', message: `${key} may not` } })
  })
  const args = [
    'check',
    url,
    '--timeout',
    '1',
    '--json',
    '--only',
    'session-update-empty,bad-type,known-events,event-ids',
  ]
  const { code, out } = await run(args, { env: { PARLEY_KEY: key } })
  expect(code).toBe(1)
  expect(out).not.toContain(key)
  const { findings, ...summary } = JSON.parse(out) as { findings: { id: string; verdict: string }[] }
  expect(summary).toMatchObject({ wire: 'openai-realtime', passed: 1, failed: 3, skipped: 0, differs: 0 })
  expect(findings).toMatchObject([
    { id: 'session-update-empty', verdict: 'failed', evidence: [expect.stringContaining('[key] may not')] },
    { id: 'bad-type', verdict: 'failed' },
    { id: 'known-events', verdict: 'passed' },
    { id: 'event-ids', verdict: 'failed', note: expect.stringContaining('error has no event_id') },
  ])
})

it('takes what is no message for what it is', async () => {
  const url = await serve((say) => say('hello?'))
  const { code, out } = await run(['check', url, '--timeout', '1', '--only', 'session-created,frames'])
  expect(code).toBe(1)
  expect(out).toContain('a frame is no JSON object')
})

it('checks nothing where there is nothing, with exit code 2', async () => {
  const url = await serve((say) => say(created))
  const nobody = await run(['check', 'ws://127.0.0.1:1/v1/realtime', '--timeout', '1'])
  expect(nobody).toMatchObject({ code: 2, err: expect.stringContaining('cannot be reached') })
  for (const wrong of [
    ['not a url'],
    ['ftp://example.com'],
    [url, '--wire', 'morse'],
    [url, '--only', 'tea'],
    [url, '--timeout', '0'],
    [url, '--audio', '/none/speech.wav'],
  ])
    expect((await run(['check', ...wrong])).code).toBe(2)
})

it('lists what it would check, by wire', async () => {
  const { code, out } = await run(['check', 'http://127.0.0.1:1', '--wire', 'vachana-stt', '--list'])
  expect(code).toBe(0)
  expect(out).toContain('segment\n          A segment is told as speech_start')
  expect(out).not.toContain('barge-in')
})
