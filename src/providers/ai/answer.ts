/** What a model answers: parts of the packages' streams as our events. */
import type { GenerationEvent } from '../../engines/language-model.ts'
import { VoiceError } from '../../errors.ts'
import type { StreamPart } from './kinds.ts'

type Finish = Extract<StreamPart, { type: 'finish' }>
type Reason = Extract<GenerationEvent, { type: 'finish' }>['reason']

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** True for a part that shows that the model is at work: not for the mere opening of the stream. */
export const isWork = ({ type }: StreamPart): boolean =>
  type !== 'stream-start' && type !== 'response-metadata' && type !== 'raw' && type !== 'error'

/** One answer, part by part. */
export class Answer {
  readonly #provider: string
  #called = false
  #brokenCall = false
  #finish: Finish | undefined

  constructor(provider: string) {
    this.#provider = provider
  }

  /** What a part says at once. Throws what an error part holds, as it is. */
  take(part: StreamPart): GenerationEvent | undefined {
    switch (part.type) {
      case 'text-delta':
        return part.delta === '' ? undefined : { type: 'text', delta: part.delta }
      case 'tool-call': {
        const text = part.input.trim() === '' ? '{}' : part.input
        if (part.providerExecuted) return undefined
        if (!isJson(text)) {
          this.#brokenCall = true
          return undefined
        }
        this.#called = true
        return { type: 'tool-call', callId: part.toolCallId, name: part.toolName, arguments: text }
      }
      case 'finish':
        this.#finish = part
        return undefined
      case 'error':
        throw part.error
      default:
        return undefined
    }
  }

  /** What there is to say once the stream has ended. */
  end(): GenerationEvent[] {
    const finish = this.#finish
    if (finish?.finishReason.raw === undefined && finish?.finishReason.unified === 'other')
      throw this.#failed('ended the answer before it was complete')
    if (!finish) throw this.#failed('ended the answer before it was complete')
    const { inputTokens, outputTokens } = finish.usage
    const events: GenerationEvent[] = []
    if (inputTokens.total !== undefined || outputTokens.total !== undefined) {
      events.push({
        type: 'usage',
        inputTokens: inputTokens.total ?? 0,
        outputTokens: outputTokens.total ?? 0,
        ...(inputTokens.cacheRead === undefined ? {} : { cachedTokens: inputTokens.cacheRead }),
      })
    }
    const reason = this.#reason(finish)
    // Cut short at its limit, a call may be half a call: that is no fault.
    if (this.#brokenCall && reason !== 'length') throw this.#failed('called a tool with arguments that are not JSON')
    return [...events, { type: 'finish', reason }]
  }

  #reason({ finishReason }: Finish): Reason {
    switch (finishReason.unified) {
      case 'length':
        return 'length'
      case 'content-filter':
        return 'filtered'
      case 'error':
        throw this.#failed('broke off the answer')
      case 'tool-calls':
      case 'stop':
      case 'other':
        // Some servers say `stop` after a call.
        return this.#called ? 'tool-calls' : 'stop'
      default:
        throw finishReason.unified satisfies never
    }
  }

  #failed(what: string): VoiceError {
    return new VoiceError('provider_failed', `${this.#provider} ${what}.`, { param: 'model' })
  }
}
