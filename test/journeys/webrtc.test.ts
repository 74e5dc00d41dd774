/** Calls over WebRTC with engines that do no thinking, from a peer of another stack. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Caller, type CallOptions, call, loudness, toneOf } from '../support/caller.ts'
import { startTalkingServer } from '../support/talking-server.ts'

describe('a call', () => {
  let server: Awaited<ReturnType<typeof startTalkingServer>>
  const callers: Caller[] = []
  beforeAll(async () => {
    server = await startTalkingServer()
    await server.ready
  })
  afterAll(() => server.close())
  afterEach(async () => {
    for (const caller of callers.splice(0)) await caller.close()
  })
  const dial = async (options: CallOptions = {}): Promise<Caller> => {
    const caller = await call(server.url, options)
    callers.push(caller)
    return caller
  }

  it('hears what is said in RTP, and answers in the track', async () => {
    const caller = await dial()
    await caller.next('session.created')
    await caller.speak(toneOf(1000))
    caller.keepQuiet()
    await caller.next('output_audio_buffer.started')
    await caller.hears((heard) => heard.filter(({ samples }) => loudness(samples) > 0.01).length > 10)
    await caller.next('output_audio_buffer.stopped')
    expect(caller.received.map(({ type }) => type)).not.toContain('response.output_audio.delta')
  })
})
