/** Models of whole utterances as speech-to-text. */
import { type AudioFrame, endMs } from '../../audio/frame.ts'
import type { Piece, WholeRecognizer } from '../../engines/segmented.ts'
import type { TranscribeOptions } from '../../engines/speech-to-text.ts'
import { VoiceError } from '../../errors.ts'
import type { Job, JobHandlers } from '../shared/engine-process.ts'
import type { FromWhole, HeardTokens, ToWhole } from './messages.ts'
import { textOf, type Writing, wordsOf } from './words.ts'

export interface WholeJobs {
  /** Resolves when a job can be opened, or the signal aborts. */
  room(signal: AbortSignal): Promise<void>
  /** `again`: it was lost half way, and is taken however full it is. */
  open(handlers: JobHandlers<FromWhole>, again?: boolean): Job<ToWhole>
}

export interface WholeSetup {
  readonly jobs: WholeJobs
  /** Hz. */
  readonly sampleRate: number
  readonly maxMs: number
  readonly writing: Writing
  readonly language: string | undefined
  readonly takesTerms: boolean
  readonly demand: string | undefined
}

// Audio that kills three processes in a row would kill the fourth.
const mostLosses = 3

/** Asks until a process lives long enough to answer. */
const ask = (jobs: WholeJobs, message: ToWhole, signal: AbortSignal): Promise<HeardTokens> =>
  new Promise((resolve, reject) => {
    let losses = 0
    let job: Job<ToWhole> | undefined
    const drop = (): void => {
      job?.close()
      reject(signal.reason)
    }
    const settled = (): void => {
      signal.removeEventListener('abort', drop)
      job?.close()
    }
    const open = (): void => {
      const handlers: JobHandlers<FromWhole> = {
        message: (answer) => {
          settled()
          if (answer.type === 'heard') resolve(answer.heard)
          else reject(new VoiceError('provider_failed', 'sherpa-onnx failed.', { cause: answer.message }))
        },
        lost: (error) => {
          losses += 1
          if (losses < mostLosses && error.code !== 'unavailable' && !signal.aborted) tryOpen()
          else reject(error)
        },
      }
      job = jobs.open(handlers, losses > 0)
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

/** The recognizer that `transcribeSegmented` makes a streaming one of. */
export const wholeRecognizer = (setup: WholeSetup): WholeRecognizer => ({
  sampleRate: setup.sampleRate,
  maxMs: setup.maxMs,
  recognize: async (audio: AudioFrame, options: TranscribeOptions): Promise<Piece> => {
    const since = performance.now()
    const terms = setup.takesTerms ? (options.terms ?? []) : []
    const message: ToWhole = { type: 'hear', samples: audio.samples, language: setup.demand, terms }
    await setup.jobs.room(options.signal)
    const heard = await ask(setup.jobs, message, options.signal)
    options.observe?.({ name: 'whole.ms', value: performance.now() - since })
    const words = wordsOf(heard, setup.writing, audio.startMs, endMs(audio))
    const language = heard.language ?? setup.language
    return { text: textOf(words), words, ...(language === undefined ? {} : { language }) }
  },
})
