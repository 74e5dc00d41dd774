/** Models of whole utterances as speech-to-text. */
import { type AudioFrame, endMs } from '../../audio/frame.ts'
import type { Piece, WholeRecognizer } from '../../engines/segmented.ts'
import type { TranscribeOptions } from '../../engines/speech-to-text.ts'
import { VoiceError } from '../../errors.ts'
import { askJob, type Jobs } from '../shared/ask-job.ts'
import type { FromWhole, ToWhole } from './messages.ts'
import { textOf, type Writing, wordsOf } from './words.ts'

export interface WholeJobs extends Jobs<ToWhole, FromWhole> {
  /** Resolves when a job can be opened, or the signal aborts. */
  room(signal: AbortSignal): Promise<void>
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

/** The recognizer that `transcribeSegmented` makes a streaming one of. */
export const wholeRecognizer = (setup: WholeSetup): WholeRecognizer => ({
  sampleRate: setup.sampleRate,
  maxMs: setup.maxMs,
  recognize: async (audio: AudioFrame, options: TranscribeOptions): Promise<Piece> => {
    const since = performance.now()
    const terms = setup.takesTerms ? (options.terms ?? []) : []
    const message: ToWhole = { type: 'hear', samples: audio.samples, language: setup.demand, terms }
    await setup.jobs.room(options.signal)
    const answer = await askJob(setup.jobs, message, options.signal)
    if (answer.type === 'failed')
      throw new VoiceError('provider_failed', 'sherpa-onnx failed.', { cause: answer.message })
    const { heard } = answer
    options.observe?.({ name: 'whole.ms', value: performance.now() - since })
    const words = wordsOf(heard, setup.writing, audio.startMs, endMs(audio))
    const language = heard.language ?? setup.language
    return { text: textOf(words), words, ...(language === undefined ? {} : { language }) }
  },
})
