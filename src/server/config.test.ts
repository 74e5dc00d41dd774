import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { keyedProviders, loadSettings, maskSettings, type SettingsSources } from './config.ts'
import { fields } from './settings-fields.ts'

const cwd = mkdtempSync(join(tmpdir(), 'parley-settings-'))
afterAll(() => rmSync(cwd, { recursive: true }))

let files = 0
const fileWith = (content: unknown): string => {
  files += 1
  const file = join(cwd, `${files}.json`)
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  return file
}
const load = (sources: SettingsSources = {}): ReturnType<typeof loadSettings> =>
  loadSettings({ env: {}, cwd, ...sources })
const problem = (sources: SettingsSources): string => {
  try {
    load(sources)
  } catch (error) {
    expect(error).toMatchObject({ name: 'VoiceError', code: 'invalid_request' })
    const { message } = error as Error
    expect(message).not.toContain('\n')
    return message
  }
  return 'no problem'
}

describe('where settings come from', () => {
  it('has a default for everything that is needed', () => {
    const settings = load()
    expect(settings).toMatchObject({ host: '127.0.0.1', port: 8080, apiKeys: [] })
    expect(settings.limits).toMatchObject({ sessionsPerKey: 20, requestsPerSecondPerKey: 1000 })
    expect(settings.vachana).toEqual({ minSilenceMs: 440, gapMs: 500, maxSegmentMs: 30_000 })
    expect(settings.cacheDir).toMatch(/\.cache$|parley$/)
  })

  it('has flags for how calls reach the server, and names them where they are wrong', () => {
    expect(load({ flags: { publicIp: '203.0.113.5', udpPort: '5000' } }).webrtc).toMatchObject({
      publicIp: '203.0.113.5',
      port: 5000,
    })
    expect(() => load({ flags: { publicIp: 'nowhere' } })).toThrow('--public-ip')
  })

  it('prefers flags to the environment, the environment to the file, and the file to the defaults', () => {
    const config = fileWith({ port: 1, host: 'file', shutdownGraceMs: 7, limits: { sessionsPerKey: 2 } })
    const env = { PARLEY_PORT: '2', PARLEY_HOST: 'environment' }
    const settings = load({ env, flags: { config, port: '3' } })
    expect(settings).toMatchObject({ port: 3, host: 'environment', shutdownGraceMs: 7 })
    expect(settings.limits).toMatchObject({ sessionsPerKey: 2, requestsPerSecondPerKey: 1000 })
  })

  it('reads parley.json in the working folder, and takes PARLEY_CONFIG in its place', () => {
    const folder = mkdtempSync(join(cwd, 'work-'))
    writeFileSync(join(folder, 'parley.json'), '{"port": 4, "cacheDir": "models-here"}')
    expect(load({ cwd: folder })).toMatchObject({ port: 4, cacheDir: join(folder, 'models-here') })
    expect(load({ cwd: folder, env: { PARLEY_CONFIG: fileWith({ port: 5 }) } })).toMatchObject({ port: 5 })
    expect(problem({ flags: { config: 'absent.json' } })).toContain('there is no such file')
  })

  it('reads every setting from the environment under a name of its own', () => {
    expect(new Set(fields.map((field) => field.environment)).size).toBe(fields.length)
    for (const field of fields) {
      if (field.path === 'cacheDir' || typeof field.default === 'object') continue
      const text = field.default === undefined ? 'some-text' : String(field.default)
      const settings = load({ env: { [field.environment]: text } })
      const value = field.path.split('.').reduce<unknown>((tree, name) => (tree as never)[name], settings)
      if (field.default !== undefined) expect(value).toEqual(field.default)
    }
  })

  it('splits lists at commas and counts an empty variable as unset', () => {
    expect(load({ env: { PARLEY_API_KEYS: 'one, two,', PARLEY_PORT: '' } })).toMatchObject({
      apiKeys: ['one', 'two'],
      port: 8080,
    })
  })

  it('sets anything by --set', () => {
    const set = [
      'limits.sessionsPerKey=5',
      'inworld.inBandRefusal=true',
      'cors.origins=https://a.example,https://b.example',
    ]
    expect(load({ flags: { set } })).toMatchObject({
      limits: { sessionsPerKey: 5 },
      inworld: { inBandRefusal: true },
      cors: { origins: ['https://a.example', 'https://b.example'] },
    })
  })

  it('joins aliases and provider settings from all places', () => {
    const config = fileWith({ models: { aliases: { a: 'x/1' } }, providers: { acme: { size: 1, depth: 1 } } })
    const settings = load({
      env: {
        PARLEY_MODELS_ALIASES: 'b=x/2',
        PARLEY_PROVIDERS_ACME_SIZE: '2',
        PARLEY_PROVIDERS_ACME_BASE_URL: 'http://c',
      },
      flags: { config, set: ['models.aliases.gpt-4.1=x/3', 'providers.acme.depth=3'] },
    })
    expect(settings.models.aliases).toEqual({ a: 'x/1', b: 'x/2', 'gpt-4.1': 'x/3' })
    expect(settings.providers).toEqual({ acme: { size: 2, depth: 3, baseUrl: 'http://c' } })
  })
})

describe('wrong settings', () => {
  it('names the nearest setting for one that is unknown', () => {
    expect(problem({ flags: { config: fileWith({ prot: 1 }) } })).toMatch(/unknown setting prot\. Did you mean port\?/)
    expect(problem({ flags: { config: fileWith({ limits: { sessionPerKey: 1 } }) } })).toContain(
      'limits.sessionsPerKey',
    )
    expect(problem({ flags: { set: ['sessionsPerKey=1'] } })).toContain('Did you mean limits.sessionsPerKey?')
    expect(problem({ env: { PARLEY_APIKEYS: 'a' } })).toContain('Did you mean PARLEY_API_KEYS?')
  })

  it('lets pass what is no setting', () => {
    const env = {
      PARLEY_TEST_ALL: '1',
      PARLEY_URL: 'ws://10.0.0.1',
      PARLEY_KEY: 'a-key',
      PARLEY_SERVICE_HOST: '10.0.0.1',
      PARLEY_PORT: 'tcp://10.0.0.1:80',
      PARLEY_PORT_80_TCP_ADDR: '10.0.0.1',
    }
    expect(load({ env }).port).toBe(8080)
  })

  it('says where a wrong value stands', () => {
    expect(problem({ env: { PARLEY_PORT: 'http' } })).toMatch(/^PARLEY_PORT: port: /)
    expect(problem({ flags: { port: '70000' } })).toMatch(/^--port: port: /)
    expect(problem({ flags: { config: fileWith({ log: { level: 'loud' } }) } })).toMatch(/\d\.json: log\.level: /)
    expect(problem({ env: { PARLEY_MODELS_FALLBACK: 'perhaps' } })).toContain('expected `auto` or `true` or `false`')
    expect(problem({ flags: { config: fileWith({ limits: 3 }) } })).toContain('limits must be an object')
    expect(problem({ flags: { config: fileWith('{"port": ') } })).toContain('not JSON')
    expect(problem({ flags: { config: fileWith('[]') } })).toContain('must hold a JSON object')
    expect(problem({ flags: { set: ['port'] } })).toContain('name=value')
  })

  it('takes secrets from the environment only', () => {
    const elsewhere = [
      { config: fileWith({ apiKeys: ['k'] }) },
      { set: ['apiKeys=k'] },
      { config: fileWith({ providers: { acme: { apiKey: 'k' } } }) },
      { set: ['providers.acme.apiKey=k'] },
      { set: ['providers={"acme":{"apiKey":"k"}}'] },
    ]
    for (const flags of elsewhere)
      expect(problem({ flags })).toMatch(/is a secret; set it as PARLEY_\w+ in the environment/)
  })

  it('survives any text anywhere', () => {
    fc.assert(
      fc.property(fc.constantFrom(...fields), fc.string(), (field, text) => {
        problem({ env: { [field.environment]: text } })
        problem({ flags: { set: [`${field.path}=${text}`, text] } })
      }),
    )
    fc.assert(
      fc.property(fc.json(), (json) => void problem({ flags: { config: fileWith(json) } })),
      { numRuns: 50 },
    )
  })
})

it('knows which providers have a key, and masks every secret', () => {
  const settings = load({
    env: {
      PARLEY_API_KEYS: 'secret-one',
      PARLEY_PROVIDERS_ACME_API_KEY: '12345',
      PARLEY_PROVIDERS_OTHER_SIZE: '1',
      PARLEY_TOOLS_SEARCH_API_KEY: 'secret-two',
      PARLEY_TELEPHONY_TWILIO_AUTH_TOKEN: 'secret-three',
    },
  })
  expect(keyedProviders(settings)).toEqual(['acme'])
  expect(settings.providers.acme).toEqual({ apiKey: '12345' })
  const shown = JSON.stringify(maskSettings(settings))
  expect(shown).not.toMatch(/secret-|12345/)
  expect(shown).toContain('"size":1')
})
