/** The fields of the settings as a list: their paths, their names in the environment, and how their text is read. */
import { closest } from 'fastest-levenshtein'
import { z } from 'zod'
import { settingsSchema } from './settings-schema.ts'

interface Node {
  readonly type?: string
  readonly description?: string
  readonly default?: unknown
  readonly properties?: Readonly<Record<string, Node>>
  readonly additionalProperties?: boolean | Node
  readonly anyOf?: readonly Node[]
  readonly items?: Node
  readonly enum?: readonly unknown[]
  readonly const?: unknown
}

/** One setting. */
export interface Field {
  /** Such as `limits.sessionsPerKey`. */
  readonly path: string
  /** Such as `PARLEY_LIMITS_SESSIONS_PER_KEY`. */
  readonly environment: string
  readonly description: string
  readonly default: unknown
  /** Such as `number`, `list of texts`, `true, false or auto`. */
  readonly type: string
  /** Comes from the environment only. */
  readonly secret: boolean
  /** The value that a text stands for, as far as the text makes sense; the schema judges it. */
  parse(text: string): unknown
}

const typeName = (node: Node): string => {
  if (node.anyOf) return node.anyOf.map(typeName).join(' or ')
  if (node.const !== undefined) return `\`${node.const}\``
  if (node.enum) return node.enum.map((value) => `\`${value}\``).join(', ')
  if (node.type === 'array') return 'list'
  if (node.type === 'object') return 'object'
  if (node.type === 'integer') return 'whole number'
  if (node.type === 'string') return 'text'
  return node.type === 'boolean' ? '`true` or `false`' : (node.type ?? 'any')
}

const truths: ReadonlyMap<string, boolean> = new Map([
  ...['true', 'yes', 'on', '1'].map((word): [string, boolean] => [word, true]),
  ...['false', 'no', 'off', '0'].map((word): [string, boolean] => [word, false]),
])

const splitList = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

/** Parts between commas; or JSON, for lists of what is no text. */
const parseList = (text: string): unknown => {
  if (!text.trim().startsWith('[')) return splitList(text)
  try {
    return JSON.parse(text)
  } catch {
    return splitList(text)
  }
}

const parseObject = (text: string): unknown => {
  if (text.trim().startsWith('{')) {
    try {
      return JSON.parse(text)
    } catch {
      return text
    }
  }
  const pairs = splitList(text).map((pair) => pair.split(/=(.*)/s, 2))
  return pairs.every((pair) => pair.length === 2) ? Object.fromEntries(pairs) : text
}

const parseAs = (node: Node, text: string): unknown => {
  if (node.anyOf) {
    const readings = node.anyOf.map((option) => parseAs(option, text))
    return readings.find((reading) => typeof reading !== 'string') ?? text
  }
  switch (node.type) {
    case 'boolean':
      return truths.get(text.trim().toLowerCase()) ?? text
    case 'integer':
    case 'number':
      return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text)
    case 'array':
      return parseList(text)
    case 'object':
      return parseObject(text)
    default:
      return text
  }
}

/** `limits.sessionsPerKey` → `PARLEY_LIMITS_SESSIONS_PER_KEY`. */
export const environmentName = (path: string): string =>
  `PARLEY_${path
    .replaceAll('.', '_')
    .replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '_')
    .toUpperCase()}`

/** Whether a provider's setting of this name holds a secret, such as `apiKey`. */
export const isSecret = (name: string): boolean => /(key|token|secret|password)s?$/i.test(name)

/** Settings of the schema that come from the environment only. */
const secrets: ReadonlySet<string> = new Set([
  'apiKeys',
  'tools.searchApiKey',
  'telephony.twilioAuthToken',
  'telephony.plivoAuthToken',
])

const collect = (node: Node, prefix: string): Field[] =>
  Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
    const path = prefix === '' ? name : `${prefix}.${name}`
    if (child.properties) return collect(child, path)
    return [
      {
        path,
        environment: environmentName(path),
        description: child.description ?? '',
        default: child.default,
        type: typeName(child),
        secret: secrets.has(path),
        parse: (text: string) => parseAs(child, text),
      },
    ]
  })

/** Every setting, in the order of the schema. */
export const fields: readonly Field[] = collect(z.toJSONSchema(settingsSchema, { io: 'input' }) as Node, '')

/** What each group of settings is for, such as `limits`. */
export const groups: readonly { readonly name: string; readonly description: string }[] = Object.entries(
  settingsSchema.shape,
)
  .filter(([name]) => fields.some((field) => field.path.startsWith(`${name}.`)))
  .map(([name, node]) => ({ name, description: node.description ?? '' }))

/** The known name that is nearest to a wrong one: the same last word elsewhere, else the fewest changed letters. */
export const nearestPath = (path: string): string => {
  const last = path.split('.').at(-1)
  const paths = [...fields.map((field) => field.path), ...groups.map((group) => group.name)]
  return paths.find((known) => known.split('.').at(-1) === last) ?? closest(path, paths)
}

/** The known environment name that is nearest to a wrong one. */
export const nearestEnvironment = (name: string): string =>
  closest(
    name,
    fields.map((field) => field.environment),
  )
