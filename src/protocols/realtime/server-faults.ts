/** Realtime: what is wrong with a server of tools that a client names. */
import { isObject, type JsonObject } from '../wire-json.ts'

/** What is wrong with a server of tools: the field, and what it should be; undefined when nothing is. */
export const faultOfServer = (tool: JsonObject): readonly [field: string, expected: string] | undefined => {
  const { server_label: label, server_url: url, headers, authorization } = tool
  if (typeof label !== 'string' || label === '') return ['server_label', 'expected a label']
  if (url != null && !(typeof url === 'string' && URL.canParse(url))) return ['server_url', 'expected a URL']
  if (headers != null && !(isObject(headers) && Object.values(headers).every((value) => typeof value === 'string')))
    return ['headers', 'expected an object of strings']
  if (authorization != null && typeof authorization !== 'string') return ['authorization', 'expected a string']
  return undefined
}
