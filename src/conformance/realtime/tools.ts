/** Checks of Realtime tools: a call that is demanded, its result, and what follows. */
import { at, type Check, fail, isMessage, type Message } from '../check.ts'
import type { Scene } from '../scene.ts'
import { outputOf } from './replies.ts'
import { expectAt, type Reply, type Talk, talking, typesOf, userText, weatherTool } from './talk.ts'

const reference = 'Server events: response.function_call_arguments.done'

/** Has the tool called: the reply, and the call in it. */
export const called = async (client: Talk): Promise<{ readonly reply: Reply; readonly call: Message }> => {
  await client.configure({ tools: [weatherTool], output_modalities: ['text'] })
  const reply = await client.say('What is the weather in Pune?', { tool_choice: 'required' })
  expectAt(reply.response, 'status', 'completed')
  const call = outputOf(reply.response).find(({ type }) => type === 'function_call')
  return call ? { reply, call } : fail('no function_call is in the output', reply.response)
}

export const resultOf = (call: Message) => ({
  type: 'conversation.item.create',
  item: { type: 'function_call_output', call_id: call.call_id, output: '{"temperature":31,"sky":"clear"}' },
})

export const toolChecks: readonly Check<Scene>[] = [
  talking(
    'tool-call',
    'A tool that must be called is: the item with name and call_id first, then arguments that are JSON.',
    reference,
    async (client) => {
      const { reply, call } = await called(client)
      expectAt(call, 'name', weatherTool.name)
      expectAt(call, 'status', 'completed')
      const types = typesOf(reply.events)
      const added = reply.events.find(
        (event) => event.type === 'response.output_item.added' && at(event, 'item.id') === call.id,
      )
      if (!added) fail('the call was not added', reply.response)
      else {
        expectAt(added, 'item.name', weatherTool.name)
        expectAt(added, 'item.call_id', call.call_id)
        expectAt(added, 'item.arguments', '')
      }
      const done = reply.events.find(({ type }) => type === 'response.function_call_arguments.done')
      if (!done) fail(`no response.function_call_arguments.done came, only ${types.join(', ')}`)
      else {
        expectAt(done, 'call_id', call.call_id)
        expectAt(done, 'name', weatherTool.name)
        expectAt(done, 'arguments', call.arguments)
      }
      if (!isMessage(JSON.parse(String(call.arguments)))) fail('the arguments are no JSON object', call)
    },
  ),
  talking(
    'tool-item',
    'The call is an item of the conversation before its arguments are done.',
    reference,
    async (client) => {
      const { call } = await called(client)
      const events = client.events
      const added = events.findIndex(
        (event) => event.type === 'conversation.item.added' && at(event, 'item.id') === call.id,
      )
      const done = events.findIndex(({ type }) => type === 'response.function_call_arguments.done')
      if (added < 0 || added > done) fail('conversation.item.added of the call comes too late or not at all')
    },
  ),
  talking(
    'tool-result',
    'The result of a tool is taken, and the next reply follows from it.',
    reference,
    async (client) => {
      const { call } = await called(client)
      const { now } = client
      client.send(resultOf(call))
      const added = await client.next('conversation.item.added', now)
      expectAt(added, 'item.type', 'function_call_output')
      expectAt(added, 'item.call_id', call.call_id)
      const { response } = await client.reply({ tool_choice: 'none' }, now)
      expectAt(response, 'status', 'completed')
      if (!outputOf(response).some(({ type }) => type === 'message')) fail('no message follows', response)
    },
  ),
  talking('tool-named', 'A tool can be demanded by its name.', 'Client events: response.create', async (client) => {
    await client.configure({ tools: [weatherTool], output_modalities: ['text'] })
    const choice = { type: 'function', name: weatherTool.name }
    const { response } = await client.say('What is the weather in Pune?', { tool_choice: choice })
    if (!outputOf(response).some(({ type }) => type === 'function_call')) fail('it was not called', response)
  }),
  talking('tool-none', 'With tool_choice none no tool is called.', 'Client events: response.create', async (client) => {
    await client.configure({ tools: [weatherTool] })
    const { response } = await client.say('What is the weather in Pune?', {
      tool_choice: 'none',
      output_modalities: ['text'],
    })
    if (outputOf(response).some(({ type }) => type === 'function_call')) fail('it was called', response)
  }),
]

/** On OpenAI's path nothing is answered unasked. */
export const toolSilenceCheck: Check<Scene> = talking(
  'tool-result-silent',
  'The result of a tool is not answered before the client asks.',
  reference,
  async (client) => {
    const { call } = await called(client)
    const events = await client.answers(resultOf(call))
    // What would be begun unasked is begun before the next message is read.
    await client.create(userText('And in Rome?'))
    if (typesOf(events).includes('response.created')) fail('it was answered', ...events)
  },
)
