/** What must hold in every conversation, whatever comes in and in which order. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drive } from '../../test/support/conversation.ts'
import { PacedPlayout } from '../../test/support/paced-playout.ts'
import type { SessionEvent } from './events.ts'
import type { Input } from './inputs.ts'
import type { ServerTool } from './server-tool.ts'

type Talk = ReturnType<typeof drive>

/** A step takes what the conversation is at and makes an input of it; undefined: nothing to do. */
type Step = (talk: Talk, world: World) => Input | undefined

/** What listener, replies and client are at, so that random steps are mostly sensible ones. */
interface World {
  utterance: number
  speaking: number | undefined
  /** What is being said is in a pause. */
  paused: boolean
  pendingFinals: number[]
  pendingMarks: number[]
  receivedMs: number
  calls: number
  /** What servers are asked and have not answered. */
  pendingLists: string[]
  pendingTools: string[]
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
const sayings = ['some words', '', 'mhm', 'Yeah, okay.', 'stop']
const words = ['so', 'it', 'goes ', ' on, ', 'and on.']

/** Talk over replies. */
const talk: readonly ((pick: number) => Step)[] = [
  () => (_, world) => {
    world.receivedMs += 100
    return { type: 'audio.received', endMs: world.receivedMs }
  },
  () => (_, world) => {
    if (world.speaking !== undefined) return undefined
    world.speaking = world.utterance
    world.paused = false
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
    const text = sayings[pick % sayings.length]!
    return { type: 'transcript.final', utterance, text, words: [], startMs: 0, endMs: 1, silenceMs: 300, pass: 'whole' }
  },
  (pick) => (_, world) =>
    world.speaking === undefined || world.paused
      ? undefined
      : { type: 'speech.lasted', utterance: world.speaking, speechMs: pick % 2 === 0 ? 200 : 300 },
  (pick) => (_, world) => {
    const text = sayings[pick % sayings.length]!
    return world.speaking === undefined
      ? undefined
      : { type: 'transcript.partial', utterance: world.speaking, text, stable: 0, words: [] }
  },
  () => (_, world) => {
    if (world.speaking === undefined) return undefined
    world.paused = !world.paused
    const { speaking: utterance, receivedMs } = world
    return world.paused
      ? { type: 'speech.stopped', utterance, endMs: receivedMs - 200, silenceMs: 200 }
      : { type: 'speech.resumed', utterance, startMs: receivedMs }
  },
  () => () => ({ type: 'reply.create', id: 'reply', wishes: {} }),
  (pick) => progress((replyId) => ({ type: 'reply.text', replyId, delta: words[pick % words.length]! }))(pick),
  progress((replyId) => ({ type: 'reply.audio', replyId, frame })),
  progress((replyId) => ({ type: 'reply.ended', replyId, reason: 'finished' })),
]

const steps: readonly ((pick: number) => Step)[] = [
  ...talk,
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
  progress((replyId) => ({ type: 'reply.word', replyId, from: 0, to: 2, startMs: 0, endMs: 50 })),
  progress((replyId, world) => {
    world.calls += 1
    return { type: 'reply.call', replyId, callId: `call${world.calls - 1}`, name: 'tool', arguments: '{}' }
  }),
  (pick) =>
    progress((replyId, world) => {
      world.calls += 1
      const name = ['read', 'write', 'web_search'][pick % 3]!
      return { type: 'reply.call', replyId, callId: `call${world.calls - 1}`, name, arguments: '{}' }
    })(pick),
  (pick) => (_, world) => {
    const itemId = world.pendingLists.shift()
    const tool = { description: '', parameters: {} }
    const tools = [
      { ...tool, name: 'read', readOnly: true },
      { ...tool, name: 'write', readOnly: false },
    ]
    if (itemId === undefined) return undefined
    return { type: 'tools.listed', itemId, tools, ...(pick % 8 === 0 && { problem: 'It is not there.' }) }
  },
  (pick) => (_, world) => {
    const [itemId] = world.pendingTools.splice(pick % Math.max(1, world.pendingTools.length), 1)
    if (itemId === undefined) return undefined
    return { type: 'tool.ended', itemId, result: { type: 'output', text: 'done' } }
  },
  (pick) => (talk) => {
    const asked = talk.conversation.items.filter(({ type }) => type === 'approval-request')
    const requestId = asked[pick % Math.max(1, asked.length)]?.id ?? 'nobody'
    return {
      type: 'item.create',
      id: 'decide',
      item: { id: '', status: 'completed', type: 'approval', requestId, approve: pick % 3 > 0 },
    }
  },
  progress((replyId) => ({ type: 'reply.usage', replyId, inputTokens: 10, outputTokens: 5 })),
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

const walks = fc.array(
  fc.tuple(
    fc.oneof(
      { weight: 2, arbitrary: fc.nat({ max: talk.length - 1 }) },
      { weight: 1, arbitrary: fc.nat({ max: steps.length - 1 }) },
    ),
    fc.nat({ max: 50 }),
  ),
  { maxLength: 150 },
)

const serverTools: readonly ServerTool[] = [
  { type: 'mcp', label: 'shop', url: 'https://shop.test', headers: {}, approval: { never: { readOnly: true } } },
  { type: 'web-search', maxResults: 1, maxSteps: 2 },
]

interface Mode {
  /** Results of tools are answered unasked. */
  readonly inworld: boolean
  readonly paced: boolean
  readonly minSpeechMs: number
  readonly minWords: number
}

const modes: fc.Arbitrary<Mode> = fc.record({
  inworld: fc.boolean(),
  paced: fc.boolean(),
  minSpeechMs: fc.constantFrom(0, 200),
  minWords: fc.constantFrom(0, 0, 2),
})

interface Walked extends Talk {
  readonly mode: Mode
  readonly playout: PacedPlayout
  /** Ends what is being said, as the listener does. */
  readonly fallSilent: () => void
}

const walk = (moves: readonly (readonly [number, number])[], mode: Mode): Walked => {
  const { inworld, paced, minSpeechMs, minWords } = mode
  const talk = drive({ answerToolResults: inworld, paced, interruption: { minSpeechMs, minWords } })
  const playout = new PacedPlayout()
  talk.apply({ type: 'session.update', patch: { serverTools } })
  const world: World = {
    utterance: 0,
    speaking: undefined,
    paused: false,
    pendingFinals: [],
    pendingMarks: [],
    receivedMs: 0,
    calls: 0,
    pendingLists: [],
    pendingTools: [],
  }
  let effects = 0
  let events = 0
  const apply = (input: Input): void => {
    talk.apply(input)
    for (const event of talk.events.slice(events)) playout.see(event)
    events = talk.events.length
    const performed = talk.effects.slice(effects)
    effects = talk.effects.length
    for (const effect of performed) {
      if (effect.type === 'mark') world.pendingMarks.push(effect.mark)
      if (effect.type === 'list-tools') world.pendingLists.push(effect.itemId)
      if (effect.type === 'run-tool' || effect.type === 'search') world.pendingTools.push(effect.itemId)
    }
    // As in a session, what arises from an input waits until all has been done that follows from it.
    if (paced) for (const tick of performed.flatMap((effect) => playout.perform(effect))) apply(tick)
  }
  const fallSilent = (): void => {
    const { speaking, receivedMs: endMs } = world
    if (speaking !== undefined) {
      world.pendingFinals.push(speaking)
      apply({ type: 'turn.ended', utterance: speaking, startMs: endMs - 500, endMs, silenceMs: 300 })
    }
    world.speaking = undefined
    const at = { words: [], startMs: 0, endMs: 1, silenceMs: 300, pass: 'whole' } as const
    for (const utterance of world.pendingFinals.splice(0))
      apply({ type: 'transcript.final', utterance, text: '', ...at })
  }
  for (const [step, pick] of moves) {
    if (paced && pick % 3 === 0) for (const tick of playout.pass(pick * 3)) apply(tick)
    const input = steps[step]!(pick)(talk, world)
    if (input) apply(input)
  }
  return { ...talk, mode, playout, fallSilent }
}

const holds = (invariant: (events: readonly SessionEvent[], talk: Walked) => void): void => {
  fc.assert(
    fc.property(walks, modes, (moves, mode) => {
      const talk = walk(moves, mode)
      invariant(talk.events, talk)
    }),
    { numRuns: 300 },
  )
}

/** The reply that an event belongs to; it may be heard long after it has ended. */
const replyOf = (event: SessionEvent): string | undefined =>
  event.type.startsWith('playback.')
    ? undefined
    : 'replyId' in event
      ? event.replyId
      : 'reply' in event
        ? event.reply.id
        : undefined

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
      const told = talk.conversation.items.filter(({ type }) => type !== 'search')
      expect(order).toEqual(told.map(({ id }) => id))
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

  it('a server’s call is made at most once, and told to be over once', () => {
    holds((events, talk) => {
      const made = talk.effects.flatMap((effect) =>
        effect.type === 'run-tool' || effect.type === 'search' ? [effect.itemId] : [],
      )
      expect(new Set(made).size).toBe(made.length)
      const over = events.flatMap((event) =>
        event.type === 'server-call.completed' || event.type === 'server-call.failed' ? [event.itemId] : [],
      )
      expect(new Set(over).size).toBe(over.length)
      const done = events.flatMap((event) => (event.type === 'item.done' ? [event.item.id] : []))
      expect(new Set(done).size).toBe(done.length)
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

  it('speech cancels no reply without being told, and is told as the very reason', () => {
    const closing = ['reply.part-done', 'reply.item-done', 'item.done']
    holds((events) => {
      events.forEach((event, at) => {
        if (event.type !== 'reply.finished' || event.reply.cause !== 'turn-detected') return
        const reason = events.slice(0, at).findLast(({ type }) => !closing.includes(type))
        expect(reason?.type).toBe('speech.started')
      })
    })
  })

  it('speech that was told of is committed, unless it is cleared or left to the client', () => {
    holds((events, talk) => {
      talk.fallSilent()
      let open: string | undefined
      let left: string | undefined
      for (const event of events) {
        if (event.type === 'speech.started') {
          expect(open).toBeUndefined()
          open = event.itemId
        }
        if (event.type === 'speech.stopped') expect(event.itemId).toBe(open ?? left)
        if (event.type === 'audio.committed' && event.itemId === open) open = undefined
        if (event.type === 'audio.cleared') open = undefined
        if (event.type === 'session.updated' && !event.config.input.turnDetection) {
          left = open ?? left
          open = undefined
        }
      }
      expect(open).toBeUndefined()
    })
  })

  it('playback that is held is let go on or dropped, once nobody speaks', () => {
    holds((_, talk) => {
      talk.fallSilent()
      expect(talk.playout.held).toBe(false)
      let held = false
      for (const { type } of talk.effects) {
        if (type === 'hold-playback' || type === 'resume-playback') {
          expect(talk.mode.paced).toBe(true)
          expect(held).toBe(type === 'resume-playback')
          held = type === 'hold-playback'
        }
        if (type === 'clear-playback') held = false
      }
    })
  })

  it('where the server plays, no more of an answer is remembered than was heard', () => {
    holds((_, { playout, conversation }) => {
      for (const item of conversation.items) {
        const heardMs = playout.heard.get(item.id)
        if (heardMs === undefined || item.type !== 'message') continue
        const [part] = item.parts
        expect(part?.type === 'audio' && part.audioMs).toBeLessThanOrEqual(heardMs)
        if (heardMs === 0) expect(part).toMatchObject({ text: '' })
      }
    })
  })

  it('where the server plays, each reply that was heard has one beginning and one end of it', () => {
    holds((events) => {
      const playing: string[] = []
      for (const event of events) {
        if (event.type === 'playback.started') playing.push(event.replyId)
        if (event.type !== 'playback.stopped' && event.type !== 'playback.cleared') continue
        expect(playing.pop()).toBe(event.replyId)
        expect(playing).toEqual([])
      }
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
