/** `load --only talkers`: how many people can talk at once with a real recognizer, and what happens beyond that. */
import { availableParallelism } from 'node:os'
import { silentLog } from '../../src/log.ts'
import { loadSettings } from '../../src/server/config.ts'
import { openEngines } from '../../src/server/engines.ts'
import { figure, percent, progress, progressDone, type Table } from '../report.ts'
import { spread } from '../statistics.ts'
import { treeUsage } from './process-tree.ts'
import { Remote } from './remote.ts'
import type { ServeMethods } from './serve.ts'
import type { TalkMethods } from './talk-clients.ts'

const steps = [1, 2, 4, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 64]
const tooLateMs = 1000

const localEngine = async (): Promise<string> => {
  const engines = openEngines(loadSettings(), silentLog)
  try {
    return await engines.local()
  } finally {
    await engines.close()
  }
}

export const talkers = async (options: {
  readonly seconds: number
  readonly talkers: readonly number[]
}): Promise<Table> => {
  const recognizer = await localEngine()
  const server = new Remote<ServeMethods>('serve')
  const clients = new Remote<TalkMethods>('talk-clients')
  const measure = async (url: string, count: number) => {
    progress(`talkers: ${count}`)
    const before = await treeUsage(server.pid)
    const begun = performance.now()
    await server.call('begin', null)
    const { lateMs, ...heard } = await clients.call('talk', { url, count, seconds: options.seconds })
    const { counts, eventLoopMs } = await server.call('end', null)
    const after = await treeUsage(server.pid)
    const wall = (performance.now() - begun) / 1000
    const late = spread(lateMs)
    return {
      talkers: count,
      ...heard,
      late,
      onTime: lateMs.filter((ms) => ms <= tooLateMs).length / heard.turns,
      counts,
      eventLoopMs,
      cores: before && after ? (after.cpuSeconds - before.cpuSeconds) / wall : undefined,
      residentBytes: after?.residentBytes,
    }
  }
  const results: Awaited<ReturnType<typeof measure>>[] = []
  let capacity = 0
  let said = { lines: 0, meanSeconds: 0 }
  try {
    const [{ url, problems }, prepared] = await Promise.all([
      server.call('start', { recognizer, set: [] }),
      clients.call('prepare', null),
    ])
    if (problems.length > 0) throw new Error(problems.join(' '))
    said = prepared
    const fits = (one: (typeof results)[number]): boolean =>
      one.late.p95 <= tooLateMs && one.finals === one.turns && one.refused.length + one.brokenOff.length === 0
    if (options.talkers.length > 0) {
      for (const count of options.talkers) results.push(await measure(url, count))
    } else {
      for (const count of steps) {
        const result = await measure(url, count)
        results.push(result)
        if (!fits(result)) break
      }
      const most = results.at(-1)!.talkers
      results.push(await measure(url, Math.ceil(most * 1.5)), await measure(url, most * 2))
    }
    capacity = Math.max(0, ...results.filter(fits).map((one) => one.talkers))
  } finally {
    progressDone()
    await Promise.all([server.close(), clients.close()])
  }
  const cores = availableParallelism()
  const problems = [...new Set(results.flatMap((one) => [...one.refused, ...one.brokenOff]))]
  return {
    title: `People talking at once: ${recognizer}`,
    columns: [
      'talkers',
      'turns',
      'finals',
      'late p50 ms',
      'late p95 ms',
      'within 1 s',
      'second pass',
      'partials per s',
      'refused',
      'broken off',
      'cores',
      'event loop p99 ms',
    ],
    rows: results.map((one) => [
      String(one.talkers),
      String(one.turns),
      String(one.finals),
      figure(one.late.p50, 0),
      figure(one.late.p95, 0),
      percent(one.onTime),
      percent(one.counts.whole / (one.counts.whole + one.counts.streaming)),
      figure(one.counts.partials / one.spokenSeconds, 2),
      String(one.refused.length),
      String(one.brokenOff.length),
      figure(one.cores, 2),
      figure(one.eventLoopMs.p99),
    ]),
    method: [
      `The whole server with its recognizer's processes; talkers in another process on loopback sockets of the Inworld wire. Each says ${said.lines} recordings in turn (${figure(said.meanSeconds)} s on average, 1.2 s of quiet included) at the pace of speech for ${options.seconds} s: people who hardly ever stop.`,
      'Late: from sending the chunk in which the silence was long enough (found beforehand by voice activity alone) to the final. Finals are counted against turns: a difference is finals that had not come a minute after the last word.',
      `At most ${capacity} talkers had 95 % of their finals within 1 s, none lost and nobody refused: ${figure(capacity / cores)} per core of this machine, whose ${cores} cores also ran the talkers.`,
      'Second pass: share of the recognizer’s finals from the whole-utterance pass. Partials: per second of sent audio, quiet included. Refused: sessions ended by an error before their first turn was over; broken off: after it, their turns are not counted. Cores: CPU time of the server and its child processes by wall time, the wait for late finals included.',
      ...problems.map((problem) => `Said to those refused or broken off: ${problem}`),
    ],
    data: { recognizer, capacity, cores, results },
  }
}
