/** The official `openai` package in a conversation: `OpenAIRealtimeWS`, with what its user has to do by hand. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { OpenAI } from 'openai'
import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import type { RealtimeClientEvent } from 'openai/resources/realtime/realtime'
import { Kept, type OfficialClient, type OpenOptions } from './official-client.ts'
import { realtimeRate } from './realtime-client.ts'
import type { Received } from './wire-client.ts'

/** The package that is installed, or one in the folder that `PARLEY_TEST_OPENAI_DIR` names: the newest need a newer Node than the oldest of ours. */
const load = async (): Promise<{ OpenAI: typeof OpenAI; OpenAIRealtimeWS: typeof OpenAIRealtimeWS }> => {
  const dir = process.env.PARLEY_TEST_OPENAI_DIR
  if (!dir) return { OpenAI, OpenAIRealtimeWS }
  const read = (file: string) => import(pathToFileURL(join(dir, file)).href)
  return { ...(await read('index.mjs')), ...(await read('realtime/ws.mjs')) }
}

type Address = Pick<OpenOptions, 'socketUrl' | 'ca' | 'key'>

const connect = async ({ socketUrl, ca, key }: Address, kept: Kept): Promise<OpenAIRealtimeWS> => {
  const openai = await load()
  const client = new openai.OpenAI({ apiKey: key, baseURL: `${socketUrl.replace('wss:', 'https:')}/v1` })
  const realtime = new openai.OpenAIRealtimeWS({ model: 'parley/rules', options: { ca } }, client)
  realtime.on('error', (error) => kept.troubles.push(error))
  realtime.on('event', (event) => kept.events.push(event as unknown as Received))
  return realtime
}

/** Says nothing and takes what comes until the server closes. */
export const readOpenai = async (address: Address): Promise<Kept> => {
  const kept = new Kept()
  const { socket } = await connect(address, kept)
  await new Promise((resolve) => socket.once('close', resolve))
  return kept
}

/** Connects over TLS, which is the only way that this client knows. */
export const openOpenai = async (options: OpenOptions): Promise<OfficialClient> => {
  const { instructions, tools = [], format = 'audio/pcm' } = options
  const kept = new Kept()
  const realtime = await connect(options, kept)
  const send = (event: RealtimeClientEvent): void => realtime.send(event)
  const wireFormat = format === 'audio/pcm' ? { type: format, rate: realtimeRate as 24_000 } : { type: format }
  realtime.on('session.created', () =>
    send({
      type: 'session.update',
      session: {
        type: 'realtime',
        ...(instructions !== undefined && { instructions }),
        tools: tools.map(({ name, description, parameters }) => ({ type: 'function', name, description, parameters })),
        audio: {
          input: { format: wireFormat, transcription: { model: 'gpt-4o-mini-transcribe' } },
          output: { format: wireFormat },
        },
      },
    }),
  )

  const captions = new Map<string, { readonly role: string; readonly text: string }>()
  realtime.on('conversation.item.input_audio_transcription.completed', ({ item_id, transcript }) =>
    captions.set(item_id, { role: 'user', text: transcript }),
  )
  realtime.on('response.output_audio_transcript.done', ({ item_id, transcript }) =>
    captions.set(item_id, { role: 'assistant', text: transcript }),
  )
  realtime.on('conversation.item.truncated', ({ item_id }) => send({ type: 'conversation.item.retrieve', item_id }))
  realtime.on('conversation.item.retrieved', ({ item }) => {
    if (item.type !== 'message' || item.role !== 'assistant') return
    captions.set(item.id!, { role: item.role, text: item.content.map(({ transcript }) => transcript).join(' ') })
  })
  realtime.on('response.function_call_arguments.done', ({ call_id, name, arguments: json }) => {
    const output = tools.find((tool) => tool.name === name)!.run(JSON.parse(json))
    send({ type: 'conversation.item.create', item: { type: 'function_call_output', call_id, output } })
    send({ type: 'response.create' })
  })

  /** What is being played: since when, and how long it is. */
  let playing: { readonly itemId: string; readonly since: number; ms: number } | undefined
  realtime.on('response.output_audio.delta', ({ item_id: itemId, response_id, delta }) => {
    const bytes = Buffer.from(delta, 'base64')
    kept.heard(response_id, bytes)
    if (playing?.itemId !== itemId) playing = { itemId, since: Date.now(), ms: 0 }
    playing.ms += bytes.length / (format === 'audio/pcm' ? realtimeRate / 500 : 8)
  })
  realtime.on('input_audio_buffer.speech_started', () => {
    if (!playing) return
    const heardMs = Date.now() - playing.since
    const { itemId, ms } = playing
    playing = undefined
    if (heardMs >= ms) return
    send({ type: 'conversation.item.truncate', item_id: itemId, content_index: 0, audio_end_ms: heardMs })
  })

  await new Promise<void>((resolve, reject) => {
    realtime.socket.once('open', resolve)
    realtime.socket.once('error', reject)
  })
  return {
    events: kept.events,
    troubles: kept.troubles,
    captions: () => [...captions.values()],
    audioOf: (responseId) => kept.audioOf(responseId),
    write: (text) => {
      const content = [{ type: 'input_text' as const, text }]
      send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content } })
      send({ type: 'response.create' })
    },
    sendAudio: (bytes) => send({ type: 'input_audio_buffer.append', audio: Buffer.from(bytes).toString('base64') }),
    close: async () => {
      const closed = new Promise((resolve) => realtime.socket.once('close', resolve))
      realtime.close()
      await closed
    },
  }
}
