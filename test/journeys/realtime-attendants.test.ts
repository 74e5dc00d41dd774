/** Memory, backchannels and fillers over a real socket, with the embedded agent and an embedded voice. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { pcm16ToSamples, samplesToPcm16 } from '../../src/audio/pcm.ts'
import { openRealtime, type RealtimeClient, realtimeRate } from '../support/realtime-client.ts'
import { scriptedModel } from '../support/talking.ts'
import { startTalkingServer } from '../support/talking-server.ts'
import type { Received } from '../support/wire-client.ts'

interface MemoryState {
  readonly version: number
  readonly facts: readonly string[]
}

let think = (): void => {}
const slow = scriptedModel([new Promise<void>((resolve) => (think = resolve)), 'It is five.'])
let server: Awaited<ReturnType<typeof startTalkingServer>>
const clients: RealtimeClient[] = []
beforeAll(async () => {
  server = await startTalkingServer({ model: slow }, { PARLEY_MODELS_TEXT_TO_SPEECH: 'flite/default' })
  await server.ready
})
afterAll(async () => {
  for (const { socket } of clients) socket.terminate()
  await server.close()
})

const open = async (providerData: object): Promise<RealtimeClient> => {
  const client = await openRealtime(server.socketUrl, { path: '/v1/realtime/session?key=voice-1&protocol=realtime' })
  clients.push(client)
  await client.configure({ model: 'parley/rules', providerData })
  return client
}
const textOf = (done: Received): string => {
  const [item, ...others] = (done.response as { output: { content: { transcript?: string; text?: string }[] }[] })
    .output
  expect(others).toEqual([])
  return item!.content.map(({ transcript, text }) => transcript ?? text).join()
}
const stateOf = (event: Received): MemoryState | undefined =>
  (event.session as { providerData?: { memory?: { state?: MemoryState } } }).providerData?.memory?.state
const sound = (ms: number, level: number): Uint8Array => samplesToPcm16(new Float32Array(ms * 24).fill(level))
const written = { output_modalities: ['text'] }
const peak = (samples: Float32Array): number => samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)

it('remembers, listens audibly and bridges a silence; a later session knows the user', async () => {
  const client = await open({
    memory: { enabled: true, turn_interval: 2 },
    backchannel: {
      enabled: true,
      decider_kind: 'rule',
      rule_fire_probability: 1,
      min_speech_ms: 0,
      eval_interval_ms: 0,
      allowed_phrases: ['right'],
    },
    responsiveness: { enabled: true, initial_wait_timeout_ms: 50 },
  })

  const before = client.received.length
  await client.ask('hello my name is ana and i live in lisbon', written)
  await client.ask('i really like hiking', written)
  const told = await client.until(
    (event) => client.received.indexOf(event) >= before && event.type === 'session.updated',
  )
  const state = stateOf(told)!
  expect(state).toMatchObject({
    version: 1,
    facts: ["The user's name is Ana.", 'The user lives in lisbon.', 'The user likes hiking.'],
  })

  // Nothing follows this speech for now: the user is still speaking.
  const speaking = client.received.length
  await client.speak(sound(1500, 0.9))
  const said = await client.next('response.backchannel.audio.done', speaking)
  expect(said).toMatchObject({ phrase: 'right' })
  const heard = client.received
    .slice(speaking)
    .flatMap(({ type, backchannel_id, delta }) =>
      type === 'response.backchannel.audio.delta' && backchannel_id === said.backchannel_id ? [String(delta)] : [],
    )
  const samples = pcm16ToSamples(Buffer.concat(heard.map((delta) => Buffer.from(delta, 'base64'))))
  expect(samples.length / realtimeRate).toBeGreaterThan(0.2)
  expect(peak(samples)).toBeGreaterThan(0.02)
  expect(client.types(speaking)).toContain('input_audio_buffer.speech_started')
  expect(client.types(speaking)).not.toContain('response.created')
  await client.speak(sound(1000, 0))
  await client.next('response.done', speaking)

  await client.configure({ model: 'fake/script', providerData: { memory: { turn_interval: 50 } } })
  const waiting = client.received.length
  const done = client.ask('What is two plus three?')
  const first = await client.next('response.output_audio_transcript.delta', waiting)
  think()
  const filler = String(first.delta)
  expect(filler).toMatch(/^\S.* $/)
  expect(textOf(await done)).toBe(`${filler}It is five.`)
  await client.configure({ model: 'parley/rules' })
  expect(textOf(await client.ask('say that again', written))).toBe('It is five.')

  const later = await open({ memory: { enabled: true, state } })
  expect(textOf(await later.ask('what is my name', written))).toBe('Your name is Ana.')
  expect(client.types()).not.toContain('error')
})
