/** The operator's settings: defaults, then the file, then the environment, then flags. */
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { VoiceError } from '../errors.ts'
import { usualSettings } from './language-providers.ts'
import { environmentName, fields, groups, isSecret, nearestEnvironment, nearestPath } from './settings-fields.ts'
import { type Settings, settingsSchema } from './settings-schema.ts'

export type { Settings } from './settings-schema.ts'

/** Where settings come from, besides the defaults. */
export interface SettingsSources {
  readonly flags?: SettingsFlags
  readonly env?: Readonly<Record<string, string | undefined>>
  /** The working folder; `parley.json` is looked for in it, and relative folders are relative to it. */
  readonly cwd?: string
}

/** Settings of the command line. */
export interface SettingsFlags {
  /** The file to read instead of `parley.json`. */
  readonly config?: string | undefined
  readonly host?: string | undefined
  readonly port?: string | undefined
  /** Which models to fetch at the start: `ask`, `default` or `never`. */
  readonly models?: string | undefined
  /** Files of a certificate and its key. */
  readonly tlsCert?: string | undefined
  readonly tlsKey?: string | undefined
  /** `self-signed`. */
  readonly tls?: string | undefined
  /** Address and UDP port at which calls reach the server. */
  readonly publicIp?: string | undefined
  readonly udpPort?: string | undefined
  /** Any setting, as `limits.sessionsPerKey=5`. */
  readonly set?: readonly string[] | undefined
}

type Tree = Record<string, unknown>

/** One value and where it was found, such as `PARLEY_PORT`. */
interface Given {
  readonly path: readonly string[]
  readonly value: unknown
  readonly origin: string
}

const refuse = (message: string, param?: string): VoiceError => new VoiceError('invalid_request', message, { param })

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value)

const secretElsewhere = (path: string, origin: string): VoiceError =>
  refuse(`${origin}: ${path} is a secret; set it as ${environmentName(path)} in the environment instead.`, path)

const refuseProviderSecrets = (providers: unknown, origin: string): void => {
  for (const [provider, settings] of isTree(providers) ? Object.entries(providers) : [])
    for (const key of isTree(settings) ? Object.keys(settings) : [])
      if (isSecret(key)) throw secretElsewhere(`providers.${provider}.${key}`, origin)
}

const readTree = (file: string, optional: boolean): Tree => {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (optional && missing) return {}
    throw refuse(`${file}: cannot be read${missing ? '; there is no such file' : ''}.`)
  }
  try {
    const tree: unknown = JSON.parse(text)
    if (isTree(tree)) return tree
  } catch (error) {
    throw refuse(`${file}: not JSON (${error instanceof Error ? error.message.split('\n')[0] : 'unreadable'}).`)
  }
  throw refuse(`${file}: must hold a JSON object.`)
}

/** The values of a file. Names are checked here, so that the nearest one can be told with the file's name. */
const fromFile = (file: string, optional: boolean): Given[] => {
  const walk = (tree: Tree, prefix: readonly string[]): Given[] =>
    Object.entries(tree).flatMap(([name, value]): Given[] => {
      const path = [...prefix, name]
      const dotted = path.join('.')
      if (dotted === '$schema') return []
      const field = fields.find((known) => known.path === dotted)
      if (field?.secret) throw secretElsewhere(dotted, file)
      if (dotted === 'providers') refuseProviderSecrets(value, file)
      if (field) return [{ path, value, origin: file }]
      if (!groups.some((group) => group.name === dotted))
        throw refuse(`${file}: unknown setting ${dotted}. Did you mean ${nearestPath(dotted)}?`, dotted)
      if (!isTree(value)) throw refuse(`${file}: ${dotted} must be an object.`, dotted)
      return walk(value, path)
    })
  return walk(readTree(file, optional), [])
}

/** A provider's settings have no schema here: numbers and booleans are read as such, secrets stay text. */
const looseValue = (name: string, text: string): unknown => {
  if (isSecret(name)) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const camelCase = (name: string): string =>
  name.toLowerCase().replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())

/**
 * Not settings: switches of our own, what clients such as the examples are told (`PARLEY_URL`, `PARLEY_KEY`), and what
 * Kubernetes adds to the environment for a service called `parley`.
 */
const notSettings = /^PARLEY_(CONFIG|URL|KEY|TEST_\w+|PORT_\d+_(TCP|UDP)\w*|SERVICE_(HOST|PORT)\w*)$/

const fromEnvironment = (env: Readonly<Record<string, string | undefined>>): Given[] =>
  Object.entries(env).flatMap(([name, text]): Given[] => {
    if (!name.startsWith('PARLEY_') || notSettings.test(name) || text === undefined || text === '') return []
    if (name === 'PARLEY_PORT' && /^(tcp|udp):/.test(text)) return []
    const field = fields.find((known) => known.environment === name)
    if (field) return [{ path: field.path.split('.'), value: field.parse(text), origin: name }]
    const [, provider, setting] = /^PARLEY_PROVIDERS_([A-Z0-9]+)_([A-Z0-9_]+)$/.exec(name) ?? []
    if (provider && setting) {
      const key = camelCase(setting)
      return [{ path: ['providers', provider.toLowerCase(), key], value: looseValue(key, text), origin: name }]
    }
    throw refuse(`${name}: no such setting. Did you mean ${nearestEnvironment(name)}?`, name)
  })

const fromFlag = (path: string, text: string, origin: string): Given => {
  const field = fields.find((known) => known.path === path)
  if (field?.secret) throw secretElsewhere(path, origin)
  if (field) {
    const value = field.parse(text)
    if (path === 'providers') refuseProviderSecrets(value, origin)
    return { path: path.split('.'), value, origin }
  }
  const [, provider, key] = /^providers\.([^.]+)\.([^.]+)$/.exec(path) ?? []
  if (provider && key) {
    if (isSecret(key)) throw secretElsewhere(path, origin)
    return { path: ['providers', provider, key], value: looseValue(key, text), origin }
  }
  const alias = /^models\.aliases\.(.+)$/.exec(path)?.[1]
  if (alias) return { path: ['models', 'aliases', alias], value: text, origin }
  throw refuse(`${origin}: unknown setting ${path}. Did you mean ${nearestPath(path)}?`, path)
}

const fromFlags = (flags: SettingsFlags): Given[] => [
  ...(flags.set ?? []).map((pair) => {
    const [path = '', text] = pair.split(/=(.*)/s, 2)
    if (text === undefined) throw refuse(`--set ${pair}: write it as name=value, such as limits.sessionsPerKey=5.`)
    return fromFlag(path.trim(), text, '--set')
  }),
  ...(flags.host === undefined ? [] : [fromFlag('host', flags.host, '--host')]),
  ...(flags.port === undefined ? [] : [fromFlag('port', flags.port, '--port')]),
  ...(flags.models === undefined ? [] : [fromFlag('models.download', flags.models, '--models')]),
  ...(flags.tlsCert === undefined ? [] : [fromFlag('tls.certFile', flags.tlsCert, '--tls-cert')]),
  ...(flags.tlsKey === undefined ? [] : [fromFlag('tls.keyFile', flags.tlsKey, '--tls-key')]),
  ...(flags.publicIp === undefined ? [] : [fromFlag('webrtc.publicIp', flags.publicIp, '--public-ip')]),
  ...(flags.udpPort === undefined ? [] : [fromFlag('webrtc.port', flags.udpPort, '--udp-port')]),
  ...(flags.tls === undefined ? [] : [fromFlag('tls.selfSigned', selfSigned(flags.tls), '--tls')]),
]

const selfSigned = (word: string): string => {
  if (word === 'self-signed') return 'true'
  throw refuse(`--tls ${word}: only self-signed is known; for your own certificate use --tls-cert and --tls-key.`)
}

/** Later values win; providers and aliases are joined name by name. */
const merge = (given: readonly Given[]): Tree => {
  const tree: Tree = {}
  const put = (into: Tree, path: readonly string[], value: unknown): void => {
    const [name = '', ...rest] = path
    const before = Object.hasOwn(into, name) ? into[name] : undefined
    let next = value
    if (rest.length > 0) {
      next = isTree(before) ? { ...before } : {}
      put(next as Tree, rest, value)
    } else if (isTree(before) && isTree(value)) {
      next = { ...before }
      for (const [key, child] of Object.entries(value)) put(next as Tree, [key], child)
    }
    // Not by assignment: `__proto__` in a file is a name like any other.
    Object.defineProperty(into, name, { value: next, enumerable: true, configurable: true, writable: true })
  }
  for (const { path, value } of given) put(tree, path, value)
  return tree
}

/** The project's own ignored folder, or the user's cache where the project is a dependency of another. */
const defaultCacheDir = (env: Readonly<Record<string, string | undefined>>): string => {
  const root = fileURLToPath(new URL('../../', import.meta.url))
  if (!root.includes('node_modules')) return join(root, '.cache')
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'parley')
}

/** Reads, joins and checks all settings. Throws `invalid_request` with one line that names the place at fault. */
export const loadSettings = (sources: SettingsSources = {}): Settings => {
  const { flags = {}, env = process.env, cwd = process.cwd() } = sources
  const named = flags.config ?? (env.PARLEY_CONFIG || undefined)
  const given = [
    ...fromFile(resolve(cwd, named ?? 'parley.json'), named === undefined),
    ...usualSettings(env),
    ...fromEnvironment(env),
    ...fromFlags(flags),
  ]
  const result = settingsSchema.safeParse(merge(given))
  if (!result.success) {
    const issue = result.error.issues[0]!
    const path = issue.path.map(String).join('.')
    const origin = given.findLast((one) => path.startsWith(one.path.join('.')))?.origin
    const field = fields.find((known) => known.path === path)
    const expected = issue.code === 'invalid_union' && field ? `expected ${field.type}` : issue.message
    throw refuse(`${origin ? `${origin}: ` : ''}${path}: ${expected}.`, path)
  }
  const settings = result.data
  return {
    ...settings,
    cacheDir: settings.cacheDir === '' ? defaultCacheDir(env) : resolve(cwd, settings.cacheDir),
    tls: {
      ...settings.tls,
      ...(settings.tls.certFile === undefined ? {} : { certFile: resolve(cwd, settings.tls.certFile) }),
      ...(settings.tls.keyFile === undefined ? {} : { keyFile: resolve(cwd, settings.tls.keyFile) }),
    },
    record: settings.record.dir === undefined ? {} : { dir: resolve(cwd, settings.record.dir) },
  }
}

/** The providers that have a key. While there is none, `models.fallback: auto` is on. */
export const keyedProviders = (settings: Settings): string[] =>
  Object.entries(settings.providers)
    .filter(([, values]) => Object.entries(values).some(([name, value]) => isSecret(name) && Boolean(value)))
    .map(([name]) => name)

/** The same without what its secrets are. */
const masked = <T extends object>(values: T): T =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, isSecret(name) ? '***' : value])) as T

/** The settings with every secret replaced, for people to read. */
export const maskSettings = (settings: Settings): Settings => ({
  ...settings,
  apiKeys: settings.apiKeys.map(() => '***'),
  tools: masked(settings.tools),
  telephony: masked(settings.telephony),
  providers: Object.fromEntries(
    Object.entries(settings.providers).map(([provider, values]) => [provider, masked(values)]),
  ),
})
