/** The little of JSON Schema that matters here: type, enum, properties, items. */

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

type Raw = Readonly<Record<string, unknown>>
const asRaw = (value: unknown): Raw =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Raw) : {}
const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value.slice(0, most) : [])
const asText = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 500) : '')

/** Reads a schema; whatever is strange in it counts as a string. */
export const readSchema = (value: unknown, root = value, depth = 0): Schema => {
  const outer = asRaw(value)
  const name = /^#\/(\$defs|definitions)\/(\w+)$/.exec(asText(outer.$ref))
  const choices = [...asList(outer.anyOf), ...asList(outer.oneOf), ...asList(outer.allOf)].map(asRaw)
  const chosen = choices.find((choice) => choice.type !== 'null')
  const inner = name ? asRaw(asRaw(asRaw(root)[name[1]!])[name[2]!]) : chosen
  if (inner && depth < deepest) {
    const { $ref: _, anyOf: __, oneOf: ___, allOf: ____, ...own } = outer
    const schema = readSchema({ ...inner, ...own }, root, depth + 1)
    return choices.some((choice) => choice.type === 'null') ? { ...schema, isNullable: true } : schema
  }
  const named = [outer.type].flat()
  const properties = depth < deepest ? Object.entries(asRaw(outer.properties)).slice(0, most) : []
  const type = types.find((known) => named.includes(known)) ?? (properties.length > 0 ? 'object' : 'string')
  return {
    type: type,
    format: asText(outer.format),
    description: asText(outer.description),
    options: 'const' in outer ? [outer.const] : asList(outer.enum),
    properties: properties.map(([key, schema]) => [key, readSchema(schema, root, depth + 1)] as const),
    required: asList(outer.required).filter((key) => typeof key === 'string'),
    items: outer.items === undefined || depth >= deepest ? undefined : readSchema(outer.items, root, depth + 1),
    minimum: typeof outer.minimum === 'number' ? outer.minimum : Number.NEGATIVE_INFINITY,
    maximum: typeof outer.maximum === 'number' ? outer.maximum : Number.POSITIVE_INFINITY,
    preset: outer.default,
    isNullable: named.includes('null') || outer.nullable === true,
  }
}

/** A value of the schema, for want of a known one; `text` is what any string says. */
export const guessed = (schema: Schema, text: string): unknown => {
  if (schema.preset !== undefined) return schema.preset
  if (schema.options.length > 0) return schema.options[0]
  if (schema.isNullable) return null
  switch (schema.type) {
    case 'string':
      return schema.format === 'date' ? '1970-01-01' : schema.format === 'date-time' ? '1970-01-01T00:00:00Z' : text
    case 'number':
    case 'integer':
      return Math.ceil(Math.min(Math.max(schema.minimum, 0), schema.maximum))
    case 'boolean':
      return false
    case 'array':
      return []
    case 'object':
      return Object.fromEntries(
        schema.properties
          .filter(([key]) => schema.required.includes(key))
          .map(([key, property]) => [key, guessed(property, text)]),
      )
    case 'null':
      return null
    default:
      return schema.type satisfies never
  }
}
