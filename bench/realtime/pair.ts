/** A server and its clients, each in a process of its own, talking for a while. */
import { setTimeout as sleep } from 'node:timers/promises'
import { Remote } from '../load/remote.ts'
import type { ClientMethods } from './clients.ts'
import type { ServeMethods } from './serve.ts'

/** Engines that cost nothing; what is measured is what lies between them. */
export const freeEngines = {
  speechToText: 'bench/free',
  languageModel: 'bench/instant',
  textToSpeech: 'bench/instant',
} as const

export type EngineIds = { readonly [Kind in keyof typeof freeEngines]: string }

/** Runs `work` with a server that has these engines. */
export const withServer = async <T>(
  engines: EngineIds,
  work: (parts: {
    readonly url: string
    readonly server: Remote<ServeMethods>
    readonly clients: Remote<ClientMethods>
  }) => Promise<T>,
): Promise<T> => {
  const server = new Remote<ServeMethods>('serve', ['--expose-gc'], import.meta.url)
  const clients = new Remote<ClientMethods>('clients', [], import.meta.url)
  try {
    const { url, problems } = await server.call('start', { ...engines })
    if (problems.length > 0) throw new Error(problems.join(' '))
    return await work({ url, server, clients })
  } finally {
    await Promise.all([server.close(), clients.close()])
  }
}

/** Milliseconds of a round of talk, in which nothing is counted yet. */
const warmUpMs = 15_000

/** So many conversations at a time, for so long. */
export const talk = (engines: EngineIds, count: number, seconds: number) =>
  withServer(engines, async ({ url, server, clients }) => {
    await clients.call('open', { url, count })
    await sleep(warmUpMs)
    await Promise.all([server.call('begin', null), clients.call('begin', null)])
    await sleep(seconds * 1000)
    const [cost, told] = await Promise.all([server.call('end', null), clients.call('end', null)])
    await clients.call('close', null)
    return { count, cost, told }
  })
