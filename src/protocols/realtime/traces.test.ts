import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { wiredConversation } from '../../../test/support/wired-conversation.ts'
import type { Effect, Outcome, ReplyRequest } from '../../conversation/effects.ts'
import type { Input } from '../../conversation/inputs.ts'
import type { Dialect } from './dialect.ts'

const agents = (await import(
  new URL('../../../node_modules/@openai/agents-realtime/dist/openaiRealtimeEvents.mjs', import.meta.url).href
)) as { realtimeServerEventSchema: z.ZodType }

interface Told {
  readonly type: string
  readonly [key: string]: unknown
}

/** A client and its conversation, with nothing but the wire between them. */
const talk = (dialect: Dialect = 'openai') => {
  const { codec, conversation } = wiredConversation(dialect)
  const requests: ReplyRequest[] = []
  const performed: Effect[] = []
  let told: Told[] = []
  const take = ({ events, effects }: Outcome): void => {
    for (const event of events) told.push(...codec.encode(event).map((message) => JSON.parse(message as string)))
    performed.push(...effects)
    for (const effect of effects) if (effect.type === 'start-reply') requests.push(effect.request)
  }
  take({ events: [{ type: 'session.created', config: conversation.config }], effects: [] })
  return {
    send: (...messages: readonly object[]) => {
      for (const message of messages)
        for (const command of codec.decode(JSON.stringify(message)))
          if (command.type !== 'audio.append') take(conversation.apply(command))
    },
    happen: (...inputs: readonly Input[]) => {
      for (const input of inputs) take(conversation.apply(input))
    },
    /** Id of the reply that was started last. */
    replyId: () => requests.at(-1)!.replyId,
    /** What the session was to do. */
    performed,
    /** What has been told since the last time. */
    told: (): readonly Told[] => {
      const since = told
      told = []
      if (dialect === 'openai')
        // That package passes this one on as it is.
        for (const event of since)
          if (event.type !== 'response.mcp_call.failed')
            expect(agents.realtimeServerEventSchema.safeParse(event)).toMatchObject({ success: true })
      return since
    },
  }
}

const names = (events: readonly Told[]): readonly string[] => events.map(({ type }) => type)
const frame = { samples: new Float32Array(2400), sampleRate: 24_000, startMs: 0 }

const userText = (text: string) => ({
  type: 'conversation.item.create',
  item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
})
const spokenTurn = (utterance: number, startMs: number): readonly Input[] => [
  { type: 'audio.received', endMs: startMs },
  { type: 'speech.started', utterance, startMs, confidence: 0.9 },
  { type: 'audio.received', endMs: startMs + 1500 },
  { type: 'turn.ended', utterance, startMs, endMs: startMs + 1500, silenceMs: 500 },
]
const finalOf = (utterance: number, text: string): Input => ({
  type: 'transcript.final',
  utterance,
  text,
  words: [],
  startMs: 0,
  endMs: 1500,
  silenceMs: 500,
  pass: 'whole',
})
const answer = ['response.output_item.added', 'conversation.item.added', 'response.content_part.added']
const answered = ['response.content_part.done', 'response.output_item.done', 'conversation.item.done', 'response.done']
const audioDone = ['response.output_audio.done', 'response.output_audio_transcript.done']

describe('on the wire', () => {
  it('a text turn goes its way', () => {
    const { send, happen, told, replyId } = talk()
    expect(names(told())).toEqual(['session.created'])
    send(userText('Hi'), { type: 'response.create', response: { output_modalities: ['text'] } })
    happen(
      { type: 'reply.text', replyId: replyId(), delta: 'Hello' },
      { type: 'reply.text', replyId: replyId(), delta: ' there.' },
      { type: 'reply.ended', replyId: replyId(), reason: 'finished' },
    )
    const events = told()
    expect(names(events)).toEqual([
      ...['conversation.item.added', 'conversation.item.done', 'response.created', ...answer],
      ...['response.output_text.delta', 'response.output_text.delta', 'response.output_text.done', ...answered],
    ])
    expect(events.at(-1)).toMatchObject({
      response: { status: 'completed', output: [{ content: [{ type: 'output_text', text: 'Hello there.' }] }] },
    })
  })

  it('a spoken turn goes its way, and the words are told', () => {
    const { send, happen, told, replyId } = talk()
    send({ type: 'session.update', session: { audio: { input: { transcription: { model: 'whisper-1' } } } } })
    expect(names(told())).toEqual(['session.created', 'session.updated'])
    happen(...spokenTurn(0, 1000), finalOf(0, 'what time is it'))
    happen(
      { type: 'reply.text', replyId: replyId(), delta: 'Noon.' },
      { type: 'reply.audio', replyId: replyId(), frame },
      { type: 'reply.ended', replyId: replyId(), reason: 'finished' },
    )
    const events = told()
    expect(names(events)).toEqual([
      ...['input_audio_buffer.speech_started', 'input_audio_buffer.speech_stopped', 'input_audio_buffer.committed'],
      ...['conversation.item.added', 'conversation.item.done'],
      'conversation.item.input_audio_transcription.delta',
      'conversation.item.input_audio_transcription.completed',
      ...['response.created', ...answer, 'response.output_audio_transcript.delta', 'response.output_audio.delta'],
      ...[...audioDone, ...answered],
    ])
    const ids = new Set(events.slice(0, 3).map((event) => event.item_id))
    expect(ids.size).toBe(1)
    expect(events[3]).toMatchObject({
      previous_item_id: null,
      item: { content: [{ type: 'input_audio', transcript: null }] },
    })
  })

  it('a call goes its way, and its result is answered when the client asks', () => {
    const { send, happen, told, replyId } = talk()
    const tools = [{ type: 'function', name: 'weather', parameters: { type: 'object' } }]
    send({ type: 'session.update', session: { tools } }, userText('Weather?'), { type: 'response.create' })
    told()
    happen(
      { type: 'reply.call', replyId: replyId(), callId: 'call_1', name: 'weather', arguments: '{"city":"Pune"}' },
      { type: 'reply.ended', replyId: replyId(), reason: 'finished' },
    )
    const events = told()
    expect(names(events)).toEqual([
      ...['response.output_item.added', 'conversation.item.added'],
      ...['response.function_call_arguments.delta', 'response.function_call_arguments.done'],
      ...['response.output_item.done', 'conversation.item.done', 'response.done'],
    ])
    expect(events.at(-1)).toMatchObject({
      response: {
        output: [{ type: 'function_call', call_id: 'call_1', arguments: '{"city":"Pune"}', status: 'completed' }],
      },
    })
    const result = { type: 'function_call_output', call_id: 'call_1', output: 'sunny' }
    send({ type: 'conversation.item.create', item: result }, { type: 'response.create' })
    expect(names(told())).toEqual(['conversation.item.added', 'conversation.item.done', 'response.created'])
  })

  /** A client whose server of tools has told what it has. */
  const withServer = (require_approval: string) => {
    const client = talk()
    const keys = { authorization: 'secret-token', headers: { 'x-key': 'secret-key' } }
    const tool = { type: 'mcp', server_label: 'shop', server_url: 'https://shop.test/mcp', require_approval }
    client.told()
    client.send({ type: 'session.update', session: { tools: [{ ...tool, ...keys }] } })
    const events = client.told()
    expect(names(events)).toEqual(['session.updated', 'conversation.item.added', 'mcp_list_tools.in_progress'])
    expect(events[0]).toMatchObject({ session: { tools: [tool] } })
    expect(JSON.stringify(events)).not.toContain('secret')
    const list = client.performed.findLast((effect) => effect.type === 'list-tools')!
    expect(list.server.headers).toEqual({ authorization: 'Bearer secret-token', 'x-key': 'secret-key' })
    const order = { name: 'order', description: 'Orders.', parameters: { type: 'object' }, readOnly: false }
    client.happen({ type: 'tools.listed', itemId: list.itemId, tools: [order] })
    const listed = client.told()
    expect(names(listed)).toEqual(['mcp_list_tools.completed', 'conversation.item.done'])
    expect(listed[1]).toMatchObject({
      item: {
        type: 'mcp_list_tools',
        server_label: 'shop',
        tools: [{ name: 'order', input_schema: { type: 'object' } }],
      },
    })
    client.send(userText('A pizza!'), { type: 'response.create' })
    client.told()
    const replyId = client.replyId()
    client.happen(
      { type: 'reply.call', replyId, callId: 'call_1', name: 'order', arguments: '{"topping":"ham"}' },
      { type: 'reply.ended', replyId, reason: 'finished' },
    )
    return client
  }
  const call = { type: 'mcp_call', server_label: 'shop', name: 'order', arguments: '{"topping":"ham"}' }

  it('a call of a server goes its way, and its result is answered without being asked for', () => {
    const { happen, told, performed } = withServer('never')
    const events = told()
    expect(names(events)).toEqual([
      ...['response.output_item.added', 'conversation.item.added'],
      ...['response.mcp_call_arguments.delta', 'response.mcp_call_arguments.done'],
      ...['response.output_item.done', 'response.done', 'response.mcp_call.in_progress'],
    ])
    expect(events[5]).toMatchObject({ response: { output: [{ ...call, output: null }] } })
    const run = performed.findLast((effect) => effect.type === 'run-tool')!
    happen({ type: 'tool.ended', itemId: run.itemId, result: { type: 'output', text: 'Ordered.' } })
    const answered = told()
    expect(names(answered)).toEqual(['response.mcp_call.completed', 'conversation.item.done', 'response.created'])
    expect(answered[0]).toMatchObject({ item_id: run.itemId, output_index: 0 })
    expect(answered[1]).toMatchObject({ item: { ...call, output: 'Ordered.', error: null } })
  })

  it('a call that has to be allowed waits for that, and tells what became of it', () => {
    const { send, happen, told, performed } = withServer('always')
    const events = told()
    expect(names(events)).toEqual([
      ...['response.output_item.added', 'conversation.item.added', 'response.output_item.done'],
      ...['conversation.item.done', 'response.done'],
    ])
    const request = events[3]?.item as { id: string }
    expect(request).toMatchObject({ ...call, type: 'mcp_approval_request' })
    const approval = { type: 'mcp_approval_response', approval_request_id: request.id, approve: true }
    send({ type: 'conversation.item.create', previous_item_id: request.id, item: approval })
    const allowed = told()
    expect(names(allowed)).toEqual([
      ...['conversation.item.added', 'conversation.item.done'],
      ...['conversation.item.added', 'response.mcp_call.in_progress'],
    ])
    expect(allowed[1]).toMatchObject({ item: approval })
    expect(allowed[2]).toMatchObject({ item: { ...call, approval_request_id: request.id } })
    const run = performed.findLast((effect) => effect.type === 'run-tool')!
    const result = { type: 'failed', by: 'http', code: 503, message: 'Closed.' } as const
    happen({ type: 'tool.ended', itemId: run.itemId, result })
    const answered = told()
    expect(names(answered)).toEqual(['response.mcp_call.failed', 'conversation.item.done', 'response.created'])
    expect(answered[1]).toMatchObject({ item: { error: { type: 'http_error', code: 503, message: 'Closed.' } } })
    send({ type: 'conversation.item.create', event_id: 'again', item: approval })
    expect(told()).toMatchObject([{ type: 'error', error: { param: 'item.approval_request_id', event_id: 'again' } }])
  })

  it('a barge-in closes the reply, and the client cuts what was not heard', () => {
    const { send, happen, told, replyId } = talk()
    send(userText('Tell me a story.'), { type: 'response.create' })
    happen(
      { type: 'reply.text', replyId: replyId(), delta: 'Once upon a time' },
      { type: 'reply.audio', replyId: replyId(), frame },
    )
    const item_id = told().findLast((event) => event.type === 'response.output_audio.delta')?.item_id
    happen(...spokenTurn(0, 4000).slice(0, 2))
    const events = told()
    expect(names(events)).toEqual(['input_audio_buffer.speech_started', ...audioDone, ...answered])
    expect(events.at(-1)).toMatchObject({
      response: {
        status: 'cancelled',
        status_details: { type: 'cancelled', reason: 'turn_detected' },
        usage: { total_tokens: expect.any(Number) },
      },
    })
    // Some clients cancel at every onset.
    send({ type: 'response.cancel', event_id: 'c1' })
    expect(told()).toMatchObject([{ type: 'error', error: { code: 'response_cancel_not_active', event_id: 'c1' } }])
    send({ type: 'conversation.item.truncate', item_id, content_index: 0, audio_end_ms: 40 })
    expect(told()).toMatchObject([{ type: 'conversation.item.truncated', item_id, content_index: 0, audio_end_ms: 40 }])
    send({ type: 'conversation.item.retrieve', item_id, event_id: `rci_${item_id}` })
    expect(told()).toMatchObject([{ type: 'conversation.item.retrieved', item: { id: item_id } }])
  })

  it('a reply beside the conversation makes no items', () => {
    const { send, happen, told, replyId } = talk()
    send(userText('Hi'))
    told()
    send({
      type: 'response.create',
      response: { conversation: 'none', output_modalities: ['text'], metadata: { client_event_id: 'x' } },
    })
    happen(
      { type: 'reply.text', replyId: replyId(), delta: 'Topic: greetings' },
      { type: 'reply.ended', replyId: replyId(), reason: 'finished' },
    )
    const events = told()
    expect(names(events).filter((name) => name.startsWith('conversation'))).toEqual([])
    for (const at of [0, -1])
      expect(events.at(at)).toMatchObject({ response: { conversation_id: null, metadata: { client_event_id: 'x' } } })
  })

  it('a failure is a response that has failed, and no error', () => {
    const { send, happen, told, replyId } = talk()
    send(userText('Hi'), { type: 'response.create' })
    told()
    happen({ type: 'reply.failed', replyId: replyId(), code: 'overloaded', message: 'Too many requests.' })
    expect(told()).toMatchObject([
      {
        type: 'response.done',
        response: {
          status: 'failed',
          status_details: { error: { code: 'rate_limit_exceeded', message: 'Too many requests.' } },
          usage: { total_tokens: 0, input_tokens: 0, output_tokens: 0 },
        },
      },
    ])
  })

  it('refusals keep their place, and a refused update changes nothing', () => {
    const { send, told } = talk()
    told()
    send(
      {
        type: 'session.update',
        event_id: 'a',
        session: { instructions: 'new', audio: { input: { turn_detection: { type: 'ear' } } } },
      },
      { type: 'conversation.item.delete', event_id: 'b', item_id: 'nobody' },
      { type: 'session.update', event_id: 'c', session: {} },
    )
    expect(told()).toMatchObject([
      {
        type: 'error',
        error: { event_id: 'a', code: 'invalid_value', param: 'session.audio.input.turn_detection.type' },
      },
      { type: 'error', error: { event_id: 'b', code: 'item_delete_invalid_item_id', param: 'item_id' } },
      { type: 'session.updated', session: { instructions: '' } },
    ])
  })

  it('the result of a tool is answered unasked on Inworld’s path', () => {
    const { send, happen, told, replyId } = talk('inworld')
    send(userText('Weather?'), { type: 'response.create' })
    happen(
      { type: 'reply.call', replyId: replyId(), callId: 'call_1', name: 'weather', arguments: '{}' },
      { type: 'reply.ended', replyId: replyId(), reason: 'finished' },
    )
    told()
    send({
      type: 'conversation.item.create',
      item: { type: 'function_call_output', call_id: 'call_1', output: 'sunny' },
    })
    expect(names(told())).toEqual(['conversation.item.added', 'conversation.item.done', 'response.created'])
  })

  it('the older dialect has its own names for all of it', () => {
    const { send, happen, told, replyId } = talk('beta')
    expect(names(told())).toEqual(['session.created', 'conversation.created'])
    send(userText('Hi'), { type: 'response.create' })
    happen(
      { type: 'reply.text', replyId: replyId(), delta: 'Hello.' },
      { type: 'reply.audio', replyId: replyId(), frame },
      { type: 'reply.ended', replyId: replyId(), reason: 'finished' },
    )
    expect(names(told())).toEqual([
      ...['conversation.item.created', 'response.created', 'response.output_item.added', 'conversation.item.created'],
      ...['response.content_part.added', 'response.audio_transcript.delta', 'response.audio.delta'],
      ...['response.audio.done', 'response.audio_transcript.done', 'response.content_part.done'],
      ...['response.output_item.done', 'response.done'],
    ])
  })
})
