/** Tests of what a model is given of a conversation. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Message } from '../engines/language-model.ts'
import { fitInto, messagesOf } from './context.ts'
import type { Item } from './item.ts'

const status = 'completed' as const
const message = (role: 'user' | 'assistant', text: string, id = text): Item => ({
  id,
  status,
  type: 'message',
  role,
  parts: [{ type: 'text', text }],
})
const call = (callId: string): Item => ({
  id: `call-${callId}`,
  status,
  type: 'call',
  callId,
  name: 'tool',
  arguments: '{}',
})
const output = (callId: string): Item => ({ id: `out-${callId}`, status, type: 'call-output', callId, output: callId })

describe('the messages of a conversation', () => {
  it('have what the model wrote, with the tags that told how to say it', () => {
    const tags = [
      { at: 0, tag: '[say sadly] ' },
      { at: 4, tag: '[sigh] ' },
    ]
    const spoken: Item = {
      id: 's',
      status,
      type: 'message',
      role: 'assistant',
      parts: [{ type: 'audio', text: 'Oh, no.', audioMs: 900, tags }],
    }
    expect(messagesOf([spoken])).toEqual([
      { role: 'assistant', parts: [{ type: 'text', text: '[say sadly] Oh, [sigh] no.' }] },
    ])
  })

  it('leave out turns in which nothing was said, save the last', () => {
    const empty: Item = {
      id: 'e',
      status,
      type: 'message',
      role: 'user',
      parts: [{ type: 'audio', text: '', audioMs: 900 }],
    }
    expect(messagesOf([empty, message('user', 'hi'), { ...empty, id: 'f' }])).toEqual([
      { role: 'user', parts: [{ type: 'text', text: 'hi' }] },
      { role: 'user', parts: [{ type: 'text', text: '(silence)' }] },
    ])
  })

  it('say of a call without a result that it has none yet, and nothing of a result without its call', () => {
    expect(messagesOf([call('a'), message('user', 'go on'), output('gone')])).toMatchObject([
      { role: 'tool-call' },
      { role: 'tool-result', output: 'No result yet.', isPending: true },
      { role: 'user' },
    ])
  })

  it('tell a call whose result came after other talk where its result came, the others where they were made', () => {
    const items = [
      call('a'),
      call('b'),
      output('a'),
      message('user', 'go on'),
      message('assistant', 'well'),
      output('b'),
    ]
    expect(messagesOf([...items, message('user', 'and?')])).toMatchObject([
      { role: 'tool-call', callId: 'a' },
      { role: 'tool-result', callId: 'a', output: 'a' },
      { role: 'user' },
      { role: 'assistant' },
      { role: 'tool-call', callId: 'b' },
      { role: 'tool-result', callId: 'b', output: 'b' },
      { role: 'user' },
    ])
  })
})

describe('what fits', () => {
  const long = Array.from({ length: 50 }, (_, i) =>
    message(i % 2 ? 'assistant' : 'user', `number ${i} ${'x'.repeat(80)}`),
  )

  it('is everything when there is room, and the newest when there is not', () => {
    const all = messagesOf(long)
    expect(fitInto(all, { type: 'auto' }, 5000)).toEqual(all)
    const kept = fitInto(all, { type: 'auto' }, 300)!
    expect(kept.length).toBeLessThan(15)
    expect(all.slice(-kept.length)).toEqual(kept)
  })

  it('is less than the limit where the client wants room to spare', () => {
    const all = messagesOf(long)
    const plain = fitInto(all, { type: 'auto' }, 600)!.length
    const half = fitInto(all, { type: 'ratio', ratio: 0.5 }, 600)!.length
    expect(half).toBeLessThan(plain * 0.6)
    expect(fitInto(all, { type: 'ratio', ratio: 1, maxTokens: 300 }, 600)!.length).toBeLessThan(plain * 0.6)
  })

  it('is nothing where nothing may be left out', () => {
    expect(fitInto(messagesOf(long), { type: 'disabled' }, 300)).toBeUndefined()
  })

  it('never parts a call from its result, and always has the last message', () => {
    const items = fc.array(fc.oneof(fc.constant('user'), fc.constant('call'), fc.constant('output')), { minLength: 1 })
    fc.assert(
      fc.property(items, fc.integer({ min: 1, max: 200 }), (kinds, limit) => {
        let calls = 0
        const all = messagesOf(
          kinds.map((kind, i): Item => {
            if (kind === 'call') {
              calls += 1
              return call(`${calls}`)
            }
            return kind === 'output' && calls > 0
              ? { ...output(`${calls}`), id: `o${i}` }
              : message('user', `word ${i}`)
          }),
        )
        const kept = fitInto(all, { type: 'auto' }, limit)!
        expect(kept.at(-1)).toEqual(all.at(-1))
        const ids = (role: Message['role']): string[] =>
          kept.flatMap((one) => (one.role === role && 'callId' in one ? [one.callId] : []))
        expect(ids('tool-result').sort()).toEqual(ids('tool-call').sort())
      }),
    )
  })
})
