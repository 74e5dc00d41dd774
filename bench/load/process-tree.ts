/** CPU time and memory of a process and everything it started, as Linux tells it. */
import { readdir, readFile } from 'node:fs/promises'

export interface TreeUsage {
  /** User and system time of all processes since they began, in seconds. */
  readonly cpuSeconds: number
  /** Resident memory of all processes; pages that they share count each time. */
  readonly residentBytes: number
  readonly processes: number
}

interface Stat {
  readonly parent: number
  readonly cpuSeconds: number
  readonly residentBytes: number
}

const ticksPerSecond = 100
const pageBytes = 4096

const readStat = async (pid: number): Promise<Stat | undefined> => {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may hold spaces; the fields after it do not.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return {
      parent: Number(fields[1]),
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
      residentBytes: Number(fields[21]) * pageBytes,
    }
  } catch {
    return undefined
  }
}

/** Undefined where there is no `/proc`. Processes that have ended no longer count. */
export const treeUsage = async (root: number): Promise<TreeUsage | undefined> => {
  const names = await readdir('/proc').catch(() => [])
  const stats = new Map<number, Stat>()
  await Promise.all(
    names
      .filter((name) => /^\d+$/.test(name))
      .map(async (name) => {
        const stat = await readStat(Number(name))
        if (stat) stats.set(Number(name), stat)
      }),
  )
  if (!stats.has(root)) return undefined
  const members = new Set([root])
  let size = 0
  while (size !== members.size) {
    size = members.size
    for (const [pid, { parent }] of stats) if (members.has(parent)) members.add(pid)
  }
  const all = [...members].map((pid) => stats.get(pid)!)
  return {
    cpuSeconds: all.reduce((sum, one) => sum + one.cpuSeconds, 0),
    residentBytes: all.reduce((sum, one) => sum + one.residentBytes, 0),
    processes: all.length,
  }
}
