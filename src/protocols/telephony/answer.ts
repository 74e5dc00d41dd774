/** What a carrier is answered that asks what to do with a call: connect it to a socket of this server. */
import type { VoiceError } from '../../errors.ts'
import { type Answer, json, retryHeaders } from '../answer.ts'
import type { CarrierName } from './carriers.ts'

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

// Control characters have no place in XML, however they are written.
const escaped = (text: string): string =>
  [...text.replaceAll(/[&<>"']/g, (mark) => entities[mark] ?? '')]
    .filter((letter) => letter >= ' ' || letter === '\n' || letter === '\t')
    .join('')

const xml = (inside: string): Answer => ({
  status: 200,
  headers: { 'content-type': 'text/xml; charset=utf-8' },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n<Response>${inside}</Response>\n`,
})

const parameterTags = (parameters: Readonly<Record<string, string>>): string =>
  Object.entries(parameters)
    .map(([name, value]) => `<Parameter name="${escaped(name)}" value="${escaped(value)}"/>`)
    .join('')

/**
 * `url`: of the socket, without a query. `token`: opens it once. `parameters` come back with the call. Twilio takes no
 * query in the address and signs the socket instead; Plivo takes no marks but `=` and `,` in what comes back.
 */
export const streamAnswer = (
  carrier: CarrierName,
  {
    url,
    token,
    parameters,
  }: { readonly url: string; readonly token: string; readonly parameters: Readonly<Record<string, string>> },
): Answer => {
  const query = new URLSearchParams({ ...parameters, token })
  switch (carrier) {
    case 'twilio':
      return xml(`<Connect><Stream url="${escaped(url)}">${parameterTags(parameters)}</Stream></Connect>`)
    case 'telnyx': {
      const attributes = 'bidirectionalMode="rtp" bidirectionalCodec="PCMU" codec="PCMU"'
      const address = escaped(`${url}?${new URLSearchParams({ token })}`)
      return xml(`<Connect><Stream url="${address}" ${attributes}>${parameterTags(parameters)}</Stream></Connect>`)
    }
    case 'plivo': {
      const attributes = 'bidirectional="true" keepCallAlive="true" contentType="audio/x-mulaw;rate=8000"'
      return xml(`<Stream ${attributes}>${escaped(`${url}?${query}`)}</Stream>`)
    }
    case 'exotel':
      return json(200, { url: `${url}?${query}` })
    default:
      throw carrier satisfies never
  }
}

const statuses: Readonly<Record<VoiceError['code'], number>> = {
  invalid_request: 400,
  unsupported: 400,
  unauthorized: 401,
  unknown_model: 404,
  too_large: 413,
  overloaded: 429,
  provider_failed: 500,
  internal: 500,
  unavailable: 503,
  shutting_down: 503,
  timeout: 504,
}

/** Carriers look at the status; their logs show the text to the operator. */
export const telephonyError = (error: VoiceError): Answer => ({
  status: statuses[error.code],
  headers: { 'content-type': 'text/plain; charset=utf-8', ...retryHeaders(statuses[error.code]) },
  body: `${error.message}\n`,
})
