/** The little of JSON Schema that matters here. */

/** A schema whose shape has been checked. */
export interface Schema {
  readonly type: 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object' | 'null'
  readonly format: string
  readonly description: string
  readonly options: readonly unknown[]
  readonly properties: readonly (readonly [string, Schema])[]
  readonly required: readonly string[]
  readonly items: Schema | undefined
  readonly minimum: number
  readonly maximum: number
  readonly preset: unknown
  readonly isNullable: boolean
}

const types = ['string', 'number', 'integer', 'boolean', 'array', 'object', 'null'] as const
const deepest = 5
const most = 64

/** An object, of whatever JSON it was. */
export const asRecord = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value.slice(0, most) : [])
const asText = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 500) : '')

/** Reads a schema; whatever is strange in it counts as a string. */
export const readSchema = (value: unknown, depth = 0): Schema => {
  const { anyOf, oneOf, ...own } = asRecord(value)
  const choices = [...asList(anyOf), ...asList(oneOf)].map(asRecord)
  const raw = { ...choices.find((choice) => choice.type !== 'null'), ...own }
  const named = [raw.type, ...choices.map((choice) => choice.type)].flat()
  const properties = depth < deepest ? Object.entries(asRecord(raw.properties)).slice(0, most) : []
  return {
    type: types.find((type) => named.includes(type)) ?? (properties.length > 0 ? 'object' : 'string'),
    format: asText(raw.format),
    description: asText(raw.description).toLowerCase(),
    options: 'const' in raw ? [raw.const] : asList(raw.enum),
    properties: properties.map(([name, schema]) => [name, readSchema(schema, depth + 1)] as const),
    required: asList(raw.required).filter((name) => typeof name === 'string'),
    items: raw.items === undefined || depth >= deepest ? undefined : readSchema(raw.items, depth + 1),
    minimum: typeof raw.minimum === 'number' ? raw.minimum : Number.NEGATIVE_INFINITY,
    maximum: typeof raw.maximum === 'number' ? raw.maximum : Number.POSITIVE_INFINITY,
    preset: raw.default,
    isNullable: named.includes('null'),
  }
}

/** A value of the schema, for want of a known one; `text` is what strings say, `known` what is known of an object. */
export const guessed = (schema: Schema, text: string, known: Readonly<Record<string, unknown>> = {}): unknown => {
  const { type, format, options, preset, isNullable, properties, required } = schema
  if (preset !== undefined) return preset
  if (options.length > 0) return options[0]
  if (isNullable || type === 'null') return null
  if (type === 'number' || type === 'integer') return Math.ceil(Math.min(Math.max(schema.minimum, 0), schema.maximum))
  if (type === 'boolean') return false
  if (type === 'array') return []
  if (type === 'string')
    return format.startsWith('date') ? '1970-01-01T00:00:00Z'.slice(0, format === 'date' ? 10 : 20) : text
  const there = properties.filter(([name]) => Object.hasOwn(known, name) || required.includes(name))
  return Object.fromEntries(
    there.map(([name, property]) => [name, Object.hasOwn(known, name) ? known[name] : guessed(property, text)]),
  )
}
