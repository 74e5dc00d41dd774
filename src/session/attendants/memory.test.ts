import { expect, it } from 'vitest'
import { attend } from '../../../test/support/attending.ts'
import { scriptedModel } from '../../../test/support/talking.ts'
import type { MemoryConfig } from '../../conversation/attendant-config.ts'
import { emptyMemory } from '../../conversation/memory.ts'
import { readSideTask } from '../../engines/side-task.ts'
import { VoiceError } from '../../errors.ts'
import { type Log, silentLog } from '../../log.ts'
import { createRules } from '../../providers/rules/model.ts'
import { MemoryKeeper, readAnswer } from './memory.ts'

const settings: MemoryConfig = {
  enabled: true,
  turnInterval: 2,
  maxLength: 2000,
  maxFacts: 20,
  trims: false,
  maxTranscriptItems: 2,
  state: emptyMemory,
}
const keep = (
  memory: Partial<MemoryConfig>,
  model = scriptedModel(['{"facts":["a"],"summary":"s"}']),
  log = silentLog,
) => attend((parts) => new MemoryKeeper(parts), { config: { memory: { ...settings, ...memory } }, model, log })
/** What the model was asked about, call by call. */
const abouts = (model: ReturnType<typeof scriptedModel>): readonly Record<string, unknown>[] =>
  model.calls.requests.map(({ messages }) => JSON.parse(readSideTask(messages)!.about))

it('has the conversation summed up every few turns, with what is remembered and what came since', async () => {
  const model = scriptedModel(
    ['{"facts":["The user is called Ana."],"summary":"First."}'],
    ['{"facts":[],"summary":"Second."}'],
  )
  const { exchange, settled, told, conversation, close } = keep({}, model)
  exchange('I am Ana.', 'Hello.')
  expect(model.calls.requests).toHaveLength(0)
  exchange('How are you?', 'Fine.')
  await settled()
  expect(told('session.updated')).toHaveLength(1)
  const state = {
    version: 1,
    facts: ['The user is called Ana.'],
    summary: 'First.',
    contextText: 'What is known of the user:\n- The user is called Ana.\nWhat was said before: First.',
    turnsSinceUpdate: 0,
    totalTurns: 2,
    itemsTrimmed: 0,
  }
  expect(told('session.updated')[0]!.config.memory?.state).toEqual(state)
  exchange('Third.', 'Yes.')
  exchange('Fourth.', 'No.')
  await settled()
  expect(abouts(model)[1]).toEqual({
    facts: ['The user is called Ana.'],
    summary: 'First.',
    transcript: [
      { role: 'user', text: 'Third.' },
      { role: 'assistant', text: 'Yes.' },
      { role: 'user', text: 'Fourth.' },
      { role: 'assistant', text: 'No.' },
    ],
  })
  expect(conversation.config.memory?.state).toMatchObject({ version: 2, facts: [], totalTurns: 4 })
  await close()
})

it('lets go of what was summed up but for the newest turns, where the client wants that', async () => {
  const { exchange, settled, say, apply, request, conversation, close } = keep({ trims: true })
  exchange('One.', 'A.')
  exchange('Two.', 'B.')
  await settled()
  say('Three.')
  apply({ type: 'reply.create', wishes: {} })
  const texts = request().messages.map((message) => ('parts' in message ? message.parts : []))
  expect(texts.flat().map((part) => part.type === 'text' && part.text)).toEqual([
    'What is known of the user:\n- a\nWhat was said before: s',
    'Two.',
    'B.',
    'Three.',
  ])
  expect(conversation.config.memory?.state).toMatchObject({ itemsTrimmed: 2 })
  await close()
})

it('keeps what it had when a model fails or talks nonsense, says so once, and tries again later', async () => {
  const lines: string[] = []
  const log: Log = { ...silentLog, warn: (_, message) => lines.push(message) }
  const model = scriptedModel([new VoiceError('provider_failed', 'no')], ['what?'], ['{"facts":["b"]}'])
  const { exchange, settled, told, conversation, close } = keep({ turnInterval: 1 }, model, log)
  exchange('One.', 'A.')
  await settled()
  exchange('Two.', 'B.')
  await settled()
  expect(told('session.updated')).toHaveLength(0)
  exchange('Three.', 'C.')
  await settled()
  expect(conversation.config.memory?.state).toMatchObject({ version: 1, facts: ['b'], turnsSinceUpdate: 0 })
  expect(abouts(model)[2]!.transcript).toHaveLength(6)
  expect(lines).toHaveLength(1)
  await close()
})

it('sums up words that came late the next time, and never a filler', async () => {
  const model = scriptedModel(['{"facts":["a"]}'])
  const { exchange, settled, apply, final, request, close } = keep({ turnInterval: 1 }, model)
  apply({ type: 'speech.started', utterance: 0, startMs: 0, confidence: 1 })
  apply({ type: 'turn.ended', utterance: 0, startMs: 0, endMs: 1000, silenceMs: 500 })
  apply({ type: 'reply.create', wishes: {} })
  final(0, 'spoken')
  const { replyId } = request()
  apply({ type: 'reply.text', replyId, delta: 'Let me see. ', filler: true })
  apply({ type: 'speech.started', utterance: 1, startMs: 3000, confidence: 1 })
  apply({ type: 'turn.ended', utterance: 1, startMs: 3000, endMs: 4000, silenceMs: 500 })
  await settled()
  expect(abouts(model)[0]!.transcript).toEqual([{ role: 'user', text: 'spoken' }])
  final(1, 'late')
  apply({ type: 'reply.ended', replyId: request().replyId, reason: 'finished' })
  exchange('More.', 'Yes.')
  await settled()
  expect(abouts(model)[1]!.transcript).toContainEqual({ role: 'user', text: 'late' })
  await close()
})

it('does nothing where it was not asked for', async () => {
  const model = scriptedModel(['{"facts":[]}'])
  const { exchange, settled, close } = keep({ enabled: false, turnInterval: 1 }, model)
  exchange('One.', 'A.')
  await settled()
  expect(model.calls.requests).toHaveLength(0)
  await close()
})

it('learns facts from the embedded agent too, without a key', async () => {
  const { exchange, settled, conversation, close } = attend((parts) => new MemoryKeeper(parts), {
    config: { memory: { ...settings, turnInterval: 3 } },
    model: createRules(),
  })
  exchange('hello my name is ana and i live in lisbon', 'Nice to meet you, Ana.')
  exchange('i really like hiking', 'All right.')
  exchange('actually I live in Porto now. My dog is called Rex!', 'All right.')
  await settled()
  expect(conversation.config.memory?.state.facts).toEqual([
    "The user's name is Ana.",
    'The user likes hiking.',
    'The user lives in Porto now.',
    "The user's dog is called Rex.",
  ])
  await close()
})

it.each([
  ['```json\n{"facts":["a"," a ",""],"summary":" s "}\n```', { facts: ['a'], summary: 's' }],
  ['Here you are: {"facts":[1,"a"]}', { facts: ['a'], summary: '' }],
  ['{"summary":"only"}', { facts: [], summary: 'only' }],
  ['{"other":1}', undefined],
  ['[]', undefined],
  ['no', undefined],
])('reads %j', (text, answer) => {
  expect(readAnswer(text)).toEqual(answer)
})
