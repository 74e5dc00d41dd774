/** `load`: what the server costs and how it behaves under load, in parts that can be run alone. */
import { parseArgs } from 'node:util'
import { numbers, runParts } from '../parts.ts'
import type { Table } from '../report.ts'
import { final } from './final.ts'
import { latency } from './latency.ts'
import { memory } from './memory.ts'
import { start } from './start.ts'
import { talkers } from './talkers.ts'
import { vad } from './vad.ts'

export const help = `load [--only PART,PART] [--streams 1,50,200,500] [--talkers N,N] [--seconds N] [--sessions N] [--runs N] [--profile DIR]
    --only      latency, vad, talkers, final, memory, start; default: all, one after the other
    --streams   how many streams at a time, for latency and vad
    --talkers   how many talkers at a time; default: more and more until finals are late, then half as many again and twice as many
    --seconds   how long each row of latency, vad and talkers is measured (default 15, 10, 20), and final (60)
    --sessions  sessions opened and closed for the memory slope (default 10000)
    --runs      cold starts, and turns ended by endTurn in final (default 5)
    --profile   folder for CPU profiles of the server in latency, to be opened in a browser's developer tools`

export const run = async (args: readonly string[]): Promise<void> => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      streams: { type: 'string', default: '1,50,200,500' },
      talkers: { type: 'string', default: '' },
      seconds: { type: 'string' },
      sessions: { type: 'string', default: '10000' },
      profile: { type: 'string' },
      runs: { type: 'string', default: '5' },
    },
  })
  const seconds = (usual: number): number => Number(values.seconds ?? usual)
  const streams = numbers(values.streams)
  const runs = Number(values.runs)
  const parts: Readonly<Record<string, () => Promise<Table>>> = {
    latency: () => latency({ streams, seconds: seconds(15), profile: values.profile }),
    vad: () => vad({ streams, seconds: seconds(10) }),
    talkers: () => talkers({ seconds: seconds(20), talkers: numbers(values.talkers) }),
    final: () => final({ seconds: seconds(60), runs }),
    memory: () => memory({ sessions: Number(values.sessions) }),
    start: () => start({ runs }),
  }
  await runParts('load', parts, values.only)
}
