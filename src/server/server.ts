/** The server: listens, knows whether it is ready, and closes everything it opened. */
import { createServer as createHttpServer, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { VoiceError } from '../errors.ts'
import type { Log } from '../log.ts'
import { createSafeFetch } from '../outbound/safe-fetch.ts'
import { Phrases } from '../session/phrases.ts'
import { createApp } from './app.ts'
import { Keys } from './auth.ts'
import { callReach } from './call-reach.ts'
import { Calls } from './calls.ts'
import { ClientSecrets } from './client-secrets.ts'
import type { Settings } from './config.ts'
import { type OpenEngines, type OwnProviders, openEngines } from './engines.ts'
import type { AnsweredTurn, House, Readiness } from './house.ts'
import { Jobs } from './jobs.ts'
import { Limits } from './limits.ts'
import { Load } from './load.ts'
import { OneTimeTokens } from './one-time-tokens.ts'
import { builtPlayground } from './playground.ts'
import { acceptSockets } from './sockets.ts'
import { tlsIdentity } from './tls.ts'
import { warmUp, warmVoice } from './warm-up.ts'

export interface ParleyServer {
  /** Such as `http://127.0.0.1:8080`, or `https:` with TLS. */
  readonly url: string
  /** With TLS: the certificate's SHA-256, and its file where it is of our own making. */
  readonly tls?: { readonly fingerprint: string; readonly caFile?: string }
  readonly engines: OpenEngines
  /** Resolves once the engines are warm or known to be missing. Never rejects. */
  readonly ready: Promise<Readiness>
  /** Warms what has been installed since, and says what works now. Never rejects. */
  refresh(): Promise<Readiness>
  /** Stops accepting, tells the open sessions, ends the engines, and waits for all of it. */
  close(): Promise<void>
}

/** How long who serves a recording may be silent. */
const fetchSilenceMs = 15_000

/** Opens the port, then warms the engines. Throws `unavailable` when the port is taken. */
export const createServer = async (
  settings: Settings,
  parts: {
    readonly log: Log
    readonly providers?: OwnProviders
    /** Told of every answered turn, and where its time went. */
    readonly observe?: (turn: AnsweredTurn) => void
    /** A playground of another build than the project's own. */
    readonly playground?: URL
  },
): Promise<ParleyServer> => {
  const { log } = parts
  const tls = await tlsIdentity(settings)
  const closing = new AbortController()
  const engines = openEngines(settings, log, parts.providers)
  let readiness: Readiness | undefined
  const { running, perKey, memoryBytes, keepMinutes, ...jobAudio } = settings.jobs
  const recordings = jobAudio.fetchAudio
    ? createSafeFetch({
        privateHosts: jobAudio.privateHosts,
        silenceMs: fetchSilenceMs,
        answerBytes: jobAudio.audioBytes,
      })
    : undefined
  const house: House = {
    settings,
    log,
    engines,
    keys: new Keys(settings.apiKeys),
    secrets: new ClientSecrets(),
    tokens: new OneTimeTokens(),
    limits: new Limits(settings.limits),
    jobs: new Jobs({ running, perKey, memoryBytes, keepMs: keepMinutes * 60_000 }, { log, shutdown: closing.signal }),
    ...(recordings ? { recordings } : {}),
    calls: new Calls(() => callReach(settings, (http.address() as AddressInfo).port), log),
    phrases: new Phrases(),
    load: new Load(),
    playground: parts.playground ?? builtPlayground,
    decodeLimits: { maxSeconds: settings.limits.maxAudioSeconds, maxRatio: settings.limits.decodeRatio },
    shutdown: closing.signal,
    ...(parts.observe ? { observe: parts.observe } : {}),
    readiness: () => readiness,
  }
  const listener = getRequestListener(createApp(house).fetch)
  const http = tls ? createHttpsServer({ cert: tls.cert, key: tls.key }, listener) : createHttpServer(listener)
  const sockets = acceptSockets(http, house)
  try {
    await listening(http, settings)
  } catch (error) {
    house.load.close()
    await engines.close()
    throw error
  }
  const { port } = http.address() as AddressInfo
  const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host

  const getReadyAgain = async (): Promise<Readiness> => {
    readiness = await getReady(house)
    return readiness
  }
  const ready = getReadyAgain()

  return {
    url: `${tls ? 'https' : 'http'}://${host}:${port}`,
    ...(tls ? { tls: { fingerprint: tls.fingerprint, ...(tls.caFile ? { caFile: tls.caFile } : {}) } } : {}),
    engines,
    ready,
    refresh: getReadyAgain,
    async close() {
      closing.abort()
      const closed = new Promise<void>((resolve) => http.close(() => resolve()))
      await Promise.all([sockets.close(settings.shutdownGraceMs), house.calls.close(settings.shutdownGraceMs)])
      http.closeAllConnections()
      await Promise.all([closed, ready])
      await house.jobs.close()
      await recordings?.close()
      house.load.close()
      await engines.close()
    },
  }
}

const listening = (http: Server, settings: Settings): Promise<void> =>
  new Promise((resolve, reject) => {
    http.once('error', (error: NodeJS.ErrnoException) => {
      const { host, port } = settings
      const message =
        error.code === 'EADDRINUSE'
          ? `Port ${port} on ${host} is taken: stop what uses it, or name another with --port.`
          : `Cannot listen on ${host}:${port}: ${error.message}.`
      reject(new VoiceError('unavailable', message, { cause: error }))
    })
    http.listen(settings.port, settings.host, resolve)
  })

const getReady = async ({ engines, settings, log, shutdown }: House): Promise<Readiness> => {
  const [states] = await Promise.all([engines.warm(), warmVoice(engines, { signal: shutdown, log })])
  if (shutdown.aborted || states.some(({ problem }) => problem !== undefined)) return { engines: states }
  try {
    const warm = await warmUp(engines, settings.cacheDir, { signal: shutdown, log })
    return { engines: states, ...(warm ? { warmUp: warm } : {}) }
  } catch (error) {
    log.error({ err: error }, 'the warm-up failed')
    const problem = error instanceof VoiceError ? error.message : 'the warm-up failed; see the log'
    return { engines: states.map((state) => (state.kind === 'speechToText' ? { ...state, problem } : state)) }
  }
}
