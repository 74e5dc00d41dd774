import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Message } from '../../engines/language-model.ts'
import { promptOf } from './prompt.ts'

const words = fc.constantFrom('', 'Hello.', 'Go on', ' ')
const parts = fc.array(
  words.map((text) => ({ type: 'text' as const, text })),
  { maxLength: 3 },
)
/** One thing that happens in a conversation; calls always with their results. */
const step: fc.Arbitrary<readonly Message[]> = fc.oneof(
  fc.record({ role: fc.constantFrom('system' as const, 'user' as const, 'assistant' as const), parts }).map((m) => [m]),
  fc
    .tuple(fc.integer({ min: 1, max: 3 }), fc.constantFrom('{"a":1}', '', '[1', '7'), fc.boolean())
    .map(([count, text, apart]) => {
      const calls = Array.from({ length: count }, (_, at) => ({ callId: `call_${at}`, name: 'tool' }))
      const called = calls.map((call): Message => ({ role: 'tool-call', ...call, arguments: text }))
      const told = calls.map((call): Message => ({ role: 'tool-result', ...call, output: 'done' }))
      return apart ? called.flatMap((call, at) => [call, told[at]!]) : [...called, ...told]
    }),
)
const conversation = fc.array(step, { maxLength: 8 }).map((steps) => steps.flat())

describe('a prompt', () => {
  it('keeps every word that was said, every call and every result, in order', () => {
    fc.assert(
      fc.property(conversation, fc.boolean(), (messages, alternates) => {
        const before = JSON.stringify(messages)
        const prompt = promptOf(messages, { alternates })
        expect(JSON.stringify(messages)).toBe(before)
        const called = prompt.flatMap((turn) =>
          turn.role === 'assistant' || turn.role === 'tool'
            ? turn.content.flatMap((part) => ('toolCallId' in part ? `${part.type} ${part.toolCallId}` : []))
            : [],
        )
        expect(called).toEqual(messages.flatMap((m) => ('callId' in m ? `${m.role} ${m.callId}` : [])))
        const heard = messages.flatMap((m) => (m.role === 'user' ? m.parts.map((p) => 'text' in p && p.text) : []))
        const told = prompt.flatMap((turn) =>
          turn.role === 'user' ? turn.content.flatMap((part) => (part.type === 'text' ? part.text : [])) : [],
        )
        expect(told.filter((text) => !text.startsWith('['))).toEqual(heard.filter((text) => text !== ''))
      }),
    )
  })

  it('has no empty turn, and every call is answered before anyone speaks', () => {
    fc.assert(
      fc.property(conversation, fc.boolean(), (messages, alternates) => {
        const open = new Set<string>()
        for (const turn of promptOf(messages, { alternates })) {
          expect(turn.content.length).toBeGreaterThan(0)
          if (turn.role !== 'tool') expect(open.size).toBe(0)
          for (const part of typeof turn.content === 'string' ? [] : turn.content) {
            if (part.type === 'tool-call') open.add(part.toolCallId)
            if (part.type === 'tool-result') expect(open.delete(part.toolCallId)).toBe(true)
            if (part.type === 'tool-call') expect(part.input).toBeTypeOf('object')
          }
        }
        expect(open.size).toBe(0)
      }),
    )
  })

  it('begins and ends with the user, instructions first, where the provider wants it so', () => {
    fc.assert(
      fc.property(conversation, (messages) => {
        const roles = promptOf(messages, { alternates: true }).map(({ role }) => role)
        const talk = roles.slice(roles.lastIndexOf('system') + 1)
        expect(roles.lastIndexOf('system')).toBe(roles.filter((role) => role === 'system').length - 1)
        expect(talk[0]).toBe('user')
        expect(talk.at(-1)).not.toBe('assistant')
      }),
    )
  })

  it('leaves everything in its place for those who take any conversation', () => {
    const system = (text: string): Message => ({ role: 'system', parts: [{ type: 'text', text }] })
    const assistant: Message = { role: 'assistant', parts: [{ type: 'text', text: 'Hello!' }] }
    expect(promptOf([system('a'), assistant, system('b')])).toEqual([
      { role: 'system', content: 'a' },
      { role: 'assistant', content: [{ type: 'text', text: 'Hello!' }] },
      { role: 'system', content: 'b' },
    ])
  })
})
