/** The downloaded recognizers of this machine, and which of them serves local names. */
import { availableParallelism, totalmem } from 'node:os'
import { bestSet } from '../models/best-set.ts'
import { listModels } from '../models/commands.ts'

/** Engine ids of the recognizers that are downloaded, the preferred one first. */
export const installedModels = async (cacheDir: string): Promise<readonly string[]> => {
  const recommended = bestSet({ cores: availableParallelism(), memoryBytes: totalmem() }).ids
  const listed = await listModels({ cacheDir }, { kind: 'speech-to-text', installed: true })
  // The recommended set first, then what answers live, then what needs whole utterances.
  const rank = (id: string, streaming: boolean): number => {
    const place = recommended.indexOf(id)
    return place >= 0 ? place : recommended.length + (streaming ? 0 : 1)
  }
  return listed
    .filter(({ entry }) => entry.sherpa !== undefined)
    .sort((a, b) => rank(a.entry.id, a.entry.streaming) - rank(b.entry.id, b.entry.streaming))
    .map(({ entry }) => `sherpa/${entry.id}`)
}

/** The recognizer for local names; undefined when none is downloaded. */
export const bestInstalled = async (cacheDir: string): Promise<string | undefined> =>
  (await installedModels(cacheDir))[0]
