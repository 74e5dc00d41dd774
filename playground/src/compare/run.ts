/** One recording through several recognizers, one after the other so that none takes time from another. */
import { batch, signal } from '@preact/signals'
import { type Microphone, openMicrophone } from '../audio/capture.ts'
import { decodedRate, decodeFile } from '../audio/decode.ts'
import { toBase64 } from '../audio/pcm.ts'
import { joined, toWav } from '../audio/wav.ts'
import { type ListedModel, recognizers } from '../listen/models.ts'
import { requestJson } from '../wire/request.ts'

/** What is compared. */
export interface Recording {
  readonly name: string
  readonly content: Blob
  readonly lengthMs: number
}

/** What one recognizer made of it. */
export interface Heard {
  readonly model: ListedModel
  readonly state: 'waiting' | 'running' | 'done' | 'failed'
  readonly text: string
  readonly tookMs?: number
}

export const recording = signal<Recording | undefined>(undefined)
export const reference = signal('')
/** Ids of recognizers that are left out. */
export const left = signal<ReadonlySet<string>>(new Set())
export const results = signal<readonly Heard[]>([])
export const trouble = signal('')
export const recordingMs = signal<number | undefined>(undefined)

let asked = new AbortController()
let microphone: { readonly open: Microphone; readonly parts: Float32Array[] } | undefined

/** Longest recording that the microphone makes. */
const longestMs = 60_000

const inWords = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Takes a file as it is: the server decodes it. */
export const useFile = async (file: File): Promise<void> => {
  const samples = await decodeFile(file)
  batch(() => {
    recording.value = {
      name: file.name,
      content: file,
      lengthMs: samples ? (samples.length / decodedRate) * 1000 : 0,
    }
    results.value = []
    trouble.value = ''
  })
}

/** Records until `endRecording`, a minute at most. */
export const startRecording = async (): Promise<void> => {
  const parts: Float32Array[] = []
  recordingMs.value = 0
  try {
    const open = await openMicrophone((samples) => {
      parts.push(samples)
      recordingMs.value = parts.length * 100
      if (recordingMs.value >= longestMs) endRecording()
    })
    microphone = { open, parts }
  } catch (error) {
    batch(() => {
      recordingMs.value = undefined
      trouble.value = inWords(error)
    })
  }
}

export const endRecording = (): void => {
  if (!microphone) return
  const { open, parts } = microphone
  microphone = undefined
  open.close()
  const samples = joined(parts)
  batch(() => {
    recording.value = {
      name: 'Your recording',
      content: toWav(samples, open.sampleRate),
      lengthMs: (samples.length / open.sampleRate) * 1000,
    }
    recordingMs.value = undefined
    results.value = []
    trouble.value = ''
  })
}

/** A recognizer's words are not asked for twice at the same time, and all of a recording goes at once. */
const hear = async (
  content: string,
  modelId: string,
  signal: AbortSignal,
): Promise<{ text: string; audioMs: number }> => {
  const answer = await requestJson<{
    readonly transcription: { readonly transcript: string }
    readonly usage: { readonly transcribedAudioMs: number }
  }>('/stt/v1/transcribe', {
    json: { transcribeConfig: { modelId, audioEncoding: 'AUTO_DETECT' }, audioData: { content } },
    signal,
  })
  return { text: answer.transcription.transcript, audioMs: answer.usage.transcribedAudioMs }
}

/** The recognizers that take part. */
export const chosen = (): readonly ListedModel[] => recognizers().filter(({ id }) => !left.value.has(id))

/** Has every one of them hear it. */
export const compare = async (): Promise<void> => {
  stopComparing()
  asked = new AbortController()
  const { signal: called } = asked
  const { content, lengthMs, name } = recording.value!
  results.value = chosen().map((model) => ({ model, state: 'waiting', text: '' }))
  const change = (id: string, to: Partial<Heard>): void => {
    results.value = results.value.map((heard) => (heard.model.id === id ? { ...heard, ...to } : heard))
  }
  const bytes = toBase64(new Uint8Array(await content.arrayBuffer()))
  for (const { model } of results.value) {
    if (called.aborted) return
    change(model.id, { state: 'running' })
    const begun = performance.now()
    try {
      const { text, audioMs } = await hear(bytes, model.id, called)
      change(model.id, { state: 'done', text, tookMs: performance.now() - begun })
      if (lengthMs === 0) recording.value = { name, content, lengthMs: audioMs }
    } catch (error) {
      if (called.aborted) return
      change(model.id, { state: 'failed', text: inWords(error) })
    }
  }
}

export const stopComparing = (): void => {
  asked.abort()
  results.value = results.value.filter(({ state }) => state === 'done' || state === 'failed')
}
