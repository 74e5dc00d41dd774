/** The server of the realtime bench, in a process of its own: the real one, with engines that cost nothing where wanted. */
import { z } from 'zod'
import { defineProvider } from '../../src/engines/registry.ts'
import { silentLog } from '../../src/log.ts'
import { loadSettings } from '../../src/server/config.ts'
import { createServer, type ParleyServer } from '../../src/server/server.ts'
import { beginCost, endCost, memoryNow } from '../load/cost.ts'
import { freeRecognizer } from '../load/free-recognizer.ts'
import { benchKey } from '../load/key.ts'
import { answer } from '../load/remote.ts'
import { modelOf, voiceOf } from './free-engines.ts'

let server: ParleyServer | undefined

const bench = defineProvider({
  settings: z.unknown(),
  speechToText: () => freeRecognizer,
  languageModel: modelOf,
  textToSpeech: voiceOf,
})

const methods = {
  /** Starts the server with these engines (`bench/…` costs nothing, `auto` is what a user gets). Gives its address. */
  async start(engines: { speechToText: string; languageModel: string; textToSpeech: string }) {
    const set = Object.entries(engines).map(([kind, id]) => `models.${kind}=${id}`)
    const settings = loadSettings({ flags: { port: '0', set } })
    const limits = { ...settings.limits, sessionsPerKey: 100_000, requestsPerSecondPerKey: 100_000 }
    server = await createServer({ ...settings, limits, apiKeys: [benchKey] }, { log: silentLog, providers: { bench } })
    const { engines: states } = await server.ready
    return { url: server.url, problems: states.flatMap(({ problem }) => problem ?? []) }
  },
  begin: (_: null) => beginCost(),
  end: (_: null) => endCost(),
  memory: (_: null) => memoryNow(),
}

/** What the server's process can be asked. */
export type ServeMethods = typeof methods

answer(methods, async () => server?.close())
