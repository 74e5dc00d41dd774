import { expect, it } from 'vitest'
import type { WireEntry } from './log.ts'
import { readSession, writeSession } from './session-file.ts'

const entry = (direction: WireEntry['direction'], name: string, text?: string): WireEntry => ({
  number: 1,
  at: 1000,
  connection: 'talk-1',
  direction,
  name,
  text,
  bytes: 0,
})

it('a session comes out of its file as it went in: its path, and the messages of both sides', () => {
  const file = writeSession('/api/v1/realtime/session', [
    entry('note', 'open /api/v1/realtime/session'),
    entry('sent', 'response.create', '{"type":"response.create"}'),
    entry('received', 'bytes'),
    entry('received', 'response.done', '{"type":"response.done"}'),
  ])
  expect(JSON.parse(file.split('\n')[0]!)).toMatchObject({ wire: 'realtime', side: 'client' })
  expect(readSession(file)).toEqual({
    path: '/api/v1/realtime/session',
    messages: [
      { at: 1000, direction: 'sent', text: '{"type":"response.create"}' },
      { at: 1000, direction: 'received', text: '{"type":"response.done"}' },
    ],
  })
})

it('a recording of the server is played too, and what is none is refused in words', () => {
  const recorded = '{"wire":"inworld-stt","at":1,"open":{}}\n{"at":2,">":"{}"}\n{"at":3,"heard":{"type":"x"}}\n'
  expect(readSession(recorded)).toMatchObject({ path: '/stt/v1/transcribe:streamBidirectional', messages: [{ at: 2 }] })
  expect(() => readSession('hello')).toThrow('Line 1 is not JSON.')
  expect(() => readSession('{"at":1}')).toThrow('does not say which wire')
})
