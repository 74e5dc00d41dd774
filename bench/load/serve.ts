/** The server of the load bench, in a process of its own: the real one, with a recognizer that costs nothing or is counted. */
import { z } from 'zod'
import { defineProvider } from '../../src/engines/registry.ts'
import type { SpeechToText } from '../../src/engines/speech-to-text.ts'
import { silentLog } from '../../src/log.ts'
import { loadProvider } from '../../src/server/catalog.ts'
import { loadSettings } from '../../src/server/config.ts'
import { createServer, type ParleyServer } from '../../src/server/server.ts'
import { beginCost, endCost, memoryNow } from './cost.ts'
import { freeRecognizer } from './free-recognizer.ts'
import { benchKey } from './key.ts'
import { answer } from './remote.ts'

let server: ParleyServer | undefined

/** What the recognizer was asked and answered since `begin`. */
const counts = { utterances: 0, partials: 0, streaming: 0, whole: 0, failed: 0 }

const counted = (engine: SpeechToText): SpeechToText => ({
  ...engine,
  async *transcribe(audio, options) {
    counts.utterances += 1
    try {
      for await (const event of engine.transcribe(audio, options)) {
        if (event.type === 'partial') counts.partials += 1
        else if (event.type === 'final') counts[event.pass] += 1
        yield event
      }
    } catch (error) {
      counts.failed += 1
      throw error
    }
  },
})

/** `bench/free`, or `bench/` before the id of a real engine, whose answers are counted. */
const bench = defineProvider({
  settings: z.unknown(),
  speechToText: async (model, _settings, surroundings) => {
    if (model === 'free') return freeRecognizer
    const [name = '', ...rest] = model.split('/')
    const provider = await loadProvider(name)
    if (!provider?.speechToText) throw new Error(`There is no recognizer ${model}.`)
    const given = loadSettings().providers[name] ?? {}
    return counted(await provider.speechToText(rest.join('/'), provider.settings.parse(given), surroundings))
  },
})

const methods = {
  /** Starts the server; `recognizer` is `free` or an engine's id. Gives its address and what is missing. */
  async start({ recognizer, set }: { recognizer: string; set: readonly string[] }) {
    const settings = loadSettings({ flags: { port: '0', set: [`models.speechToText=bench/${recognizer}`, ...set] } })
    const limits = { ...settings.limits, sessionsPerKey: 100_000, requestsPerSecondPerKey: 100_000 }
    server = await createServer({ ...settings, limits, apiKeys: [benchKey] }, { log: silentLog, providers: { bench } })
    const { engines } = await server.ready
    return { url: server.url.replace('http', 'ws'), problems: engines.flatMap(({ problem }) => problem ?? []) }
  },
  begin(_: null) {
    beginCost()
    Object.assign(counts, { utterances: 0, partials: 0, streaming: 0, whole: 0, failed: 0 })
  },
  end: (_: null) => ({ ...endCost(), counts: { ...counts } }),
  memory: (_: null) => memoryNow(),
}

/** What the server's process can be asked. */
export type ServeMethods = typeof methods

answer(methods, async () => server?.close())
