/** How a bench reports: tables for people with the method beside them, and JSON for programs. */
import { execFileSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { arch, availableParallelism, cpus, loadavg, platform, totalmem } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** One table of figures, and how they were got. */
export interface Table {
  readonly title: string
  /** How it was measured, what it covers and what it does not: lines of prose. */
  readonly method: readonly string[]
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** The same figures, unrounded. */
  readonly data: unknown
}

/** The root of the project. */
export const projectDir: string = fileURLToPath(new URL('../', import.meta.url))

/** Where results go; ignored by git. */
const resultsDir = join(projectDir, '.cache', 'bench')

/** What ran the bench, in one line, such as `2 × AMD EPYC, 24 GB, linux x64, Node 20.20.2`. */
export const machine = (): string => {
  const model = cpus()[0]?.model.trim() || 'unknown processor'
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`
  return `${availableParallelism()} × ${model}, ${memory}, ${platform()} ${arch()}, Node ${process.versions.node}`
}

const busy = loadavg()[0] ?? 0

/** How busy the machine was with other things when the bench began: processes that wanted to run, over a minute. */
export const busyness = (): string =>
  `load average at the start ${busy.toFixed(1)}${busy > 0.5 ? ': other work was running, so times and latencies are too high' : ''}`

const commit = (): string | undefined => {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { cwd: projectDir, encoding: 'utf8' }).trim()
  } catch {
    return undefined
  }
}

/** A number for people; a dash where there is none. */
export const figure = (value: number | undefined, digits = 1): string =>
  value === undefined || !Number.isFinite(value) ? '–' : value.toFixed(digits)

/** A share, 0…1, in percent. */
export const percent = (share: number): string => (Number.isFinite(share) ? `${(share * 100).toFixed(1)} %` : '–')

/** Prints a table as Markdown, so that it can be put on a page as it is. */
export const print = (table: Table): void => {
  const rows = [table.columns, ...table.rows]
  const widths = table.columns.map((_, column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, column) => (column === 0 ? (row[0] ?? '').padEnd(width) : (row[column] ?? '').padStart(width))).join(' | ')} |`
  console.log(`\n### ${table.title}\n`)
  console.log(line(table.columns))
  console.log(`| ${widths.map((width, column) => `${'-'.repeat(width - 1)}${column === 0 ? '-' : ':'}`).join(' | ')} |`)
  for (const row of table.rows) console.log(line(row))
  console.log('')
  for (const sentence of table.method) console.log(`- ${sentence}`)
}

/** Writes `.cache/bench/<name>.json` and says where. */
export const save = async (name: string, tables: readonly Table[]): Promise<void> => {
  await mkdir(resultsDir, { recursive: true })
  const file = join(resultsDir, `${name}.json`)
  const results = tables.map(({ title, method, data }) => ({ title, method, data }))
  const report = {
    bench: name,
    at: new Date().toISOString(),
    machine: machine(),
    loadAverage: busy,
    commit: commit(),
    results,
  }
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`)
  console.log(`\n${file}`)
}

/** Says on standard error what is under way; a terminal keeps only the last line of it. */
export const progress = (line: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${line}`)
}

/** Takes the last progress line away. */
export const progressDone = (): void => progress('')
