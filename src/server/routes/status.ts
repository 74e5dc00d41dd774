/** `GET /v1/parley/status`: what serves, how busy it is and how it is set, for who has a key. */
import { readFileSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'
import type { Hono } from 'hono'
import { openaiError } from '../../protocols/openai-audio/http.ts'
import { statusBody } from '../../protocols/parley/http.ts'
import { answering } from '../answering.ts'
import { countTalkers } from '../capacity.ts'
import { type Env, guarded, respond } from '../guard.ts'
import type { House } from '../house.ts'
import { settingsInForce } from '../settings-in-force.ts'

const packageVersion = (): string =>
  (JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string }).version

export const statusRoutes = (app: Hono<Env>, house: House): void => {
  const { engines, limits, settings } = house
  const guard = guarded(house, (error) => openaiError(error), { tokens: false })
  const startedAt = Date.now()
  const version = packageVersion()
  const inForce = settingsInForce(settings)
  app.get('/v1/parley/status', guard, async () => {
    const readiness = house.readiness()
    const hearing = readiness?.engines ?? []
    const cores = availableParallelism()
    const talkers = countTalkers(hearing, cores)
    return respond(
      statusBody({
        version,
        startedAt,
        ready: readiness !== undefined && hearing.every(({ problem }) => problem === undefined),
        // The others load when they are asked for, and this is no reason to.
        engines: readiness ? [...hearing, ...(await answering(engines))] : [],
        ...(readiness?.warmUp && { warmUp: readiness.warmUp }),
        machine: {
          node: process.version,
          platform: `${process.platform} ${process.arch}`,
          cores,
          memoryBytes: totalmem(),
        },
        load: house.load.sample,
        sessions: { open: limits.sessions, perKey: settings.limits.sessionsPerKey },
        ...(talkers !== undefined && { talkers }),
        settings: inForce,
      }),
    )
  })
}
