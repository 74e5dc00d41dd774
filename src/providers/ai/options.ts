/** How a model is asked: our options as the packages take them. */
import type { GenerateOptions, Message, Sampling } from '../../engines/language-model.ts'
import type { CallOptions, Kind } from './kinds.ts'
import { type FetchedUrls, promptOf } from './prompt.ts'

type Schema = Extract<NonNullable<CallOptions['tools']>[number], { type: 'function' }>['inputSchema']
type Mark = ReturnType<NonNullable<Kind['cache']>['mark']>
type Given = { -readonly [Key in keyof CallOptions]: CallOptions[Key] }

const toolChoiceOf = ({ toolChoice = 'auto' }: GenerateOptions): NonNullable<CallOptions['toolChoice']> =>
  typeof toolChoice === 'string' ? { type: toolChoice } : { type: 'tool', toolName: toolChoice.name }

/** The prompt with a mark on the last of the instructions with which it begins. */
const withMark = (prompt: CallOptions['prompt'], providerOptions: Mark): CallOptions['prompt'] => {
  const other = prompt.findIndex(({ role }) => role !== 'system')
  const last = (other < 0 ? prompt.length : other) - 1
  return prompt.map((message, index) => (index === last ? { ...message, providerOptions } : message))
}

const biasesOf = ({ logitBias = [] }: Sampling): Readonly<Record<string, number>> | undefined =>
  logitBias.length === 0 ? undefined : Object.fromEntries(logitBias.map(({ token, bias }) => [token, bias]))

/** Everything but the signal. */
export const callOf = (
  messages: readonly Message[],
  options: GenerateOptions,
  kind: Kind,
  fetched: FetchedUrls,
): CallOptions => {
  const { tools = [], sampling = {}, maxTokens, format, caching } = options
  const mark = caching?.enabled ? kind.cache?.mark(caching.seconds) : undefined
  const prompt = promptOf(messages, { alternates: kind.alternates ?? false, fetched })
  const call: Given = { prompt: mark && caching?.instructions !== false ? withMark(prompt, mark) : prompt }
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
    const marksTools = mark && kind.cache?.tools && caching?.tools !== false
    call.tools = tools.map(({ name, description, parameters }, index) => ({
      type: 'function',
      name,
      description,
      inputSchema: parameters as Schema,
      ...(marksTools && index === tools.length - 1 && { providerOptions: mark }),
    }))
    call.toolChoice = toolChoiceOf(options)
  }
  call.providerOptions = {
    ...kind.extras({
      singleTool: tools.length > 0 && options.parallelTools === false,
      effort: sampling.reasoningEffort,
      reasoningTokens: sampling.reasoningTokens,
      reasoningHidden: sampling.reasoningHidden ?? false,
      repetitionPenalty: sampling.repetitionPenalty,
      logitBias: biasesOf(sampling),
      strict: format?.strict ?? false,
    }),
  }
  return call
}
