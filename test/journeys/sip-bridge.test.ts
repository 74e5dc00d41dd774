import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { projectUrl } from '../support/needs.ts'
import { testKey } from '../support/server.ts'
import { sipCall } from '../support/sip-caller.ts'
import { scriptedModel } from '../support/talking.ts'
import { startTalkingServer } from '../support/talking-server.ts'

const model = scriptedModel(['Hello to you.'])
let server: Awaited<ReturnType<typeof startTalkingServer>>
let bridge: ChildProcess
let port = 0

beforeAll(async () => {
  const telephone = { PARLEY_TELEPHONY_CARRIERS: 'telnyx', PARLEY_TELEPHONY_GREETING: 'Welcome.' }
  server = await startTalkingServer({ model }, telephone)
  const env = { ...process.env, PARLEY_URL: server.socketUrl, PARLEY_KEY: testKey, SIP_PORT: '0' }
  bridge = spawn(process.execPath, ['examples/sip-bridge.mjs'], {
    cwd: projectUrl,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [said] = (await once(bridge.stdout!, 'data')) as [Buffer]
  port = Number(/:(\d+)$/m.exec(said.toString())?.[1])
})
afterAll(async () => {
  bridge.kill()
  await server.close()
})

it('the SIP bridge of the examples takes a call: the caller is greeted, heard and answered, and may hang up', async () => {
  const call = await sipCall(port)
  expect(call.answered).toBe('SIP/2.0 200 OK')
  await vi.waitFor(() => expect(call.heardBytes()).toBeGreaterThan(2000), { timeout: 20_000 })
  const greeted = call.heardBytes()
  await call.say(new Float32Array(8000 * 0.8).fill(0.7))
  await call.say(new Float32Array(8000 * 1.2))
  await vi.waitFor(() => expect(model.calls.requests).toHaveLength(1), { timeout: 20_000 })
  await vi.waitFor(() => expect(call.heardBytes()).toBeGreaterThan(greeted + 2000), { timeout: 20_000 })
  expect(await call.hangUp()).toBe('SIP/2.0 200 OK')
})
