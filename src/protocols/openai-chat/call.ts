/** OpenAI's chat completions: a request → what a language model is asked. */
import type { GenerateOptions, Message, MessagePart, Tool, ToolChoice } from '../../engines/language-model.ts'
import { VoiceError } from '../../errors.ts'
import { type ChatMessage, type ChatRequest, chatRequest, metadataValue } from './messages.ts'

/** A request, read. */
export interface ChatCall {
  /** Empty: the default one. */
  readonly model: string
  readonly messages: readonly Message[]
  readonly options: Omit<GenerateOptions, 'signal' | 'log' | 'observe'>
  readonly stream: boolean
  /** The stream ends with what it cost. */
  readonly streamUsage: boolean
}

const refuse = (param: string, message: string, code: VoiceError['code'] = 'invalid_request'): VoiceError =>
  new VoiceError(code, message, { param })

/** Reads a parsed body. Throws `invalid_request` or `unsupported`, with the field as `param`. */
export const readChat = (body: unknown): ChatCall => {
  const read = chatRequest.safeParse(body)
  if (!read.success) {
    const { path, message } = read.error.issues[0]!
    const param = path.reduce<string>(
      (text, step) => (typeof step === 'number' ? `${text}[${step}]` : `${text}${text && '.'}${String(step)}`),
      '',
    )
    throw param === '' ? refuse('messages', 'The body must be a JSON object.') : refuse(param, `${param}: ${message}.`)
  }
  const request = read.data
  if ((request.n ?? 1) !== 1) throw refuse('n', 'Only one choice can be given: n must be 1.', 'unsupported')
  if (request.modalities?.includes('audio')) throw refuse('modalities', 'Only text can be given here.', 'unsupported')
  return {
    model: request.model ?? '',
    messages: readMessages(request.messages),
    options: { ...toolsOf(request), ...formatOf(request), ...wordsOf(request), ...metadataOf(request) },
    stream: request.stream ?? false,
    streamUsage: request.stream_options?.include_usage ?? false,
  }
}

type Content = ChatMessage['content']

const partsOf = (content: Content, param: string): MessagePart[] => {
  if (typeof content === 'string') return [{ type: 'text', text: content }]
  return (content ?? []).map((part): MessagePart => {
    switch (part.type) {
      case 'text':
        return { type: 'text', text: part.text }
      case 'refusal':
        return { type: 'text', text: part.refusal }
      case 'image_url':
        return { type: 'image', url: part.image_url.url }
      case 'input_audio':
      case 'file':
        throw refuse(param, `Parts of type ${part.type} are not taken here.`, 'unsupported')
      default:
        throw part satisfies never
    }
  })
}

const textOf = (content: Content, param: string): string =>
  partsOf(content, param)
    .flatMap((part) => (part.type === 'text' ? part.text : []))
    .join('')

/** Every call must have its result before anyone speaks again; a result must have its call. */
const readMessages = (given: readonly ChatMessage[]): Message[] => {
  const messages: Message[] = []
  const open = new Map<string, string>()
  for (const [index, message] of given.entries()) {
    const param = `messages[${index}]`
    if (message.role !== 'tool' && open.size > 0)
      throw refuse(param, `The calls ${[...open.keys()].join(', ')} have no result before this message.`)
    switch (message.role) {
      case 'system':
      case 'developer':
        messages.push({ role: 'system', parts: partsOf(message.content, param) })
        break
      case 'user':
        messages.push({ role: 'user', parts: partsOf(message.content, param) })
        break
      case 'assistant': {
        const parts = partsOf(message.content ?? message.refusal ?? [], param)
        if (parts.length > 0) messages.push({ role: 'assistant', parts })
        for (const { id, function: call } of message.tool_calls ?? []) {
          open.set(id, call.name)
          messages.push({ role: 'tool-call', callId: id, name: call.name, arguments: call.arguments })
        }
        break
      }
      case 'tool': {
        const callId = message.tool_call_id
        const name = open.get(callId)
        if (name === undefined) throw refuse(`${param}.tool_call_id`, `No call before it has the id ${callId}.`)
        open.delete(callId)
        messages.push({ role: 'tool-result', callId, name, output: textOf(message.content, param) })
        break
      }
      default:
        throw message satisfies never
    }
  }
  if (open.size > 0) throw refuse('messages', `The calls ${[...open.keys()].join(', ')} have no result.`)
  return messages
}

const toolsOf = (request: ChatRequest): Partial<GenerateOptions> => {
  const given = (request.tools ?? []).map(
    ({ function: { name, description, parameters } }): Tool => ({
      name,
      description: description ?? '',
      parameters: parameters ?? { type: 'object', properties: {} },
    }),
  )
  const choice = request.tool_choice ?? 'auto'
  const check = (name: string): string => {
    if (given.some((tool) => tool.name === name)) return name
    throw refuse('tool_choice', `There is no tool ${name} among the tools.`)
  }
  let tools = given
  let toolChoice: ToolChoice
  if (typeof choice === 'string') toolChoice = choice
  else if (choice.type === 'function') toolChoice = { name: check(choice.function.name) }
  else {
    const names = choice.allowed_tools.tools.map((tool) => check(tool.function.name))
    tools = given.filter(({ name }) => names.includes(name))
    toolChoice = choice.allowed_tools.mode
  }
  if (toolChoice === 'required' && tools.length === 0)
    throw refuse('tool_choice', 'A call is required, but there are no tools.')
  if (tools.length === 0) return {}
  const parallel = request.parallel_tool_calls
  return { tools, toolChoice, ...(typeof parallel === 'boolean' ? { parallelTools: parallel } : {}) }
}

const formatOf = ({ response_format: format }: ChatRequest): Partial<GenerateOptions> => {
  if (!format || format.type === 'text') return {}
  if (format.type === 'json_object') return { format: { type: 'json' } }
  const { name, schema, strict } = format.json_schema
  return {
    format: {
      type: 'json',
      ...(name ? { name } : {}),
      ...(schema ? { schema } : {}),
      ...(typeof strict === 'boolean' ? { strict } : {}),
    },
  }
}

const wordsOf = (request: ChatRequest): Partial<GenerateOptions> => {
  const maxTokens = request.max_completion_tokens ?? request.max_tokens
  const effort = request.extra_body?.reasoning?.effort ?? request.reasoning?.effort ?? request.reasoning_effort
  const { stop, temperature, top_p: topP, seed } = request
  const { frequency_penalty: frequencyPenalty, presence_penalty: presencePenalty } = request
  const sampling = {
    ...(temperature == null ? {} : { temperature }),
    ...(topP == null ? {} : { topP }),
    ...(frequencyPenalty == null ? {} : { frequencyPenalty }),
    ...(presencePenalty == null ? {} : { presencePenalty }),
    ...(seed == null ? {} : { seed }),
    ...(stop == null ? {} : { stop: typeof stop === 'string' ? [stop] : stop }),
    ...(effort == null ? {} : { reasoningEffort: effort }),
  }
  return { sampling, ...(maxTokens == null ? {} : { maxTokens }) }
}

/** `user` is among it, under its name. */
const metadataOf = (request: ChatRequest): Partial<GenerateOptions> => {
  const given = { ...request.metadata, ...request.extra_body?.metadata }
  const pairs = Object.entries(given).flatMap(([name, value]): [string, string][] => {
    const scalar = metadataValue.safeParse(value)
    return scalar.success ? [[name, String(scalar.data)]] : []
  })
  if (request.user != null && !Object.hasOwn(given, 'user')) pairs.push(['user', request.user])
  return pairs.length > 0 ? { metadata: Object.fromEntries(pairs) } : {}
}
