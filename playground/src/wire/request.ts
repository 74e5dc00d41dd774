/** Requests to the server with the page's key, noted down like every event. */
import { access, key, refuseKey } from '../access.ts'
import { serverUrl } from './address.ts'
import { newConnection, record } from './log.ts'

/** The server refused, or could not be reached. `status` is 0 where it could not. */
export class RequestFailure extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** The message of a refusal in any of the wires' shapes. */
export const messageOf = (body: string, status: number): string => {
  try {
    const { error, message, detail } = JSON.parse(body) as Record<string, unknown>
    const inner = (error ?? detail) as { readonly message?: unknown } | undefined
    for (const text of [inner?.message, message, detail]) if (typeof text === 'string') return text
  } catch {
    // No JSON, so no words of the server's own.
  }
  return `The server answered ${status}.`
}

/** Longest body that is kept in the log. */
const mostText = 200_000

/**
 * Asks the server. `quiet`: it is not noted down, as what the page asks over and over. Throws `RequestFailure` for every
 * answer that is no success.
 */
export const request = async (
  path: string,
  options: {
    readonly method?: string
    readonly json?: unknown
    readonly body?: FormData
    readonly signal?: AbortSignal
    readonly quiet?: boolean
  } = {},
): Promise<Response> => {
  const { method = options.json === undefined && options.body === undefined ? 'GET' : 'POST', quiet = false } = options
  const name = `${method} ${path}`
  const connection = quiet ? '' : newConnection('http')
  const sent = options.json === undefined ? undefined : JSON.stringify(options.json)
  if (!quiet) record({ connection, direction: 'sent', name, ...(sent === undefined ? {} : { text: sent }) })
  const asker = key.value
  let response: Response
  try {
    response = await fetch(`${serverUrl()}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${asker}`,
        ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(sent === undefined ? {} : { body: sent }),
      ...(options.body === undefined ? {} : { body: options.body }),
      ...(options.signal ? { signal: options.signal } : {}),
    })
  } catch (error) {
    if (options.signal?.aborted) throw error
    if (!quiet) record({ connection, direction: 'note', name: 'no answer' })
    throw new RequestFailure(0, 'The server does not answer.')
  }
  const type = response.headers.get('content-type') ?? ''
  if (!quiet && (!response.ok || type.includes('json'))) {
    const text = (await response.clone().text()).slice(0, mostText)
    record({ connection, direction: 'received', name: `${response.status}`, text })
  } else if (!quiet) {
    record({ connection, direction: 'received', name: `${response.status} ${type.split(';')[0]}` })
  }
  // An answer to the key before says nothing of the one that took its place meanwhile.
  const current = key.value === asker
  if (response.ok) {
    if (current) access.value = 'granted'
    return response
  }
  if (current && (response.status === 401 || response.status === 403)) refuseKey()
  throw new RequestFailure(response.status, messageOf(await response.text(), response.status))
}

/** The same for an answer in JSON. */
export const requestJson = async <T>(path: string, options: Parameters<typeof request>[1] = {}): Promise<T> =>
  (await (await request(path, options)).json()) as T
