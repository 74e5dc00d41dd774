/** `parley check`: how well a server keeps to a wire, found out by a client that tries everything. */
import { type Command, Option } from 'commander'
import { joined } from '../audio/joined.ts'
import type { Finding, Verdict } from '../conformance/check.ts'
import type { CheckedWire } from '../conformance/run.ts'
import type { Target } from '../conformance/scene.ts'
import { Speech } from '../conformance/speech.ts'
import { VoiceError } from '../errors.ts'
import {
  type Context,
  commandWithSettings,
  interruptible,
  quietLog,
  type SettingsOptions,
  settingsFor,
  UsageError,
} from './command.ts'
import { openSource } from './source.ts'
import { duration, type Terminal, wrap } from './terminal.ts'

interface Options extends SettingsOptions {
  readonly wire?: string
  readonly key?: string
  readonly model: string
  readonly only?: string
  readonly audio?: string
  readonly timeout: number
  readonly fast?: boolean
  readonly list?: boolean
  readonly json?: boolean
}

const wireNames = ['openai-realtime', 'inworld-realtime', 'inworld-stt', 'vachana-stt']

/** What is said to the server: one turn, with no pause in it. */
const sentence = 'Can you hear what I am saying to you?'

const styles = { passed: 'green', failed: 'red', skipped: 'dim', differs: 'yellow' } as const

/** The sentence by the embedded voice, or a recording. */
const speechFor = async (options: Options, { terminal }: Context, signal: AbortSignal): Promise<Speech> => {
  const settings = settingsFor(options, terminal)
  const log = quietLog(settings, terminal)
  const sampleRate = 24_000
  const parts: Float32Array[] = []
  if (options.audio === undefined) {
    const [{ openEngines }, { speak }] = await Promise.all([
      import('../server/engines.ts'),
      import('../speaking/speak.ts'),
    ])
    const engines = openEngines(settings, log)
    try {
      const { engine, voice } = await engines.voice({ voice: 'rms', model: 'flite', language: '' })
      async function* script() {
        yield sentence
      }
      for await (const event of speak(script(), { engine, voice, signal, log }))
        if (event.type === 'audio') parts.push(event.frame.samples)
      return new Speech(joined(Float32Array, parts), engine.sampleRate, sentence)
    } finally {
      await engines.close()
    }
  }
  const [{ decodeAudio }, { Resampler }] = await Promise.all([
    import('../media/decode.ts'),
    import('../audio/resample.ts'),
  ])
  const { bytes } = await openSource(options.audio, terminal, signal)
  let resampler: { readonly from: number; readonly to24k: InstanceType<typeof Resampler> } | undefined
  for await (const { samples, sampleRate: from } of decodeAudio(bytes, {
    format: { encoding: 'auto', sampleRate, channels: 1 },
    signal,
  })) {
    if (resampler?.from !== from) resampler = { from, to24k: new Resampler(from, sampleRate) }
    parts.push(resampler.to24k.push(samples))
  }
  if (resampler) parts.push(resampler.to24k.flush())
  return new Speech(joined(Float32Array, parts), sampleRate)
}

/** A comma-separated list of ids; `session*` stands for all that begin so. */
const wantedBy = (only: string | undefined, ids: readonly string[]): ((id: string) => boolean) => {
  if (only === undefined) return () => true
  const patterns = only.split(',').map((pattern) => pattern.trim())
  const fits = (pattern: string, id: string): boolean =>
    pattern.endsWith('*') ? id.startsWith(pattern.slice(0, -1)) : pattern === id
  for (const pattern of patterns) {
    if (!ids.some((id) => fits(pattern, id))) throw new UsageError(`There is no check ${pattern}; --list shows them.`)
  }
  return (id) => patterns.some((pattern) => fits(pattern, id))
}

const showFinding = (
  { id, says, reference, verdict, note, evidence, tookMs }: Finding,
  { out, paint, columns }: Terminal,
): void => {
  const room = Math.max(40, columns() - 12)
  const lines = [
    `${paint(styles[verdict], verdict.padEnd(8))}  ${paint('bold', id)}${paint('dim', tookMs > 999 ? `  ${duration(tookMs)}` : '')}`,
    ...wrap(says, room).map((line) => `          ${line}`),
    ...(note === undefined ? [] : wrap(`→ ${note}`, room).map((line) => `          ${line}`)),
    ...(verdict === 'failed' ? [`          ${paint('dim', reference)}`] : []),
    ...(verdict === 'failed' || verdict === 'differs' ? evidence : []).map((line) => `          ${paint('dim', line)}`),
  ]
  out(`${lines.join('\n')}\n`)
}

const counted = (findings: readonly Finding[]): Readonly<Record<Verdict, number>> => {
  const counts = { passed: 0, failed: 0, skipped: 0, differs: 0 }
  for (const { verdict } of findings) counts[verdict] += 1
  return counts
}

/** What the user wants checked. */
const wireFor = async (text: string, options: Options): Promise<{ readonly wire: CheckedWire; readonly url: URL }> => {
  const { checkedWires, socketUrl, wireNamed, wireOf } = await import('../conformance/wires.ts')
  let given: URL
  try {
    given = new URL(text)
  } catch {
    throw new UsageError(`${text} is no URL; it looks like ws://127.0.0.1:8080/v1/realtime.`)
  }
  if (!['ws:', 'wss:', 'http:', 'https:'].includes(given.protocol))
    throw new UsageError('The URL must be ws, wss, http or https.')
  const wire = (options.wire === undefined ? wireOf(given) : wireNamed(options.wire)) ?? checkedWires[0]!
  return { wire, url: socketUrl(given, wire) }
}

const list = ({ checks, invariants }: CheckedWire, terminal: Terminal): void => {
  for (const { id, says, reference } of [...checks, ...invariants])
    terminal.out(`${terminal.paint('bold', id)}\n          ${says} ${terminal.paint('dim', `(${reference})`)}\n`)
}

const checkServer = async (text: string, options: Options, context: Context): Promise<void> => {
  const { terminal, fail } = context
  const { wire, url } = await wireFor(text, options)
  if (options.list) return list(wire, terminal)
  const wanted = wantedBy(
    options.only,
    [...wire.checks, ...wire.invariants].map(({ id }) => id),
  )
  const { conform } = await import('../conformance/run.ts')
  const { reach } = await import('../conformance/scene.ts')
  await interruptible(async (signal, exitCode) => {
    const target: Target = {
      url,
      key: options.key ?? terminal.env.PARLEY_KEY ?? '',
      model: options.model,
      timeoutMs: options.timeout * 1000,
      pace: options.fast ? Number.POSITIVE_INFINITY : 1,
      speech: await speechFor(options, context, signal).catch((error: unknown) => {
        // Nothing could be checked: that is no verdict on the server.
        throw error instanceof VoiceError && !signal.aborted ? new UsageError(error.message) : error
      }),
      signal,
    }
    try {
      await reach(target, wire.door)
    } catch (error) {
      terminal.err(
        `${terminal.paint('red', 'error:')} ${error instanceof VoiceError ? error.message : String(error)}\n`,
      )
      return fail(2)
    }
    const findings: Finding[] = []
    if (!options.json) terminal.out(`${wire.name} at ${url.host}${url.pathname}\n\n`)
    for await (const finding of conform(wire, target, wanted)) {
      findings.push(finding)
      if (!options.json) showFinding(finding, terminal)
    }
    const { passed, failed, skipped, differs } = counted(findings)
    if (options.json) {
      const summary = {
        wire: wire.name,
        url: `${url.origin}${url.pathname}`,
        passed,
        failed,
        skipped,
        differs,
        findings,
      }
      terminal.out(`${JSON.stringify(summary, undefined, 2)}\n`)
    } else {
      const differing = differs > 0 ? `, ${differs} differ` : ''
      terminal.out(`\n${passed} passed, ${failed} failed, ${skipped} skipped${differing}\n`)
    }
    fail(exitCode() || (failed > 0 ? 1 : 0))
  })
}

const seconds = (text: string): number => {
  const value = Number(text)
  if (!(value >= 1 && value <= 300)) throw new UsageError('--timeout must be a number of seconds from 1 to 300.')
  return value
}

/** `parley check`. Its exit code is 0 where nothing failed, 1 where something did, 2 where nothing could be checked. */
export const checkCommand = (context: Context): Command =>
  commandWithSettings(
    'check',
    'how well a server keeps to a wire',
    [
      'parley check ws://127.0.0.1:8080/v1/realtime',
      'parley check wss://api.example.com/v1/realtime --key sk-… --model gpt-realtime',
      "parley check http://127.0.0.1:8080 --wire inworld-stt --only 'turn*,usage' --json",
    ].join('\n'),
  )
    .argument('<url>', 'the server, or the address of its socket')
    .addOption(new Option('--wire <name>', 'what it speaks; without it, told by the path').choices(wireNames))
    .option('--key <key>', 'a key of the server; without it PARLEY_KEY of the environment')
    .option('--model <name>', 'the model that is asked for', '')
    .option('--only <ids>', 'checks to run, such as reply-text,session*')
    .option('--audio <file>', 'a spoken turn of one to five seconds, in place of the embedded voice')
    .option('--timeout <seconds>', 'how long any one answer may take', seconds, 10)
    .option('--fast', 'send speech as fast as it is taken, not at the pace of speech')
    .option('--list', 'show what would be checked')
    .option('--json', 'everything that was found, as JSON')
    .action((url: string, options: Options) => checkServer(url, options, context))
