/** Settings of Inworld's `providerData`, as they are heard at the other end of a socket. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { samplesToPcm16 } from '../../src/audio/pcm.ts'
import { measured } from '../support/measure.ts'
import { openRealtime, type RealtimeClient, realtimeRate } from '../support/realtime-client.ts'
import { testKey } from '../support/server.ts'
import { scriptedModel } from '../support/talking.ts'
import { startTalkingServer } from '../support/talking-server.ts'
import type { Received } from '../support/wire-client.ts'

let server: Awaited<ReturnType<typeof startTalkingServer>>
let client: RealtimeClient
beforeAll(async () => {
  const text = '[speak softly] This is the first sentence. And here is the second one. [laugh]'
  server = await startTalkingServer({ model: scriptedModel(text.match(/.{1,9}/gs)!) })
})
afterAll(() => server.close())
afterEach(async () => {
  client.socket.close(1000)
  await client.closed
})
const open = async (session: object): Promise<void> => {
  const headers = { authorization: `Basic ${testKey}` }
  client = await openRealtime(server.socketUrl, { path: '/api/v1/realtime/session?key=k', headers })
  await client.configure(session)
}

describe('a spoken answer', () => {
  /** The answer's sound, whole and its last second before the laugh, and what was sent with it. */
  const answer = async (tts: object) => {
    await client.configure({ providerData: { tts: { timestamp_type: 'WORD', ...tts } } })
    const after = client.received.length
    const { response } = (await client.ask('Well?')) as { response: Received }
    const samples = client.audioOf(String(response.id))
    const sent = client.received.slice(after)
    const times = sent.flatMap(({ timestampInfo }) => {
      const { wordAlignment } = (timestampInfo ?? {}) as { wordAlignment?: { wordEndTimeSeconds: number[] } }
      return wordAlignment?.wordEndTimeSeconds ?? []
    })
    const end = Math.round(times.at(-1)! * realtimeRate)
    const levelOf = (part: Float32Array) => measured({ samples: part, sampleRate: realtimeRate, startMs: 0 }).levelDb
    return {
      levelDb: levelOf(samples.subarray(0, end)),
      lastDb: levelOf(samples.subarray(end - realtimeRate, end)),
      sent,
      response,
    }
  }

  it('follows instructions as strongly as delivery_mode says', async () => {
    await open({ audio: { output: { voice: 'flite/slt' } } })
    const stable = await answer({ delivery_mode: 'STABLE' })
    const balanced = await answer({ delivery_mode: 'BALANCED' })
    const creative = await answer({ delivery_mode: 'CREATIVE' })
    expect(stable.levelDb - balanced.levelDb).toBeGreaterThan(2)
    expect(balanced.levelDb - creative.levelDb).toBeGreaterThan(2)
  })

  it('keeps an instruction over its pieces, but for one that is given once where each piece begins anew', async () => {
    await open({ audio: { output: { voice: 'flite/slt' } } })
    const { lastDb } = await answer({ segmenter_strategy: 'full_turn', steering_handling: 'emit_once' })
    const repeated = await answer({ segmenter_strategy: 'sentence', steering_handling: 'repeat_each_chunk' })
    const forgotten = await answer({ segmenter_strategy: 'per_segment_context', steering_handling: 'emit_once' })
    expect(repeated.lastDb - lastDb).toBeLessThan(3)
    expect(forgotten.lastDb - lastDb).toBeGreaterThan(5)
  })

  it('shows its tags where the client asks for them, in every text, and else in none', async () => {
    await open({ audio: { output: { voice: 'fake/tone' } } })
    const shown = await answer({ expose_steering: true })
    const texts = shown.sent.flatMap(({ type, delta }) =>
      type === 'response.output_audio_transcript.delta' ? [delta] : [],
    )
    const whole = '[speak softly] This is the first sentence. And here is the second one. [laugh]'
    expect(texts.join('')).toBe(whole)
    expect(JSON.stringify(shown.response.output)).toContain(whole)
    const hidden = await answer({ expose_steering: null })
    expect(JSON.stringify(hidden.sent)).not.toMatch(/softly|laugh/)
  })
})

describe('turns', () => {
  const sound = (speechMs: number, silenceMs: number): Uint8Array => {
    const samples = new Float32Array(((speechMs + silenceMs) * realtimeRate) / 1000)
    return samplesToPcm16(samples.fill(0.9, 0, (speechMs * realtimeRate) / 1000))
  }
  const stt = (fields: object) => client.configure({ output_modalities: ['text'], providerData: { stt: fields } })

  it('end after min_end_of_turn_silence whatever the turn detection says, until it is set back', async () => {
    await open({ audio: { input: { turn_detection: { type: 'semantic_vad', eagerness: 'low' } } } })
    await stt({ min_end_of_turn_silence: 250, end_of_turn_confidence_threshold: 0 })
    await client.speak(sound(800, 400))
    expect((await client.next('input_audio_buffer.speech_stopped')).audio_end_ms).toBeLessThan(800 + 400)
    const before = client.received.length
    await stt({ min_end_of_turn_silence: null, end_of_turn_confidence_threshold: null })
    await client.speak(sound(800, 400))
    await client.next('input_audio_buffer.speech_started', before)
    await stt({ max_turn_silence: 500 })
    await client.speak(sound(0, 300))
    const { audio_end_ms: endMs } = await client.next('input_audio_buffer.speech_stopped', before)
    expect(endMs).toBeGreaterThan(1200 + 800 + 450)
  })

  it('are the client’s at a vad_threshold of 0', async () => {
    await open({})
    await stt({ vad_threshold: 0 })
    await client.speak(sound(800, 1500))
    client.send({ type: 'input_audio_buffer.commit' })
    await client.next('input_audio_buffer.committed')
    await client.next('conversation.item.input_audio_transcription.completed')
    client.send({ type: 'response.create' })
    expect((await client.next('response.done')).response).toMatchObject({ status: 'completed' })
    expect(client.types().filter((type) => /speech_st|response\.created/.test(type))).toEqual(['response.created'])
  })
})
