/** `npm run bench -- NAME …`: measures, prints a table with its method, writes JSON. Never judges. */
import { busyness, machine } from './report.ts'

interface Bench {
  readonly help: string
  run(args: readonly string[]): Promise<void>
}

const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  accuracy: () => import('./accuracy/bench.ts'),
  diarization: () => import('./diarization/bench.ts'),
  load: () => import('./load/bench.ts'),
  micro: () => import('./micro.ts'),
  profile: () => import('./profile/bench.ts'),
  realtime: () => import('./realtime/bench.ts'),
  turns: () => import('./turns/bench.ts'),
  vocabulary: () => import('./vocabulary/bench.ts'),
  webrtc: () => import('./webrtc/bench.ts'),
}

const usage = async (): Promise<void> => {
  console.log('npm run bench -- BENCH [OPTIONS]\n')
  for (const load of Object.values(benches)) console.log(`  ${(await load()).help}\n`)
  console.log('Results also go to .cache/bench/<name>.json.')
}

const [name = '', ...args] = process.argv.slice(2)
const load = Object.hasOwn(benches, name) ? benches[name] : undefined
if (!load || args.includes('--help')) {
  await usage()
  process.exitCode = load || name === '' || name === '--help' ? 0 : 2
} else {
  console.log(`${machine()}, ${new Date().toISOString().slice(0, 10)}, ${busyness()}`)
  try {
    await (await load()).run(args)
  } catch (error) {
    // An option that nobody knows is the user's to mend: no trace of ours helps.
    if (!(error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))) throw error
    console.error(`error: ${error.message}`)
    process.exitCode = 2
  }
}
