import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Message, Said } from './check.ts'
import type { CheckedWire } from './run.ts'
import { checkedWires, wireNamed } from './wires.ts'

const folder = new URL('../../test/wire/', import.meta.url)

const parsed = (text: string): Message => {
  try {
    return JSON.parse(text) as Message
  } catch {
    return { binary: text.length }
  }
}

/** A recorded exchange, both sides. */
const recorded = (wire: string, name: string): readonly Said[] =>
  readFileSync(new URL(`${wire}/${name}`, folder), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { readonly '>'?: string; readonly '<'?: string })
    .flatMap(({ '>': client, '<': server }): readonly Said[] => {
      if (typeof client === 'string') return [{ from: 'client', message: parsed(client) }]
      return typeof server === 'string' ? [{ from: 'server', message: parsed(server) }] : []
    })

const brokenBy = ({ invariants }: CheckedWire, exchange: readonly Said[]): readonly string[] =>
  invariants.filter(({ look }) => look(exchange)).map(({ id }) => id)

const folders = { realtime: 'openai-realtime', 'inworld-stt': 'inworld-stt', vachana: 'vachana-stt' } as const
const recordings = Object.entries(folders).flatMap(([wire, name]) =>
  readdirSync(new URL(wire, folder))
    .filter((file) => file.endsWith('.jsonl'))
    .map((file) => [wire, file, name] as const),
)

it.each(recordings)('%s/%s keeps every rule of its wire', (wire, file, name) => {
  const exchange = recorded(wire, file)
  expect(exchange).not.toEqual([])
  for (const { id, look } of wireNamed(name)!.invariants) expect(look(exchange), id).toBeUndefined()
})

type Change = (message: Message) => readonly Message[]

/** What the server says is given to `change`, once the message of that type comes for the `nth` time. */
const changed = (exchange: readonly Said[], type: string, change: Change, nth = 0): readonly Said[] => {
  let seen = -1
  return exchange.flatMap((said) => {
    const { from, message } = said
    const kinds = [message.type, ...Object.keys((message.result as object | undefined) ?? {})]
    if (from !== 'server' || !kinds.includes(type)) return [said]
    seen += 1
    return seen === nth ? change(message).map((one) => ({ from, message: one })) : [said]
  })
}
const without: Change = () => []
const twice: Change = (message) => [message, message]
const having =
  (fields: object): Change =>
  (message) => [{ ...message, ...fields }]

describe('a rule of the Realtime wire is broken by', () => {
  const wire = wireNamed('openai-realtime')!
  const spoken = recorded('realtime', 'openai-spoken-turn.jsonl')
  const tool = recorded('realtime', 'openai-tool-call.jsonl')
  it.each<[string, string, readonly Said[]]>([
    ['frames', 'a binary frame', changed(spoken, 'session.created', () => [{ binary: 7 }])],
    [
      'known-events',
      'an event of its own',
      changed(spoken, 'response.created', (event) => [event, { type: 'response.cancelled', event_id: 'e' }]),
    ],
    ['event-ids', 'a message that comes twice', changed(spoken, 'input_audio_buffer.committed', twice)],
    [
      'event-fields',
      'a missing field',
      changed(spoken, 'input_audio_buffer.speech_started', having({ audio_start_ms: null })),
    ],
    [
      'event-fields',
      'a part under its name in items',
      changed(spoken, 'response.content_part.added', having({ part: { type: 'output_audio' } })),
    ],
    ['order-replies', 'a reply without a beginning', changed(spoken, 'response.created', without)],
    [
      'order-replies',
      'a delta after the end',
      changed(spoken, 'response.done', (done) => [
        done,
        { ...done, type: 'response.output_audio.delta', response_id: (done.response as Message).id },
      ]),
    ],
    [
      'order-one-reply',
      'a second reply at a time',
      changed(spoken, 'response.created', (event) => [
        event,
        { ...event, response: { ...(event.response as Message), id: 'resp_other' } },
      ]),
    ],
    ['order-nesting', 'an item without an end', changed(spoken, 'response.output_item.done', without)],
    ['order-nesting', 'a part without an end', changed(spoken, 'response.content_part.done', without)],
    [
      'order-indexes',
      'an index that begins at 1',
      changed(spoken, 'response.output_item.added', having({ output_index: 1 })),
    ],
    ['order-deltas', 'a caption that is lost', changed(spoken, 'response.output_audio_transcript.delta', without)],
    ['order-deltas', 'arguments that are lost', changed(tool, 'response.function_call_arguments.delta', without)],
    [
      'order-commit',
      'a commit of another item',
      changed(spoken, 'input_audio_buffer.committed', having({ item_id: 'item_other' })),
    ],
    [
      'order-items',
      'an item before which none stands',
      changed(spoken, 'conversation.item.added', having({ previous_item_id: null }), 1),
    ],
    [
      'order-items',
      'an item behind one that is not there',
      changed(spoken, 'conversation.item.added', having({ previous_item_id: 'item_other' }), 1),
    ],
    [
      'order-audio',
      'audio within an item',
      changed(
        spoken,
        'conversation.item.done',
        having({ item: { id: 'item_x', content: [{ type: 'output_audio', audio: 'AAAA' }] } }),
      ),
    ],
    [
      'order-transcripts',
      'words that come twice',
      changed(tool, 'conversation.item.input_audio_transcription.completed', twice),
    ],
  ])('%s: %s', (id, _, exchange) => {
    expect(brokenBy(wire, exchange)).toContain(id)
  })
})

describe('a rule of the speech-to-text wires is broken by', () => {
  const turns = recorded('inworld-stt', 'automatic-turns.jsonl')
  const segments = recorded('vachana', 'segments.jsonl')
  it.each<[string, string, string, readonly Said[]]>([
    [
      'inworld-stt',
      'messages',
      'two results at once',
      changed(turns, 'speechStarted', ({ result }) => [{ result: { ...(result as object), usage: {} } }]),
    ],
    [
      'inworld-stt',
      'no-null',
      'a null beside a transcript',
      changed(turns, 'transcription', ({ result }) => [{ result: { ...(result as object), speechStarted: null } }]),
    ],
    [
      'inworld-stt',
      'no-error-names',
      'a message in a result',
      changed(turns, 'transcription', ({ result }) => [{ result: { ...(result as object), message: 'fine' } }]),
    ],
    ['inworld-stt', 'turn-order', 'speech that stops before it starts', changed(turns, 'speechStarted', without)],
    ['inworld-stt', 'turn-finals', 'speech that starts twice', changed(turns, 'speechStarted', twice)],
    ['inworld-stt', 'last-usage', 'a message after usage', changed(turns, 'usage', twice)],
    [
      'inworld-stt',
      'word-order',
      'words that are mixed up',
      changed(turns, 'transcription', () => [
        {
          result: {
            transcription: {
              transcript: 'b a',
              isFinal: true,
              wordTimestamps: [
                { word: 'b', startTimeMs: 9 },
                { word: 'a', startTimeMs: 1 },
              ],
            },
          },
        },
      ]),
    ],
    [
      'vachana-stt',
      'known-events',
      'a heartbeat',
      changed(segments, 'processing', (event) => [event, { type: 'heartbeat' }]),
    ],
    [
      'vachana-stt',
      'event-fields',
      'an index that is a number',
      changed(segments, 'transcript', having({ segment_index: 0 })),
    ],
    ['vachana-stt', 'connected-once', 'no connected', changed(segments, 'connected', without)],
    [
      'vachana-stt',
      'one-family',
      'both names for speech',
      changed(segments, 'speech_end', (event) => [event, { ...event, type: 'vad_end' }]),
    ],
    ['vachana-stt', 'processing-pairs', 'a transcript without processing', changed(segments, 'processing', without)],
  ])('%s, %s: %s', (wire, id, _, exchange) => {
    expect(brokenBy(wireNamed(wire)!, exchange)).toContain(id)
  })
})

it('the ids of a wire are told apart', () => {
  for (const { checks, invariants } of checkedWires) {
    const ids = [...checks, ...invariants].map(({ id }) => id)
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
  }
})
