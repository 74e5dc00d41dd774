/** What every language model promises, as tests: run for each of them. */
import { getEventListeners } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type {
  GenerateOptions,
  GenerationEvent,
  LanguageModel,
  Message,
  Tool,
} from '../../src/engines/language-model.ts'
import { silentLog } from '../../src/log.ts'

/** What somebody said. */
export const said = (text: string): Message => ({ role: 'user', parts: [{ type: 'text', text }] })

/** A tool that every model can be made to call. */
export const weather: Tool = {
  name: 'get_weather',
  description: 'The weather in a city.',
  parameters: {
    type: 'object',
    properties: { city: { type: 'string', description: 'Name of the city.' } },
    required: ['city'],
    additionalProperties: false,
  },
}
const clock: Tool = { name: 'get_time', description: 'The time now.', parameters: { type: 'object', properties: {} } }

/** All that a model says. */
export const generate = async (
  model: LanguageModel,
  messages: readonly Message[],
  options: Partial<GenerateOptions> = {},
): Promise<GenerationEvent[]> => {
  const events: GenerationEvent[] = []
  const idle = { signal: new AbortController().signal, log: silentLog }
  for await (const event of model.generate(messages, { ...idle, ...options })) events.push(event)
  return events
}

type Kind<Type extends GenerationEvent['type']> = Extract<GenerationEvent, { type: Type }>

/** Events of one type. */
export const only = <Type extends GenerationEvent['type']>(events: readonly GenerationEvent[], type: Type) =>
  events.filter((event): event is Kind<Type> => event.type === type)

/** What was said, joined. */
export const textOf = (events: readonly GenerationEvent[]): string =>
  only(events, 'text')
    .map(({ delta }) => delta)
    .join('')

const expectWhole = (events: readonly GenerationEvent[]): void => {
  expect(only(events, 'finish')).toHaveLength(1)
  expect(events.at(-1)?.type).toBe('finish')
  expect(only(events, 'usage').length).toBeLessThanOrEqual(1)
  for (const { delta } of only(events, 'text')) expect(delta).not.toBe('')
  for (const { inputTokens, outputTokens, cachedTokens = 0 } of only(events, 'usage')) {
    for (const count of [inputTokens, outputTokens, cachedTokens]) expect(Number.isInteger(count)).toBe(true)
    expect(cachedTokens).toBeLessThanOrEqual(inputTokens)
  }
  const ids = only(events, 'tool-call').map(({ callId }) => callId)
  expect(new Set(ids).size).toBe(ids.length)
}

/** `open` gives the model; it is closed at the end. */
export const languageModelContract = (name: string, open: () => Promise<LanguageModel>): void => {
  describe(`${name} as a language model`, () => {
    let model: LanguageModel
    beforeAll(async () => {
      model = await open()
    })
    afterAll(() => model?.close?.())
    const ask = (messages: readonly Message[], options: Partial<GenerateOptions> = {}) =>
      generate(model, messages, options)

    it('answers in text and finishes', async () => {
      const events = await ask([{ role: 'system', parts: [{ type: 'text', text: 'Be brief.' }] }, said('Hello.')])
      expectWhole(events)
      expect(textOf(events).trim()).not.toBe('')
      expect(events.at(-1)).toEqual({ type: 'finish', reason: 'stop' })
    })

    it('has a name for people', () => {
      expect(model.card.name).not.toBe('')
    })

    it('calls a tool when one is demanded, with arguments that are JSON, and speaks of its result', async () => {
      const question = said('What is the weather in Paris?')
      for (const toolChoice of ['required' as const, { name: weather.name }]) {
        const tools = toolChoice === 'required' ? [weather] : [clock, weather]
        const events = await ask([question], { tools, toolChoice })
        expectWhole(events)
        expect(events.at(-1)).toEqual({ type: 'finish', reason: 'tool-calls' })
        const [call] = only(events, 'tool-call')
        expect(call?.name).toBe(weather.name)
        expect(JSON.parse(call?.arguments ?? '')).toMatchObject({ city: expect.stringMatching(/Paris/i) })
        const { callId, name: tool } = call!
        const answered = await ask(
          [
            question,
            { role: 'tool-call', callId, name: tool, arguments: call!.arguments },
            { role: 'tool-result', callId, name: tool, output: '{"sky":"sunny","degrees":21}' },
          ],
          { tools },
        )
        expectWhole(answered)
        expect(textOf(answered).trim()).not.toBe('')
      }
    })

    it('calls nothing when that is forbidden', async () => {
      const events = await ask([said('What is the weather in Paris?')], { tools: [weather], toolChoice: 'none' })
      expectWhole(events)
      expect(only(events, 'tool-call')).toEqual([])
    })

    it('stops at its limit and says so', async () => {
      const events = await ask([said('Tell me a long story.')], { maxTokens: 2 })
      expectWhole(events)
      expect(events.at(-1)).toEqual({ type: 'finish', reason: 'length' })
    })

    it('takes a conversation of any shape', async () => {
      const assistant: Message = { role: 'assistant', parts: [{ type: 'text', text: 'Hello!' }] }
      const later: Message = { role: 'system', parts: [{ type: 'text', text: 'Be cheerful.' }] }
      const nothing: Message = { role: 'user', parts: [{ type: 'text', text: '' }] }
      const twice = (callId: string): Message => ({ role: 'tool-call', callId, name: 'get_time', arguments: '' })
      const result = (callId: string): Message => ({ role: 'tool-result', callId, name: 'get_time', output: '' })
      const shapes: Message[][] = [
        [later],
        [assistant],
        [assistant, said('Hi.'), later],
        [said('Hi.'), later, assistant],
        [said('Hi.'), assistant, assistant, said('a'), said('b')],
        [nothing, said('Hi.')],
        [said('Time?'), twice('a'), twice('b'), result('a'), result('b')],
        [said('Time?'), assistant, twice('c'), result('c'), twice('d'), result('d'), said('Thanks.')],
      ]
      for (const messages of shapes) expectWhole(await ask(messages, { tools: [clock] }))
    })

    it('does nothing for somebody who has left before', async () => {
      expect(await ask([said('Hello.')], { signal: AbortSignal.abort() })).toEqual([])
    })

    it('just ends when it is not wanted any more, and leaves nothing on the signal', async () => {
      const controller = new AbortController()
      const events: GenerationEvent[] = []
      for await (const event of model.generate([said('Tell me a long story.')], {
        signal: controller.signal,
        log: silentLog,
      })) {
        events.push(event)
        controller.abort()
      }
      expect(only(events, 'finish')).toEqual([])
      expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
    })

    it('ends with a reader who leaves, and serves the next', async () => {
      for await (const event of model.generate([said('Tell me a long story.')], {
        signal: new AbortController().signal,
        log: silentLog,
      })) {
        expect(event.type).not.toBe('finish')
        break
      }
      expectWhole(await ask([said('Hello.')]))
    })

    it('serves several at a time', async () => {
      const all = await Promise.all(Array.from({ length: 4 }, () => ask([said('Hello.')])))
      for (const events of all) expectWhole(events)
    })
  })
}
