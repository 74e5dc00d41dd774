/** Recorded sessions of the official Realtime clients, from the client's side: what the server said is understood. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadSettings } from '../../src/server/config.ts'
import { type TlsIdentity, tlsIdentity } from '../../src/server/tls.ts'
import { readAgents } from '../support/agents-client.ts'
import { readOpenai } from '../support/openai-client.ts'
import { playBack, saidIn } from '../support/playback.ts'
import { testKey } from '../support/server.ts'

const folder = new URL('../wire/realtime/', import.meta.url)
const recordings = readdirSync(folder).filter((name) => name.endsWith('.jsonl'))
const saidBy = (name: string) => saidIn(readFileSync(new URL(name, folder), 'utf8').split('\n'))

it('there is a turn, a tool call and a barge-in of each client', () => {
  const wanted = ['spoken-turn', 'tool-call', 'barge-in', 'barge-in-late']
  expect(recordings.sort()).toEqual(
    ['openai', 'agents'].flatMap((client) => wanted.map((what) => `${client}-${what}.jsonl`)).sort(),
  )
})

describe('openai', () => {
  let dir: string
  let tls: TlsIdentity
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'parley-tls-'))
    const env = { PARLEY_TLS_SELF_SIGNED: 'true', PARLEY_CACHE_DIR: dir }
    tls = (await tlsIdentity(loadSettings({ env, cwd: '/' })))!
  })
  afterAll(() => rmSync(dir, { recursive: true }))

  it.each(recordings)('takes every message of %s', async (name) => {
    const said = saidBy(name)
    const server = await playBack(said, tls)
    const { events, troubles } = await readOpenai({ socketUrl: server.socketUrl, ca: tls.cert, key: testKey })
    await server.close()
    expect(troubles).toEqual([])
    expect(events).toEqual(said)
  })
})

describe('@openai/agents-realtime', () => {
  const read = async (said: ReturnType<typeof saidBy>) => {
    const server = await playBack(said)
    const kept = await readAgents({ socketUrl: server.socketUrl, key: testKey })
    await server.close()
    return kept
  }

  it.each(recordings)('refuses no message of %s', async (name) => {
    const said = saidBy(name)
    const { events, troubles } = await read(said)
    expect(troubles).toEqual([])
    expect(events).toEqual(said)
  })

  it('would refuse a status that it does not know, and that would be seen here', async () => {
    const said = saidBy('agents-spoken-turn.jsonl')
    const wrong = said.map((event) =>
      event.type === 'response.done'
        ? { ...event, response: { ...(event.response as object), status: 'over' } }
        : event,
    )
    const { troubles } = await read(wrong)
    expect(troubles).toEqual([{ refused: wrong.find(({ type }) => type === 'response.done') }])
  })
})
