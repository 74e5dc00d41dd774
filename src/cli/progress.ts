/** Progress on standard error: of a long file that is read, of downloads. */
import { MultiBar, Presets, SingleBar } from 'cli-progress'
import type { PullProgress } from '../models/commands.ts'
import { bytes as inBytes, type Terminal } from './terminal.ts'

/** Work shorter than this needs no bar. */
const patienceMs = 2000

/** The same bytes, counted on a bar. `done` takes the bar away. Without `shown` nothing is drawn. */
export const byteProgress = (
  bytes: AsyncIterable<Uint8Array>,
  options: { readonly total: number; readonly label: string; readonly shown: boolean },
): { readonly bytes: AsyncIterable<Uint8Array>; readonly done: () => void } => {
  if (!options.shown) return { bytes, done: () => {} }
  const bar = new SingleBar(
    { format: `${options.label} {bar} {percentage} % {eta_formatted}`, clearOnComplete: true, hideCursor: true },
    Presets.shades_classic,
  )
  let read = 0
  let started = false
  const timer = setTimeout(() => {
    started = true
    bar.start(options.total, read)
  }, patienceMs)
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      read += chunk.byteLength
      if (started) bar.update(Math.min(read, options.total))
      yield chunk
    }
  }
  const done = (): void => {
    clearTimeout(timer)
    if (started) bar.stop()
  }
  return { bytes: counted(), done }
}

interface PullBars {
  readonly update: (progress: PullProgress) => void
  /** Takes the bars away. May be called again. */
  readonly stop: () => void
}

/** On a terminal a bar for each download, elsewhere a line at every tenth of it. */
export const pullBars = (terminal: Pick<Terminal, 'err' | 'errIsTty'>): PullBars =>
  terminal.errIsTty ? drawnBars() : writtenBars(terminal)

const drawnBars = (): PullBars => {
  const all = new MultiBar(
    { format: '{id} {bar} {done} of {all} {eta_formatted}', clearOnComplete: true, hideCursor: true },
    Presets.shades_classic,
  )
  const bars = new Map<string, SingleBar>()
  return {
    update: ({ id, doneBytes, totalBytes }) => {
      const total = totalBytes ?? Math.max(doneBytes * 2, 1)
      const shown = { id, done: inBytes(doneBytes), all: totalBytes === undefined ? '?' : inBytes(totalBytes) }
      const bar = bars.get(id)
      if (bar) {
        bar.setTotal(total)
        bar.update(doneBytes, shown)
      } else bars.set(id, all.create(total, doneBytes, shown))
    },
    stop: () => all.stop(),
  }
}

const writtenBars = ({ err }: Pick<Terminal, 'err'>): PullBars => {
  const tenths = new Map<string, number>()
  return {
    update: ({ id, doneBytes, totalBytes }) => {
      if (!totalBytes) return
      const tenth = Math.floor((doneBytes / totalBytes) * 10)
      if (tenth <= (tenths.get(id) ?? 0)) return
      tenths.set(id, tenth)
      err(`${id}: ${tenth * 10} % of ${inBytes(totalBytes)}\n`)
    },
    stop: () => {},
  }
}
