/** The echo guard that ships: coherence of what came in with what was played, in a thread of its own. */
import type { EchoGuard } from '../../engines/echo-guard.ts'
import { echoSampleRate } from '../../signal/echo.ts'
import { entry } from '../../threads/entry.ts'
import { InferenceThread } from '../shared/inference-thread.ts'
import type { Next, Verdicts } from './messages.ts'

/** One thread for all streams; it starts with the first audio. */
export const createEchoGuard = (): EchoGuard => {
  const thread = new InferenceThread<Next, Verdicts>({
    name: 'The echo guard',
    entry: entry(import.meta.url, './worker'),
    data: undefined,
    limit: 1000,
  })
  let streams = 0
  return {
    sampleRate: echoSampleRate,
    card: { name: 'Echoes told by their coherence with what was played' },
    async *detect(audio, { signal }) {
      const stream = streams++
      try {
        for await (const { input, played } of audio) {
          if (signal.aborted) return
          const verdicts = await thread.ask({ stream, audio: { input, played } })
          if (signal.aborted) return
          yield verdicts
        }
      } finally {
        // A thread that has ended has forgotten it anyway.
        thread.ask({ stream }).catch(() => {})
      }
    },
    close: () => thread.close(),
  }
}
