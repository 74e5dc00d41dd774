/** Inworld's speech: `POST /tts/v1/voice`, `/tts/v1/voice:stream`, and the lists of voices. */
import type { Hono } from 'hono'
import { wavHeader } from '../../audio/wav.ts'
import { asVoiceError, VoiceError } from '../../errors.ts'
import { json } from '../../protocols/answer.ts'
import { missingCredential, statusAnswer, unknownCredential, unknownPath } from '../../protocols/inworld-stt/http.ts'
import {
  encodedAs,
  errorLine,
  maxAudioBytes,
  noSuchVoiceWork,
  streamLine,
  ttsError,
  wholeBody,
} from '../../protocols/inworld-tts/answer.ts'
import { InworldTtsCodec } from '../../protocols/inworld-tts/codec.ts'
import { readSynthesize, type SynthesizeCall } from '../../protocols/inworld-tts/request.ts'
import { TimedAudio } from '../../protocols/inworld-tts/timed-audio.ts'
import { Times } from '../../protocols/inworld-tts/times.ts'
import { legacyVoices, voiceBody, voicesPage } from '../../protocols/inworld-tts/voices.ts'
import { SpeakingSession } from '../../session/speaking-session.ts'
import { serveSocket } from '../../transports/websocket.ts'
import { readBody } from '../body.ts'
import { type Env, guarded, type Refuse, respond } from '../guard.ts'
import type { House } from '../house.ts'
import { listVoices } from '../listed-voices.ts'
import { recorded } from '../recording.ts'
import type { SocketWire } from '../socket-wire.ts'
import { type Speech, type SpeechChunk, speech } from '../speech.ts'
import { placed, stoppable, streamed } from '../streamed.ts'

/** The text, and whole paragraphs as context around it. */
const bodyLimitBytes = 1024 * 1024
/** A message of the socket holds a few sentences. */
const messageBytes = 64 * 1024
/** As long as Inworld's own service waits. */
const idleMs = 10 * 60_000
/** Node's timers fire at once beyond this. */
const longestTimerMs = 2 ** 31 - 1

const refuse: Refuse = (error, { credential }) =>
  error.code === 'unauthorized' ? statusAnswer(credential ? unknownCredential : missingCredential) : ttsError(error)

/** The lines of a stream. What fails before the first one is thrown, later it is a line. */
async function* lines(chunks: AsyncIterable<SpeechChunk>, call: SynthesizeCall): AsyncGenerator<string, void> {
  const timed = new TimedAudio(call)
  let begun = false
  try {
    for await (const { bytes, said } of chunks) {
      for (const part of timed.take(bytes, said)) yield streamLine(call, part)
      begun = true
    }
    for (const part of timed.end()) yield streamLine(call, part)
  } catch (error) {
    if (!begun) throw error
    yield errorLine(asVoiceError(error))
  }
}

/** The pieces of an answer that is not a stream. */
async function* whole(chunks: AsyncIterable<SpeechChunk>, call: SynthesizeCall): AsyncGenerator<string, void> {
  const times = call.timestamps === 'none' ? undefined : new Times(call.timestamps, call.everyToken)
  const parts: Uint8Array[] = []
  let length = 0
  for await (const { bytes, said } of chunks) {
    times?.take(said)
    parts.push(bytes)
    length += bytes.length
    if (length > maxAudioBytes)
      throw new VoiceError('too_large', 'The audio is larger than 16 MiB: ask for a stream, or for another encoding.')
  }
  const { encoding, sampleRate } = call
  if (encoding === 'WAV' || encoding === 'LINEAR16') parts.unshift(wavHeader(sampleRate, length))
  yield* wholeBody(call, Buffer.concat(parts), times?.told(true))
}

/** The socket: texts that are spoken while they are written. */
export const speechSocket = (house: House): SocketWire => {
  const { settings, engines } = house
  return {
    name: 'inworld-tts',
    messageBytes: Math.min(messageBytes, settings.limits.messageBytes),
    refuse: (error, known) => refuse(error, { ...known, requestId: '' }),
    open:
      () =>
      async (socket, { sessionId, log, shutdown }) => {
        const record = recorded(new InworldTtsCodec(), { dir: settings.record.dir, sessionId, log })
        const session = new SpeakingSession({
          engines: { voice: (wish) => engines.voice(wish), stallMs: settings.realtime.stallMs },
          cacheDir: settings.cacheDir,
          idleMs,
          log,
        })
        await serveSocket(socket, {
          codec: record.codec,
          session,
          log,
          pingMs: settings.ping.everyMs,
          firstMessageMs: 0,
          lifeMs: Math.min(settings.limits.sessionHours * 3_600_000, longestTimerMs),
          shutdown,
        })
        await record.close()
      },
  }
}

export const inworldTtsRoutes = (app: Hono<Env>, house: House): void => {
  const { engines, log, settings } = house
  const guard = guarded(house, refuse)

  const speakFor = (call: SynthesizeCall, answer: 'whole' | 'stream', signal: AbortSignal): Promise<Speech> => {
    if (call.ignored.length > 0) log.debug({ fields: call.ignored }, 'fields that no voice here can follow')
    const format = encodedAs[call.encoding]
    return speech(
      {
        script: [call.text],
        voice: { voice: call.voiceId, model: call.modelId, language: call.language },
        speed: call.speed,
        instruction: call.instruction,
        expression: call.expression,
        // With its length in the header, which is known when all is said.
        format: format === 'wav' && answer === 'whole' ? 'pcm' : format,
        sampleRate: call.sampleRate,
        bitRate: call.bitRate,
        cut: answer === 'whole' ? 'sentences' : 'clauses',
      },
      { engines, cacheDir: settings.cacheDir, signal, log },
    )
  }

  for (const [path, answer, write] of [
    ['/tts/v1/voice', 'whole', whole],
    ['/tts/v1/voice:stream', 'stream', lines],
  ] as const)
    app.post(path, guard, async (context) => {
      const body = await readBody(context.req.raw, Math.min(bodyLimitBytes, settings.limits.bodyBytes))
      const call = readSynthesize(new TextDecoder().decode(body), answer)
      const { signal, stop } = stoppable(context.req.raw)
      const { engine, chunks } = await speakFor(call, answer, signal)
      const pieces = write(placed(house, context.get('key'), chunks), call)
      const headers = {
        'content-type': 'application/json',
        'x-parley-engine': engine,
        'x-inworld-request-id': context.get('requestId'),
      }
      return new Response(await streamed(pieces, stop), { headers })
    })

  const voices = () => listVoices(engines, settings)
  app.get('/tts/v1/voices', guard, async (context) =>
    respond(json(200, legacyVoices(await voices(), context.req.query('filter') ?? null))),
  )
  app.get('/voices/v1/voices', guard, async (context) =>
    respond(json(200, voicesPage(await voices(), new URL(context.req.url).searchParams))),
  )
  app.post('/voices/v1/voices:clone', guard, () => respond(noSuchVoiceWork('clone')))
  app.post('/voices/v1/voices:design', guard, () => respond(noSuchVoiceWork('design')))
  app.get('/voices/v1/voices/*', guard, async (context) => {
    const id = context.req.path.slice('/voices/v1/voices/'.length)
    const voice = (await voices()).find((listed) => listed.id.toLowerCase() === id.toLowerCase())
    return respond(
      voice ? json(200, voiceBody(voice)) : statusAnswer({ ...unknownPath, message: 'No voice goes by that id.' }),
    )
  })
  app.post('/voices/v1/voices/*', guard, () => respond(noSuchVoiceWork('publish')))
  app.patch('/voices/v1/voices/*', guard, () => respond(noSuchVoiceWork('change')))
  app.delete('/voices/v1/voices/*', guard, () => respond(noSuchVoiceWork('delete')))
}
