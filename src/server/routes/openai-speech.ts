/** OpenAI's speech: `POST /v1/audio/speech`, and the voices as its self-hosted relatives list them. */
import type { Hono } from 'hono'
import { asVoiceError } from '../../errors.ts'
import { json } from '../../protocols/answer.ts'
import { errorEvent, openaiError } from '../../protocols/openai-audio/http.ts'
import {
  readSpeech,
  type SpeechCall,
  speechDelta,
  speechDone,
  speechTypes,
  voicesBody,
} from '../../protocols/openai-audio/speech.ts'
import { readBody } from '../body.ts'
import { type Env, guarded, respond } from '../guard.ts'
import type { House } from '../house.ts'
import { listVoices } from '../listed-voices.ts'
import { type SpeechChunk, speech } from '../speech.ts'
import { placed, stoppable, streamed } from '../streamed.ts'

/** 4,096 characters of any language as JSON escapes, instructions, and room to spare. */
const bodyLimitBytes = 256 * 1024

async function* plain(chunks: AsyncIterable<SpeechChunk>): AsyncGenerator<Uint8Array, void> {
  for await (const { bytes } of chunks) if (bytes.length > 0) yield bytes
}

/** What fails before the first event is thrown, later it is an event. */
async function* events(chunks: AsyncIterable<SpeechChunk>, call: SpeechCall): AsyncGenerator<string, void> {
  let begun = false
  let audioMs = 0
  try {
    for await (const chunk of chunks) {
      audioMs = chunk.audioMs
      if (chunk.bytes.length === 0) continue
      yield speechDelta(chunk.bytes)
      begun = true
    }
    yield speechDone(call, audioMs)
  } catch (error) {
    if (!begun) throw error
    yield errorEvent(asVoiceError(error))
  }
}

export const openaiSpeechRoutes = (app: Hono<Env>, house: House): void => {
  const { engines, log, settings } = house
  const guard = guarded(house, openaiError)

  app.post('/v1/audio/speech', guard, async (context) => {
    const body = await readBody(context.req.raw, Math.min(bodyLimitBytes, settings.limits.bodyBytes))
    const call = readSpeech(new TextDecoder().decode(body))
    const { signal, stop } = stoppable(context.req.raw)
    const { engine, chunks } = await speech(
      {
        script: [call.input],
        voice: { voice: call.voice, model: call.model, language: call.language },
        speed: call.speed,
        instruction: call.instructions,
        format: call.format,
        sampleRate: call.sampleRate,
        cut: 'sentences',
      },
      { engines, cacheDir: settings.cacheDir, signal, log },
    )
    const counted = placed(house, context.get('key'), chunks)
    const type = call.events ? 'text/event-stream' : speechTypes[call.format]
    const headers = { 'content-type': type, 'cache-control': 'no-cache', 'x-parley-engine': engine }
    return new Response(await streamed(call.events ? events(counted, call) : plain(counted), stop), { headers })
  })

  app.get('/v1/audio/voices', guard, async () => respond(json(200, voicesBody(await listVoices(engines, settings)))))
}
