/** Audio that a client names by its address: fetched within limits, or refused with the reason. */
import { VoiceError } from '../errors.ts'
import type { SafeFetch } from '../outbound/safe-fetch.ts'

/** However slowly it comes. */
const longestMs = 300_000

const refused = (message: string, cause?: unknown): VoiceError =>
  new VoiceError('invalid_request', message, { param: 'audioUri', cause })

/**
 * The bytes behind an address. Throws `invalid_request` for anything but an https address that answers 200 by itself
 * (no redirects, no credentials), `too_large` for more than `limitBytes`.
 */
export const fetchAudio = async (
  address: string,
  {
    fetch,
    limitBytes,
    signal,
  }: { readonly fetch: SafeFetch['fetch']; readonly limitBytes: number; readonly signal: AbortSignal },
): Promise<Uint8Array> => {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url?.protocol !== 'https:') throw refused('audioUri must be an https address.')
  if (url.username !== '' || url.password !== '') throw refused('audioUri must not hold credentials.')
  let answer: Response
  try {
    answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.any([signal, AbortSignal.timeout(longestMs)]) })
  } catch (cause) {
    throw cause instanceof VoiceError ? refused(cause.message, cause) : refused('audioUri cannot be reached.', cause)
  }
  if (answer.status !== 200) {
    await answer.body?.cancel()
    throw refused(`audioUri answers with the status ${answer.status}.`)
  }
  return readAnswer(answer, limitBytes)
}

const readAnswer = async (answer: Response, limitBytes: number): Promise<Uint8Array> => {
  const tooLarge = new VoiceError('too_large', `The audio is larger than ${Math.floor(limitBytes / 1024 / 1024)} MiB.`)
  if (Number(answer.headers.get('content-length') ?? 0) > limitBytes) {
    await answer.body?.cancel()
    throw tooLarge
  }
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for await (const chunk of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
      length += chunk.length
      if (length > limitBytes) throw tooLarge
      chunks.push(chunk)
    }
  } catch (error) {
    throw error instanceof VoiceError ? error : refused('What audioUri answers breaks off.', error)
  }
  if (length === 0) throw refused('audioUri holds no audio.')
  return Buffer.concat(chunks)
}
