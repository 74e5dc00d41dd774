/** Request bodies of JSON with audio in them, whatever their size, without holding up the main thread. */
import { type ParsedJson, parseJson } from './parse-json.ts'
import { parseJsonElsewhere } from './pool.ts'

/** A body of this size takes about 5 ms to parse and decode. */
const inlineBytes = 1 << 20

/**
 * Parses a body; the base64 text at the first of `paths` (dotted, such as `audioData.content`) that has one is taken out
 * of it and decoded. Throws `invalid_request` when the JSON or the base64 is not valid. A large body is parsed in another
 * thread and must not be used afterwards.
 */
export const parseJsonWithAudio = async (body: Uint8Array, paths: readonly string[]): Promise<ParsedJson> =>
  body.length <= inlineBytes ? parseJson(body, paths) : parseJsonElsewhere(body, paths)
