/** HTTP as values: what the server has read of a form, and what it is to answer. */

/** An answer as a route sends it. Header names are lower case. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** The parts of a multipart form: texts in their order, and the files' names. Their bytes go their own way. */
export interface Form {
  readonly fields: readonly (readonly [name: string, value: string])[]
  readonly files: readonly { readonly field: string; readonly name?: string; readonly type?: string }[]
}

/** Upgrade or request headers, names in lower case. */
export type Headers = Readonly<Record<string, string | undefined>>

export const json = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
})

/** Seconds after which a client may try again where the server cannot tell better. */
export const retryAfterSeconds = 1

/** `retry-after` where trying again may help by itself. */
export const retryHeaders = (status: number): Readonly<Record<string, string>> =>
  status === 429 || status === 503 ? { 'retry-after': String(retryAfterSeconds) } : {}

/** Every value of a field, under any of its names. */
export const fieldsNamed = (form: Form, ...names: readonly string[]): readonly string[] =>
  form.fields.filter(([name]) => names.includes(name)).map(([, value]) => value)

/** The last value of a field, trimmed; undefined when absent or empty. */
export const field = (form: Form, ...names: readonly string[]): string | undefined =>
  fieldsNamed(form, ...names)
    .at(-1)
    ?.trim() || undefined

/** `true`, `True`, `1`, `yes`, `on` are true; everything else is false. */
export const isTrue = (text: string | undefined): boolean => /^(true|1|yes|on)$/i.test(text?.trim() ?? '')
