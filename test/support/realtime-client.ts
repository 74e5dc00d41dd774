/** A scripted Realtime client: what a program of a few lines would do over a real socket. */
import type { ClientOptions } from 'ws'
import { pcm16ToSamples, samplesToPcm16 } from '../../src/audio/pcm.ts'
import { Resampler } from '../../src/audio/resample.ts'
import { clip, readClip } from './clips.ts'
import { testKey } from './server.ts'
import { openClient, type Received, type WireClient } from './wire-client.ts'

/** Hz of audio in both directions unless a session says otherwise. */
export const realtimeRate = 24_000

export interface RealtimeClient extends WireClient {
  /** The first event of this type, from `after` (an index into `received`) on. */
  next(type: string, after?: number): Promise<Received>
  /** Sends audio, 16-bit PCM, as fast as it is taken or at the pace of speech. */
  speak(pcm: Uint8Array, options?: { readonly paced?: boolean; readonly frameMs?: number }): Promise<void>
  /** A change of the session, once it has been answered. */
  configure(session: object): Promise<Received>
  /** What the user writes, then a wish for an answer; gives `response.done`. */
  ask(text: string, response?: object): Promise<Received>
  /** Types received so far, without those that may come at any time. */
  types(after?: number): readonly string[]
  /** All audio of one response, as samples. */
  audioOf(responseId: string): Float32Array
}

/** Connects with the key of test servers and waits for nothing. */
export const openRealtime = async (
  socketUrl: string,
  {
    path = '/v1/realtime?model=parley/rules',
    headers = { authorization: `Bearer ${testKey}` },
    ...options
  }: {
    readonly path?: string
    readonly headers?: Record<string, string>
    readonly subprotocols?: readonly string[]
    readonly socket?: ClientOptions
  } = {},
): Promise<RealtimeClient> => {
  const client = await openClient(`${socketUrl}${path}`, { headers, ...options })
  const { received } = client
  const next = async (type: string, after = 0): Promise<Received> =>
    client.until((event) => event.type === type && received.indexOf(event) >= after)
  return Object.assign(client, {
    next,
    async speak(pcm: Uint8Array, { paced = false, frameMs = 100 } = {}) {
      const step = (realtimeRate * 2 * frameMs) / 1000
      for (let at = 0; at < pcm.length; at += step) {
        const audio = Buffer.from(pcm.subarray(at, at + step)).toString('base64')
        client.send({ type: 'input_audio_buffer.append', audio })
        if (paced) await new Promise((resolve) => setTimeout(resolve, frameMs))
      }
    },
    async configure(session: object) {
      const after = received.length
      client.send({ type: 'session.update', session: { type: 'realtime', ...session } })
      return next('session.updated', after)
    },
    async ask(text: string, response?: object) {
      const after = received.length
      const item = { type: 'message', role: 'user', content: [{ type: 'input_text', text }] }
      client.send({ type: 'conversation.item.create', item })
      client.send({ type: 'response.create', ...(response && { response }) })
      return next('response.done', after)
    },
    types: (after = 0) =>
      received
        .slice(after)
        .map(({ type }) => String(type))
        .filter((type) => type !== 'rate_limits.updated'),
    audioOf(responseId: string) {
      const chunks = received
        .filter(({ type, response_id }) => type === 'response.output_audio.delta' && response_id === responseId)
        .map(({ delta }) => Buffer.from(String(delta), 'base64'))
      return pcm16ToSamples(new Uint8Array(Buffer.concat(chunks)))
    },
  })
}

/** A recorded clip at the rate of the wire, with this much silence behind it. */
export const spokenClip = async (name: string, silenceMs = 1000, sampleRate = realtimeRate): Promise<Uint8Array> => {
  const frame = await readClip(clip(name))
  const resampler = new Resampler(frame.sampleRate, sampleRate)
  const parts = [resampler.push(frame.samples), resampler.flush(), new Float32Array((sampleRate * silenceMs) / 1000)]
  return samplesToPcm16(Float32Array.from(parts.flatMap((part) => [...part])))
}
