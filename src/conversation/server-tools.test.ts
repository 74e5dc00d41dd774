import { describe, expect, it } from 'vitest'
import { drive } from '../../test/support/conversation.ts'
import type { RemoteTool, ToolResult } from '../engines/remote-tools.ts'
import type { Effect } from './effects.ts'
import type { McpTools, ServerTool } from './server-tool.ts'

const shop: McpTools = { type: 'mcp', label: 'shop', url: 'https://shop.test/mcp', headers: {}, approval: 'never' }
const search: ServerTool = { type: 'web-search', maxResults: 3, maxSteps: 1 }
const tool = (name: string, readOnly = true): RemoteTool => ({ name, description: name, parameters: {}, readOnly })
const output = (text: string): ToolResult => ({ type: 'output', text })

/** A conversation in which the server runs tools, and somebody who runs them. */
const converse = (serverTools: readonly ServerTool[], options: { readonly canSearch?: boolean } = {}) => {
  const talk = drive(options)
  const effects = <Type extends Effect['type']>(type: Type) =>
    talk.effects.filter((effect): effect is Extract<Effect, { type: Type }> => effect.type === type)
  const configure = (tools: readonly ServerTool[]): void =>
    talk.apply({ type: 'session.update', patch: { serverTools: tools } })
  configure(serverTools)
  return {
    ...talk,
    configure,
    lists: () => effects('list-tools'),
    runs: () => effects('run-tool'),
    searches: () => effects('search'),
    list: (...tools: readonly RemoteTool[]): void => {
      for (const { itemId } of effects('list-tools').slice(-1)) talk.apply({ type: 'tools.listed', itemId, tools })
    },
    ask: (text: string): void => {
      talk.say(text)
      talk.apply({ type: 'reply.create', wishes: {} })
    },
    call: (name: string, callId = 'c1', given = '{"a":1}'): void => {
      const { replyId } = talk.request()
      talk.apply({ type: 'reply.call', replyId, callId, name, arguments: given })
    },
    end: (): void => talk.apply({ type: 'reply.ended', replyId: talk.request().replyId, reason: 'finished' }),
    toolEnded: (itemId: string, result: ToolResult): void => talk.apply({ type: 'tool.ended', itemId, result }),
    names: () => talk.request().tools.map(({ name }) => name),
  }
}

describe('what servers have', () => {
  it('is asked once, told to the client, and offered to the model', () => {
    const talk = converse([{ ...shop, allowed: { names: ['hours'] } }])
    expect(talk.take()).toEqual(['session.updated', 'item.added', 'tools.listing'])
    expect(talk.lists()).toMatchObject([{ server: { label: 'shop', url: 'https://shop.test/mcp' } }])
    talk.list(tool('hours'), tool('order', false))
    expect(talk.take()).toEqual(['tools.listed', 'item.done'])
    expect(talk.events.at(-1)).toMatchObject({
      item: { type: 'tool-list', server: 'shop', tools: [{ name: 'hours' }] },
    })
    talk.configure([{ ...shop, allowed: { names: ['hours'] }, approval: 'always' }])
    expect(talk.lists()).toHaveLength(1)
    talk.ask('Hi')
    expect(talk.names()).toEqual(['hours'])
  })

  it('is asked again where it could not be told, or where the server is another', () => {
    const talk = converse([shop])
    const [{ itemId } = { itemId: '' }] = talk.lists()
    talk.apply({ type: 'tools.listed', itemId, tools: [], problem: 'It is not there.' })
    expect(talk.events.at(-1)).toMatchObject({ item: { status: 'incomplete', problem: 'It is not there.' } })
    expect(talk.types()).toContain('tools.not-listed')
    talk.configure([shop])
    talk.configure([{ ...shop, headers: { key: 'new' } }])
    expect(talk.lists()).toHaveLength(3)
  })

  it('has names of its own where servers and functions share them, and none that models do not take', () => {
    const other: McpTools = { ...shop, label: 'other shop', url: 'https://other.test/mcp' }
    const talk = converse([shop])
    talk.list(tool('hours'), tool('a.b/c'), tool('f'))
    talk.configure([shop, other])
    talk.list(tool('hours'))
    const functions = [{ name: 'f', description: '', parameters: {} }]
    talk.apply({ type: 'session.update', patch: { tools: functions } })
    talk.ask('Hi')
    expect(talk.names()).toEqual(['f', 'shop_hours', 'a_b_c', 'shop_f', 'other_shop_hours'])
    talk.call('other_shop_hours')
    talk.end()
    expect(talk.runs()).toMatchObject([{ server: { label: 'other shop' }, name: 'hours', arguments: '{"a":1}' }])
  })

  it('can be demanded, once: the answer to its result is free', () => {
    const talk = converse([shop])
    talk.list(tool('hours'), tool('order'))
    talk.apply({ type: 'session.update', patch: { toolChoice: { server: 'shop', tool: 'order' } } })
    talk.ask('Hi')
    expect(talk.request().toolChoice).toEqual({ name: 'order' })
    talk.call('order')
    talk.end()
    talk.toolEnded(talk.runs()[0]!.itemId, output('Done.'))
    expect(talk.request().toolChoice).toBe('auto')
    talk.end()
    talk.apply({ type: 'reply.create', wishes: { toolChoice: { server: 'shop' }, metadata: {} } })
    expect(talk.request().toolChoice).toBe('required')
    talk.end()
    talk.apply({ type: 'reply.create', wishes: { toolChoice: { server: 'nobody' }, metadata: {} } })
    expect(talk.request().toolChoice).toBe('auto')
  })

  it('is waited for by the one reply that it is wanted for', () => {
    const talk = converse([])
    talk.say('Hi')
    talk.apply({ type: 'reply.create', wishes: { serverTools: [shop] } })
    expect(talk.requests()).toHaveLength(0)
    talk.list(tool('hours'))
    expect(talk.names()).toEqual(['hours'])
    talk.end()
    talk.ask('And now?')
    expect(talk.names()).toEqual([])
  })
})

describe('a call of a server', () => {
  const called = (approval: McpTools['approval'] = 'never') => {
    const talk = converse([{ ...shop, approval }])
    talk.list(tool('hours'), tool('order', false))
    talk.ask('When do you open?')
    talk.take()
    return talk
  }

  it('runs once the reply has ended, and its result is answered without being asked for', () => {
    const talk = called()
    talk.call('hours')
    expect(talk.runs()).toEqual([])
    talk.end()
    expect(talk.take()).toEqual([
      ...['reply.item-added', 'item.added', 'reply.call-delta', 'reply.call-done', 'reply.item-done'],
      ...['reply.finished', 'server-call.started'],
    ])
    const [{ itemId } = { itemId: '' }] = talk.runs()
    talk.toolEnded(itemId, output('At nine.'))
    expect(talk.take()).toEqual(['server-call.completed', 'item.done', 'reply.started'])
    expect(talk.request().messages.slice(-2)).toEqual([
      { role: 'tool-call', callId: 'c1', name: 'hours', arguments: '{"a":1}' },
      { role: 'tool-result', callId: 'c1', name: 'hours', output: 'At nine.' },
    ])
    // It has one result, whoever tells another.
    talk.toolEnded(itemId, output('At ten.'))
    expect(talk.take()).toEqual([])
  })

  it('is answered once, also for clients that ask for it themselves, early or late', () => {
    const talk = called()
    talk.call('hours')
    talk.end()
    talk.toolEnded(talk.runs()[0]!.itemId, output('At nine.'))
    talk.end()
    talk.take()
    talk.apply({ type: 'reply.create', wishes: {} })
    expect(talk.take()).toEqual([])
    talk.apply({ type: 'reply.create', wishes: {} })
    expect(talk.take()).toEqual(['reply.started'])
  })

  it('is answered like the reply that wanted it was to be', () => {
    const talk = converse([shop])
    talk.list(tool('hours'))
    talk.say('Hi')
    const modalities = { audio: false, text: true }
    talk.apply({ type: 'reply.create', wishes: { modalities, instructions: 'Be brief.', input: [] } })
    talk.call('hours')
    talk.end()
    talk.toolEnded(talk.runs()[0]!.itemId, output('At nine.'))
    expect(talk.request().speech).toBeUndefined()
    expect(talk.request().messages).toMatchObject([{ role: 'system' }, { role: 'user' }, {}, { output: 'At nine.' }])
  })

  it('waits for the others of its reply', () => {
    const talk = called()
    talk.call('hours')
    talk.call('order', 'c2')
    talk.end()
    const [first, second] = talk.runs()
    talk.toolEnded(second!.itemId, { type: 'failed', by: 'tool', message: 'Sold out.' })
    expect(talk.requests()).toHaveLength(1)
    talk.toolEnded(first!.itemId, output('At nine.'))
    expect(talk.request().messages.slice(-2)).toMatchObject([
      { output: 'At nine.' },
      { output: '{"error":"Sold out."}' },
    ])
  })

  it('goes on while the user speaks: what comes of it is told with the next turn, and never run again', () => {
    const talk = called()
    talk.call('hours')
    talk.end()
    talk.apply({ type: 'speech.started', utterance: 0, startMs: 1000, confidence: 0.9 })
    talk.toolEnded(talk.runs()[0]!.itemId, output('At nine.'))
    expect(talk.requests()).toHaveLength(1)
    talk.apply({ type: 'turn.ended', utterance: 0, startMs: 1000, endMs: 2000, silenceMs: 500 })
    talk.final(0, 'never mind')
    expect(talk.requests()).toHaveLength(2)
    expect(talk.request().messages).toMatchObject([
      { role: 'user' },
      { role: 'tool-call' },
      { role: 'tool-result', output: 'At nine.' },
      { role: 'user' },
    ])
    expect(talk.runs()).toHaveLength(1)
  })

  it('that comes back while another reply runs is news to the next', () => {
    const talk = called()
    talk.call('hours')
    talk.end()
    talk.ask('Are you there?')
    expect(talk.request().messages.slice(-2)).toMatchObject([{ isPending: true }, { role: 'user' }])
    talk.toolEnded(talk.runs()[0]!.itemId, output('At nine.'))
    talk.end()
    expect(talk.request().messages.at(-1)).toMatchObject({ role: 'tool-result', output: 'At nine.' })
  })

  it('of a reply that was interrupted is not made, and the model is told so', () => {
    const talk = called()
    talk.call('hours')
    talk.apply({ type: 'speech.started', utterance: 0, startMs: 1000, confidence: 0.9 })
    expect(talk.take().slice(-3)).toEqual(['reply.finished', 'server-call.failed', 'item.done'])
    expect(talk.runs()).toEqual([])
    talk.apply({ type: 'turn.ended', utterance: 0, startMs: 1000, endMs: 2000, silenceMs: 500 })
    talk.final(0, 'stop')
    expect(talk.request().messages).toContainEqual(
      expect.objectContaining({ role: 'tool-result', output: expect.stringContaining('interrupted') }),
    )
  })

  it('does not follow upon itself for ever', () => {
    const talk = called()
    for (let round = 0; talk.request().toolChoice !== 'none'; round += 1) {
      expect(round).toBeLessThan(20)
      talk.call('hours', `c${round}`)
      talk.end()
      talk.toolEnded(talk.runs()[round]!.itemId, output('Again.'))
    }
    expect(talk.runs()).toHaveLength(9)
  })

  it('is made only when the client allows it, where the client wants to be asked', () => {
    const talk = called({ never: { readOnly: true } })
    talk.call('order')
    talk.end()
    expect(talk.runs()).toEqual([])
    const request = talk.conversation.items.at(-1)!
    expect(request).toMatchObject({ type: 'approval-request', name: 'order', arguments: '{"a":1}' })
    expect(talk.requests()).toHaveLength(1)
    talk.take()
    const decide = (approve: boolean, requestId = request.id): void =>
      talk.apply({
        type: 'item.create',
        item: { id: '', status: 'completed', type: 'approval', requestId, approve, reason: 'Too dear.' },
      })
    decide(true, 'nobody')
    expect(talk.take()).toEqual(['command.refused'])
    decide(true)
    expect(talk.take()).toEqual(['item.added', 'item.done', 'item.added', 'server-call.started'])
    decide(false)
    expect(talk.take()).toEqual(['command.refused'])
    talk.toolEnded(talk.runs()[0]!.itemId, output('Ordered.'))
    expect(talk.take()).toEqual(['server-call.completed', 'item.done', 'reply.started'])
    expect(talk.request().messages.filter(({ role }) => role === 'tool-call')).toHaveLength(1)
    talk.call('order', 'c2')
    talk.end()
    decide(false, talk.conversation.items.at(-1)!.id)
    expect(talk.runs()).toHaveLength(1)
    expect(talk.request().messages.at(-1)).toMatchObject({ callId: 'c2', output: expect.stringContaining('Too dear.') })
  })
})

describe('a search', () => {
  const searched = (steps = 1) => {
    const talk = converse([{ ...search, maxSteps: steps }], { canSearch: true })
    talk.ask('What is new?')
    talk.take()
    return talk
  }
  const text = (talk: ReturnType<typeof searched>, delta: string): void =>
    talk.apply({ type: 'reply.text', replyId: talk.request().replyId, delta })

  it('is part of the reply that wants it, and clients are told nothing of it', () => {
    const talk = searched()
    text(talk, 'Let me look. ')
    talk.call('web_search', 'c1', '{"query":"news"}')
    talk.end()
    expect(talk.searches()).toMatchObject([{ arguments: '{"query":"news"}', maxResults: 3 }])
    talk.toolEnded(talk.searches()[0]!.itemId, output('Rain.'))
    expect(talk.requests().map(({ replyId }) => replyId)).toEqual(Array(2).fill(talk.request().replyId))
    expect(talk.request().messages.slice(-2)).toMatchObject([{ name: 'web_search' }, { output: 'Rain.' }])
    // It has looked as often as it may.
    expect(talk.names()).toEqual([])
    text(talk, 'It rains.')
    talk.end()
    expect(talk.take()).toEqual([
      ...['reply.item-added', 'item.added', 'reply.part-added', 'reply.text', 'reply.part-done', 'reply.item-done'],
      ...['item.done', 'reply.item-added', 'item.added', 'reply.part-added', 'reply.text', 'reply.part-done'],
      ...['reply.item-done', 'item.done', 'reply.finished'],
    ])
    const added = talk.events.flatMap((event) => (event.type === 'item.added' ? [event] : []))
    expect(added.at(-1)?.previousId).toBe(added.at(-2)?.item.id)
  })

  it('places the words that come after it behind those before', () => {
    const talk = searched(2)
    const { replyId } = talk.request()
    talk.speak(replyId, 'Let me look. ', [['look.', 0, 1000]])
    talk.call('web_search')
    talk.end()
    talk.toolEnded(talk.searches()[0]!.itemId, output('Rain.'))
    talk.speak(replyId, 'It rains.', [['rains.', 0, 500]])
    const words = talk.events.filter((event) => event.type === 'reply.word')
    expect(words).toMatchObject([
      { from: 7, to: 12, startMs: 0, endMs: 1000 },
      { from: 3, to: 9, startMs: 0, endMs: 500 },
    ])
    expect(talk.names()).toEqual(['web_search'])
  })

  it('that the user interrupts is remembered, and not answered by itself', () => {
    const talk = searched()
    talk.call('web_search')
    talk.end()
    talk.apply({ type: 'reply.cancel' })
    talk.toolEnded(talk.searches()[0]!.itemId, output('Rain.'))
    expect(talk.requests()).toHaveLength(1)
    talk.ask('So?')
    expect(talk.request().messages).toMatchObject([{}, { role: 'tool-call' }, { output: 'Rain.' }, { role: 'user' }])
  })

  it('is not offered where there is nothing to search with', () => {
    const talk = converse([search])
    talk.ask('What is new?')
    expect(talk.names()).toEqual([])
  })
})
