/** Realtime: what a schema found wrong, in the words of a refusal. */
import type { z } from 'zod'

/** Where a value differs from its schema: a path such as `item.content[0].type`, and a sentence. */
export interface Fault {
  readonly missing: boolean
  readonly param: string
  readonly message: string
}

/** The first fault that a schema found in `value`, which lies under `name` in what the client sent. */
export const faultOf = (error: z.ZodError, value: unknown, name = ''): Fault => {
  const [issue] = error.issues
  const path = issue?.path ?? []
  const param = path.reduce<string>(
    (before, key) => (typeof key === 'number' ? `${before}[${key}]` : `${before}${before && '.'}${String(key)}`),
    name,
  )
  const found = path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], value)
  if (found === undefined || found === null)
    return { missing: true, param, message: `Missing required parameter: '${param}'.` }
  const what = issue?.message.replace(/^Invalid (input|option): /, '') ?? 'not valid'
  return { missing: false, param, message: `Invalid value for '${param}': ${what}.` }
}
