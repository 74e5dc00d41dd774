/** A session that a server recorded, played again by the command line. */
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { samplesToPcm16 } from '../../src/audio/pcm.ts'
import { clip, readClip } from '../support/clips.ts'
import { needs, pocketsphinx, recordings } from '../support/needs.ts'
import { startServer, testKey } from '../support/server.ts'
import { run } from '../support/terminal.ts'
import { openClient } from '../support/wire-client.ts'

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-record-'))
})
afterAll(() => rm(dir, { recursive: true }))

describe('a recorded session', () => {
  needs(pocketsphinx, recordings)

  it('gives the same messages again, and a changed one is found', async () => {
    const server = await startServer({ PARLEY_RECORD_DIR: dir })
    const audio = samplesToPcm16((await readClip(clip('goforward'))).samples)
    const client = await openClient(`${server.socketUrl}/stt/v3/stream`, { headers: { 'x-api-key-id': testKey } })
    for (let start = 0; start < audio.length; start += 1024) client.send(audio.subarray(start, start + 1024))
    client.send(new Uint8Array(32_000))
    await client.until(({ type }) => type === 'transcript')
    client.socket.close(1000)
    await client.closed
    await server.close()
    const [name] = await readdir(dir)
    const file = join(dir, name!)
    expect((await stat(file)).mode & 0o077).toBe(0)

    const again = await run(['replay', file])
    expect(again.code).toBe(0)
    expect(again.out).toContain(`${client.received.length} messages came again`)

    const lines = await readFile(file, 'utf8')
    expect(lines).toMatch(/forward/)
    await writeFile(file, lines.replaceAll('\\"text\\":\\"', '\\"text\\":\\"not '))
    expect((await run(['replay', file])).code).toBe(1)
  })
})
