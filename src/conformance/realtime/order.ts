/** The order of the Realtime wire, as rules that hold over every exchange. */
import { at, type Breach, type Invariant, isMessage, type Message, type Said } from '../check.ts'

/** What one rule remembers of an exchange; it throws `broken` where an event breaks it. */
type Look = (event: Message, index: number, events: readonly Message[]) => void

class Broken extends Error {}

const broken = (reason: string): never => {
  throw new Broken(reason)
}

const rule = (id: string, says: string, reference: string, start: (exchange: readonly Said[]) => Look): Invariant => ({
  id,
  says,
  reference,
  look(exchange: readonly Said[]): Breach | undefined {
    const look = start(exchange)
    const events = exchange.flatMap(({ from, message }) => (from === 'server' ? [message] : []))
    for (const [index, event] of events.entries()) {
      try {
        look(event, index, events)
      } catch (error) {
        if (error instanceof Broken)
          return { reason: error.message, evidence: events.slice(Math.max(0, index - 2), index + 1) }
        throw error
      }
    }
    return undefined
  },
})

/** The reply that an event belongs to. */
const replyOf = (event: Message): string | undefined => {
  const id = event.response_id ?? at(event, 'response.id')
  return typeof id === 'string' && String(event.type).startsWith('response.') ? id : undefined
}

const itemIdOf = (event: Message): string => String(event.item_id ?? at(event, 'item.id'))

const lifecycle = 'Server events: response.created, response.done'
const items = 'Server events: conversation.item.added'

export const orderInvariants: readonly Invariant[] = [
  rule(
    'order-replies',
    'A response is created once and done once; all that is told of it lies between.',
    lifecycle,
    () => {
      const states = new Map<string, 'running' | 'over'>()
      return (event) => {
        const id = replyOf(event)
        if (id === undefined) return
        const state = states.get(id)
        if (event.type === 'response.created') {
          if (state) broken(`${id} was created twice`)
          states.set(id, 'running')
        } else if (state !== 'running')
          broken(`${String(event.type)} of ${id}, which ${state ? 'is done' : 'was not created'}`)
        if (event.type === 'response.done') states.set(id, 'over')
      }
    },
  ),
  rule('order-one-reply', 'At most one response of the conversation runs at a time.', lifecycle, () => {
    let running: string | undefined
    return (event) => {
      const id = replyOf(event)
      if (event.type === 'response.created' && at(event, 'response.conversation_id') != null) {
        if (running !== undefined) broken(`${id} was created while ${running} was running`)
        running = id
      }
      if (event.type === 'response.done' && id === running) running = undefined
    }
  }),
  rule(
    'order-nesting',
    'What was added is done, from the inside out: parts before their item, items before their response.',
    'Server events: response.output_item.done',
    () => {
      const openItems = new Map<string, string>()
      const openParts = new Map<string, string>()
      return (event) => {
        const reply = replyOf(event)
        if (reply === undefined) return
        const itemId = itemIdOf(event)
        const part = `${itemId}/${String(event.content_index)}`
        switch (event.type) {
          case 'response.output_item.added':
            openItems.set(itemId, reply)
            break
          case 'response.content_part.added':
            if (!openItems.has(itemId)) broken(`a part was added to ${itemId}, which is not open`)
            openParts.set(part, itemId)
            break
          case 'response.content_part.done':
            if (!openParts.delete(part)) broken(`a part of ${itemId} is done that was not open`)
            break
          case 'response.output_item.done':
            if ([...openParts.values()].includes(itemId)) broken(`${itemId} is done before its part`)
            if (!openItems.delete(itemId)) broken(`${itemId} is done without having been added`)
            break
          case 'response.done':
            if ([...openItems.values()].includes(reply)) broken(`${reply} is done before its item`)
            break
          default:
            if (event.item_id !== undefined && !openItems.has(itemId))
              broken(`${String(event.type)} of ${itemId}, which is not open`)
            if (event.content_index !== undefined && !openParts.has(part))
              broken(`${String(event.type)} of a part of ${itemId} that is not open`)
        }
      }
    },
  ),
  rule(
    'order-indexes',
    'output_index and content_index begin at 0 and grow by 1, and no id is used twice.',
    'Server events: response.output_item.added',
    () => {
      const next = new Map<string, number>()
      const used = new Set<string>()
      const take = (place: string, index: unknown): void => {
        if (index !== (next.get(place) ?? 0))
          broken(`the index is ${String(index)} in place of ${next.get(place) ?? 0}`)
        next.set(place, (next.get(place) ?? 0) + 1)
      }
      return (event) => {
        if (event.type === 'response.output_item.added') {
          const id = itemIdOf(event)
          if (used.has(id)) broken(`${id} was used before`)
          used.add(id)
          take(String(event.response_id), event.output_index)
        }
        if (event.type === 'response.content_part.added') take(String(event.item_id), event.content_index)
      }
    },
  ),
  rule(
    'order-deltas',
    'The deltas of a text, of captions and of a call add up to what its end says.',
    'Server events: response.output_text.done',
    () => {
      const said = new Map<string, string>()
      return (event) => {
        const type = String(event.type)
        const [, stem = '', end] =
          /^(.*\.(?:output_text|output_audio_transcript|function_call_arguments|input_audio_transcription))\.(delta|done|completed)$/.exec(
            type,
          ) ?? []
        if (stem === '') return
        const place = `${stem} ${itemIdOf(event)} ${String(event.content_index ?? '')}`
        if (end === 'delta') {
          said.set(place, (said.get(place) ?? '') + String(event.delta))
          return
        }
        const whole = event.text ?? event.transcript ?? event.arguments
        // Who sends no deltas of what was heard breaks nothing.
        if (end === 'completed' && !said.has(place)) return
        if (whole !== (said.get(place) ?? '')) broken(`${type} is not the sum of its deltas`)
        said.delete(place)
      }
    },
  ),
  rule(
    'order-commit',
    'What is committed has the id of its speech, and is the item that is added next.',
    'Server events: input_audio_buffer.committed',
    () => {
      let speaking: unknown
      let committed: unknown
      return (event) => {
        if (event.type === 'input_audio_buffer.speech_started') speaking = event.item_id
        if (event.type === 'input_audio_buffer.speech_stopped' && event.item_id !== speaking)
          broken('speech_stopped names another item than speech_started')
        if (event.type === 'input_audio_buffer.cleared') speaking = undefined
        if (event.type === 'input_audio_buffer.committed') {
          if (speaking !== undefined && event.item_id !== speaking)
            broken('committed names another item than speech_started')
          speaking = undefined
          committed = event.item_id
        }
        if (event.type === 'conversation.item.added' && committed !== undefined) {
          if (at(event, 'item.id') !== committed) broken('another item was added than was committed')
          committed = undefined
        }
      }
    },
  ),
  rule(
    'order-items',
    'Each item names the one before it, so that a client has them in the same order; it is added once, then done.',
    items,
    (exchange) => {
      const rootAsked = exchange.some(({ from, message }) => from === 'client' && message.previous_item_id === 'root')
      const order: unknown[] = []
      const known = new Set<unknown>()
      return (event) => {
        const id = at(event, 'item.id')
        if (event.type === 'conversation.item.deleted') {
          const place = order.indexOf(event.item_id)
          if (place >= 0) order.splice(place, 1)
        }
        if (event.type === 'conversation.item.done' && !known.has(id))
          broken(`${String(id)} is done before it was added`)
        if (event.type !== 'conversation.item.added') return
        if (known.has(id)) broken(`${String(id)} was added twice`)
        known.add(id)
        const { previous_item_id: previous } = event
        if (previous === null || previous === undefined) {
          if (order.length > 0 && !rootAsked) broken('a later item has previous_item_id null')
          order.unshift(id)
        } else if (!order.includes(previous)) broken(`the item before, ${String(previous)}, is not there`)
        else order.splice(order.indexOf(previous) + 1, 0, id)
      }
    },
  ),
  rule(
    'order-audio',
    'No event holds audio but response.output_audio.delta and conversation.item.retrieved.',
    'Server events',
    () => (event) => {
      if (event.type === 'response.output_audio.delta' || event.type === 'conversation.item.retrieved') return
      const parts = [event.part, ...contentOf(event.item)].concat(
        Array.isArray(at(event, 'response.output'))
          ? (at(event, 'response.output') as unknown[]).flatMap(contentOf)
          : [],
      )
      for (const part of parts)
        if (isMessage(part) && typeof part.audio === 'string' && part.audio !== '')
          broken(`${String(event.type)} holds audio`)
    },
  ),
  rule(
    'order-transcripts',
    'What was heard is told once for each item, and only of what was committed.',
    'Server events: conversation.item.input_audio_transcription.completed',
    () => {
      const added = new Set<unknown>()
      const told = new Set<unknown>()
      return (event) => {
        if (event.type === 'conversation.item.added') added.add(at(event, 'item.id'))
        if (!/input_audio_transcription\.(completed|failed)$/.test(String(event.type))) return
        if (!added.has(event.item_id)) broken('the words of an item come before the item')
        if (told.has(event.item_id)) broken('the words of an item come twice')
        told.add(event.item_id)
      }
    },
  ),
]

const contentOf = (item: unknown): readonly unknown[] =>
  isMessage(item) && Array.isArray(item.content) ? item.content : []
