/** What must hold in every conversation, whatever comes in and in which order. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drive } from '../../test/support/conversation.ts'
import type { Input, SessionEvent } from './events.ts'

type Talk = ReturnType<typeof drive>

/** A step takes what the conversation is at and makes an input of it; undefined: nothing to do. */
type Step = (talk: Talk, world: World) => Input | undefined

/** What listener, replies and client are at, so that random steps are mostly sensible ones. */
interface World {
  utterance: number
  speaking: number | undefined
  pendingFinals: number[]
  pendingMarks: number[]
  receivedMs: number
  calls: number
}

const running = (talk: Talk, pick: number): string | undefined => {
  const finished = new Set(talk.events.flatMap((event) => (event.type === 'reply.finished' ? [event.reply.id] : [])))
  const ids = talk.requests().map(({ replyId }) => replyId)
  // Stale replies too: what they say must be passed over.
  const wanted = pick % 4 === 0 ? ids : ids.filter((id) => !finished.has(id))
  return wanted[pick % Math.max(1, wanted.length)]
}

const itemId = (talk: Talk, pick: number): string => {
  const { items } = talk.conversation
  return items[pick % Math.max(1, items.length)]?.id ?? 'nobody'
}

const progress =
  (make: (replyId: string, world: World) => Input) =>
  (pick: number): Step =>
  (talk, world) => {
    const replyId = running(talk, pick)
    return replyId === undefined ? undefined : make(replyId, world)
  }

const frame = { samples: new Float32Array(2400), sampleRate: 24_000, startMs: 0 }
const words = ['so', 'it', 'goes ', ' on, ', 'and on.']

const steps: readonly ((pick: number) => Step)[] = [
  () => (_, world) => {
    world.receivedMs += 100
    return { type: 'audio.received', endMs: world.receivedMs }
  },
  () => (_, world) => {
    if (world.speaking !== undefined) return undefined
    world.speaking = world.utterance
    world.utterance += 1
    return { type: 'speech.started', utterance: world.speaking, startMs: world.receivedMs, confidence: 0.9 }
  },
  (pick) => (_, world) => {
    const utterance = world.speaking
    const text = pick % 3 === 0 ? 'Some words.' : 'some'
    return utterance === undefined ? undefined : { type: 'transcript.partial', utterance, text, stable: 0, words: [] }
  },
  (pick) => (_, world) => {
    const utterance = world.speaking
    if (utterance === undefined) return undefined
    if (pick % 4 === 0) return { type: 'turn.unlikely', utterance }
    return { type: 'turn.likely', utterance, likelihood: 0.8, silenceMs: 200, audioMs: 900 }
  },
  () => (_, world) => {
    const utterance = world.speaking
    if (utterance === undefined) return undefined
    world.speaking = undefined
    world.pendingFinals.push(utterance)
    return { type: 'turn.ended', utterance, startMs: world.receivedMs - 500, endMs: world.receivedMs, silenceMs: 300 }
  },
  (pick) => (_, world) => {
    const utterance = world.pendingFinals.shift()
    if (utterance === undefined) return undefined
    const text = pick % 3 === 0 ? '' : 'some words'
    return { type: 'transcript.final', utterance, text, words: [], startMs: 0, endMs: 1, silenceMs: 300, pass: 'whole' }
  },
  () => (_, world) => {
    const mark = world.pendingMarks.shift()
    return mark === undefined ? undefined : { type: 'marked', mark }
  },
  () => () => ({ type: 'audio.commit', id: 'commit' }),
  () => () => ({ type: 'audio.clear', id: 'clear' }),
  () => () => ({ type: 'idle.elapsed' }),
  (pick) => () =>
    pick % 8 === 0 ? { type: 'listening.failed', code: 'server_error', message: 'It broke.' } : undefined,
  () => () => ({
    type: 'item.create',
    item: { id: '', status: 'completed', type: 'message', role: 'user', parts: [{ type: 'text', text: 'hello' }] },
  }),
  (pick) => (talk) => ({
    type: 'item.create',
    id: 'create',
    item: { id: '', status: 'completed', type: 'message', role: 'user', parts: [{ type: 'text', text: 'before' }] },
    afterId: pick % 3 === 0 ? null : itemId(talk, pick),
  }),
  (pick) => (_, world) => ({
    type: 'item.create',
    id: 'output',
    item: {
      id: '',
      status: 'completed',
      type: 'call-output',
      callId: `call${pick % Math.max(1, world.calls)}`,
      output: 'done',
    },
  }),
  (pick) => (talk) => ({ type: 'item.delete', id: 'delete', itemId: itemId(talk, pick) }),
  (pick) => (talk) => ({ type: 'item.retrieve', id: 'retrieve', itemId: itemId(talk, pick) }),
  (pick) => (talk) => ({
    type: 'item.truncate',
    id: 'truncate',
    itemId: itemId(talk, pick),
    partIndex: 0,
    heardMs: pick * 37,
  }),
  (pick) => (talk) => {
    const last = talk.conversation.items.at(-1)
    return last
      ? { type: 'item.truncate', id: 'truncate', itemId: last.id, partIndex: 0, heardMs: pick * 10 }
      : undefined
  },
  (pick) => () => ({
    type: 'reply.create',
    id: 'reply',
    wishes: { modalities: { audio: pick % 2 === 0, text: true } },
  }),
  (pick) => () => ({ type: 'reply.create', id: 'beside', wishes: { outOfBand: true, metadata: { pick: `${pick}` } } }),
  (pick) => (talk) => ({ type: 'reply.create', id: 'given', wishes: { input: [{ reference: itemId(talk, pick) }] } }),
  () => () => ({ type: 'reply.cancel', id: 'cancel' }),
  progress((replyId) => ({ type: 'reply.cancel', id: 'cancel', replyId })),
  progress((replyId) => ({ type: 'reply.generating', replyId })),
  (pick) => progress((replyId) => ({ type: 'reply.text', replyId, delta: words[pick % words.length]! }))(pick),
  progress((replyId) => ({ type: 'reply.audio', replyId, frame })),
  progress((replyId) => ({ type: 'reply.word', replyId, from: 0, to: 2, startMs: 0, endMs: 50 })),
  progress((replyId, world) => {
    world.calls += 1
    return { type: 'reply.call', replyId, callId: `call${world.calls - 1}`, name: 'tool', arguments: '{}' }
  }),
  progress((replyId) => ({ type: 'reply.usage', replyId, inputTokens: 10, outputTokens: 5 })),
  progress((replyId) => ({ type: 'reply.ended', replyId, reason: 'finished' })),
  progress((replyId) => ({ type: 'reply.ended', replyId, reason: 'length' })),
  progress((replyId) => ({ type: 'reply.failed', replyId, code: 'server_error', message: 'It broke.' })),
  (pick) => () => ({
    type: 'session.update',
    id: 'update',
    patch: pick % 2 === 0 ? { input: { turnDetection: null } } : { output: { voice: `voice${pick % 3}` } },
  }),
  () => () => ({
    type: 'session.update',
    id: 'update',
    patch: {
      input: {
        turnDetection: {
          type: 'silence',
          threshold: 0.5,
          prefixMs: 300,
          silenceMs: 500,
          idleMs: 5000,
          createReply: true,
          interruptReply: false,
        },
      },
    },
  }),
]

const walks = fc.array(fc.tuple(fc.nat({ max: steps.length - 1 }), fc.nat({ max: 50 })), { maxLength: 150 })

const walk = (moves: readonly (readonly [number, number])[], answerToolResults: boolean): Talk => {
  const talk = drive({ answerToolResults })
  const world: World = {
    utterance: 0,
    speaking: undefined,
    pendingFinals: [],
    pendingMarks: [],
    receivedMs: 0,
    calls: 0,
  }
  let effects = 0
  for (const [step, pick] of moves) {
    const input = steps[step]!(pick)(talk, world)
    if (input) talk.apply(input)
    for (const effect of talk.effects.slice(effects)) if (effect.type === 'mark') world.pendingMarks.push(effect.mark)
    effects = talk.effects.length
  }
  return talk
}

const holds = (invariant: (events: readonly SessionEvent[], talk: Talk) => void): void => {
  fc.assert(
    fc.property(walks, fc.boolean(), (moves, inworld) => {
      const talk = walk(moves, inworld)
      invariant(talk.events, talk)
    }),
    { numRuns: 300 },
  )
}

/** The reply that an event belongs to. */
const replyOf = (event: SessionEvent): string | undefined =>
  'replyId' in event ? event.replyId : 'reply' in event ? event.reply.id : undefined

describe('in every conversation', () => {
  it('a reply has one beginning and at most one end, and all else of it lies between them', () => {
    holds((events) => {
      const state = new Map<string, 'running' | 'finished'>()
      for (const event of events) {
        const id = replyOf(event)
        if (id === undefined) continue
        if (event.type === 'reply.started') {
          expect(state.get(id)).toBeUndefined()
          state.set(id, 'running')
        } else expect(state.get(id)).toBe('running')
        if (event.type === 'reply.finished') state.set(id, 'finished')
      }
    })
  })

  it('every reply that was started is finished with its usage once it ends, fails or is cancelled', () => {
    holds((events, talk) => {
      for (const { replyId } of talk.requests()) talk.apply({ type: 'reply.ended', replyId, reason: 'finished' })
      for (const id of [...openReplies(events)]) talk.apply({ type: 'reply.cancel', replyId: id })
      const open = openReplies(events)
      // What was owed may have started meanwhile; cancelling is the last word.
      for (const id of open) talk.apply({ type: 'reply.cancel', replyId: id })
      const finished = events.flatMap((event) => (event.type === 'reply.finished' ? [event.reply] : []))
      for (const reply of finished) {
        expect(reply.status).not.toBe('running')
        expect(Object.values(reply.usage ?? {})).toHaveLength(5)
        for (const count of Object.values(reply.usage ?? {})) expect(count).toBeGreaterThanOrEqual(0)
      }
    })
  })

  it('at most one reply of the conversation runs at a time', () => {
    holds((events) => {
      let open = 0
      for (const event of events) {
        if (event.type === 'reply.started' && !event.reply.outOfBand) open += 1
        if (event.type === 'reply.finished' && !event.reply.outOfBand) open -= 1
        expect(open).toBeLessThanOrEqual(1)
      }
    })
  })

  it('items and parts of a reply are closed from the inside out, before it ends, and nothing follows', () => {
    holds((events) => {
      const openItems = new Map<string, string>()
      const openParts = new Map<string, string>()
      const nextIndex = new Map<string, number>()
      const closed = new Set<string>()
      for (const event of events) {
        if ('itemId' in event && 'replyId' in event) {
          expect(closed.has(event.itemId)).toBe(false)
          expect(openItems.get(event.itemId)).toBe(event.replyId)
        }
        if (event.type === 'reply.item-added') {
          expect([...openItems.values()]).not.toContain(event.replyId)
          expect(event.index).toBe(nextIndex.get(event.replyId) ?? 0)
          nextIndex.set(event.replyId, event.index + 1)
          openItems.set(event.item.id, event.replyId)
        }
        if (event.type === 'reply.part-added') openParts.set(event.itemId, event.replyId)
        if (event.type === 'reply.part-done') expect(openParts.delete(event.itemId)).toBe(true)
        if (event.type === 'reply.item-done') {
          expect(openParts.has(event.item.id)).toBe(false)
          expect(openItems.delete(event.item.id)).toBe(true)
          closed.add(event.item.id)
        }
        if (event.type === 'reply.finished') {
          expect([...openItems.values(), ...openParts.values()]).not.toContain(event.reply.id)
        }
      }
    })
  })

  it('the deltas of a text or a call add up to what its end says', () => {
    holds((events) => {
      const said = new Map<string, string>()
      for (const event of events) {
        if (event.type === 'reply.text' || event.type === 'reply.call-delta') {
          said.set(event.itemId, (said.get(event.itemId) ?? '') + event.delta)
        }
        if (event.type === 'reply.part-done') {
          expect('text' in event.part && (event.part.text ?? '')).toBe(said.get(event.itemId) ?? '')
        }
        if (event.type === 'reply.call-done') expect(event.arguments).toBe(said.get(event.itemId) ?? '')
      }
    })
  })

  it('ids are never given twice', () => {
    holds((events) => {
      const added = events.flatMap((event) => (event.type === 'item.added' ? [event.item.id] : []))
      const begun = events.flatMap((event) => (event.type === 'reply.item-added' ? [event.item.id] : []))
      const replies = events.flatMap((event) => (event.type === 'reply.started' ? [event.reply.id] : []))
      const committed = events.flatMap((event) => (event.type === 'audio.committed' ? [event.itemId] : []))
      for (const ids of [added, begun, replies, committed]) expect(new Set(ids).size).toBe(ids.length)
    })
  })

  it('speech, its commit and its item have one id, and the item comes right after the commit', () => {
    holds((events) => {
      events.forEach((event, at) => {
        if (event.type !== 'audio.committed') return
        expect(events[at + 1]).toMatchObject({
          type: 'item.added',
          item: { id: event.itemId },
          previousId: event.previousId,
        })
        expect(events[at + 2]).toMatchObject({ type: 'item.done', item: { id: event.itemId } })
        expect(event.endMs).toBeGreaterThanOrEqual(event.startMs)
      })
      const stopped = events.filter((event) => event.type === 'speech.stopped')
      const started = new Set(events.flatMap((event) => (event.type === 'speech.started' ? [event.itemId] : [])))
      for (const { itemId: id } of stopped) expect(started.has(id)).toBe(true)
    })
  })

  it('each item names the one before it, so that a client that inserts by that has the same order', () => {
    holds((events, talk) => {
      const order: string[] = []
      for (const event of events) {
        if (event.type === 'item.deleted') order.splice(order.indexOf(event.itemId), 1)
        if (event.type !== 'item.added') continue
        if (event.previousId === null) order.unshift(event.item.id)
        else {
          expect(order).toContain(event.previousId)
          order.splice(order.indexOf(event.previousId) + 1, 0, event.item.id)
        }
      }
      expect(order).toEqual(talk.conversation.items.map(({ id }) => id))
    })
  })

  it('a call has at most one output, and every call that a model is told of has exactly one', () => {
    holds((_, talk) => {
      for (const { messages } of talk.requests()) {
        const calls = messages.flatMap((message) => (message.role === 'tool-call' ? [message.callId] : []))
        const results = messages.flatMap((message) => (message.role === 'tool-result' ? [message.callId] : []))
        expect([...results].sort()).toEqual([...calls].sort())
        expect(new Set(results).size).toBe(results.length)
      }
    })
  })

  it('words come once for each item, and only for items of the user', () => {
    holds((events) => {
      const told = events.flatMap((event) =>
        event.type === 'transcript.final' || event.type === 'transcript.failed' ? [event.itemId] : [],
      )
      expect(new Set(told).size).toBe(told.length)
      const committed = new Set(events.flatMap((event) => (event.type === 'audio.committed' ? [event.itemId] : [])))
      for (const id of told) expect(committed.has(id)).toBe(true)
    })
  })

  it('one reply is prepared at a time and then adopted or dropped, and nothing is told of it before', () => {
    holds((events, talk) => {
      let prepared: string | undefined
      const all = new Set<string>()
      for (const effect of talk.effects) {
        if (effect.type === 'prepare-reply') {
          expect(prepared).toBeUndefined()
          prepared = effect.request.replyId
          all.add(prepared)
        }
        if (effect.type === 'drop-prepared') expect(effect.replyId).toBe(prepared)
        if (effect.type === 'start-reply' && effect.adopts !== undefined) expect(effect.adopts).toBe(prepared)
        if (effect.type === 'drop-prepared' || (effect.type === 'start-reply' && effect.adopts)) prepared = undefined
      }
      for (const event of events) expect(all.has(replyOf(event) ?? '')).toBe(false)
    })
  })

  it('a reply is stopped once, and only after the model was asked', () => {
    holds((_, talk) => {
      const asked = new Set<string>()
      const stopped = new Set<string>()
      for (const effect of talk.effects) {
        if (effect.type === 'start-reply') asked.add(effect.request.replyId)
        if (effect.type !== 'stop-reply') continue
        expect(asked.has(effect.replyId)).toBe(true)
        expect(stopped.has(effect.replyId)).toBe(false)
        stopped.add(effect.replyId)
      }
    })
  })
})

const openReplies = (events: readonly SessionEvent[]): Set<string> => {
  const open = new Set<string>()
  for (const event of events) {
    if (event.type === 'reply.started') open.add(event.reply.id)
    if (event.type === 'reply.finished') open.delete(event.reply.id)
  }
  return open
}
