import { expect, it } from 'vitest'
import { type Dialogue, nothingSaid, take, withNetwork } from './dialogue.ts'
import type { ServerMessage } from './messages.ts'

const after = (...messages: readonly object[]): Dialogue =>
  messages.reduce<Dialogue>((dialogue, message) => take(dialogue, message as ServerMessage), nothingSaid)

const turn = [
  { type: 'input_audio_buffer.speech_started', item_id: 'u1', audio_start_ms: 100 },
  { type: 'input_audio_buffer.speech_stopped', item_id: 'u1', audio_end_ms: 1900 },
  {
    type: 'conversation.item.added',
    item: { id: 'u1', type: 'message', role: 'user', content: [{ type: 'input_audio' }] },
  },
  {
    type: 'conversation.item.input_audio_transcription.completed',
    item_id: 'u1',
    transcript: 'Tell me a story',
    providerData: { voiceProfile: { pitch: [{ label: 'low', confidence: 0.9 }] } },
  },
  { type: 'response.created', response: { id: 'r1' } },
  { type: 'response.output_item.added', response_id: 'r1', item: { id: 'a1', type: 'message', role: 'assistant' } },
  { type: 'response.output_audio_transcript.delta', item_id: 'a1', delta: '[whisper] Once' },
  { type: 'response.output_audio_transcript.delta', item_id: 'a1', delta: ' upon a time' },
  {
    type: 'response.output_audio.delta',
    response_id: 'r1',
    item_id: 'a1',
    delta: 'AAAA',
    timestampInfo: { wordAlignment: { words: ['Once'], wordStartTimeSeconds: [0.1], wordEndTimeSeconds: [0.4] } },
  },
]
const done = {
  type: 'response.done',
  response: { id: 'r1', status: 'completed', status_details: null, output: [] },
  providerData: { timing: { gate_ms: 400, recognizer_ms: 80, decision_ms: 1, model_ms: 30, voice_ms: 60 } },
}

it('puts a spoken turn and its answer together, with the times of its words', () => {
  const { entries, profile, state } = after(...turn)
  expect(entries).toMatchObject([
    { type: 'user', text: 'Tell me a story', state: 'done', written: false },
    { type: 'reply', text: '[whisper] Once upon a time', state: 'running', words: [{ startMs: 100, endMs: 400 }] },
  ])
  expect(profile).toEqual({ pitch: [{ label: 'low', confidence: 0.9 }] })
  expect(state).toBe('speaking')
})

it('notes where the time of a turn went, and the network’s share when this page has measured it', () => {
  const dialogue = after(...turn, done)
  expect(withNetwork(dialogue, 'r1', 35).turns).toEqual([
    { replyId: 'r1', gate: 400, recognizer: 80, decision: 1, model: 30, voice: 60, network: 35 },
  ])
  expect(dialogue.state).toBe('waiting')
})

it('a reply that is truncated was cut off there, whether it had been told to its end or not', () => {
  const cut = { type: 'conversation.item.truncated', item_id: 'a1', audio_end_ms: 250 }
  const cancelled = { ...done, response: { ...done.response, status: 'cancelled' } }
  for (const messages of [
    [done, cut],
    [cut, cancelled],
    [cancelled, cut],
  ])
    expect(after(...turn, ...messages).entries[1]).toMatchObject({ state: 'stopped', heardMs: 250 })
})

it('shows a tool’s call with its result', () => {
  const { entries } = after(
    {
      type: 'response.output_item.added',
      response_id: 'r1',
      item: { id: 'c1', type: 'function_call', call_id: 'call_1', name: 'clock' },
    },
    { type: 'response.function_call_arguments.done', item_id: 'c1', call_id: 'call_1', arguments: '{}' },
    {
      type: 'conversation.item.added',
      item: { id: 'o1', type: 'function_call_output', call_id: 'call_1', output: '{"time":"9"}' },
    },
  )
  expect(entries).toEqual([
    { type: 'call', id: 'c1', callId: 'call_1', name: 'clock', arguments: '{}', output: '{"time":"9"}' },
  ])
})
