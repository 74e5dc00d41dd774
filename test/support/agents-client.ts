/** `@openai/agents-realtime` in a conversation: a `RealtimeSession` over its WebSocket transport, settings as they come. */
import { OpenAIRealtimeWebSocket, RealtimeAgent, RealtimeSession, tool } from '@openai/agents-realtime'
import { Kept, type OfficialClient, type OpenOptions } from './official-client.ts'
import type { Received } from './wire-client.ts'

/** Keeps every event; one that the client drops unread, because its schemas refuse it, is a trouble. */
const watch = (transport: OpenAIRealtimeWebSocket, kept: Kept): void => {
  const types = new Set<string>()
  let last = { understood: false }
  const understand = (): void => {
    last.understood = true
  }
  // Each event is told as `*` first and then, at once, by its type, if it was understood.
  transport.on('*', (event) => {
    const one = { understood: false }
    last = one
    kept.events.push(event as Received)
    if (!types.has(event.type)) transport.on(event.type as 'session.updated', understand)
    types.add(event.type)
    queueMicrotask(() => {
      if (!one.understood) kept.troubles.push({ refused: event })
    })
  })
  transport.on('error', (error) => kept.troubles.push(error))
}

/** Takes what comes until the server closes. */
export const readAgents = async ({ socketUrl, key }: Pick<OpenOptions, 'socketUrl' | 'key'>): Promise<Kept> => {
  const kept = new Kept()
  const transport = new OpenAIRealtimeWebSocket({ url: `${socketUrl}/v1/realtime` })
  watch(transport, kept)
  const closed = new Promise<void>((resolve) =>
    transport.on('connection_change', (status) => status === 'disconnected' && resolve()),
  )
  await transport.connect({ apiKey: key })
  await closed
  return kept
}

/** Connects by plain `ws:`, or whatever the address says. */
export const openAgents = async (options: OpenOptions): Promise<OfficialClient> => {
  const { socketUrl, key, instructions = 'Be brief.', tools = [], format } = options
  const kept = new Kept()
  const transport = new OpenAIRealtimeWebSocket({ url: `${socketUrl}/v1/realtime?model=parley/rules` })
  watch(transport, kept)
  const agent = new RealtimeAgent({
    name: 'Parley',
    instructions,
    tools: tools.map(({ name, description, parameters, run }) =>
      tool({ name, description, parameters, strict: true, execute: async (input) => run(input) }),
    ),
  })
  const session = new RealtimeSession(agent, {
    transport,
    model: 'parley/rules',
    tracingDisabled: true,
    ...(format && {
      config: {
        audio: {
          input: { format: { type: format, rate: 24_000 } },
          output: { format: { type: format, rate: 24_000 } },
        },
      },
    }),
  })
  session.on('error', ({ error }) => kept.troubles.push(error))
  session.on('audio', ({ data, responseId }) => kept.heard(responseId, new Uint8Array(data)))
  await session.connect({ apiKey: key })
  return {
    events: kept.events,
    troubles: kept.troubles,
    captions: () =>
      session.history.flatMap((item) =>
        item.type === 'message'
          ? [
              {
                role: item.role,
                text: item.content
                  .map((part) => ('text' in part ? part.text : 'transcript' in part ? (part.transcript ?? '') : ''))
                  .join(' '),
              },
            ]
          : [],
      ),
    audioOf: (responseId) => kept.audioOf(responseId),
    write: (text) => session.sendMessage(text),
    sendAudio: (bytes) => session.sendAudio(bytes.slice().buffer),
    close: async () => {
      const { websocket } = transport.connectionState
      const closed = new Promise((resolve) => websocket?.addEventListener('close', resolve))
      session.close()
      await closed
    },
  }
}
