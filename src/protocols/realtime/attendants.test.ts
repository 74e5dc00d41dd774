import { describe, expect, it } from 'vitest'
import { wiredConversation } from '../../../test/support/wired-conversation.ts'
import { merge } from '../../conversation/config.ts'
import type { Outcome } from '../../conversation/effects.ts'
import type { SessionEvent } from '../../conversation/events.ts'
import type { Input } from '../../conversation/inputs.ts'
import { backchannelFields, defaultsOf, memoryFields, responsivenessFields } from './attendants.ts'
import { initialConfig, parseSession } from './config.ts'
import type { Dialect } from './dialect.ts'
import { nonsenseIn } from './provider-data.ts'

interface Told {
  readonly type: string
  readonly session?: { readonly providerData?: Record<string, Record<string, unknown>> }
  readonly [key: string]: unknown
}

/** A client and its conversation, with nothing but the wire between them. */
const talk = (dialect: Dialect = 'inworld') => {
  const { codec, conversation } = wiredConversation(dialect)
  const take = ({ events }: Outcome): readonly Told[] =>
    events.flatMap((event: SessionEvent) => codec.encode(event).map((message) => JSON.parse(message as string) as Told))
  take(conversation.opened())
  return {
    conversation,
    /** What is told of `providerData` after a change of it. */
    change: (providerData: unknown): Told => {
      const [command] = codec.decode(JSON.stringify({ type: 'session.update', session: { providerData } }))
      return take(conversation.apply(command as Input)).at(-1)!
    },
    happen: (...inputs: readonly Input[]): readonly Told[] =>
      inputs.flatMap((input) => take(conversation.apply(input))),
  }
}

describe('the branches for attendants', () => {
  it('are off until one is sent, and what is missing in it is as documented', () => {
    const { conversation, change } = talk()
    expect(conversation.config).toMatchObject({ memory: null, backchannel: null, responsiveness: null })
    change({ backchannel: { enabled: true, max_per_turn: 1 }, responsiveness: {}, memory: { enabled: true } })
    expect(conversation.config.backchannel).toEqual({ ...defaultsOf(backchannelFields), enabled: true, maxPerTurn: 1 })
    expect(conversation.config.responsiveness).toEqual(defaultsOf(responsivenessFields))
    expect(conversation.config.memory).toEqual({ ...defaultsOf(memoryFields), enabled: true })
  })

  it('are merged field by field; null takes a field or a branch back', () => {
    const { conversation, change } = talk()
    change({ backchannel: { enabled: true, max_per_turn: 1, allowed_phrases: [' right ', 7, ''] } })
    change({ backchannel: { enabled: false, eval_interval_ms: 100 } })
    expect(conversation.config.backchannel).toMatchObject({
      enabled: false,
      maxPerTurn: 1,
      evalIntervalMs: 100,
      allowedPhrases: ['right'],
    })
    change({ backchannel: { enabled: true, max_per_turn: null } })
    expect(conversation.config.backchannel).toMatchObject({ enabled: true, maxPerTurn: 3, evalIntervalMs: 100 })
    change({ backchannel: null })
    expect(conversation.config.backchannel).toBeNull()
    change({ memory: { enabled: true } })
    change(null)
    expect(conversation.config.memory).toBeNull()
  })

  it('forgive nonsense, and give it back', () => {
    const { conversation, change } = talk()
    const odd = { backchannel: { enabled: 'yes', volume_gain: 'loud', decider_kind: 'x', extra: 1 }, memory: 7 }
    expect(change(odd).session?.providerData).toEqual(odd)
    expect(nonsenseIn(odd)).toEqual([
      'providerData.memory',
      'providerData.backchannel.enabled',
      'providerData.backchannel.decider_kind',
      'providerData.backchannel.volume_gain',
    ])
    expect(conversation.config.backchannel).toEqual(defaultsOf(backchannelFields))
    expect(conversation.config.memory).toBeNull()
    change({ backchannel: { volume_gain: 1e9, max_per_turn: 1.6 } })
    expect(conversation.config.backchannel).toMatchObject({ gain: 4, maxPerTurn: 2 })
  })

  it('have no backchannels for clients that do not know their events', () => {
    const read = (dialect: Dialect) =>
      merge(
        initialConfig(dialect, { model: 'm' }),
        parseSession({ providerData: { backchannel: { enabled: true }, memory: { enabled: true } } }, dialect),
      )
    expect(read('openai')).toMatchObject({ backchannel: null, memory: { enabled: true } })
    expect(read('inworld')).toMatchObject({ backchannel: { enabled: true } })
  })
})

describe('memory on the wire', () => {
  const update = { type: 'memory.updated', facts: ['Likes tea.'], summary: 'Tea.', turns: 0, trim: [] } as const
  const memoryOf = (told: Told | undefined) => told?.session?.providerData?.memory

  it('is told unasked with the whole session, and restores a later one', () => {
    const first = talk()
    first.change({ memory: { enabled: true, turn_interval: 3 }, user_id: 'u' })
    const [told] = first.happen(update)
    expect(told).toMatchObject({ type: 'session.updated', session: { model: 'm', providerData: { user_id: 'u' } } })
    const state = {
      version: 1,
      facts: ['Likes tea.'],
      summary: 'Tea.',
      context_text: 'What is known of the user:\n- Likes tea.\nWhat was said before: Tea.',
      turns_since_gen: 0,
      total_turns: 0,
      items_trimmed: 0,
    }
    expect(memoryOf(told)).toEqual({ enabled: true, turn_interval: 3, state })
    const later = talk()
    expect(memoryOf(later.change({ memory: { enabled: true, state } }))).toEqual({ enabled: true, state })
    expect(memoryOf(later.happen(update)[0])).toMatchObject({ state: { version: 2 } })
  })

  it('is not forgotten when a client sends again what it was told at first', () => {
    const { change, happen } = talk()
    const first = memoryOf(change({ memory: { enabled: true } }))
    expect(first?.state).toMatchObject({ version: 0, facts: [] })
    const [told] = happen(update)
    expect(memoryOf(change({ memory: first }))?.state).toEqual(memoryOf(told)?.state)
    expect(memoryOf(change({ memory: { state: { version: 'x' } } }))?.state).toEqual(memoryOf(told)?.state)
    expect(memoryOf(change({ memory: { state: null } }))?.state).toEqual(first?.state)
  })

  it('takes half a state too', () => {
    const { change } = talk()
    const state = { facts: ['Has a dog.', 5], version: 'x' }
    expect(memoryOf(change({ memory: { enabled: true, state } }))?.state).toMatchObject({
      version: 0,
      facts: ['Has a dog.'],
      context_text: 'What is known of the user:\n- Has a dog.',
    })
  })
})

describe('backchannels on the wire', () => {
  const frame = { samples: new Float32Array(2400), sampleRate: 24_000, startMs: 0 }
  const speech: readonly Input[] = [
    { type: 'audio.received', endMs: 2000 },
    { type: 'speech.started', utterance: 0, startMs: 1000, confidence: 0.9 },
    // On Inworld's path speech counts once it has lasted.
    { type: 'speech.lasted', utterance: 0, speechMs: 1000 },
  ]
  const word = (backchannelId: string): readonly Input[] => [
    { type: 'backchannel.started', backchannelId, phrase: 'right' },
    { type: 'backchannel.audio', backchannelId, frame },
    { type: 'backchannel.ended', backchannelId },
  ]
  const skipped = { type: 'backchannel.skipped', backchannelId: 'bc_2', reason: 'no-phrase' } as const
  const about = (told: readonly Told[]) =>
    told.filter(({ type }) => type.includes('backchannel')).map(({ event_id: _, ...message }) => message)

  it('are three events beside the conversation, in PCM whatever format replies have', () => {
    const { happen, change } = talk()
    change({ backchannel: { enabled: true } })
    expect(about(happen(...speech, ...word('bc_1'), skipped))).toEqual([
      {
        type: 'response.backchannel.audio.delta',
        backchannel_id: 'bc_1',
        delta: Buffer.alloc(4800).toString('base64'),
      },
      { type: 'response.backchannel.audio.done', backchannel_id: 'bc_1', phrase: 'right' },
      { type: 'response.backchannel.skipped', backchannel_id: 'bc_2', reason: 'no_phrase' },
    ])
  })

  it('are only said while the user speaks', () => {
    const { happen, change } = talk()
    change({ backchannel: { enabled: true } })
    const tooLate = { type: 'response.backchannel.skipped', reason: 'turn_ended' }
    expect(about(happen(...word('bc_1')))).toEqual([{ ...tooLate, backchannel_id: 'bc_1' }])
    const ended: Input = { type: 'turn.ended', utterance: 0, startMs: 1000, endMs: 2000, silenceMs: 500 }
    expect(about(happen(...speech, ended, ...word('bc_2')))).toEqual([{ ...tooLate, backchannel_id: 'bc_2' }])
  })

  it('are stopped by who wants silence', () => {
    const { happen, change } = talk()
    change({ backchannel: { enabled: true } })
    const [begun, ...rest] = word('bc_1')
    expect(about(happen(...speech, begun!, { type: 'playback.clear' }, ...rest))).toEqual([
      { type: 'response.backchannel.audio.done', backchannel_id: 'bc_1', phrase: 'right' },
    ])
  })

  it('are never told to clients of the other dialects', () => {
    const { happen } = talk('openai')
    expect(about(happen(...speech, ...word('bc_1'), skipped))).toEqual([])
  })
})
