/** What goes wrong at a provider, in words fit for a client: no keys, no prompts, nothing that the provider wrote. */
import { VoiceError } from '../../errors.ts'

/** Who failed. */
export interface Asked {
  readonly provider: string
  readonly model: string
}

/** An error, and whether trying at once again may help. */
export interface Failure {
  readonly error: VoiceError
  readonly again: boolean
  /** What the provider asked to wait. */
  readonly waitMs?: number
  /** HTTP status, for the log. */
  readonly status?: number
}

type Fields = Readonly<Record<string, unknown>>

const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {})

const parsed = (text: unknown): Fields => {
  try {
    return fieldsOf(typeof text === 'string' ? JSON.parse(text) : text)
  } catch {
    return {}
  }
}

/** Code and field of a refusal. Identifiers only: a provider's sentences may quote the key or the prompt. */
const namesIn = (body: Fields): string => {
  const error = fieldsOf(body.error ?? body)
  const names = [error.code, error.type, error.status, error.param].filter(
    (name): name is string => typeof name === 'string' && /^[\w.[\]-]{2,60}$/.test(name),
  )
  return names.length > 0 ? ` (${[...new Set(names)].join(', ')})` : ''
}

const waitAsked = (headers: Fields): number | undefined => {
  const milliseconds = Number(headers['retry-after-ms'] ?? Number.NaN)
  const seconds = Number(headers['retry-after'] ?? Number.NaN)
  if (milliseconds >= 0) return milliseconds
  return seconds >= 0 ? seconds * 1000 : undefined
}

const overloadedNames = /rate_?limit|overloaded|RESOURCE_EXHAUSTED|throttl|too_many|capacity/i
const brokenNames = /server_error|internal|unavailable|api_error|timeout/i

/** True for what Node's fetch throws when a connection breaks. */
const isConnection = ({ name, message, code, cause }: Fields): boolean =>
  (name === 'TypeError' && /^(terminated|fetch failed)/.test(String(message))) ||
  /^(ECONN|EPIPE|UND_ERR)/.test(String(code ?? fieldsOf(cause).code))

/** The error for an HTTP status. */
const byStatus = (status: number, { provider, model }: Asked, names: string): Failure => {
  const make = (code: VoiceError['code'], message: string, again = false): Failure => ({
    error: new VoiceError(code, message, code === 'invalid_request' ? {} : { param: 'model' }),
    again,
    status,
  })
  if (status === 401 || status === 403)
    return make('unavailable', `${provider} does not accept the key that this server has for it.`)
  if (status === 402) return make('unavailable', `The account at ${provider} has no credit left.`)
  if (status === 404) return make('unknown_model', `${provider} has no model ${model}.`)
  if (status === 408 || status === 409) return make('provider_failed', `${provider} could not answer now.`, true)
  if (status === 413) return make('too_large', `The request is larger than ${provider} takes.`)
  if (status === 429 || status === 529) return make('overloaded', `${provider} has no room for this request now.`, true)
  if (status >= 500) return make('provider_failed', `${provider} failed with HTTP status ${status}.`, true)
  if (status >= 400) return make('invalid_request', `${provider} refused the request for ${model}${names}.`)
  return make('provider_failed', `${provider} gave an answer that makes no sense.`)
}

/** What was thrown, or came as an error within the stream. */
export const failureOf = (thrown: unknown, asked: Asked): Failure => {
  if (thrown instanceof VoiceError) return { error: thrown, again: false }
  const { provider } = asked
  const fail = (code: VoiceError['code'], message: string, again = false): Failure => ({
    error: new VoiceError(code, message, { param: 'model' }),
    again,
  })
  const fields = fieldsOf(thrown)
  switch (fields.name) {
    case 'AI_APICallError': {
      if (typeof fields.statusCode !== 'number') {
        return fields.isRetryable === true
          ? fail('provider_failed', `${provider} cannot be reached.`, true)
          : fail('provider_failed', `${provider} gave an answer that makes no sense.`)
      }
      const failure = byStatus(fields.statusCode, asked, namesIn(parsed(fields.responseBody)))
      const waitMs = waitAsked(fieldsOf(fields.responseHeaders))
      return waitMs === undefined ? failure : { ...failure, waitMs }
    }
    case 'AI_LoadAPIKeyError':
    case 'AI_LoadSettingError':
      return fail('unavailable', `A key or setting of ${provider} is missing on this server.`)
    case 'AI_UnsupportedFunctionalityError':
      return fail('unsupported', `${asked.model} cannot do what was asked of it.`)
    case 'AI_InvalidArgumentError':
    case 'AI_InvalidPromptError':
      return fail('invalid_request', `The request makes no sense to ${provider}.`)
    default:
  }
  // Errors within a stream are what the provider sent there.
  const inner = fieldsOf(fields.error ?? fields)
  const names = [inner.type, inner.code, inner.status].map(String).join(' ')
  if (typeof inner.code === 'number' && inner.code >= 400) return byStatus(inner.code, asked, namesIn(inner))
  if (overloadedNames.test(names)) return fail('overloaded', `${provider} has no room for this request now.`, true)
  if (brokenNames.test(names)) return fail('provider_failed', `${provider} failed.`, true)
  if (isConnection(fields)) return fail('provider_failed', `The connection to ${provider} broke.`, true)
  return fail('provider_failed', `${provider} gave an answer that makes no sense.`)
}
