/** Better ears, offered at the start and fetched beside the running server. */
import { availableParallelism, totalmem } from 'node:os'
import { asVoiceError } from '../errors.ts'
import type { CatalogueEntry } from '../models/catalogue.ts'
import type { Settings } from '../server/config.ts'
import { pullBars } from './progress.ts'
import { bytes, type Terminal } from './terminal.ts'

interface Offer {
  readonly entries: readonly CatalogueEntry[]
  readonly why: string
  readonly size: string
}

/** The best set for this machine, if it is not here, is wanted, and can be had now. */
const findOffer = async (settings: Settings, signal: AbortSignal): Promise<Offer | undefined> => {
  const { download, offline, mirror, speechToText } = settings.models
  if (download === 'never' || offline || speechToText !== 'auto') return undefined
  const [{ bestSet }, { listModels }, { hubAnswers }] = await Promise.all([
    import('../models/best-set.ts'),
    import('../models/commands.ts'),
    import('../models/hub.ts'),
  ])
  const { ids, why } = bestSet({ cores: availableParallelism(), memoryBytes: totalmem() })
  const listed = (await listModels({ cacheDir: settings.cacheDir })).filter(({ entry }) => ids.includes(entry.id))
  const absent = listed.filter(({ installed }) => !installed)
  const first = absent[0]?.entry.downloads[0]
  if (!first) return undefined
  const isFolder = mirror !== undefined && !/^https?:/.test(mirror)
  if (!isFolder && !(await hubAnswers(mirror ?? first.url, { signal }))) return undefined
  const sizes = absent.map(({ downloadBytes }) => downloadBytes)
  const total = sizes.reduce<number | undefined>(
    (sum, size) => (sum === undefined || size === undefined ? undefined : sum + size),
    0,
  )
  return { entries: absent.map(({ entry }) => entry), why, size: total === undefined ? 'size unknown' : bytes(total) }
}

const fetchAll = async (
  offer: Offer,
  settings: Settings,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<boolean> => {
  const { pullModels } = await import('../models/commands.ts')
  const bars = pullBars(terminal)
  try {
    const pulled = await pullModels(
      offer.entries.map(({ id }) => id),
      { cacheDir: settings.cacheDir },
      { mirror: settings.models.mirror, signal, onProgress: bars.update },
    )
    bars.stop()
    for (const model of pulled) {
      if (model.type !== 'failed') continue
      const { message } = asVoiceError(model.error)
      terminal.err(`${terminal.paint('red', 'error:')} ${model.id}: ${message}\n`)
    }
    return pulled.every(({ type }) => type !== 'failed')
  } finally {
    bars.stop()
  }
}

/**
 * Offers the best set of models where it can be had, fetches it when that is wanted, and then calls `installed`. Asks
 * by one key on a terminal; elsewhere it names the command. Ends early when the signal aborts; never throws.
 */
export const offerBetterModels = async (
  settings: Settings,
  terminal: Terminal,
  parts: { readonly signal: AbortSignal; readonly installed: () => Promise<void> },
): Promise<void> => {
  const { signal, installed } = parts
  const { err, paint } = terminal
  try {
    const offer = await findOffer(settings, signal)
    if (!offer || signal.aborted) return
    const names = offer.entries.map(({ id, licence }) => `${id} (${licence ?? 'licence unknown'})`).join(', ')
    err(`\n${paint('bold', 'Better ears for this machine:')} ${names}, ${offer.size}. ${offer.why}\n`)
    if (settings.models.download === 'ask') {
      if (!terminal.inputIsTty || !terminal.errIsTty) {
        err('Fetch them with `npx parley models pull default`; new sessions then use them.\n')
        return
      }
      err(`Press ${paint('bold', 'y')} to fetch them while the server runs, any other key not to. `)
      const key = await terminal.key(signal)
      err('\n')
      if (key?.toLowerCase() !== 'y') return
    }
    if (await fetchAll(offer, settings, terminal, signal)) await installed()
  } catch (error) {
    if (!signal.aborted) err(`${paint('red', 'error:')} ${asVoiceError(error).message}\n`)
  }
}
