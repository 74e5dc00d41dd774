/** The conformance page of the docs, made from `docs/conformance.json` and the checks themselves. */
import { checkedWires, wireNamed } from './wires.ts'

/** One thing of a wire: what is supported of it, and which tests say so. */
export interface Row {
  readonly name: string
  readonly support: 'supported' | 'partly' | 'no'
  /** What the older API calls it. */
  readonly older?: string
  /** `check:<id>` of `parley check`, or `<file>: <title>` of a test. */
  readonly tests: readonly string[]
  /** What is different from the reference, or what it is about. */
  readonly difference?: string
}

export interface Section {
  readonly id: string
  readonly title: string
  /** The wires whose checks are meant. */
  readonly wires: readonly string[]
  readonly rows: readonly Row[]
}

/** `docs/conformance.json`. */
export interface Conformance {
  readonly sections: readonly Section[]
  /** Wire → ids of its checks, by what came of them against our own server. */
  readonly verdicts: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
}

const cell = (text: string): string => text.replaceAll('|', '\\|')

const code = (text: string): string => `\`${text}\``

const showTest = (test: string): string => {
  if (test.startsWith('check:')) return code(test.slice('check:'.length))
  const [file = '', ...title] = test.split(': ')
  return `[${cell(title.join(': '))}](../${file})`
}

const table = ({ rows }: Section): string => {
  const older = rows.some((row) => row.older !== undefined)
  const lines = rows.map((row) =>
    [
      code(row.name),
      row.support,
      ...(older ? [row.older === undefined ? '' : code(row.older)] : []),
      row.tests.map(showTest).join(', '),
      cell(row.difference ?? ''),
    ].join(' | '),
  )
  const heads = ['', 'support', ...(older ? ['older name'] : []), 'tested by', 'difference']
  return [heads.join(' | '), heads.map(() => '---').join('|'), ...lines].map((line) => `| ${line} |`).join('\n')
}

const checksOf = (name: string, verdicts: Conformance['verdicts']): string => {
  const { checks, invariants } = wireNamed(name)!
  const found = Object.entries(verdicts[name] ?? {})
  const rows = [...checks, ...invariants].map(({ id, says, reference }) => {
    const verdict = found.find(([, ids]) => ids.includes(id))?.[0] ?? 'passed'
    return `| ${code(id)} | ${cell(says)} | ${cell(reference)} | ${verdict} |`
  })
  return ['| check | what it asks | reference | our server |', '|---|---|---|---|', ...rows].join('\n')
}

/** `docs/conformance.md`, whole. */
export const renderConformancePage = ({ sections, verdicts }: Conformance): string => {
  const count = (support: Row['support']): number =>
    sections.reduce((sum, { rows }) => sum + rows.filter((row) => row.support === support).length, 0)
  return `# Conformance

This page is made from \`docs/conformance.json\` by \`npm run docs\`. The test suite holds it to the code: every message that
is read and every event that is sent has a row, every test that is named exists, and [\`parley check\`](check.md), run against
a server of ours, finds what the last part says.

${count('supported')} things are supported, ${count('partly')} partly, ${count('no')} not. What is tested by a word such as ${code('reply-text')} is a check of \`parley check\`;
the others are tests of this repository.

${sections.map((section) => `## ${section.title}\n\n${table(section)}\n`).join('\n')}
${checkedWires.map(({ name }) => `## parley check: ${name}\n\n${checksOf(name, verdicts)}\n`).join('\n')}`
}
