/** An answer that is ready when the turn is over, over real sockets. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { samplesToPcm16 } from '../../src/audio/pcm.ts'
import type { TurnDetector } from '../../src/engines/turn-detector.ts'
import { openRealtime, realtimeRate } from '../support/realtime-client.ts'
import { testKey } from '../support/server.ts'
import { scriptedModel } from '../support/talking.ts'
import { startTalkingServer } from '../support/talking-server.ts'

const sound = (...stretches: readonly (readonly [ms: number, level: number])[]): Uint8Array =>
  samplesToPcm16(
    Float32Array.from(stretches.flatMap(([ms, level]) => Array<number>((ms * realtimeRate) / 1000).fill(level))),
  )

const surely: TurnDetector = { sampleRate: 16_000, card: { name: 'Sure' }, predict: async () => 0.95 }

describe('an answer that is prepared', () => {
  const model = scriptedModel(['Hello there.'])
  let server: Awaited<ReturnType<typeof startTalkingServer>>
  beforeAll(async () => {
    // What is heard here is no voice: what it is like in the end must not be a reason to answer anew.
    const environment = { PARLEY_VOICE_MATCH: 'false', PARLEY_VOICE_NOTES: 'false' }
    server = await startTalkingServer({ model, turnDetector: surely }, environment)
    await server.ready
  })
  afterAll(() => server.close())

  it.each([
    ['/api/v1/realtime/session?key=k&protocol=realtime', true],
    ['/v1/realtime?model=gpt-realtime', false],
  ])('on %s comes once the turn is committed and no sooner; suggestions are told: %s', async (path, suggests) => {
    const client = await openRealtime(server.socketUrl, { path, headers: { authorization: `Basic ${testKey}` } })
    await client.configure({ audio: { input: { turn_detection: { type: 'semantic_vad', eagerness: 'low' } } } })
    const asked = model.calls.requests.length
    await client.speak(sound([300, 0], [1200, 0.9], [450, 0]))
    while (model.calls.requests.length === asked) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(client.types().filter((type) => type.startsWith('response.'))).toEqual([])
    await client.speak(sound([600, 0]))
    const { response } = await client.next('response.done')
    expect(response).toMatchObject({ status: 'completed' })
    expect(model.calls.requests).toHaveLength(asked + 1)
    const types = client.types()
    expect(types.indexOf('response.created')).toBeGreaterThan(types.indexOf('input_audio_buffer.committed'))
    expect(types.includes('input_audio_buffer.turn_suggestion')).toBe(suggests)
    client.socket.terminate()
  })
})
