import { readFile } from 'node:fs/promises'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeWav } from '../../src/audio/wav.ts'
import { clip, clips, readClip } from '../support/clips.ts'
import { needs, pocketsphinx, recordings } from '../support/needs.ts'
import { startServer, testKey } from '../support/server.ts'
import { wordErrorRate } from '../support/words.ts'

let server: Awaited<ReturnType<typeof startServer>>
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())
const bearer = { authorization: `Bearer ${testKey}` }
const form = (fields: Record<string, string | Blob>): FormData => {
  const data = new FormData()
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'string') data.append(name, value)
    else data.append(name, value, 'speech.wav')
  }
  return data
}
const post = (path: string, body: FormData | string, headers: Record<string, string> = bearer): Promise<Response> =>
  fetch(`${server.url}${path}`, { method: 'POST', body, headers })

describe('files over HTTP with the real recognizer', () => {
  needs(pocketsphinx, recordings)
  const file = async (): Promise<Blob> => new Blob([await readFile(clip('librivox-0930').file)])
  const { text } = clips().find(({ name }) => name === 'librivox-0930') ?? { text: '' }

  it('serves the openai library: text, words with times, and a stream whose deltas add up', async () => {
    const openai = new OpenAI({ apiKey: testKey, baseURL: `${server.url}/v1` })
    const upload = async () => new File([await file()], 'speech.wav')
    const verbose = await openai.audio.transcriptions.create({
      file: await upload(),
      model: 'whisper-1',
      response_format: 'verbose_json',
      timestamp_granularities: ['word', 'segment'],
    })
    expect(wordErrorRate(text, verbose.text)).toBeLessThan(0.35)
    expect(verbose.words?.length).toBe(verbose.text.split(' ').length)
    expect(verbose.segments?.length).toBeGreaterThan(0)
    const stream = await openai.audio.transcriptions.create({
      file: await upload(),
      model: 'gpt-4o-transcribe',
      stream: true,
    })
    let sum = ''
    for await (const event of stream) {
      if (event.type === 'transcript.text.delta') sum += event.delta
      if (event.type === 'transcript.text.done') expect(event.text).toBe(sum)
    }
    expect(sum).toBe(verbose.text)
  })

  it('says who spoke: two voices, each with its own words', async () => {
    const [one, other] = await Promise.all(['goforward', 'librivox-0930'].map((name) => readClip(clip(name))))
    const pause = new Float32Array(1.5 * one!.sampleRate)
    const samples = Float32Array.from([...one!.samples, ...pause, ...other!.samples])
    const openai = new OpenAI({ apiKey: testKey, baseURL: `${server.url}/v1` })
    const heard = (await openai.audio.transcriptions.create({
      file: new File([writeWav(samples, one!.sampleRate)], 'speech.wav'),
      model: 'gpt-4o-transcribe-diarize',
      response_format: 'diarized_json',
    })) as unknown as OpenAI.Audio.TranscriptionDiarized
    expect(heard.segments.map(({ speaker }) => speaker)).toEqual(['A', 'B'])
    expect(heard.segments.map((segment) => segment.text).join(' ')).toBe(heard.text)
    expect(heard.segments[1]!.start).toBeGreaterThan(heard.segments[0]!.end)
  })

  it('calls by name whose voice was sent along, and refuses a recording that is too short', async () => {
    const [one, other, before] = await Promise.all(
      ['goforward', 'librivox-0930', 'librivox-0870'].map((name) => readClip(clip(name))),
    )
    const pause = new Float32Array(1.5 * one!.sampleRate)
    const samples = Float32Array.from([...one!.samples, ...pause, ...other!.samples])
    const openai = new OpenAI({ apiKey: testKey, baseURL: `${server.url}/v1` })
    const ask = async (seconds: number) => {
      const reference = writeWav(before!.samples.subarray(0, seconds * before!.sampleRate), before!.sampleRate)
      return (await openai.audio.transcriptions.create({
        file: new File([writeWav(samples, one!.sampleRate)], 'speech.wav'),
        model: 'gpt-4o-transcribe-diarize',
        response_format: 'diarized_json',
        known_speaker_names: ['Elinor'],
        known_speaker_references: [`data:audio/wav;base64,${Buffer.from(reference).toString('base64')}`],
      })) as unknown as OpenAI.Audio.TranscriptionDiarized
    }
    expect((await ask(6)).segments.map(({ speaker }) => speaker)).toEqual(['A', 'Elinor'])
    await expect(ask(1)).rejects.toMatchObject({ status: 400, param: 'known_speaker_references' })
  })

  it('writes plain text, SubRip and WebVTT, and names the engine that served', async () => {
    const ask = async (format: string): Promise<string> => {
      const fields = { file: await file(), model: 'whisper-1', response_format: format }
      const response = await post('/v1/audio/transcriptions', form(fields))
      expect(response.headers.get('x-parley-engine')).toBe('pocketsphinx/en-us')
      return response.text()
    }
    expect(await ask('srt')).toMatch(/^1\n00:00:0\d,\d{3} --> 00:00:0\d,\d{3}\n/)
    expect(await ask('vtt')).toMatch(/^WEBVTT\n/)
    expect(wordErrorRate(text, await ask('text'))).toBeLessThan(0.35)
  })

  it('serves the synchronous Inworld call, the profile in both places, the model id as it was sent', async () => {
    const content = Buffer.from(await (await file()).arrayBuffer()).toString('base64')
    const call = {
      transcribeConfig: { modelId: 'groq/whisper-large-v3', voiceProfileConfig: { enableVoiceProfile: true } },
      audioData: { content },
    }
    const response = await post('/stt/v1/transcribe', JSON.stringify(call), { authorization: `Basic ${testKey}` })
    expect(response.status).toBe(200)
    const body = (await response.json()) as Record<string, Record<string, unknown>>
    expect(wordErrorRate(text, String(body.transcription?.transcript))).toBeLessThan(0.35)
    expect(body.usage).toMatchObject({ modelId: 'groq/whisper-large-v3' })
    expect(body.voiceProfile).toEqual(body.transcription?.voiceProfile)
    expect(body.transcription?.wordTimestamps).toEqual([])
  })

  it('reads an Inworld body of several megabytes', async () => {
    const wav = Buffer.from(await (await file()).arrayBuffer())
    const silence = Buffer.alloc(32_000 * 40)
    const audio = Buffer.concat([wav.subarray(44), silence])
    const call = {
      transcribeConfig: { modelId: 'inworld/inworld-stt-1', audioEncoding: 'LINEAR16' },
      audioData: { content: audio.toString('base64') },
    }
    const response = await post('/stt/v1/transcribe', JSON.stringify(call))
    const body = (await response.json()) as { transcription: { transcript: string }; usage: unknown }
    expect(wordErrorRate(text, body.transcription.transcript)).toBeLessThan(0.35)
  })

  it('serves the Vachana form', async () => {
    const fields = { audio_file: await file(), language_code: 'en-IN', format: 'verbatim' }
    const response = await post('/stt/v3', form(fields), { 'x-api-key-id': testKey, 'x-api-request-id': 'req_1' })
    expect(response.status).toBe(200)
    const body = (await response.json()) as Record<string, unknown>
    expect(body).toMatchObject({ success: true, request_id: 'req_1' })
    expect(wordErrorRate(text, String(body.transcript))).toBeLessThan(0.35)
  })

  it('lists its models, each with what was measured of its engine', async () => {
    const { data } = (await (await fetch(`${server.url}/v1/models`, { headers: bearer })).json()) as {
      data: readonly { id: string; accuracy?: string; languages?: readonly string[] }[]
    }
    const one = data.find(({ id }) => id === 'inworld/inworld-stt-1')
    expect(one?.accuracy).toMatch(/%/)
    expect(one?.languages).toEqual(['en'])
    const single = await fetch(`${server.url}/v1/models/inworld/inworld-stt-1`, { headers: bearer })
    expect(await single.json()).toEqual(one)
  })
})

describe('refusals over HTTP', () => {
  it('speak the dialect of their wire', async () => {
    const wav = new Blob([new Uint8Array(100)])
    const cases: readonly [string, FormData | string, Record<string, string>, number, unknown][] = [
      ['/v1/audio/transcriptions', form({ model: 'whisper-1' }), {}, 401, { error: { code: 'invalid_api_key' } }],
      ['/v1/audio/transcriptions', form({ model: 'whisper-1' }), bearer, 400, { error: { param: 'file' } }],
      [
        '/v1/audio/transcriptions',
        form({ model: 'no-such/model', file: wav }),
        bearer,
        404,
        { error: { code: 'model_not_found' } },
      ],
      [
        '/v1/audio/transcriptions',
        form({ model: 'whisper-1', file: new Blob([]) }),
        bearer,
        400,
        { error: { param: 'file' } },
      ],
      [
        '/v1/audio/transcriptions',
        '{}',
        { ...bearer, 'content-type': 'application/json' },
        400,
        { error: { type: 'invalid_request_error' } },
      ],
      ['/stt/v1/transcribe', '{}', {}, 401, { code: 16 }],
      ['/stt/v1/transcribe', '{}', { authorization: 'Basic bm8=' }, 403, { code: 7 }],
      ['/stt/v1/transcribe', 'not json', bearer, 400, { code: 3 }],
      [
        '/stt/v1/transcribe',
        '{"transcribeConfig":{"modelId":"a/b"},"audioData":{"content":"AAAA"}}',
        bearer,
        400,
        { code: 3, message: 'No STT client found for model: a/b' },
      ],
      ['/stt/v1/transcribe:async', '{}', bearer, 400, { code: 3 }],
      ['/stt/v3', form({}), {}, 401, { detail: { error_code: 'MISSING_API_KEY' } }],
      [
        '/stt/v3',
        form({}),
        { 'x-api-key-id': testKey },
        400,
        { success: false, error: { type: 'INVALID_REQUEST_ERROR' } },
      ],
      ['/stt/v9', '{}', bearer, 404, { code: 5 }],
      ['/v1/nowhere', '{}', bearer, 404, { error: { code: 'not_found' } }],
    ]
    for (const [path, body, headers, status, expected] of cases) {
      const response = await post(path, body, headers)
      expect([path, response.status]).toEqual([path, status])
      expect(await response.json()).toMatchObject(expected as object)
      expect(response.headers.get('access-control-allow-origin')).toBe('*')
    }
  })

  it('let a browser ask beforehand without a key', async () => {
    const response = await fetch(`${server.url}/stt/v1/transcribe`, {
      method: 'OPTIONS',
      headers: { origin: 'https://example.org', 'access-control-request-method': 'POST' },
    })
    expect(response.status).toBe(204)
    const allowed = response.headers.get('access-control-allow-headers')?.toLowerCase()
    for (const name of ['authorization', 'content-type', 'x-api-key-id', 'x-openai-agents-sdk', 'openai-beta']) {
      expect(allowed).toContain(name)
    }
  })

  it('keep each key to its rate', async () => {
    const slow = await startServer({ PARLEY_LIMITS_REQUESTS_PER_SECOND_PER_KEY: '2' })
    const ask = async (): Promise<number> => (await fetch(`${slow.url}/v1/models/x`, { headers: bearer })).status
    expect(await Promise.all(Array.from({ length: 12 }, ask))).toContain(429)
    await slow.close()
  })
})

it('is alive at once and says what it lacks when engines are missing', async () => {
  const bare = await startServer({ PARLEY_MODELS_SPEECH_TO_TEXT: 'pocketsphinx/nowhere' })
  expect((await fetch(`${bare.url}/healthz`)).status).toBe(200)
  await bare.ready
  const response = await fetch(`${bare.url}/readyz`)
  expect(response.status).toBe(503)
  expect(((await response.json()) as { missing: readonly string[] }).missing).toHaveLength(1)
  await bare.close()
})
