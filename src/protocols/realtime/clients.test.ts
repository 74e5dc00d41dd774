import { OpenAIRealtimeWebSocket, RealtimeAgent, RealtimeSession, tool } from '@openai/agents-realtime'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { merge, type SessionConfig } from '../../conversation/config.ts'
import type { SessionEvent } from '../../conversation/events.ts'
import type { Command } from '../../conversation/inputs.ts'
import { RealtimeCodec } from './codec.ts'
import { initialConfig } from './config.ts'
import type { Dialect } from './dialect.ts'

/** A connection to a session that does whatever updates say. */
const connect = (dialect: Dialect, opening: { model?: string; transcriptionOnly?: boolean } = {}) => {
  const codec = new RealtimeCodec({
    dialect,
    sessionId: 'sess_1',
    conversationId: 'conv_1',
    model: 'usual',
    transcriptionOnly: opening.transcriptionOnly ?? false,
    startedAt: 0,
    expiresAt: 3_600_000,
  })
  let config = initialConfig(dialect, { model: '', ...opening })
  const tell = (event: SessionEvent) => codec.encode(event).map((message) => JSON.parse(message as string))
  tell({ type: 'session.created', config })
  return {
    config: (): SessionConfig => config,
    send: (message: object): Command => {
      const [command, ...more] = codec.decode(JSON.stringify(message))
      expect(more).toEqual([])
      return command!
    },
    /** The session as it is told after an update. */
    update: (message: object) => {
      const [command] = codec.decode(JSON.stringify(message))
      if (command?.type !== 'session.update') throw new Error(`Refused: ${JSON.stringify(command)}`)
      config = merge(config, command.patch)
      const [updated] = tell({ type: 'session.updated', config })
      expect(updated.type).toMatch(/session\.updated$/)
      return updated.session
    },
  }
}

describe('the first messages of', () => {
  it('the agents package', async () => {
    const weather = tool({
      name: 'weather',
      description: 'The weather of a city.',
      parameters: z.object({ city: z.string() }),
      execute: async () => 'sunny',
    })
    const agent = new RealtimeAgent({ name: 'a', instructions: 'Be kind.', tools: [weather] })
    const transport = new OpenAIRealtimeWebSocket()
    const session = new RealtimeSession(agent, { transport, model: 'gpt-realtime' })
    const payload = transport.buildSessionPayload(await session.getInitialSessionConfig())
    const client = connect('openai')
    expect(client.update({ type: 'session.update', session: payload })).toMatchObject({
      // It compares this part with what it set, and acts on it.
      audio: {
        input: {
          transcription: { model: 'gpt-4o-mini-transcribe' },
          turn_detection: { type: 'semantic_vad', interrupt_response: true },
        },
        output: { format: { type: 'audio/pcm', rate: 24_000 } },
      },
      tools: payload.tools,
      model: 'gpt-realtime',
    })
    expect(client.config().tools).toMatchObject([{ name: 'weather', parameters: { required: ['city'] } }])
    expect(client.update({ type: 'session.update', session: { type: 'realtime', tracing: 'auto' } })).toMatchObject({
      tracing: 'auto',
      instructions: 'Be kind.',
    })
  })

  it('LiveKit', () => {
    const client = connect('openai', { model: 'gpt-realtime' })
    client.update({
      type: 'session.update',
      event_id: 'session_update_1',
      session: {
        type: 'realtime',
        model: 'gpt-realtime',
        output_modalities: ['audio'],
        audio: {
          input: {
            format: { type: 'audio/pcm', rate: 24_000 },
            noise_reduction: null,
            transcription: { model: 'gpt-4o-mini-transcribe' },
            turn_detection: {
              type: 'semantic_vad',
              eagerness: 'medium',
              create_response: true,
              interrupt_response: true,
            },
          },
          output: { format: { type: 'audio/pcm', rate: 24_000 }, speed: 1, voice: 'marin' },
        },
        max_output_tokens: 'inf',
        tool_choice: 'auto',
        tracing: null,
      },
    })
    client.update({
      type: 'session.update',
      event_id: 'instructions_update_1',
      session: { type: 'realtime', instructions: 'x' },
    })
    const session = client.update({
      type: 'session.update',
      event_id: 'tools_update_1',
      session: { type: 'realtime', model: 'gpt-realtime', tools: [] },
    })
    expect(session).toMatchObject({ instructions: 'x', audio: { output: { voice: 'marin' } }, tool_choice: 'auto' })
    expect(
      client.send({
        type: 'conversation.item.create',
        event_id: 'chat_ctx_create_1',
        previous_item_id: 'root',
        item: { id: 'item_abc', type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hi' }] },
      }),
    ).toMatchObject({ type: 'item.create', id: 'chat_ctx_create_1', item: { id: 'item_abc' }, afterId: null })
    expect(
      client.send({ type: 'response.create', event_id: 'r1', response: { metadata: { client_event_id: 'r1' } } }),
    ).toMatchObject({ type: 'reply.create', wishes: { metadata: { client_event_id: 'r1' } } })
  })

  it('LiveKit’s recognizer', () => {
    const client = connect('openai', { model: 'gpt-4o-mini-transcribe', transcriptionOnly: true })
    const session = {
      type: 'transcription',
      audio: {
        input: {
          format: { type: 'audio/pcm', rate: 24_000 },
          transcription: { model: 'gpt-4o-mini-transcribe', language: 'en', prompt: '' },
          turn_detection: { type: 'server_vad', threshold: 0.5, prefix_padding_ms: 600, silence_duration_ms: 350 },
        },
      },
    }
    expect(client.update({ type: 'session.update', session })).toMatchObject(session)
    expect(client.config().kind).toBe('transcription')
  })

  it('Mastra', () => {
    const client = connect('openai')
    const session = {
      type: 'realtime',
      instructions: 'x',
      tools: [],
      audio: { input: { transcription: { model: 'whisper-1' } }, output: { voice: 'alloy' } },
    }
    expect(client.update({ type: 'session.update', session })).toMatchObject(session)
    expect(
      client.send({
        type: 'conversation.item.create',
        item: { type: 'message', role: 'user', content: [{ type: 'input_audio', audio: 'AAAA' }] },
      }),
    ).toMatchObject({ type: 'item.create', audio: [Buffer.of(0, 0, 0)] })
    expect(
      client.send({ type: 'response.create', response: { modalities: ['text', 'audio'], instructions: 'Say hi.' } }),
    ).toEqual({
      type: 'reply.create',
      wishes: { modalities: { audio: true, text: false }, instructions: 'Say hi.' },
    })
  })

  it('Pipecat', () => {
    const client = connect('openai')
    const session = client.update({
      event_id: 'b8',
      type: 'session.update',
      session: {
        type: 'realtime',
        instructions: 'x',
        audio: { input: { transcription: { model: 'gpt-4o-transcribe' }, turn_detection: { type: 'semantic_vad' } } },
        tools: [],
        tool_choice: 'auto',
      },
    })
    expect(session).toMatchObject({ type: 'realtime', tool_choice: 'auto' })
    expect(client.send({ event_id: 'rci_1', type: 'conversation.item.retrieve', item_id: '1' })).toEqual({
      type: 'item.retrieve',
      itemId: '1',
      id: 'rci_1',
    })
  })

  it('Pipecat for Inworld', () => {
    const client = connect('inworld')
    const session = client.update({
      type: 'session.update',
      session: {
        type: 'realtime',
        model: 'openai/gpt-4.1-mini',
        output_modalities: ['audio', 'text'],
        audio: {
          input: {
            format: { type: 'audio/pcm', rate: 24_000 },
            transcription: { model: 'inworld/inworld-stt-1' },
            turn_detection: { type: 'semantic_vad', eagerness: 'low', create_response: true, interrupt_response: true },
          },
          output: { format: { type: 'audio/pcm', rate: 24_000 }, voice: 'Clive', model: 'inworld-tts-2' },
        },
        provider_data: { metadata: { sdk: 'pipecat' } },
      },
    })
    expect(session).toMatchObject({
      model: 'openai/gpt-4.1-mini',
      output_modalities: ['audio', 'text'],
      audio: { output: { voice: 'Clive', model: 'inworld-tts-2' } },
      providerData: { metadata: { sdk: 'pipecat' } },
    })
  })

  it('Mastra for Inworld, which leaves the type out', () => {
    const client = connect('inworld')
    expect(
      client.update({ type: 'session.update', session: { instructions: 'x', audio: { output: { voice: 'Ashley' } } } }),
    ).toMatchObject({ type: 'realtime', instructions: 'x', audio: { output: { voice: 'Ashley' } } })
    expect(client.send({ type: 'response.create', response: { voice: 'Sarah' } })).toMatchObject({
      wishes: { voice: 'Sarah' },
    })
    expect(client.send({ type: 'response.cancel', response_id: 'resp_1' })).toEqual({
      type: 'reply.cancel',
      replyId: 'resp_1',
    })
  })

  it('a phone line for Inworld', () => {
    const client = connect('inworld')
    client.update({
      type: 'session.update',
      session: { audio: { input: { format: 'g711_ulaw' }, output: { format: { type: 'audio/pcmu' } } } },
    })
    const phone = { encoding: 'mulaw', sampleRate: 8000 }
    expect(client.config()).toMatchObject({ input: { format: phone }, output: { format: phone } })
  })

  it('an old console', () => {
    const client = connect('beta')
    const session = {
      modalities: ['text', 'audio'],
      instructions: 'x',
      voice: 'verse',
      input_audio_format: 'pcm16',
      output_audio_format: 'pcm16',
      input_audio_transcription: { model: 'whisper-1' },
      turn_detection: null,
      tools: [],
      tool_choice: 'auto',
      temperature: 0.8,
      max_response_output_tokens: 4096,
    }
    expect(client.update({ event_id: 'evt_1', type: 'session.update', session })).toMatchObject({
      ...session,
      modalities: ['audio', 'text'],
    })
    expect(
      client.update({ type: 'session.update', session: { turn_detection: { type: 'server_vad' } } }),
    ).toMatchObject({
      voice: 'verse',
      turn_detection: { type: 'server_vad', threshold: 0.5, silence_duration_ms: 500 },
    })
  })

  it('an old recognizer', () => {
    const client = connect('beta', { transcriptionOnly: true })
    const session = {
      input_audio_format: 'pcm16',
      input_audio_transcription: { model: 'gpt-4o-transcribe', prompt: '', language: 'en' },
      turn_detection: { type: 'server_vad', threshold: 0.4, prefix_padding_ms: 300, silence_duration_ms: 650 },
      input_audio_noise_reduction: { type: 'near_field' },
    }
    expect(client.update({ type: 'transcription_session.update', session })).toMatchObject(session)
  })
})
