/** JSON with audio in it: the one parsed, the other decoded. */
import { decodeBase64 } from '../audio/base64.ts'
import { VoiceError } from '../errors.ts'

/** A parsed body without its audio, and the audio. */
export interface ParsedJson {
  readonly json: unknown
  readonly audio?: Uint8Array
}

/** Takes the text at a dotted path out of a parsed body. */
const takeText = (json: unknown, path: string): string | undefined => {
  const names = path.split('.')
  const last = names.pop() as string
  let place = json
  for (const name of names) place = isRecord(place) && Object.hasOwn(place, name) ? place[name] : undefined
  if (!isRecord(place) || !Object.hasOwn(place, last)) return undefined
  const text = place[last]
  if (typeof text !== 'string') return undefined
  delete place[last]
  return text
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** Parses a body; the base64 text at the first of `paths` (dotted) that has one becomes `audio`. Throws `invalid_request`. */
export const parseJson = (body: Uint8Array, paths: readonly string[]): ParsedJson => {
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch (error) {
    throw new VoiceError('invalid_request', 'The body is not valid JSON.', { cause: error })
  }
  for (const path of paths) {
    const text = takeText(json, path)
    if (text !== undefined) return { json, audio: decodeBase64(text) }
  }
  return { json }
}
