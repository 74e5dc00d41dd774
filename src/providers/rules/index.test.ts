/** The embedded agent: what it answers, what it calls, and that nothing makes it hang. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { generate, languageModelContract, only, textOf, said as user } from '../../../test/contracts/language-model.ts'
import type { GenerateOptions, GenerationEvent, Message, Tool } from '../../engines/language-model.ts'
import { Registry } from '../../engines/registry.ts'
import { silentLog } from '../../log.ts'
import { loadProvider } from '../../server/catalog.ts'
import rules from './index.ts'
import { createRules } from './model.ts'

/** Five past two in the afternoon wherever this runs. */
const model = createRules(() => new Date(2026, 10, 20, 14, 5))

const assistant = (text: string): Message => ({ role: 'assistant', parts: [{ type: 'text', text }] })
const system = (text: string): Message => ({ role: 'system', parts: [{ type: 'text', text }] })

const run = (messages: readonly Message[], options: Partial<GenerateOptions> = {}): Promise<GenerationEvent[]> =>
  generate(model, messages, options)

const callsIn = (events: readonly GenerationEvent[]): readonly (readonly [string, unknown])[] =>
  only(events, 'tool-call').map((call) => [call.name, JSON.parse(call.arguments)])

/** The answer to a conversation of user, assistant, user… */
const answer = async (turns: string | readonly string[], options: Partial<GenerateOptions> = {}): Promise<string> =>
  textOf(
    await run(
      [turns].flat().map((text, index) => (index % 2 === 0 ? user(text) : assistant(text))),
      options,
    ),
  )

const tool = (name: string, description: string, properties: object, required = Object.keys(properties)): Tool => ({
  name,
  description,
  parameters: { type: 'object', properties, required },
})
const text = { type: 'string' }
const weather = tool('get_weather', 'Get the current weather in a city.', {
  city: { type: 'string', description: 'City name' },
})
const forecast = tool(
  'get_weather',
  'Forecast',
  { city: text, date: { type: 'string', format: 'date' }, unit: { type: 'string', enum: ['celsius', 'fahrenheit'] } },
  ['city'],
)
const lights = tool('set_light', 'Switch a light in a room', {
  room: { type: 'string', enum: ['kitchen', 'living_room', 'bedroom'] },
  on: { type: 'boolean' },
})
const timer = tool('set_timer', 'Starts a timer', { seconds: { type: 'integer', minimum: 1 } })
const flight = tool('book_flight', 'Books a flight', {
  origin: text,
  destination: text,
  date: { type: 'string', format: 'date' },
  passengers: { type: 'integer' },
})
const message = tool('send_message', 'Sends a message to somebody', { recipient: text, message: text })
const hours = tool('opening_hours', 'Opening hours of the shop', {})
const order = tool('get_order_status', 'Status of an order', { order_id: text })
const music = tool('play_music', 'Plays music', { song: text, artist: text }, ['song'])
const search = tool('search_help_pages', 'Searches', { query: text })
const transfer = tool('transfer_call', 'Hands over', { department: { type: 'string', enum: ['sales', 'support'] } })
const oslo = tool('lookup', 'The temperature in a city', { city: text })
const go = tool('go_forward', 'Drives', { meters: { type: 'number' } })
const list = tool('add_to_shopping_list', 'Adds things', { items: { type: 'array', items: text } })

languageModelContract('parley/rules', async () => rules.languageModel!('rules', {}, { log: silentLog, cacheDir: '' }))

it('goes by parley/rules and no other name', async () => {
  const surroundings = { log: silentLog, cacheDir: '' }
  const registry = new Registry({ load: loadProvider, settings: {}, surroundings })
  expect((await registry.get('languageModel', 'parley/rules')).card.name).toMatch(/not a language model/)
  await expect(registry.get('languageModel', 'parley/other')).rejects.toThrow('parley/rules')
})

describe('the embedded agent', () => {
  it.each([
    ['what is seven times eight plus three', '7 times 8 plus 3 is 59.'],
    ['whats twenty three minus five', '23 minus 5 is 18.'],
    ['calculate (2 + 3) * 4', 'That is 20.'],
    ['what is 2^10?', '2 to the power of 10 is 1024.'],
    ['what is minus two squared', 'Minus 2 to the power of 2 is minus 4.'],
    ['what is fifteen percent of two hundred', '15 percent of 200 is 30.'],
    ['two hundred plus ten percent', 'That is 220.'],
    ['what is ten divided by three', '10 divided by 3 is about 3.33.'],
    ['ten divided by zero', 'I cannot work that out: it divides by zero or is too large.'],
    ['what is the square root of one hundred and forty four', 'The square root of 144 is 12.'],
    ['what is twenty percent off eighty', 'That is 64.'],
    ['what is one third of ninety', '1 divided by 3 times 90 is 30.'],
    ['subtract three from ten', 'That is 7.'],
    ['add five and seven', 'That is 12.'],
    ['open parenthesis two plus three close parenthesis times four', 'That is 20.'],
    ['three point one four times two', '3.14 times 2 is 6.28.'],
    ['2 to the power of a hundred', '2 to the power of 100 is about 1.268 times 10 to the power 30.'],
    ['how much is half of ninety', '1 divided by 2 times 90 is 45.'],
    ['convert five miles to kilometers', '5 miles are about 8.05 kilometers.'],
    ['how many feet are in a mile', '1 mile is 5280 feet.'],
    ['what is seventy two degrees fahrenheit in celsius', '72 degrees Fahrenheit are about 22.22 degrees Celsius.'],
    ['one hundred kilometers per hour in miles per hour', '100 kilometers per hour are about 62.14 miles per hour.'],
    ['how many grams are in three pounds', '3 pounds are about 1360.78 grams.'],
    ['how many seconds are in two days', '2 days are 172800 seconds.'],
    ['five miles in kilograms', 'I cannot tell length in kilograms.'],
    ['what time is it', 'It is 2:05 PM.'],
    ['tell me the time please', 'It is 2:05 PM.'],
    ["what's today's date", 'Today is Friday, November 20, 2026.'],
    ['what day is it', 'Today is Friday, November 20, 2026.'],
    ['what year is it', 'It is 2026.'],
    ['spell necessary', 'N, E, C, E, S, S, A, R, Y.'],
    ['how do you spell the word Rhythm?', 'R, H, Y, T, H, M.'],
    ['repeat after me the tide is high', 'The tide is high.'],
    ['say I am here', 'I am here.'],
    ['thank you very much', 'You are welcome.'],
    ['how are you today', 'I am running well, thank you. How can I help?'],
    ['goodbye', 'Goodbye. It was nice to talk to you.'],
    ['my name is ana', 'Nice to meet you, Ana.'],
    ["hi, I'm Ana", 'Nice to meet you, Ana.'],
    ['hello what time is it', 'It is 2:05 PM.'],
    ['spell my name', 'You have not told me your name yet.'],
    ['rephrase I want to buy a big house', 'In other words: I wish to purchase a large house.'],
    ['', 'I did not catch any words. Are you still there?'],
  ])('answers %j', async (said, told) => {
    expect(await answer(said)).toBe(told)
  })

  it('says what it is when greeted, when asked, and when it has no rule', async () => {
    for (const said of [
      'hello',
      'who are you',
      'are you a real person',
      'explain quantum gravity',
      'привет',
      'what time is it in tokyo',
    ])
      expect(await answer(said)).toMatch(/not a language model/)
    expect(await answer('what can you do')).toMatch(/tell the time/)
  })

  it('goes by the name that its instructions give', async () => {
    expect(textOf(await run([system('You are Luna, a helpful assistant.'), user('who are you')]))).toMatch(
      /^I am Luna,/,
    )
    expect(textOf(await run([system('You are a helpful assistant.'), user('who are you')]))).toMatch(
      /^I am the Parley agent,/,
    )
  })

  it('greets when it speaks first', async () => {
    expect(textOf(await run([system('Be kind.')]))).toMatch(/^Hello!/)
  })

  it('remembers names, its last answer and what was said from the messages', async () => {
    expect(await answer(['call me ana', 'Nice to meet you, Ana.', 'what is my name'])).toBe('Your name is Ana.')
    expect(await answer(['call me ana', 'x.', 'no my name is eva', 'x.', 'do you remember my name'])).toBe(
      'Your name is Eva.',
    )
    expect(await answer(['i am tired', 'x.', 'what is my name'])).toBe('You have not told me your name yet.')
    expect(await answer(['my name is ana', 'x.', 'spell my name'])).toBe('A, N, A.')
    expect(await answer(['what time is it', 'It is 2:05 PM.', 'say that again'])).toBe('It is 2:05 PM.')
    expect(await answer(['i like tea', 'Well.', 'what did i say'])).toBe('You said: I like tea.')
    expect(await answer(['hello', 'You are welcome.', 'say that in other words'])).toBe(
      'In other words: It was a pleasure.',
    )
    expect(await answer('say that again')).toBe('Nothing has been said before that.')
  })

  it.each([
    ['tell me a short story', 40, 90],
    ['tell me a story', 90, 150],
    ['can you tell me a long story please', 350, 450],
    ['a story of five hundred words', 470, 530],
    ['tell me a story in 2 minutes', 270, 330],
  ])('tells %j in about as many words as asked', async (said, least, most) => {
    const told = await answer(said)
    expect(told.split(' ').length).toBeGreaterThan(least)
    expect(told.split(' ').length).toBeLessThan(most)
    expect(told).not.toMatch(/[{}]/)
    expect(await answer(said)).toBe(told)
  })

  it('tells of what was asked for', async () => {
    expect(await answer('tell me a very short story about a dragon')).toMatch(/the dragon/)
  })
})

describe('its tools', () => {
  it.each<[string, readonly Tool[], unknown]>([
    ["what's the weather in Pune", [weather], [['get_weather', { city: 'Pune' }]]],
    ['whats the weather like in new york right now', [weather], [['get_weather', { city: 'New York' }]]],
    ['weather pune', [weather], [['get_weather', { city: 'Pune' }]]],
    [
      'what is the weather in pune and in delhi',
      [weather],
      [
        ['get_weather', { city: 'Pune' }],
        ['get_weather', { city: 'Delhi' }],
      ],
    ],
    [
      'what will the weather be in oslo tomorrow in fahrenheit',
      [forecast],
      [['get_weather', { city: 'Oslo', date: '2026-11-21', unit: 'fahrenheit' }]],
    ],
    ['turn on the light in the living room', [weather, lights], [['set_light', { room: 'living_room', on: true }]]],
    ['switch the kitchen lights off', [lights], [['set_light', { room: 'kitchen', on: false }]]],
    ['set a timer for five minutes', [timer, lights], [['set_timer', { seconds: 300 }]]],
    ['timer ninety seconds', [timer], [['set_timer', { seconds: 90 }]]],
    [
      'book a flight from new york to london tomorrow for two passengers',
      [weather, flight],
      [['book_flight', { origin: 'New York', destination: 'London', date: '2026-11-21', passengers: 2 }]],
    ],
    [
      'send a message to john saying i am late and tired',
      [message],
      [['send_message', { recipient: 'John', message: 'i am late and tired' }]],
    ],
    ['what are your opening hours', [hours, weather], [['opening_hours', {}]]],
    ['what is the status of order 1234', [order], [['get_order_status', { order_id: '1234' }]]],
    [
      'whats the weather in oslo and set a timer for ten seconds',
      [weather, timer],
      [
        ['get_weather', { city: 'Oslo' }],
        ['set_timer', { seconds: 10 }],
      ],
    ],
    ['what is the current temperature in the city of oslo', [oslo], [['lookup', { city: 'Oslo' }]]],
    ['weather in pune and tell me a joke', [weather], [['get_weather', { city: 'Pune' }]]],
    ['weather in pune, delhi and oslo', [weather], ['Pune', 'Delhi', 'Oslo'].map((city) => ['get_weather', { city }])],
    ['go forward ten feet', [go], [['go_forward', { meters: 3.048 }]]],
    ['play bohemian rhapsody by queen', [music], [['play_music', { song: 'bohemian rhapsody', artist: 'Queen' }]]],
    ['search for your refund policy', [search], [['search_help_pages', { query: 'your refund policy' }]]],
    ['transfer me to support', [transfer], [['transfer_call', { department: 'support' }]]],
    ['how are you', [weather, lights, flight, message, order], []],
    ['what time is it', [weather, lights, flight, message, order], []],
  ])('are called for %j', async (said, tools, calls) => {
    expect(callsIn(await run([user(said)], { tools }))).toEqual(calls)
  })

  it('are called one at a time where parallel calls are not wanted', async () => {
    const said = user('weather in pune and in delhi')
    const options = { tools: [weather], parallelTools: false }
    expect(callsIn(await run([said], options))).toEqual([['get_weather', { city: 'Pune' }]])
    const first: readonly Message[] = [
      said,
      { role: 'tool-call', callId: 'a', name: 'get_weather', arguments: '{"city":"Pune"}' },
      { role: 'tool-result', callId: 'a', name: 'get_weather', output: '{"temperature":30}' },
    ]
    expect(callsIn(await run(first, options))).toEqual([['get_weather', { city: 'Delhi' }]])
    const second: readonly Message[] = [
      ...first,
      { role: 'tool-call', callId: 'b', name: 'get_weather', arguments: '{"city":"Delhi"}' },
      { role: 'tool-result', callId: 'b', name: 'get_weather', output: '{"temperature":25}' },
    ]
    expect(textOf(await run(second, options))).toBe(
      'For Pune: the weather says: temperature 30. For Delhi: the weather says: temperature 25.',
    )
  })

  it('keep nobody from talking while they are at work, and are waited for where nothing else is asked', async () => {
    const asked: readonly Message[] = [
      user('what is the weather in pune'),
      { role: 'tool-call', callId: 'a', name: 'get_weather', arguments: '{"city":"Pune"}' },
      { role: 'tool-result', callId: 'a', name: 'get_weather', output: 'No result yet.', isPending: true },
    ]
    const options = { tools: [weather] }
    expect(textOf(await run(asked, options))).toBe('No result yet.')
    expect(textOf(await run([...asked, user('what is two plus two')], options))).toBe('2 plus 2 is 4.')
  })

  it.each([
    ['{"temperature": 21, "unit":"C"}', 'The weather says: temperature 21 and unit C.'],
    [
      '{"temp_c": -3.5, "isRaining": true, "days":["Mon","Tue"]}',
      'The weather says: temp c minus 3.5, is raining yes and days Mon and Tue.',
    ],
    ['sunny and warm', 'Sunny and warm.'],
    ['21', 'The weather says: 21.'],
    ['{"error":"no such city"}', 'That did not work: no such city.'],
    ['{"success":true}', 'Done.'],
    ['', 'Done.'],
    ['{"message":"It is **sunny**"}', 'It is sunny.'],
  ])('are never called twice: the result %s is spoken', async (output, told) => {
    const messages: readonly Message[] = [
      user('what is the weather in pune'),
      { role: 'tool-call', callId: 'a', name: 'get_weather', arguments: '{ "city": "Pune" }' },
      { role: 'tool-result', callId: 'a', name: 'get_weather', output },
    ]
    for (const toolChoice of ['auto', 'required', { name: 'get_weather' }] as const) {
      const events = await run(messages, { tools: [weather], toolChoice })
      expect(callsIn(events)).toEqual([])
      expect(textOf(events)).toBe(told)
    }
  })

  it('are asked for what is missing, and called with the answer', async () => {
    const options = { tools: [forecast, lights, flight] }
    const first = await answer('what is the weather', options)
    expect(first).toBe('Which city should I use for the weather?')
    const told = [user('what is the weather'), assistant(first), user('in pune please')]
    expect(callsIn(await run(told, options))).toEqual([['get_weather', { city: 'Pune' }]])
    expect(textOf(await run([...told.slice(0, 2), user('never mind')], options))).toMatch(/leave it/)
    const second = await answer('book a flight to london for two passengers', options)
    expect(second).toBe('Which origin should I use for the flight?')
    const third = await answer(['book a flight to london for two passengers', second, 'new york'], options)
    expect(third).toBe('Which date should I use for the flight?')
    const turns = ['book a flight to london for two passengers', second, 'new york', third, 'tomorrow']
    expect(
      callsIn(
        await run(
          turns.map((said, index) => (index % 2 === 0 ? user(said) : assistant(said))),
          options,
        ),
      ),
    ).toEqual([['book_flight', { origin: 'New York', destination: 'London', date: '2026-11-21', passengers: 2 }]])
  })

  it('are switched on unless the words say otherwise', async () => {
    const options = { tools: [lights] }
    expect(await answer('switch the light on', options)).toBe('Which room should I use for the light?')
    expect(callsIn(await run([user('bedroom light')], options))).toEqual([['set_light', { room: 'bedroom', on: true }]])
  })

  it('give way to whatever else is said instead of an answer to a question', async () => {
    const turns = [user('what is the weather'), assistant('Which city should I use for the weather?')]
    const options = { tools: [forecast, timer] }
    expect(callsIn(await run([...turns, user('set a timer for one minute')], options))).toEqual([
      ['set_timer', { seconds: 60 }],
    ])
    expect(textOf(await run([...turns, user('what time is it')], options))).toBe('It is 2:05 PM.')
  })

  it('are not called again when the answer is asked for once more, nor after it was given', async () => {
    const past: readonly Message[] = [
      user('what is the weather in pune'),
      { role: 'tool-call', callId: 'a', name: 'get_weather', arguments: '{"city":"Pune"}' },
      { role: 'tool-result', callId: 'a', name: 'get_weather', output: '21' },
      assistant('The weather says: 21.'),
    ]
    for (const toolChoice of ['auto', 'required'] as const) {
      expect(textOf(await run(past, { tools: [weather], toolChoice }))).toMatch(/still here/)
    }
    expect(textOf(await run([...past, user('say that again')], { tools: [weather] }))).toBe('The weather says: 21.')
    expect(callsIn(await run([...past, user('weather in pune')], { tools: [weather] }))).toHaveLength(1)
  })

  it('whose result came while the user spoke are spoken of when nothing else is asked', async () => {
    const late: readonly Message[] = [
      user('what is the weather in pune'),
      { role: 'tool-call', callId: 'a', name: 'get_weather', arguments: '{"city":"Pune"}' },
      { role: 'tool-result', callId: 'a', name: 'get_weather', output: '21' },
    ]
    for (const said of ['well', 'what is the weather in pune'])
      expect(textOf(await run([...late, user(said)], { tools: [weather] }))).toBe('The weather says: 21.')
  })

  it('are called at once when they must be, and never when they may not', async () => {
    const tools = [weather, lights]
    expect(callsIn(await run([user('hello')], { tools, toolChoice: 'required' }))).toHaveLength(1)
    const [named] = callsIn(await run([user('hello')], { tools, toolChoice: { name: 'set_light' } }))
    expect(named).toEqual(['set_light', { room: 'kitchen', on: true }])
    expect(callsIn(await run([user('weather in pune')], { tools, toolChoice: 'none' }))).toEqual([])
  })
})

describe('docs/embedded-agent.md', () => {
  const page = readFileSync(new URL('../../../docs/embedded-agent.md', import.meta.url), 'utf8')
  const examples = [...page.matchAll(/^\| “(.+)” \| “?(.+?)”? \|$/gm)].map(([, heard = '', told = '']) => [heard, told])

  it.each(examples)('tells what is answered to “%s”', async (heard, told) => {
    const events = await run([user(heard!)], { tools: [weather] })
    const calls = callsIn(events).map(([name, values]) => `\`${name} ${JSON.stringify(values)}\``)
    expect([...calls, textOf(events)].filter(Boolean).join(' and ')).toBe(told)
  })

  it('has examples', () => {
    expect(examples.length).toBeGreaterThan(15)
  })
})

describe('the stream', () => {
  it('ends with usage and finish', async () => {
    const events = await run([user('what time is it')])
    expect(events.slice(-2)).toEqual([
      { type: 'usage', inputTokens: 4, outputTokens: 4 },
      { type: 'finish', reason: 'stop' },
    ])
    expect((await run([user('weather in pune')], { tools: [weather] })).at(-1)).toEqual({
      type: 'finish',
      reason: 'tool-calls',
    })
  })

  it('is cut at the most tokens', async () => {
    const events = await run([user('tell me a long story')], { maxTokens: 20 })
    expect(textOf(events).length).toBeLessThanOrEqual(80)
    expect(textOf(events).length).toBeGreaterThan(60)
    expect(events.at(-1)).toEqual({ type: 'finish', reason: 'length' })
  })

  it('just ends when it is cancelled', async () => {
    const cancel = new AbortController()
    const events: GenerationEvent[] = []
    for await (const event of model.generate([user('tell me a story of 5000 words')], {
      signal: cancel.signal,
      log: silentLog,
    })) {
      events.push(event)
      if (events.length === 10) cancel.abort()
    }
    expect(events).toHaveLength(10)
    expect(await run([user('hello')], { signal: AbortSignal.abort() })).toEqual([])
  })

  it('gives JSON of a schema where that is wanted', async () => {
    const schema = {
      type: 'object',
      properties: {
        city: text,
        days: { type: 'integer' },
        urgent: { type: 'boolean' },
        kind: { type: 'string', enum: ['news', 'weather'] },
        reply: text,
      },
      required: ['city', 'days', 'urgent', 'kind', 'reply'],
    }
    const told = JSON.parse(await answer('what time is it', { format: { type: 'json', schema } }))
    expect(told).toEqual({
      city: 'It is 2:05 PM.',
      days: 0,
      urgent: false,
      kind: 'news',
      reply: 'It is 2:05 PM.',
    })
    expect(JSON.parse(await answer('what time is it', { format: { type: 'json' } }))).toEqual({
      answer: 'It is 2:05 PM.',
    })
  })
})

describe('whatever is said', () => {
  const vocabulary = [
    'what',
    'is',
    'the',
    'one',
    'hundred',
    'and',
    'a',
    'half',
    'times',
    '(',
    ')',
    '-',
    'of',
    'percent',
    'story',
    'to',
    'in',
    'weather',
    'miles',
    'say',
    'spell',
    'march',
    'third',
    'at',
    'five',
    'pm',
    '.',
    ',',
    'again',
    'light',
    'on',
    'message',
    'please',
    'point',
    'square root',
    '2:30',
  ]
  const heard = fc.array(fc.constantFrom(...vocabulary), { maxLength: 30 }).map((words) => words.join(' '))
  const tools = [forecast, lights, timer, flight, message, hours, order, list]

  it('is answered with one finish, and with calls that fit their schema', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(heard, fc.string({ unit: 'binary' })), fc.boolean(), async (said, isForced) => {
        const events = await run([user(said)], { tools, toolChoice: isForced ? 'required' : 'auto', maxTokens: 60 })
        expect(events.filter(({ type }) => type === 'finish')).toHaveLength(1)
        for (const [name, values] of callsIn(events)) {
          const { parameters } = tools.find((known) => known.name === name)!
          for (const key of (parameters as { required: string[] }).required) expect(values).toHaveProperty(key)
        }
        expect(events.length).toBeGreaterThan(2)
      }),
      { numRuns: 200 },
    )
  })

  it.each([
    'a',
    'a ',
    'and ',
    '1 ',
    '1+',
    '(',
    'is ',
    'to to ',
    'x@',
    'hundred ',
    'five feet ',
    'say ',
    '"',
    'é',
    'in march ',
  ])('is answered though it is 100 kB of %j', async (unit) => {
    const long = unit.repeat(Math.ceil(100_000 / unit.length))
    const events = await run([system(long), user(long), assistant(long), user(`weather ${long}`)], {
      tools,
      maxTokens: 50,
    })
    expect(events.at(-1)?.type).toBe('finish')
  })
})
