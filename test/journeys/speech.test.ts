import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import type { AudioFrame } from '../../src/audio/frame.ts'
import { parseWav, writeWav } from '../../src/audio/wav.ts'
import type { TextToSpeech } from '../../src/engines/text-to-speech.ts'
import { VoiceError } from '../../src/errors.ts'
import type { AudioFormat } from '../../src/listening/commands.ts'
import { decodeAudio } from '../../src/media/decode.ts'
import { debianFile, ffmpeg, type Need, need, pocketsphinx } from '../support/needs.ts'
import { startServer, testKey } from '../support/server.ts'
import { wordErrorRate } from '../support/words.ts'

const mp3: Need = {
  what: 'a program that writes MP3',
  command: 'npm run setup',
  isThere: () => debianFile('usr/bin/lame') !== undefined || ffmpeg.isThere(),
}
const espeak: Need = {
  what: 'espeak-ng',
  command: 'npm run setup',
  isThere: () => debianFile('usr/bin/espeak-ng') !== undefined,
}
const text = 'The quick brown fox jumps over the lazy dog. She sells sea shells by the sea shore.'

/** Speaks a tone, a second for each word, for ever slower readers; counts what was made and whether it ended. */
const toneVoice = () => {
  const calls = { frames: 0, ended: 0, fail: false }
  const engine: TextToSpeech = {
    sampleRate: 16_000,
    card: { name: 'Tone' },
    voices: [{ id: 'one', name: 'One', languages: ['en'], description: 'A tone.' }],
    async *speak(pieces, { signal }) {
      try {
        let at = 0
        let characters = 0
        for await (const piece of pieces) {
          if (piece.type !== 'text') continue
          yield { type: 'text', text: piece.text }
          for (const word of piece.text.matchAll(/\S+/g)) {
            if (signal.aborted) return
            if (calls.fail && calls.frames > 0) throw new VoiceError('provider_failed', 'The voice broke.')
            calls.frames += 1
            const from = characters + word.index
            yield { type: 'word', text: word[0], from, to: from + word[0].length, startMs: at, endMs: at + 1000 }
            const samples = Float32Array.from({ length: 16_000 }, (_, i) => Math.sin(i / 5) / 3)
            yield { type: 'audio', frame: { samples, sampleRate: 16_000, startMs: at } }
            at += 1000
            await new Promise((resolve) => setImmediate(resolve))
          }
          characters += piece.text.length
        }
      } finally {
        calls.ended += 1
      }
    },
  }
  return { engine, calls }
}

let server: Awaited<ReturnType<typeof startServer>>
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

const bearer = { authorization: `Bearer ${testKey}`, 'content-type': 'application/json' }
const basic = { authorization: `Basic ${testKey}`, 'content-type': 'application/json' }
const post = (path: string, body: unknown, headers: Record<string, string> = basic, at = server): Promise<Response> =>
  fetch(`${at.url}${path}`, { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) })

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
const auto: AudioFormat = { encoding: 'auto', sampleRate: 16_000, channels: 1 }
const decode = async (bytes: Uint8Array, format = auto) => {
  const frames: AudioFrame[] = []
  const { signal } = new AbortController()
  for await (const frame of decodeAudio(once(bytes), { format, signal })) frames.push(frame)
  const samples = Float32Array.from(frames.flatMap((frame) => [...frame.samples]))
  return { samples, sampleRate: frames[0]!.sampleRate, ms: (samples.length * 1000) / frames[0]!.sampleRate }
}
/** What the recognizer of the server hears in a file. */
const heard = async (wav: Uint8Array): Promise<string> => {
  const form = new FormData()
  form.append('model', 'whisper-1')
  form.append('response_format', 'text')
  form.append('file', new Blob([wav]), 'speech.wav')
  const headers = { authorization: bearer.authorization }
  return (await fetch(`${server.url}/v1/audio/transcriptions`, { method: 'POST', headers, body: form })).text()
}

interface Line {
  readonly result?: {
    readonly audioContent?: string
    readonly usage?: { readonly processedCharactersCount: number; readonly modelId: string }
    readonly timestampInfo?: {
      readonly wordAlignment?: {
        readonly words: readonly string[]
        readonly wordStartTimeSeconds: readonly number[]
        readonly wordEndTimeSeconds: readonly number[]
        readonly phoneticDetails: readonly { readonly wordIndex: number; readonly phones: readonly object[] }[]
      }
      readonly characterAlignment?: { readonly characters: readonly string[] }
    }
  }
  readonly error?: { readonly code: number; readonly message: string }
}

/** Reads a stream as Inworld's clients do: splits on newlines and keeps the tail. */
const readLines = async (response: Response): Promise<readonly Line[]> => {
  const lines: Line[] = []
  let tail = ''
  const decoder = new TextDecoder()
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    tail += decoder.decode(chunk, { stream: true })
    const parts = tail.split('\n')
    tail = parts.pop()!
    for (const part of parts) if (part.trim() !== '') lines.push(JSON.parse(part) as Line)
  }
  expect(tail).toBe('')
  return lines
}
const audioOf = (lines: readonly Line[]): readonly Buffer[] =>
  lines.flatMap(({ result }) => (result?.audioContent ? [Buffer.from(result.audioContent, 'base64')] : []))

describe('POST /v1/audio/speech', () => {
  const openai = () => new OpenAI({ apiKey: testKey, baseURL: `${server.url}/v1`, maxRetries: 0 })
  const create = async (wish: Partial<OpenAI.Audio.SpeechCreateParams> = {}) => {
    const response = await openai().audio.speech.create({ model: 'tts-1', voice: 'onyx', input: text, ...wish })
    return { response, bytes: Buffer.from(await response.arrayBuffer()) }
  }

  it('gives every format to the openai library, all of the same speech', async (context) => {
    need(context, mp3, ffmpeg)
    const { bytes } = await create({ response_format: 'pcm' })
    const ms = bytes.length / 48
    expect(ms).toBeGreaterThan(3000)
    const types = { mp3: 'audio/mpeg', opus: 'audio/ogg', aac: 'audio/aac', flac: 'audio/flac', wav: 'audio/wav' }
    for (const [format, type] of Object.entries(types)) {
      const made = await create({ response_format: format as 'mp3' })
      expect(made.response.headers.get('content-type')).toBe(type)
      expect(made.response.headers.get('x-parley-engine')).toBe('flite/rms')
      const decoded = await decode(made.bytes)
      expect(Math.abs(decoded.ms - ms), format).toBeLessThan(format === 'aac' ? 120 : 60)
    }
  })

  it('is understood by the recognizer', async (context) => {
    need(context, pocketsphinx)
    const { bytes } = await create({ response_format: 'wav' })
    expect(wordErrorRate(text, await heard(bytes))).toBeLessThan(0.3)
  })

  it('is MP3 where nothing else is asked for, and sends as it speaks', async (context) => {
    need(context, mp3)
    const { bytes } = await create()
    expect(bytes.readUInt16BE(0) & 0xffe0).toBe(0xffe0)
    const events = await post(
      '/v1/audio/speech',
      { model: 'gpt-4o-mini-tts', input: text, voice: { id: 'nova' }, stream_format: 'sse', instructions: 'whisper' },
      bearer,
    )
    expect(events.headers.get('content-type')).toBe('text/event-stream')
    const data = (await events.text()).split('\n\n').filter(Boolean)
    const parsed = data.map((line) => JSON.parse(line.replace(/^data: /, '')) as { type: string; audio?: string })
    expect(parsed.slice(0, -1).every(({ type }) => type === 'speech.audio.delta')).toBe(true)
    expect(parsed.length).toBeGreaterThan(5)
    expect(parsed.at(-1)).toMatchObject({ type: 'speech.audio.done', usage: { input_tokens: 21 } })
    const audio = Buffer.concat(parsed.map(({ audio: part = '' }) => Buffer.from(part, 'base64')))
    expect((await decode(audio)).ms).toBeGreaterThan(3000)
  })

  it('speaks faster and slower', async () => {
    const ms = async (speed: number) => (await create({ response_format: 'pcm', speed })).bytes.length / 48
    const [slow, normal, fast] = [await ms(0.5), await ms(1), await ms(2)]
    expect(slow / normal).toBeGreaterThan(1.6)
    expect(normal / fast).toBeGreaterThan(1.5)
  })

  it('speaks other languages where asked to, by their names too', async (context) => {
    need(context, espeak)
    const german = await post(
      '/v1/audio/speech',
      { model: 'tts-1', input: 'Guten Tag', voice: 'nova', language: 'de', response_format: 'wav' },
      bearer,
    )
    expect(german.headers.get('x-parley-engine')).toBe('espeak/de+f3')
    expect(parseWav(new Uint8Array(await german.arrayBuffer())).samples.length).toBeGreaterThan(8000)
    const named = await post(
      '/v1/audio/speech',
      { model: 'tts-1', input: 'Bonjour', voice: 'Alain', response_format: 'pcm' },
      bearer,
    )
    expect(named.headers.get('x-parley-engine')).toBe('espeak/fr-fr')
    expect((await named.arrayBuffer()).byteLength).toBeGreaterThan(8000)
  })

  it('refuses in its own dialect', async () => {
    const good = { model: 'tts-1', input: 'Hello.', voice: 'alloy' }
    const cases: readonly [unknown, string][] = [
      [{ ...good, input: '' }, 'input'],
      [{ ...good, input: 'a'.repeat(4097) }, 'input'],
      [{ ...good, response_format: 'ogg' }, 'response_format'],
      [{ ...good, speed: 5 }, 'speed'],
      [{ ...good, stream_format: 'xml' }, 'stream_format'],
      [{ input: 'Hello.' }, 'model'],
    ]
    for (const [body, param] of cases) {
      const response = await post('/v1/audio/speech', body, bearer)
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error', param } })
    }
    expect((await post('/v1/audio/speech', '{', bearer)).status).toBe(400)
    expect((await post('/v1/audio/speech', good, {})).status).toBe(401)
    await expect(openai().audio.speech.create({ ...good, speed: 9 })).rejects.toMatchObject({ status: 400 })
  })
})

describe('POST /tts/v1/voice', () => {
  const call = { text, voiceId: 'Dennis', modelId: 'inworld-tts-2' }
  const audio = async (body: object): Promise<Buffer> => {
    const response = await post('/tts/v1/voice', body)
    expect(response.status).toBe(200)
    return Buffer.from(((await response.json()) as { audioContent: string }).audioContent, 'base64')
  }

  it('gives the whole audio in every encoding', async (context) => {
    need(context, mp3)
    const encoded = (audioEncoding: string, sampleRateHertz = 24_000) =>
      audio({ ...call, audioConfig: { audioEncoding, sampleRateHertz } })
    const pcm = await encoded('PCM')
    const ms = pcm.length / 48
    for (const name of ['WAV', 'LINEAR16']) {
      const wav = await encoded(name)
      expect(wav.subarray(44).equals(pcm)).toBe(true)
      expect(wav.equals(writeWav(parseWav(wav).samples, 24_000))).toBe(true)
    }
    for (const name of ['MP3', 'OGG_OPUS', 'FLAC'])
      expect(Math.abs((await decode(await encoded(name))).ms - ms)).toBeLessThan(60)
    expect(Math.abs((await encoded('MULAW', 48_000)).length / 8 - ms)).toBeLessThan(2)
    expect(Math.abs((await encoded('ALAW')).length / 8 - ms)).toBeLessThan(2)
    const byDefault = await decode(await audio(call))
    expect(byDefault.sampleRate).toBe(48_000)
  })

  it('takes snake_case, counts characters, and tells each token with its time and sounds', async () => {
    const response = await post('/tts/v1/voice', {
      text: 'Hello, Dr. Smith!',
      voice_id: 'Ashley',
      model_id: 'inworld-tts-2',
      audio_config: { audio_encoding: 'PCM', sample_rate_hertz: 16_000, speaking_rate: 1 },
      timestamp_type: 'WORD',
    })
    const body = (await response.json()) as NonNullable<Line['result']>
    expect(body.usage).toEqual({ processedCharactersCount: 17, modelId: 'inworld-tts-2' })
    const alignment = body.timestampInfo!.wordAlignment!
    expect(alignment.words.join('')).toBe('Hello, Dr. Smith!')
    expect(alignment.words).toContain('Smith')
    const { wordStartTimeSeconds: starts, wordEndTimeSeconds: ends } = alignment
    const seconds = Buffer.from(body.audioContent!, 'base64').length / 32_000
    for (const [k, start] of starts.entries()) {
      expect(ends[k]).toBeGreaterThanOrEqual(start)
      expect(ends[k]).toBeLessThanOrEqual(seconds)
      if (k > 0) expect(start).toBeGreaterThanOrEqual(starts[k - 1]!)
    }
    const hello = alignment.phoneticDetails.find(({ wordIndex }) => alignment.words[wordIndex] === 'Hello')
    expect(hello?.phones).toMatchObject([
      { phoneSymbol: 'h' },
      { phoneSymbol: expect.any(String), visemeSymbol: 'aei' },
      { phoneSymbol: 'l', visemeSymbol: 'l' },
      { phoneSymbol: 'oʊ', visemeSymbol: 'o', durationSeconds: expect.any(Number) },
    ])
    const characters = await post('/tts/v1/voice', {
      ...call,
      audioConfig: { audioEncoding: 'PCM' },
      timestampType: 'CHARACTER',
    })
    const told = ((await characters.json()) as NonNullable<Line['result']>).timestampInfo!.characterAlignment!
    expect(told.characters.join('')).toBe(text)
  })

  it('makes pauses and sounds, and reads out no tags', async () => {
    const ms = async (script: string) =>
      (await audio({ ...call, text: script, audioConfig: { audioEncoding: 'PCM', sampleRateHertz: 16_000 } })).length /
      32
    const plain = await ms('One. Two.')
    expect((await ms('One. <break time="1.5s"/> Two.')) - plain).toBeGreaterThan(1200)
    expect(Math.abs((await ms('[in the manner of a teapot] One. [reset] Two.')) - plain)).toBeLessThan(300)
    const laugh = (await ms('One. Two. [laugh]')) - plain
    expect(laugh).toBeGreaterThan(700)
    expect(laugh).toBeLessThan(2500)
  })

  it('begins as the instruction says', async () => {
    const level = async (more: object): Promise<number> => {
      const pcm = await audio({ ...call, ...more, audioConfig: { audioEncoding: 'PCM', sampleRateHertz: 16_000 } })
      const samples = Array.from({ length: pcm.length >> 1 }, (_, i) => pcm.readInt16LE(2 * i))
      return 10 * Math.log10(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length)
    }
    expect(await level({ instruction: 'Speak softly.' })).toBeLessThan((await level({})) - 6)
  })

  it('refuses in its own dialect', async () => {
    const cases: readonly [object, Record<string, string>, number, number][] = [
      [{ ...call, text: '' }, basic, 400, 3],
      [{ ...call, text: 'a'.repeat(2001) }, basic, 400, 3],
      [{ text, modelId: 'inworld-tts-2' }, basic, 400, 3],
      [{ text, voiceId: 'Dennis' }, basic, 400, 3],
      [{ ...call, audioConfig: { audioEncoding: 'GSM' } }, basic, 400, 3],
      [{ ...call, audioConfig: { sampleRateHertz: 4000 } }, basic, 400, 3],
      [{ ...call, audioConfig: { speakingRate: 3 } }, basic, 400, 3],
      [{ ...call, temperature: 3 }, basic, 400, 3],
      [call, {}, 401, 16],
      [call, { authorization: 'Basic bm8=' }, 403, 7],
    ]
    for (const [body, headers, status, code] of cases) {
      const response = await post('/tts/v1/voice', body, headers)
      expect(response.status).toBe(status)
      expect(await response.json()).toMatchObject({ code, message: expect.any(String), details: expect.any(Array) })
    }
    expect((await post('/tts/v1/voice:stream', { ...call, text: 'a '.repeat(2001) })).status).toBe(400)
  })
})

describe('POST /tts/v1/voice:stream', () => {
  const call = { text, voiceId: 'Dennis', modelId: 'inworld-tts-2' }
  const lines = async (body: object): Promise<readonly Line[]> => {
    const response = await post('/tts/v1/voice:stream', body)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json')
    return readLines(response)
  }
  const encoded = (audioEncoding: string, more: object = {}) =>
    lines({ ...call, ...more, audioConfig: { audioEncoding, sampleRateHertz: 24_000 } })

  it('has a header in every chunk of LINEAR16, in the first of WAV, and in none of PCM', async () => {
    const [linear, wav, pcm] = [await encoded('LINEAR16'), await encoded('WAV'), await encoded('PCM')].map(audioOf)
    const raw = Buffer.concat(pcm!)
    expect(pcm!.length).toBeGreaterThan(5)
    for (const chunk of linear!) expect(chunk.equals(writeWav(parseWav(chunk).samples, 24_000))).toBe(true)
    expect(Buffer.concat(linear!.map((chunk) => chunk.subarray(44))).equals(raw)).toBe(true)
    expect(wav!.filter((chunk) => chunk.subarray(0, 4).toString() === 'RIFF')).toHaveLength(1)
    expect(Buffer.concat(wav!).subarray(44).equals(raw)).toBe(true)
  })

  it('is one continuous file where the encoding is a container', async (context) => {
    need(context, mp3)
    const ms = Buffer.concat(audioOf(await encoded('PCM'))).length / 48
    for (const name of ['MP3', 'OGG_OPUS', 'FLAC']) {
      const parts = audioOf(await encoded(name))
      expect(parts.length, name).toBeGreaterThan(1)
      expect(Math.abs((await decode(Buffer.concat(parts))).ms - ms), name).toBeLessThan(60)
    }
  })

  it('tells times with the audio, or in lines of their own behind it', async () => {
    const wordsOf = (all: readonly Line[]) =>
      all.flatMap(({ result }) => result?.timestampInfo?.wordAlignment?.words ?? [])
    const together = await encoded('PCM', { timestampType: 'WORD' })
    expect(wordsOf(together).join('')).toBe(text)
    const behind = await encoded('PCM', { timestampType: 'WORD', timestampTransportStrategy: 'ASYNC' })
    expect(wordsOf(behind).join('')).toBe(text)
    expect(behind.every(({ result }) => !(result?.audioContent && result.timestampInfo))).toBe(true)
    expect(behind[0]?.result?.audioContent).toBeDefined()
    const older = await encoded('PCM', { timestampType: 'WORD', modelId: 'inworld-tts-1.5-max' })
    expect(wordsOf(older).join('')).not.toContain(' ')
    expect(wordsOf(older)).toContain('fox')
    const starts = together.flatMap(({ result }) => result?.timestampInfo?.wordAlignment?.wordStartTimeSeconds ?? [])
    expect(starts).toEqual([...starts].sort((a, b) => a - b))
  })
})

describe('a voice that fails or is no longer listened to', () => {
  const setUp = async () => {
    const { engine, calls } = toneVoice()
    const own = await startServer(
      { PARLEY_MODELS_TEXT_TO_SPEECH: 'tone/one', PARLEY_LIMITS_SESSIONS_PER_KEY: '1' },
      { tone: { settings: z.object({}), textToSpeech: () => engine } },
    )
    // The server tries its voice when it starts.
    await own.ready
    Object.assign(calls, { frames: 0, ended: 0 })
    return { own, calls }
  }
  const long = Array.from({ length: 300 }, (_, k) => `word${k}.`).join(' ')

  it('is told by a status before the first byte, by a line after it', async () => {
    const { own, calls } = await setUp()
    calls.fail = true
    const body = { text: long, voiceId: 'x', modelId: 'y', audioConfig: { audioEncoding: 'PCM' } }
    const all = await readLines(await post('/tts/v1/voice:stream', body, basic, own))
    expect(all.at(-1)?.error).toMatchObject({ code: 13, message: 'The voice broke.' })
    expect(all[0]?.result?.audioContent).toBeDefined()
    const whole = await post('/tts/v1/voice', { ...body, text: 'one two' }, basic, own)
    expect(whole.status).toBe(500)
    expect(await whole.json()).toMatchObject({ code: 13 })
    const sent = await post(
      '/v1/audio/speech',
      { model: 'tts-1', input: long, voice: 'x', response_format: 'pcm' },
      bearer,
      own,
    )
    expect(sent.status).toBe(500)
    expect(await sent.json()).toMatchObject({ error: { type: 'server_error' } })
    await own.close()
  })

  it('stops when the client goes away, and gives its place back', async () => {
    const { own, calls } = await setUp()
    for (const [path, body] of [
      ['/v1/audio/speech', { model: 'tts-1', input: long, voice: 'x', response_format: 'pcm' }],
      ['/tts/v1/voice:stream', { text: long, voiceId: 'x', modelId: 'y', audioConfig: { audioEncoding: 'PCM' } }],
    ] as const) {
      calls.frames = 0
      calls.ended = 0
      const away = new AbortController()
      // The place of the one before is free a moment after its voice has ended.
      const response = await vi.waitFor(async () => {
        const answer = await fetch(`${own.url}${path}`, {
          method: 'POST',
          headers: basic,
          body: JSON.stringify(body),
          signal: away.signal,
        })
        expect(answer.status).toBe(200)
        return answer
      }, 5000)
      const reader = response.body!.getReader()
      await reader.read()
      away.abort()
      await reader.read().catch(() => {})
      while (calls.ended === 0) await new Promise((resolve) => setTimeout(resolve, 5))
      expect(calls.frames).toBeLessThan(250)
    }
    await own.close()
  })

  it('sends the first audio long before the last is made', async () => {
    const { own, calls } = await setUp()
    const body = { text: long, voiceId: 'x', modelId: 'y', audioConfig: { audioEncoding: 'OGG_OPUS' } }
    const response = await post('/tts/v1/voice:stream', body, basic, own)
    expect(response.status).toBe(200)
    const reader = response.body!.getReader()
    await reader.read()
    expect(calls.frames).toBeGreaterThan(0)
    expect(calls.frames).toBeLessThan(150)
    await reader.cancel()
    await own.close()
  })
})

describe('lists of voices', () => {
  const get = async (path: string) => {
    const response = await fetch(`${server.url}${path}`, { headers: basic })
    return { status: response.status, body: (await response.json()) as Record<string, never> }
  }
  type Voices = {
    voices: readonly { voiceId: string; langCode: string; languages: readonly string[]; id: string }[]
    nextPageToken?: string
  }

  it('show the voices that are there and the names they answer to, by language and page', async () => {
    const all = (await get('/voices/v1/voices')).body as unknown as Voices
    const ids = all.voices.map(({ voiceId }) => voiceId)
    for (const id of ['flite/slt', 'flite/rms', 'Dennis', 'nova']) expect(ids).toContain(id)
    expect(new Set(ids).size).toBe(ids.length)
    const english = (await get('/voices/v1/voices?languages=EN_US')).body as unknown as Voices
    expect(english.voices.every(({ langCode }) => langCode.startsWith('EN_'))).toBe(true)
    const paged: string[] = []
    let token = ''
    do {
      const page = (await get(`/voices/v1/voices?pageSize=40&pageToken=${token}`)).body as unknown as Voices
      expect(page.voices.length).toBeLessThanOrEqual(40)
      paged.push(...page.voices.map(({ voiceId }) => voiceId))
      token = page.nextPageToken ?? ''
    } while (token !== '')
    expect(paged).toEqual(ids)
    expect((await get('/voices/v1/voices/flite/slt')).body).toMatchObject({
      voiceId: 'flite/slt',
      name: 'workspaces/default/voices/flite/slt',
      langCode: 'EN_US',
      gender: 'VOICE_GENDER_FEMALE',
      source: 'SYSTEM',
    })
    expect((await get('/voices/v1/voices/Dennis')).body).toMatchObject({ displayName: 'Dennis' })
    expect((await get('/voices/v1/voices/nobody')).status).toBe(404)
    const legacy = (await get('/tts/v1/voices?filter=language=en')).body as unknown as Voices
    expect(legacy.voices.every(({ languages }) => languages.includes('en'))).toBe(true)
    const relatives = (await get('/v1/audio/voices')).body as unknown as Voices
    expect(relatives.voices.map(({ id }) => id)).toEqual(ids)
  })

  it('stand beside the models that speak', async () => {
    const { data } = (await get('/v1/models')).body as unknown as { data: readonly { id: string; task: string }[] }
    const speaking = data.filter(({ task }) => task === 'text-to-speech').map(({ id }) => id)
    for (const id of ['flite/default', 'tts-1', 'gpt-4o-mini-tts', 'inworld-tts-2']) expect(speaking).toContain(id)
  })

  it('say plainly what cannot be done with voices here', async () => {
    for (const [method, path] of [
      ['POST', '/voices/v1/voices:clone'],
      ['POST', '/voices/v1/voices:design'],
      ['POST', '/voices/v1/voices/x:publish'],
      ['PATCH', '/voices/v1/voices/x'],
      ['DELETE', '/voices/v1/voices/x'],
    ] as const) {
      const response = await fetch(`${server.url}${path}`, {
        method,
        headers: basic,
        ...(method === 'DELETE' ? {} : { body: '{}' }),
      })
      expect([path, response.status]).toEqual([path, 501])
      expect(await response.json()).toMatchObject({ code: 12 })
    }
  })
})
