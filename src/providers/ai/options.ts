/** How a model is asked: our options as the packages take them. */
import type { GenerateOptions, Message } from '../../engines/language-model.ts'
import type { CallOptions, Kind } from './kinds.ts'
import { type FetchedUrls, promptOf } from './prompt.ts'

type Schema = Extract<NonNullable<CallOptions['tools']>[number], { type: 'function' }>['inputSchema']
type Given = { -readonly [Key in keyof CallOptions]: CallOptions[Key] }

const toolChoiceOf = ({ toolChoice = 'auto' }: GenerateOptions): NonNullable<CallOptions['toolChoice']> =>
  typeof toolChoice === 'string' ? { type: toolChoice } : { type: 'tool', toolName: toolChoice.name }

/** Everything but the signal. */
export const callOf = (
  messages: readonly Message[],
  options: GenerateOptions,
  kind: Kind,
  fetched: FetchedUrls,
): CallOptions => {
  const { tools = [], sampling = {}, maxTokens, format } = options
  const call: Given = { prompt: promptOf(messages, { alternates: kind.alternates ?? false, fetched }) }
  if (maxTokens !== undefined) call.maxOutputTokens = maxTokens
  if (sampling.temperature !== undefined) call.temperature = sampling.temperature
  if (sampling.topP !== undefined) call.topP = sampling.topP
  if (sampling.frequencyPenalty !== undefined) call.frequencyPenalty = sampling.frequencyPenalty
  if (sampling.presencePenalty !== undefined) call.presencePenalty = sampling.presencePenalty
  if (sampling.seed !== undefined) call.seed = sampling.seed
  if (sampling.stop && sampling.stop.length > 0) call.stopSequences = [...sampling.stop]
  if (format) {
    call.responseFormat = {
      type: 'json',
      ...(format.name === undefined ? {} : { name: format.name }),
      ...(format.schema === undefined ? {} : { schema: format.schema as Schema }),
    }
  }
  if (tools.length > 0) {
    call.tools = tools.map(({ name, description, parameters }) => ({
      type: 'function',
      name,
      description,
      inputSchema: parameters as Schema,
    }))
    call.toolChoice = toolChoiceOf(options)
  }
  call.providerOptions = {
    ...kind.extras({
      singleTool: tools.length > 0 && options.parallelTools === false,
      effort: sampling.reasoningEffort,
      strict: format?.strict ?? false,
    }),
  }
  return call
}
