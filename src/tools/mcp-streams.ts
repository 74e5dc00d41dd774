/** answeringFetch: requests to an MCP server whose event streams never end without an answer, so that no call waits in vain. */

type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>

const brokenOff = { code: -32_000, message: 'The answer broke off, or was too large.' }

/** The id of the one request in a body; undefined where there is none that waits for an answer. */
const requestIn = ({ method, body }: RequestInit): string | number | undefined => {
  if (method !== 'POST' || typeof body !== 'string') return undefined
  const { id } = JSON.parse(body) as { id?: unknown }
  return typeof id === 'string' || typeof id === 'number' ? id : undefined
}

/** The stream, and behind it an error as the answer; the SDK passes over a second one. A stream with ids is left to be resumed. */
async function* answered(stream: ReadableStream<Uint8Array>, id: string | number): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder()
  let text = '\n'
  let resumable = false
  try {
    for await (const bytes of stream) {
      text = text.slice(-3) + decoder.decode(bytes, { stream: true })
      resumable ||= /[\r\n]id:/.test(text)
      yield bytes
    }
  } catch (error) {
    if (resumable) throw error
  }
  if (resumable) return
  const error = JSON.stringify({ jsonrpc: '2.0', id, error: brokenOff })
  // The empty lines end what was cut in the middle.
  yield new TextEncoder().encode(`\n\ndata: ${error}\n\n`)
}

export const answeringFetch =
  (fetch: Fetch): Fetch =>
  async (url, init = {}) => {
    const answer = await fetch(url, init)
    const id = requestIn(init)
    const streams = answer.headers.get('content-type')?.startsWith('text/event-stream')
    if (id === undefined || !streams || !answer.body) return answer
    const { status, headers } = answer
    return new Response(ReadableStream.from(answered(answer.body, id)), { status, headers })
  }
