/** What a voice is like, over every wire: renewed while it speaks, and kept back where the operator says so. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { durationMs } from '../../src/audio/frame.ts'
import { samplesToPcm16 } from '../../src/audio/pcm.ts'
import { writeWav } from '../../src/audio/wav.ts'
import type { Trait, VoiceProfiler } from '../../src/engines/voice-profiler.ts'
import { scriptedRecognizer } from '../support/engines.ts'
import { openRealtime, realtimeRate } from '../support/realtime-client.ts'
import { testKey } from '../support/server.ts'
import { scriptedModel } from '../support/talking.ts'
import { startTalkingServer } from '../support/talking-server.ts'
import { openClient, type Received, type WireClient } from '../support/wire-client.ts'

/** After the `n`th half second. */
const traits = (n: number): readonly Trait[] => [
  { name: 'emotion', labels: [{ label: 'angry', confidence: 0.9 }] },
  { name: 'age', labels: [{ label: 'kid', confidence: 0.9 }] },
  { name: 'accent', labels: [{ label: 'es-419', confidence: 0.9 }] },
  {
    name: 'vocalStyle',
    labels: [
      { label: 'shouting', confidence: 1 - n / 100 },
      { label: 'normal', confidence: n / 100 },
    ],
  },
]

/** A new profile for each half second of speech. */
const voiceProfiler: VoiceProfiler = {
  sampleRate: 16_000,
  card: { name: 'Script' },
  async *profile(audio) {
    let givenMs = 0
    let told = 0
    for await (const frame of audio) {
      givenMs += durationMs(frame)
      for (; givenMs >= (told + 1) * 500; told += 1) yield { startMs: 0, endMs: givenMs, traits: traits(told + 1) }
    }
  },
}

const speechMs = 4000
/** Speech, then silence enough for the end of a turn. */
const audio = (sampleRate: number, silenceMs = 2500): Float32Array =>
  new Float32Array((sampleRate * (speechMs + silenceMs)) / 1000).fill(0.8, 0, (sampleRate * speechMs) / 1000)
const base64 = (samples: Float32Array): string => Buffer.from(samplesToPcm16(samples)).toString('base64')

const headers = { authorization: `Basic ${testKey}` }
const modelId = 'inworld/inworld-stt-1'
const voiceProfileConfig = { enableVoiceProfile: true, topN: 1 }
const transcription = (message: Received): Received | undefined =>
  (message.result as Received | undefined)?.transcription as Received | undefined
const isFinal = (message: Received): boolean => transcription(message)?.isFinal === true

type Server = Awaited<ReturnType<typeof startTalkingServer>>

const openInworld = async (server: Server, samples: Float32Array): Promise<WireClient> => {
  const client = await openClient(`${server.socketUrl}/stt/v1/transcribe:streamBidirectional`, { headers })
  client.send({ transcribeConfig: { modelId, voiceProfileConfig } })
  client.send({ audioChunk: { content: base64(samples) } })
  return client
}

/** Words come every two seconds, profiles four times as often. */
const recognizer = () => scriptedRecognizer({ wordMs: 2000 })

describe('on the Inworld socket', () => {
  let server: Server
  beforeAll(async () => {
    server = await startTalkingServer({ recognizer: recognizer(), voiceProfiler })
  })
  afterAll(() => server.close())

  it('each new profile goes out in an interim, whether or not the words are new, and the final has the last', async () => {
    const client = await openInworld(server, audio(16_000, 0))
    const likelihood = (message: Received): number | undefined => {
      const profile = transcription(message)?.voiceProfile as
        | Record<string, readonly { confidence: number }[]>
        | undefined
      return profile?.vocalStyle?.[0]?.confidence
    }
    await client.until((message) => likelihood(message) === 0.92)
    client.send({ closeStream: {} })
    await client.until(isFinal)
    const told = client.received.flatMap((message) => likelihood(message) ?? [])
    expect([...new Set(told)]).toEqual([0.99, 0.98, 0.97, 0.96, 0.95, 0.94, 0.93, 0.92])
    expect(likelihood(client.received.find(isFinal)!)).toBe(0.92)
    const texts = new Set(
      client.received.flatMap((message) => (likelihood(message) ? transcription(message)!.transcript : [])),
    )
    expect(texts.size).toBeLessThan(told.length / 2)
  })
})

// Everything that is heard, on each wire.
const file = (): Blob => new Blob([writeWav(audio(16_000), 16_000)])

const listen = async (server: Server): Promise<unknown> => {
  const client = await openInworld(server, audio(16_000))
  await client.until(isFinal)
  client.socket.terminate()
  return client.received
}
const transcribe = async (server: Server): Promise<unknown> => {
  const content = Buffer.from(await file().arrayBuffer()).toString('base64')
  const body = JSON.stringify({ transcribeConfig: { modelId, voiceProfileConfig }, audioData: { content } })
  return (await fetch(`${server.url}/stt/v1/transcribe`, { method: 'POST', body, headers })).json()
}
const converse =
  (path: string, session: object) =>
  async (server: Server): Promise<unknown> => {
    const client = await openRealtime(server.socketUrl, { path, headers })
    await client.configure(session)
    await client.speak(samplesToPcm16(audio(realtimeRate)))
    await client.next('response.done')
    client.socket.terminate()
    return client.received
  }
const inworld = converse('/api/v1/realtime/session?key=k', { providerData: { stt: { voice_profile: true } } })
const openai = converse('/v1/realtime?model=fake/script', {
  audio: { input: { transcription: { model: 'whisper-1' } } },
})
const vachana = async (server: Server): Promise<unknown> => {
  const client = await openClient(`${server.socketUrl}/stt/v3/stream`, {
    headers: { 'x-api-key-id': testKey, lang_code: 'en-IN' },
  })
  client.send(samplesToPcm16(audio(16_000)))
  await client.until(({ type }) => type === 'transcript')
  client.socket.terminate()
  return client.received
}
const transcriptions = async (server: Server): Promise<unknown> => {
  const body = new FormData()
  body.append('file', file(), 'speech.wav')
  body.append('model', 'whisper-1')
  body.append('response_format', 'verbose_json')
  const authorization = `Bearer ${testKey}`
  const answer = await fetch(`${server.url}/v1/audio/transcriptions`, {
    method: 'POST',
    body,
    headers: { authorization },
  })
  return answer.json()
}

describe('emotion, age and accent', () => {
  const guarded = /\b(angry|kid|es-419)\b/
  describe.each([[true], [false]])('with voice.sensitive=%s', (sensitive) => {
    const model = scriptedModel(['Hello.'])
    let server: Server
    beforeAll(async () => {
      const environment = { PARLEY_VOICE_SENSITIVE: String(sensitive), PARLEY_VOICE_NOTES: 'true' }
      server = await startTalkingServer({ recognizer: recognizer(), model, voiceProfiler }, environment)
    })
    afterAll(() => server.close())

    it.each([
      ['an Inworld stream', listen],
      ['an Inworld file', transcribe],
      ['an Inworld conversation', inworld],
    ])(`are ${sensitive ? '' : 'not '}told in %s; the style is`, async (_, ask) => {
      const said = JSON.stringify(await ask(server))
      expect(guarded.test(said)).toBe(sensitive)
      expect(said).toContain('shouting')
    })

    it.each([
      ['an OpenAI conversation', openai],
      ['a Vachana stream', vachana],
      ['an OpenAI file', transcriptions],
    ])('are not told in %s, as nothing of the voice is', async (_, ask) => {
      const said = JSON.stringify(await ask(server))
      expect(said).toMatch(/word0/i)
      expect(said).not.toMatch(guarded)
      expect(said).not.toContain('shouting')
    })

    it(`are ${sensitive ? '' : 'not '}told to the language model or the router`, () => {
      const requests = model.calls.requests.map(({ messages, options }) => JSON.stringify([messages, options.metadata]))
      expect(requests).toHaveLength(2)
      for (const request of requests) {
        expect(request).toContain('shouting')
        expect(guarded.test(request)).toBe(sensitive)
      }
    })
  })
})

describe('the language that a voice is identified as', () => {
  const speaksHindi: VoiceProfiler = {
    ...voiceProfiler,
    async *profile(audio, work) {
      const language = { name: 'language', labels: [{ label: 'hi', confidence: 0.9 }] }
      for await (const profile of voiceProfiler.profile(audio, work)) yield { ...profile, traits: [language] }
    },
  }
  let server: Server
  beforeAll(async () => {
    const environment = { PARLEY_MODELS_VOICE_TRAITS: 'language=fake/voices' }
    server = await startTalkingServer({ recognizer: recognizer(), voiceProfiler: speaksHindi }, environment)
  })
  afterAll(() => server.close())

  it.each([
    ['an Inworld file', transcribe, '"language":"hi"'],
    ['an Inworld stream', listen, '"language":"hi"'],
    ['an OpenAI file', transcriptions, '"language":"hindi"'],
    ['a Vachana stream that named another', vachana, '"detected_language":"hi-IN"'],
  ])('is told in %s', async (_, ask, told) => {
    expect(JSON.stringify(await ask(server))).toContain(told)
  })
})
