import { expect, it } from 'vitest'
import { drive } from '../../test/support/conversation.ts'
import type { MemoryConfig, MemoryState } from './attendant-config.ts'
import { emptyMemory } from './memory.ts'

const settings: MemoryConfig = {
  enabled: true,
  turnInterval: 2,
  maxLength: 2000,
  maxFacts: 3,
  trims: false,
  maxTranscriptItems: 2,
  state: emptyMemory,
}
const start = (memory: Partial<MemoryConfig> = {}) => drive({ config: { memory: { ...settings, ...memory } } })
const state = ({ conversation }: ReturnType<typeof drive>): MemoryState => conversation.config.memory!.state
const update = {
  type: 'memory.updated',
  facts: ['a', 'b', 'c', 'd'],
  summary: 'One. Two.',
  turns: 0,
  trim: [],
} as const

it('counts the turns of the user, spoken and written', () => {
  const driven = start()
  driven.say('Hello.')
  driven.turn(0, 'how are you')
  expect(state(driven)).toMatchObject({ totalTurns: 2, turnsSinceUpdate: 2 })
  driven.apply({ ...update, turns: 1 })
  expect(state(driven)).toMatchObject({ version: 1, totalTurns: 2, turnsSinceUpdate: 1 })
})

it('keeps the newest facts within the limits, and of the summary what still has room', () => {
  const driven = start()
  driven.apply(update)
  expect(state(driven)).toMatchObject({ facts: ['b', 'c', 'd'], summary: 'One. Two.' })
  const tight = start({ maxLength: 66 })
  tight.apply(update)
  expect(state(tight)).toMatchObject({ facts: ['b', 'c', 'd'], summary: 'One.' })
  expect(state(tight).contextText.length).toBeLessThanOrEqual(66)
  const tighter = start({ maxLength: 35 })
  tighter.apply(update)
  expect(state(tighter)).toMatchObject({ facts: ['c', 'd'], summary: '' })
})

it('tells the model before its instructions, but not where the client says what the model is to know', () => {
  const driven = start()
  driven.apply({ type: 'session.update', patch: { instructions: 'Be kind.' } })
  driven.apply({ ...update, facts: ['a'], summary: '' })
  const system = (wishes: object): unknown => {
    driven.apply({ type: 'reply.create', wishes: { outOfBand: true, ...wishes } })
    return driven.request().messages.flatMap((message) => ('parts' in message ? message.parts : []))
  }
  const told = (...texts: readonly string[]) => texts.map((text) => ({ type: 'text', text }))
  expect(system({})).toEqual(told('What is known of the user:\n- a', 'Be kind.'))
  expect(system({ instructions: 'Be brief.' })).toEqual(told('What is known of the user:\n- a', 'Be brief.'))
  expect(system({ input: [] })).toEqual(told('Be kind.'))
})

it('takes a state back from an earlier session, but not one that is older than its own', () => {
  const driven = start()
  const earlier: MemoryState = { ...emptyMemory, version: 7, facts: ['old'], contextText: 'Old.' }
  const restore = (from: MemoryState) => driven.apply({ type: 'session.update', patch: { memory: { state: from } } })
  restore(earlier)
  expect(state(driven)).toEqual(earlier)
  driven.apply(update)
  restore(earlier)
  expect(state(driven)).toMatchObject({ version: 8, facts: ['b', 'c', 'd'] })
  restore({ ...earlier, version: 0 })
  expect(state(driven)).toMatchObject({ version: 8, facts: ['b', 'c', 'd'] })
  restore(emptyMemory)
  expect(state(driven)).toEqual(emptyMemory)
})

it('gives models no more of what was trimmed, but clients still', () => {
  const driven = start()
  driven.say('One.')
  driven.say('Two.')
  const [first] = driven.conversation.items
  driven.apply({ ...update, trim: [first!.id, 'unknown'] })
  expect(state(driven).itemsTrimmed).toBe(1)
  driven.apply({ type: 'reply.create', wishes: {} })
  expect(driven.request().messages.slice(1)).toEqual([{ role: 'user', parts: [{ type: 'text', text: 'Two.' }] }])
  driven.apply({ type: 'item.retrieve', itemId: first!.id })
  expect(driven.events.at(-1)).toMatchObject({ type: 'item.retrieved', item: first })
})
