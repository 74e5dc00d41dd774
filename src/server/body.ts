/** Reading request bodies within limits: whole ones, and forms with one file. */
import { Readable } from 'node:stream'
import type { ReadableStream as WebStream } from 'node:stream/web'
import busboy from 'busboy'
import { VoiceError } from '../errors.ts'
import type { Form } from '../protocols/answer.ts'

const tooLarge = (limitBytes: number): VoiceError =>
  new VoiceError('too_large', `The request is larger than ${Math.floor(limitBytes / 1024 / 1024)} MiB.`)

/** The whole body. Throws `too_large` as soon as more than the limit was announced or read. */
export const readBody = async (request: Request, limitBytes: number): Promise<Uint8Array> => {
  if (Number(request.headers.get('content-length') ?? 0) > limitBytes) throw tooLarge(limitBytes)
  if (!request.body) return new Uint8Array(0)
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of request.body as WebStream<Uint8Array>) {
    length += chunk.length
    if (length > limitBytes) throw tooLarge(limitBytes)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** A form as the wires read it, and the bytes of its files by field name. */
export interface ReadForm {
  readonly form: Form
  readonly bytes: ReadonlyMap<string, Uint8Array>
}

/** Some seconds of audio fit into a field, as a data URL. */
const fieldLimitBytes = 4 * 1024 * 1024

/** A `multipart/form-data` body. Throws `invalid_request` when it is not one, `too_large` when a file or a field is. */
export const readForm = async (request: Request, limitBytes: number): Promise<ReadForm> => {
  const type = request.headers.get('content-type') ?? ''
  if (!/^multipart\/form-data/i.test(type)) {
    throw new VoiceError('invalid_request', 'The body must be multipart/form-data with the audio as a file.')
  }
  if (Number(request.headers.get('content-length') ?? 0) > limitBytes + 1024 * 1024) throw tooLarge(limitBytes)
  const fields: [string, string][] = []
  let fieldBytes = 0
  const files: { readonly field: string; readonly name: string; readonly type: string }[] = []
  const bytes = new Map<string, Uint8Array>()
  const malformed = (cause?: unknown): VoiceError =>
    new VoiceError('invalid_request', 'The form is cut off or malformed.', { cause })
  let parser: busboy.Busboy
  try {
    parser = busboy({
      headers: { 'content-type': type },
      limits: { fileSize: limitBytes, files: 4, fields: 200, fieldSize: fieldLimitBytes },
    })
  } catch (cause) {
    throw malformed(cause)
  }
  await new Promise<void>((resolve, reject) => {
    parser.on('field', (name, value, { valueTruncated }) => {
      fieldBytes += value.length
      if (valueTruncated || fieldBytes > limitBytes) reject(tooLarge(valueTruncated ? fieldLimitBytes : limitBytes))
      else fields.push([name, value])
    })
    parser.on('file', (field, stream, info) => {
      const chunks: Buffer[] = []
      files.push({ field, name: info.filename ?? '', type: info.mimeType })
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('limit', () => reject(tooLarge(limitBytes)))
      stream.on('close', () => bytes.set(field, Buffer.concat(chunks)))
      stream.on('error', (cause) => reject(malformed(cause)))
    })
    parser.on('error', (cause) => reject(malformed(cause)))
    parser.on('close', resolve)
    const body = request.body ? Readable.fromWeb(request.body as WebStream<Uint8Array>) : Readable.from([])
    body.on('error', (cause) => reject(malformed(cause)))
    body.pipe(parser)
  })
  return { form: { fields, files }, bytes }
}
