/** What users of voice agents complain of, tried with the real recognizer over real sockets: cut turns, words in silence, cut sounds. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { samplesToPcm16 } from '../../../src/audio/pcm.ts'
import { writeWav } from '../../../src/audio/wav.ts'
import { needs, pocketsphinx, recordings } from '../../support/needs.ts'
import { openRealtime, type RealtimeClient, realtimeRate, spokenClip } from '../../support/realtime-client.ts'
import { startServer, testKey } from '../../support/server.ts'
import type { Received } from '../../support/wire-client.ts'

/** Random, but the same at every run: −1…1. */
const noise = (() => {
  let state = 7
  return (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    return state / 2 ** 31
  }
})()
const made = (seconds: number, sample: (second: number) => number): Float32Array =>
  Float32Array.from({ length: seconds * realtimeRate }, (_, i) => sample(i / realtimeRate))
/** A fan: its hum, and air. */
const fan = (seconds: number): Float32Array => {
  let air = 0
  return made(seconds, (t) => {
    air += (noise() - air) * 0.05
    return 0.25 * air + 0.01 * Math.sin(2 * Math.PI * 100 * t)
  })
}
/** A keyboard: short clicks, four in a second. */
const keyboard = (seconds: number): Float32Array => made(seconds, (t) => 0.3 * noise() * Math.exp(-(t % 0.25) * 400))
/** A chord, struck once in a second. */
const music = (seconds: number): Float32Array =>
  made(
    seconds,
    (t) => [262, 330, 392].reduce((sum, hz) => sum + 0.08 * Math.sin(2 * Math.PI * hz * t), 0) * Math.exp(-(t % 1) * 2),
  )
const pcmOf = (...parts: readonly Float32Array[]): Uint8Array =>
  samplesToPcm16(Float32Array.from(parts.flatMap((part) => [...part])))
const silence = (ms: number): Float32Array => new Float32Array((realtimeRate * ms) / 1000)

needs(pocketsphinx, recordings)
let server: Awaited<ReturnType<typeof startServer>>
let client: RealtimeClient
beforeAll(async () => {
  server = await startServer()
  await server.ready
})
afterAll(() => server.close())
afterEach(() => client?.socket.terminate())

const open = async (session: object, path?: string): Promise<RealtimeClient> => {
  client = await openRealtime(server.socketUrl, path === undefined ? {} : { path })
  await client.configure(session)
  return client
}
const transcription = { model: 'whisper-1' }
const finals = (): readonly string[] =>
  client.received
    .filter(({ type }) => type === 'conversation.item.input_audio_transcription.completed')
    .map(({ transcript }) => String(transcript))

describe('B: turns that end too soon', () => {
  it('the first word is not lost, though nothing is heard before it', async () => {
    await open({ audio: { input: { transcription, turn_detection: { type: 'server_vad', create_response: false } } } })
    await client.speak(await spokenClip('goforward'))
    await client.next('conversation.item.input_audio_transcription.completed')
    expect(finals()[0]).toMatch(/^go\b/i)
  })
})

describe('C: words where nothing was said', () => {
  it('a second of silence gives no text, as a file too', async () => {
    const wav = Buffer.from(writeWav(new Float32Array(16_000), 16_000))
    const form = new FormData()
    form.set('file', new Blob([wav]), 'silence.wav')
    form.set('model', 'whisper-1')
    const headers = { authorization: `Bearer ${testKey}` }
    const openai = await fetch(`${server.url}/v1/audio/transcriptions`, { method: 'POST', body: form, headers })
    expect(await openai.json()).toMatchObject({ text: '' })
    const transcribeConfig = { modelId: 'inworld/inworld-stt-1', audioEncoding: 'AUTO_DETECT' }
    const inworld = await fetch(`${server.url}/stt/v1/transcribe`, {
      method: 'POST',
      body: JSON.stringify({ transcribeConfig, audioData: { content: wav.toString('base64') } }),
      headers: { authorization: `Basic ${testKey}` },
    })
    expect(await inworld.json()).toMatchObject({ transcription: { transcript: '' } })
  })

  it('a fan, a keyboard and music are no words, and nobody answers them', async () => {
    await open({ audio: { input: { transcription } } })
    await client.speak(pcmOf(fan(3), silence(700), keyboard(3), silence(700), music(3), silence(1000)))
    // What is said after them is heard, and is all that is.
    await client.speak(await spokenClip('goforward'))
    await client.next('response.created')
    expect(finals().filter((text) => text !== '')).toEqual([expect.stringMatching(/go forward/i)])
    expect(client.types().filter((type) => type === 'response.created')).toHaveLength(1)
  })
})

describe('G: sounds that are cut', () => {
  it('the last word is not cut: the audio lasts as long as it does, and it sounds', async () => {
    const session = { providerData: { tts: { timestamp_type: 'WORD' } } }
    await open(session, '/api/v1/realtime/session?key=k')
    const { response } = (await client.ask('Say: the tide is high tonight.')) as { readonly response: Received }
    const ends = client.received.flatMap(({ timestampInfo }) =>
      timestampInfo
        ? (timestampInfo as { wordAlignment: { wordStartTimeSeconds: number[]; wordEndTimeSeconds: number[] } })
            .wordAlignment
        : [],
    )
    const last = ends.at(-1)!
    const [from, to] = [last.wordStartTimeSeconds.at(-1)!, last.wordEndTimeSeconds.at(-1)!]
    const audio = client.audioOf(String(response.id))
    expect(audio.length / realtimeRate).toBeGreaterThanOrEqual(to - 0.01)
    const word = audio.subarray(from * realtimeRate, to * realtimeRate)
    expect(to - from).toBeGreaterThan(0.15)
    expect(Math.max(...word.subarray(word.length / 2))).toBeGreaterThan(0.02)
  })
})
