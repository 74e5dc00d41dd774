/** One question to a pool of engine processes. */
import type { VoiceError } from '../../errors.ts'
import type { Job, JobHandlers } from './engine-process.ts'

/** Where jobs are opened. `again`: it was lost half way, and is taken however full the processes are. */
export interface Jobs<In, Out> {
  open(handlers: JobHandlers<Out>, again?: boolean): Job<In>
}

// What kills three processes in a row would kill the fourth.
const mostLosses = 3

/** Asks until a process lives long enough to answer. Rejects when the signal aborts, or nobody can be asked. */
export const askJob = <In, Out>(jobs: Jobs<In, Out>, message: In, signal: AbortSignal): Promise<Out> =>
  new Promise((resolve, reject) => {
    let losses = 0
    let job: Job<In> | undefined
    const drop = (): void => {
      job?.close()
      reject(signal.reason)
    }
    const settled = (): void => {
      signal.removeEventListener('abort', drop)
      job?.close()
    }
    const open = (): void => {
      job = jobs.open(
        {
          message: (answer) => {
            settled()
            resolve(answer)
          },
          lost: (error: VoiceError) => {
            losses += 1
            if (losses < mostLosses && error.code !== 'unavailable' && !signal.aborted) tryOpen()
            else {
              settled()
              reject(error)
            }
          },
        },
        losses > 0,
      )
      job.send(message)
    }
    const tryOpen = (): void => {
      try {
        open()
      } catch (error) {
        settled()
        reject(error)
      }
    }
    if (signal.aborted) reject(signal.reason)
    else {
      signal.addEventListener('abort', drop, { once: true })
      tryOpen()
    }
  })
