/** Whether the pages say what is so: links, quoted lines, tables of codes, rooms and settings. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { rooms } from '../.dependency-cruiser.mjs'
import { type ErrorCode, errorCodes, VoiceError } from '../src/errors.ts'
import { inworldError } from '../src/protocols/inworld-stt/http.ts'
import { openaiError } from '../src/protocols/openai-audio/http.ts'
import { backchannelFields, memoryFields, responsivenessFields } from '../src/protocols/realtime/attendants.ts'
import { vachanaError } from '../src/protocols/vachana/http.ts'
import espeak from '../src/providers/espeak/index.ts'
import onnx from '../src/providers/onnx/index.ts'
import pocketsphinx from '../src/providers/pocketsphinx/index.ts'
import sherpa from '../src/providers/sherpa/index.ts'
import silero from '../src/providers/silero/index.ts'
import yamnet from '../src/providers/yamnet/index.ts'
import { fields } from '../src/server/settings-fields.ts'
import { projectUrl } from './support/needs.ts'

const root = fileURLToPath(projectUrl)
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]

/** A page without what stands in fences. */
const prose = (page: string): string => read(page).replace(/^```.*?^```$/gms, '')

/** The names under which the headings of a page can be linked. */
const anchors = (page: string): readonly string[] =>
  [...prose(page).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  )

/** The cells of every table row, trimmed. */
const rows = (page: string): readonly (readonly string[])[] =>
  [...prose(page).matchAll(/^\|(.+)\|$/gm)].map(([, row = '']) => row.split(' | ').map((cell) => cell.trim()))

/** What stands between backticks. */
const code = (text: string): readonly string[] =>
  [...text.matchAll(/(`+)(.+?)\1(?!`)/g)].map(([, , inside = '']) => inside.trim())

describe('the pages', () => {
  it.each(pages)('%s links to what is there', (page) => {
    for (const [, target = ''] of prose(page).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue
      const [path = '', anchor] = target.split('#')
      const file = path === '' ? page : join(dirname(page), path)
      expect(existsSync(join(root, file)), `${page} → ${target}`).toBe(true)
      if (anchor !== undefined) expect(anchors(file), `${page} → ${target}`).toContain(anchor)
    }
  })

  it('can all be reached from the README', () => {
    const linked = [...prose('README.md').matchAll(/\]\((docs\/[\w-]+\.md)/g)].map(([, path]) => path)
    expect(pages.filter((page) => page !== 'README.md' && !linked.includes(page))).toEqual([])
  })

  it('name only settings that there are', () => {
    // An event of the library goes by a name like those of a group.
    const known = [...fields.map(({ path }) => path), 'models.aliases.my-ears', 'voice.profiled']
    const groups = new Set(fields.flatMap(({ path }) => (path.includes('.') ? [path.split('.')[0]] : [])))
    const named = pages.flatMap((page) =>
      [...read(page).matchAll(/(?<=[`\s])([a-z]+)\.(?!ts\b)[a-z][A-Za-z]*(\.[\w-]+)?(?=[`=])/g)]
        .filter(([, group]) => groups.has(group))
        .map(([path]) => ({ page, path })),
    )
    expect(named.filter(({ path }) => !known.includes(path))).toEqual([])
    expect(named.length).toBeGreaterThan(50)
  })

  it('give the fields of attendants and their defaults as they are', () => {
    const told = rows('docs/attendants.md').map((cells) => cells.slice(0, 2).map(code))
    const defaults = [memoryFields, backchannelFields, responsivenessFields].flatMap((branch) =>
      Object.values<readonly [name: string, fallback: unknown, read: unknown]>(branch),
    )
    for (const [name, fallback] of defaults) {
      const same = told.flatMap(([names = [], values = []]) =>
        names.flatMap((one, place) => (one === name ? [values[place]] : [])),
      )
      expect(same.length, name).toBeGreaterThan(0)
      if (['number', 'boolean'].includes(typeof fallback)) expect(same, name).toContain(String(fallback))
    }
  })

  it('give the defaults of settings as they are', () => {
    const told = pages.flatMap((page) => [
      ...rows(page).flatMap(([name = '', value = '']) => [{ page, path: code(name)[0], value }]),
      ...[...prose(page).matchAll(/(\d+)(?: ms)? \(`([\w.]+)`/g)].map(([, value, path]) => ({ page, path, value })),
    ])
    const checked = told.flatMap(({ page, path, value }) => {
      const field = fields.find((one) => one.path === path)
      return field && /^[\d.]+$/.test(value ?? '') ? [{ page, path, value, own: String(field.default) }] : []
    })
    expect(checked.filter(({ value, own }) => value !== own)).toEqual([])
    expect(checked.length).toBeGreaterThan(5)
  })
})

/** The table rows of a page that quote a line of an example. */
const quotes = (page: string): readonly { readonly page: string; readonly line: string; readonly path: string }[] =>
  rows(page).flatMap(([, line = '', file = '']) => {
    const path = /\]\((?:\.\.\/)?(examples\/[^)]+)\)/.exec(file)?.[1]
    return path === undefined ? [] : [{ page, line: code(line)[0]!, path }]
  })

describe('the examples', () => {
  const clients = quotes('README.md')
  const moves = ['openai', 'inworld'].flatMap((service) => quotes(`docs/migrate-from-${service}.md`))

  it.each([...clients, ...moves])('$page quotes $path as it is', ({ line, path }) => {
    expect(
      read(path)
        .split('\n')
        .map((own) => own.trim()),
    ).toContain(line)
  })

  it('of each service are on the page about coming over from it', () => {
    const wanted = clients.filter(({ path }) => !path.includes('vachana'))
    expect(moves.map(({ path }) => path).sort()).toEqual(wanted.map(({ path }) => path).sort())
  })

  it('of clients are all in the README', () => {
    const examples = readdirSync(join(root, 'examples')).filter(
      (name) => !['library.mjs', 'speak.mjs', 'sip-bridge.mjs'].includes(name),
    )
    expect(clients.map(({ path }) => path).sort()).toEqual(examples.map((name) => `examples/${name}`).sort())
  })
})

describe('docs/errors.md', () => {
  const table = rows('docs/errors.md').filter((row) => row.length === 6 && row[0]!.startsWith('`'))

  it('has every error code, and none besides', () => {
    expect(table.map(([name = '']) => code(name)[0])).toEqual(Object.keys(errorCodes))
  })

  it.each(table)('%s has the statuses that the wires give it', (name, _, again, ...statuses) => {
    const error = new VoiceError(code(name!)[0] as ErrorCode, 'Something went wrong.')
    const given = [inworldError(error), vachanaError(error), openaiError(error)].map(({ status }) => String(status))
    expect(statuses.map((status) => status.slice(0, 3))).toEqual(given)
    expect(again).toBe(error.retryable ? 'yes' : 'no')
  })

  it('has every error code of the sockets', () => {
    const sockets = rows('docs/errors.md').filter((row) => row.length === 3 && row[0]!.startsWith('`'))
    expect(sockets.flatMap(([names = '']) => code(names)).sort()).toEqual(Object.keys(errorCodes).sort())
  })
})

describe('docs/architecture.md', () => {
  it('has the import table that the check holds', () => {
    const table = rows('docs/architecture.md').filter((row) => row.length === 3 && /^`\w+\/`$/.test(row[0]!))
    const told = Object.fromEntries(
      table.map(([room = '', , may = '']) => [code(room)[0]!.replace('/', ''), may === 'nothing' ? [] : code(may)]),
    )
    const sorted = (of: Readonly<Record<string, readonly string[]>>) =>
      Object.fromEntries(Object.entries(of).map(([room, may]) => [room, [...may].sort()]))
    expect(sorted(told)).toEqual(sorted(rooms))
  })
})

describe('docs/models.md', () => {
  it('has every setting of the providers', () => {
    const told = rows('docs/models.md').flatMap(([names = '']) => {
      const [first = '', ...more] = code(names)
      const provider = /^providers\.(\w+)\./.exec(first)?.[1]
      return provider === undefined ? [] : [first, ...more.map((name) => `providers.${provider}.${name}`)]
    })
    const there = Object.entries({ espeak, onnx, pocketsphinx, sherpa, silero, yamnet }).flatMap(
      ([name, { settings }]) =>
        Object.keys((settings as unknown as { readonly shape: object }).shape).map((own) => `providers.${name}.${own}`),
    )
    expect(told.sort()).toEqual(there.sort())
  })
})
