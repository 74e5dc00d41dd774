/** What has been said, put together from the messages of the Realtime wire. Pure. */
import { withoutTags } from '../speech/steering.ts'
import { placeWords, type SpokenWord, type TimestampInfo } from '../speech/word-times.ts'
import type { ServerMessage, WireItem, WireProfile } from './messages.ts'

export interface UserEntry {
  readonly type: 'user'
  readonly id: string
  readonly text: string
  readonly state: 'speaking' | 'hearing' | 'done' | 'lost'
  readonly written: boolean
}

export interface ReplyEntry {
  readonly type: 'reply'
  readonly id: string
  readonly replyId: string
  /** With the tags that tell how to say it. */
  readonly text: string
  readonly times: readonly TimestampInfo[]
  readonly words: readonly SpokenWord[]
  readonly state: 'running' | 'done' | 'stopped' | 'failed'
  /** It was cut off here. */
  readonly heardMs?: number
  readonly problem?: string
}

export interface CallEntry {
  readonly type: 'call'
  readonly id: string
  readonly callId: string
  readonly name: string
  readonly arguments: string
  readonly output?: string
}

export type Entry = UserEntry | ReplyEntry | CallEntry

/** Where the time until an answer went, in milliseconds. */
export interface TurnTiming {
  readonly replyId: string
  readonly gate: number
  readonly recognizer: number
  readonly decision: number
  readonly model: number
  readonly voice: number
  /** Measured by this page. */
  readonly network?: number
}

/** Everything so far. */
export interface Dialogue {
  readonly entries: readonly Entry[]
  readonly turns: readonly TurnTiming[]
  readonly profile?: WireProfile
  /** What the server does now. */
  readonly state: 'waiting' | 'hearing' | 'thinking' | 'speaking'
  /** The server plays a reply; told where it does the playing. */
  readonly playing: boolean
  readonly problem?: string
}

export const nothingSaid: Dialogue = { entries: [], turns: [], state: 'waiting', playing: false }

const changed = <T extends Entry['type']>(
  dialogue: Dialogue,
  type: T,
  id: string,
  change: (entry: Extract<Entry, { type: T }>) => Partial<Extract<Entry, { type: T }>>,
): Dialogue => ({
  ...dialogue,
  entries: dialogue.entries.map((entry) =>
    entry.type === type && entry.id === id ? { ...entry, ...change(entry as Extract<Entry, { type: T }>) } : entry,
  ),
})

const withEntry = (dialogue: Dialogue, entry: Entry): Dialogue =>
  dialogue.entries.some(({ id }) => id === entry.id) ? dialogue : { ...dialogue, entries: [...dialogue.entries, entry] }

const textOf = ({ content = [] }: WireItem): string =>
  content.map(({ text, transcript }) => text ?? transcript ?? '').join(' ')

/** An item that the conversation has taken up. Replies are told by their own events. */
const added = (dialogue: Dialogue, item: WireItem): Dialogue => {
  if (item.type === 'function_call_output') {
    const entries = dialogue.entries.map((entry) =>
      entry.type === 'call' && entry.callId === item.call_id ? { ...entry, output: item.output ?? '' } : entry,
    )
    return { ...dialogue, entries }
  }
  if (item.type !== 'message' || item.role !== 'user') return dialogue
  const written = item.content?.some(({ type }) => type === 'input_text') ?? false
  return withEntry(dialogue, {
    type: 'user',
    id: item.id,
    text: textOf(item),
    state: written ? 'done' : 'hearing',
    written,
  })
}

const replied = (dialogue: Dialogue, replyId: string, item: WireItem): Dialogue => {
  if (item.type === 'message')
    return withEntry(dialogue, {
      type: 'reply',
      id: item.id,
      replyId,
      text: '',
      times: [],
      words: [],
      state: 'running',
    })
  if (item.type !== 'function_call') return dialogue
  const { id, call_id: callId = '', name = '' } = item
  return withEntry(dialogue, { type: 'call', id, callId, name, arguments: '' })
}

const timed = (dialogue: Dialogue, id: string, info: TimestampInfo): Dialogue =>
  changed(dialogue, 'reply', id, ({ text, times }) => {
    const all = [...times, info]
    return { times: all, words: placeWords(withoutTags(text), all) }
  })

const written = (dialogue: Dialogue, id: string, delta: string): Dialogue =>
  changed(dialogue, 'reply', id, ({ text, times }) => ({
    text: text + delta,
    words: placeWords(withoutTags(text + delta), times),
  }))

const finished = (
  dialogue: Dialogue,
  { response, providerData }: Extract<ServerMessage, { type: 'response.done' }>,
): Dialogue => {
  const { id, status, status_details: details } = response
  const state = status === 'completed' ? 'done' : status === 'failed' ? 'failed' : 'stopped'
  const problem = details?.error?.message
  const timing = providerData?.timing
  return {
    ...dialogue,
    state: dialogue.state === 'hearing' ? 'hearing' : 'waiting',
    entries: dialogue.entries.map((entry) =>
      entry.type === 'reply' && entry.replyId === id && entry.state === 'running'
        ? { ...entry, state, ...(problem && { problem }) }
        : entry,
    ),
    turns: timing
      ? [
          ...dialogue.turns,
          {
            replyId: id,
            gate: timing.gate_ms,
            recognizer: timing.recognizer_ms,
            decision: timing.decision_ms,
            model: timing.model_ms,
            voice: timing.voice_ms,
          },
        ]
      : dialogue.turns,
    ...(state === 'failed' && problem && { problem }),
  }
}

/** What is known after one more message. What is not looked at changes nothing. */
export const take = (dialogue: Dialogue, message: ServerMessage): Dialogue => {
  switch (message.type) {
    case 'input_audio_buffer.speech_started':
      return {
        ...withEntry(dialogue, { type: 'user', id: message.item_id, text: '', state: 'speaking', written: false }),
        state: 'hearing',
      }
    case 'input_audio_buffer.speech_stopped':
      return {
        ...changed(dialogue, 'user', message.item_id, () => ({ state: 'hearing' as const })),
        state: 'thinking',
      }
    case 'conversation.item.added':
      return added(dialogue, message.item)
    case 'conversation.item.input_audio_transcription.completed': {
      const profile = message.providerData?.voiceProfile
      const text = message.transcript
      const heard = changed(dialogue, 'user', message.item_id, () => ({ text, state: 'done' as const }))
      return { ...heard, ...(profile && { profile }) }
    }
    case 'conversation.item.input_audio_transcription.failed':
      return changed(dialogue, 'user', message.item_id, () => ({ state: 'lost' as const }))
    case 'conversation.item.truncated':
      return changed(dialogue, 'reply', message.item_id, () => ({
        state: 'stopped' as const,
        heardMs: message.audio_end_ms,
      }))
    case 'response.created': {
      // What went wrong before is over.
      const { problem: _, ...rest } = dialogue
      return { ...rest, state: 'thinking' }
    }
    case 'response.output_item.added':
      return replied(dialogue, message.response_id, message.item)
    case 'response.output_audio_transcript.delta':
    case 'response.output_text.delta':
      return { ...written(dialogue, message.item_id, message.delta), state: 'speaking' }
    case 'response.output_audio.delta':
    case 'response.output_audio.done':
      return message.timestampInfo ? timed(dialogue, message.item_id, message.timestampInfo) : dialogue
    case 'response.function_call_arguments.done':
      return changed(dialogue, 'call', message.item_id, () => ({ arguments: message.arguments }))
    case 'response.done':
      return finished(dialogue, message)
    case 'output_audio_buffer.started':
      return { ...dialogue, playing: true }
    case 'output_audio_buffer.stopped':
    case 'output_audio_buffer.cleared':
      return { ...dialogue, playing: false }
    case 'error':
      // A reply that ended while it was being stopped.
      if (message.error.code === 'response_cancel_not_active') return dialogue
      return { ...dialogue, problem: message.error.message }
    default:
      return dialogue
  }
}

/** The network's share of a turn, once it is known. */
export const withNetwork = (dialogue: Dialogue, replyId: string, network: number): Dialogue => ({
  ...dialogue,
  turns: dialogue.turns.map((turn) => (turn.replyId === replyId ? { ...turn, network } : turn)),
})
