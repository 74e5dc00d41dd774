/** Whether docs/conformance.json says what is so: rows for all that the wires have, tests that exist, a page that is up to date. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { type Conformance, renderConformancePage } from '../src/conformance/page.ts'
import { checkedWires, wireNamed } from '../src/conformance/wires.ts'
import { transcribeConfigSchema } from '../src/protocols/inworld-stt/messages.ts'
import { backchannelFields, memoryFields, responsivenessFields } from '../src/protocols/realtime/attendants.ts'
import { initialConfig } from '../src/protocols/realtime/config.ts'
import type { Dialect } from '../src/protocols/realtime/dialect.ts'
import { clientMessages, sessionSchema } from '../src/protocols/realtime/messages.ts'
import { providerFields } from '../src/protocols/realtime/provider-fields.ts'
import { sessionBody } from '../src/protocols/realtime/session-body.ts'
import { projectUrl } from './support/needs.ts'

const read = (path: string): string => readFileSync(new URL(path, projectUrl), 'utf8')
const conformance = JSON.parse(read('docs/conformance.json')) as Conformance
const { sections } = conformance
const rowsOf = (...ids: readonly string[]) => sections.filter(({ id }) => ids.includes(id)).flatMap(({ rows }) => rows)

/** Names that no row of these sections has as supported, under its older name or its present one. */
const missingFrom = (ids: readonly string[], names: Iterable<string>): readonly string[] => {
  const there = rowsOf(...ids).filter(({ support }) => support !== 'no')
  const known = there.flatMap(({ name, older }) => [...name.split(', '), ...(older ? [older] : [])])
  return [...new Set(names)].filter((name) => !known.includes(name))
}

interface Schema {
  readonly shape?: Readonly<Record<string, Schema>>
  readonly def?: { readonly innerType?: Schema; readonly in?: Schema }
}

/** The fields of a schema as paths, down to what is no object. */
const pathsOf = (schema: z.ZodType, before = ''): readonly string[] => {
  const inner = (one: Schema): Schema => {
    const next = one.def?.innerType ?? one.def?.in
    return next ? inner(next) : one
  }
  const { shape } = inner(schema as unknown as Schema)
  if (!shape) return before === '' ? [] : [before]
  return Object.entries(shape).flatMap(([name, one]) =>
    pathsOf(one as unknown as z.ZodType, before === '' ? name : `${before}.${name}`),
  )
}

const fieldsOf = (body: object, before = ''): readonly string[] =>
  Object.entries(body).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? fieldsOf(value, `${before}${name}.`)
      : [`${before}${name}`],
  )

const sourcesOf = (folder: string): readonly string[] =>
  readdirSync(new URL(folder, projectUrl))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => read(`${folder}${name}`))

/** What stands in the one group of a pattern, wherever it is found. */
const found = (pattern: RegExp, ...texts: readonly string[]): readonly string[] =>
  texts.flatMap((text) => [...text.matchAll(pattern)].map(([, name = '']) => name))

/** What servers said in recorded exchanges. */
const recordedIn = (wire: string): readonly Readonly<Record<string, unknown>>[] =>
  readdirSync(new URL(`test/wire/${wire}/`, projectUrl))
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => read(`test/wire/${wire}/${name}`).split('\n'))
    .flatMap((line) => (line === '' ? [] : [(JSON.parse(line) as { readonly '<'?: unknown })['<']]))
    .flatMap((said) => (typeof said === 'string' ? [JSON.parse(said) as Readonly<Record<string, unknown>>] : []))

it('docs/conformance.md is made from docs/conformance.json (otherwise run `npm run docs`)', () => {
  expect(read('docs/conformance.md')).toBe(renderConformancePage(conformance))
})

describe('each row', () => {
  const rows = sections.flatMap(({ title, wires, rows }) => rows.map((row) => ({ title, wires, ...row })))

  it('says whether it is supported, and by which test one knows', () => {
    for (const { title, name, support, tests } of rows) {
      expect(['supported', 'partly', 'no'], `${title}: ${name}`).toContain(support)
      if (support !== 'no') expect(tests, `${title}: ${name}`).not.toEqual([])
    }
  })

  it('is told from its neighbours, and says what is missing where it is not whole', () => {
    for (const { title, rows } of sections) expect(new Set(rows.map(({ name }) => name)).size, title).toBe(rows.length)
    expect(rows.filter(({ support, difference }) => support === 'partly' && !difference)).toEqual([])
  })

  it('names tests that exist', () => {
    const gone = rows.flatMap(({ wires, tests }) =>
      tests.filter((test) => {
        if (test.startsWith('check:')) {
          const id = test.slice('check:'.length)
          return !wires.some((wire) => {
            const { checks, invariants } = wireNamed(wire)!
            return [...checks, ...invariants].some((one) => one.id === id)
          })
        }
        const [file = '', ...title] = test.split(': ')
        return !existsSync(new URL(file, projectUrl)) || !read(file).includes(`'${title.join(': ')}'`)
      }),
    )
    expect(gone).toEqual([])
  })
})

describe('there is a row for', () => {
  it('every message that a Realtime client may send', () => {
    expect(missingFrom(['client-events'], Object.keys(clientMessages))).toEqual([])
    const fields = pathsOf(clientMessages['response.create']).map((path) => path.replace(/^response\./, ''))
    expect(
      missingFrom(
        ['response-fields'],
        fields.filter((path) => path !== 'type'),
      ),
    ).toEqual([])
  })

  it('every field of a Realtime session, read and told, in all dialects', () => {
    const told = (['openai', 'beta', 'inworld'] as Dialect[]).flatMap((dialect) => {
      const identity = { id: 'sess_1', model: 'm', expiresAt: 1 }
      return fieldsOf(sessionBody(initialConfig(dialect, { model: 'm' }), identity, dialect))
    })
    const names = pathsOf(sessionSchema)
    expect(names.length).toBeGreaterThan(50)
    const ids = ['session-fields', 'inworld-names']
    expect(missingFrom(ids, names)).toEqual([])
    // Where a format is told in parts, or null stands for a whole block, the row is above or below.
    const known = rowsOf(...ids).flatMap(({ name, older = name }) => [name, older])
    const hasRow = (path: string) =>
      known.some((name) => name === path || name.startsWith(`${path}.`) || path.startsWith(`${name}.`))
    expect(told.filter((path) => !hasRow(path))).toEqual([])
  })

  it('every event that a Realtime client is told', () => {
    // Paths of fields in refusals look like events.
    const noEvents = ['session.type', 'response.input', ...Object.keys(clientMessages)]
    const sources = sourcesOf('src/protocols/realtime/')
    const family =
      '((?:session|response|conversation|input_audio_buffer|output_audio_buffer|rate_limits|mcp_list_tools|transcription_session)\\.'
    const written = found(new RegExp(`'${family}[a-z_.]+)'`, 'g'), ...sources).filter(
      (name) => !noEvents.includes(name),
    )
    // Where the end of a name is put together, at least one of its kind must be there.
    const known = rowsOf('server-events', 'inworld-events').filter(({ support }) => support !== 'no')
    const begun = found(new RegExp(`\`${family}[a-z_.]*)\\$\\{`, 'g'), ...sources)
    expect(begun).not.toEqual([])
    expect(begun.filter((stem) => !known.some(({ name }) => name.startsWith(stem)))).toEqual([])
    const recorded = recordedIn('realtime').map(({ type }) => String(type))
    expect(written.length).toBeGreaterThan(30)
    expect(missingFrom(['server-events', 'inworld-events'], [...written, ...recorded])).toEqual([])
  })

  it('every field of providerData', () => {
    const own = providerFields.map(({ branch, name }) => (branch === '' ? name : `${branch}.${name}`))
    const branches = { memory: memoryFields, backchannel: backchannelFields, responsiveness: responsivenessFields }
    const attended = Object.entries(branches).flatMap(([branch, fields]) =>
      Object.values(fields).map(([name]) => `${branch}.${name}`),
    )
    const names = [...own, ...attended].map((name) => `providerData.${name}`)
    expect(names.length).toBeGreaterThan(50)
    expect(missingFrom(['provider-data'], names)).toEqual([])
  })

  it('every field and message of Inworld’s speech-to-text', () => {
    expect(missingFrom(['stt-fields'], pathsOf(transcribeConfigSchema))).toEqual([])
    const told = recordedIn('inworld-stt').flatMap(({ result, error }) =>
      error ? ['error'] : Object.keys(result as object),
    )
    expect(missingFrom(['stt-server'], told)).toEqual([])
    const known = found(/known\.has\('(\w+)'\)/g, ...sourcesOf('src/protocols/inworld-stt/'))
    expect(known.length).toBeGreaterThan(3)
    expect(missingFrom(['stt-client', 'stt-http'], known)).toEqual([])
  })

  it('every header, field and message of Vachana’s speech-to-text', () => {
    const headers = found(/setting\('([\w-]+)'\)/g, read('src/protocols/vachana/start.ts'))
    expect(headers.length).toBeGreaterThan(5)
    expect(missingFrom(['vachana-headers'], headers)).toEqual([])
    const told = found(/readonly type: '(\w+)'/g, read('src/protocols/vachana/messages.ts'))
    expect(told.length).toBeGreaterThan(7)
    expect(missingFrom(['vachana-messages'], told)).toEqual([])
    const fields = found(/field\(form, '(\w+)'\)/g, read('src/protocols/vachana/http.ts'))
    expect(fields.length).toBeGreaterThan(5)
    expect(missingFrom(['vachana-http'], fields)).toEqual([])
  })
})

it('the verdicts name every check of every wire once', () => {
  for (const { name, checks, invariants } of checkedWires) {
    const told = Object.values(conformance.verdicts[name] ?? {}).flat()
    expect([...told].sort(), name).toEqual([...checks, ...invariants].map(({ id }) => id).sort())
  }
})
