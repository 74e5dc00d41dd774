/** A listening session: where the sound comes from, what has been heard of it, and the socket between. */
import { batch, signal } from '@preact/signals'
import { type Microphone, openMicrophone } from '../audio/capture.ts'
import { decodedRate, decodeFile } from '../audio/decode.ts'
import { toBase64, toPcm16 } from '../audio/pcm.ts'
import { Peaks } from '../audio/peaks.ts'
import { type Player, playSamples } from '../audio/recording-player.ts'
import { request, requestJson } from '../wire/request.ts'
import { openSocket, type WireSocket } from '../wire/socket.ts'
import { oneTimeToken } from '../wire/tokens.ts'
import { type Hearing, hear, nothingHeard, type VoiceProfile, type WireMessage } from './hearing.ts'
import { aloud, transcribeConfig } from './options.ts'
import { forgetSound, keepSound } from './sound.ts'

/** Where a session stands. */
export type Phase = 'idle' | 'starting' | 'live' | 'ending' | 'done'

export const phase = signal<Phase>('idle')
export const hearing = signal<Hearing>(nothingHeard)
/** What went wrong, in words for people. */
export const trouble = signal('')
/** The microphone, or a file's name. */
export const source = signal<{ readonly kind: 'microphone' | 'file'; readonly name: string } | undefined>(undefined)
/** The outline of the sound so far. It changes in place; `soundMs` tells when. */
export const peaks = signal(new Peaks(decodedRate))
export const soundMs = signal(0)
/** Loudness of the last tenth of a second, in decibels below full scale. */
export const levelDb = signal(-100)
/** Whether the sound comes at the pace at which it was spoken. */
export const pacedByEar = signal(true)
/** How long a file took, once it is done. */
export const tookMs = signal<number | undefined>(undefined)

/** Waiting bytes from which no more is sent. */
const mostWaiting = 256 * 1024
const chunkMs = 100

let current: Session | undefined

interface Session {
  end(): void
  cancel(): void
}

const begin = (kind: 'microphone' | 'file', name: string, sampleRate: number, live = true): void =>
  batch(() => {
    pacedByEar.value = live
    phase.value = 'starting'
    hearing.value = nothingHeard
    trouble.value = ''
    source.value = { kind, name }
    forgetSound(sampleRate)
    peaks.value = new Peaks(sampleRate)
    soundMs.value = 0
    tookMs.value = undefined
  })

const take = (samples: Float32Array): void => {
  keepSound(samples)
  peaks.value.push(samples)
  let sum = 0
  for (const sample of samples) sum += sample * sample
  batch(() => {
    levelDb.value = 10 * Math.log10(sum / samples.length + 1e-10)
    soundMs.value = peaks.value.lengthMs
  })
}

const failed = (error: unknown): void => {
  const name = error instanceof DOMException ? error.name : ''
  const words: Readonly<Record<string, string>> = {
    NotAllowedError: 'The browser was not allowed to use the microphone.',
    NotFoundError: 'There is no microphone.',
    NotReadableError: 'Another program holds the microphone.',
  }
  batch(() => {
    trouble.value = words[name] ?? (error instanceof Error ? error.message : String(error))
    phase.value = hearing.value === nothingHeard ? 'idle' : 'done'
    levelDb.value = -100
  })
}

/** A socket with its first message sent. `since`: see `Moment`. Resolves when it is open. */
const openStream = async (
  sampleRate: number,
  parts: { readonly sentMs: () => number; readonly since: (audioMs: number) => number | undefined; onClose(): void },
): Promise<WireSocket> => {
  const token = await oneTimeToken()
  const path = `/stt/v1/transcribe:streamBidirectional?authorization=${encodeURIComponent(`Bearer ${token}`)}`
  return new Promise((resolve, reject) => {
    const socket = openSocket('stt', path, {
      onOpen() {
        socket.send({ transcribeConfig: transcribeConfig(sampleRate) })
        resolve(socket)
      },
      onMessage(data) {
        if (typeof data !== 'string') return
        const message = JSON.parse(data) as WireMessage
        hearing.value = hear(hearing.value, message, { sentMs: parts.sentMs(), since: parts.since })
        if (message.error) trouble.value = message.error.message
      },
      onClose(code) {
        if (code !== 1000 && trouble.value === '') trouble.value = 'The connection broke.'
        reject(new Error(trouble.value))
        parts.onClose()
      },
    })
  })
}

const sendSamples = (socket: WireSocket, samples: Float32Array): void =>
  socket.send(`{"audioChunk":{"content":"${toBase64(toPcm16(samples))}"}}`)

/** Listens to the microphone until `stop`. */
export const listenToMicrophone = async (): Promise<void> => {
  cancel()
  begin('microphone', 'Microphone', decodedRate)
  let [sentMs, firstAt, ended] = [0, 0, false]
  let microphone: Microphone | undefined
  let socket: WireSocket | undefined
  const early: Float32Array[] = []
  const send = (samples: Float32Array): void => {
    if (!socket || !microphone) return
    sendSamples(socket, samples)
    sentMs += (samples.length / microphone.sampleRate) * 1000
  }
  const session: Session = {
    end() {
      if (ended) return
      ended = true
      microphone?.close()
      phase.value = 'ending'
      socket?.send({ closeStream: {} })
    },
    cancel() {
      ended = true
      microphone?.close()
      socket?.close()
    },
  }
  current = session
  try {
    microphone = await openMicrophone((samples) => {
      if (firstAt === 0) firstAt = performance.now() - chunkMs
      if (current !== session || ended) return
      take(samples)
      if (socket) send(samples)
      else early.push(samples)
    })
    // Whoever stopped while the browser still asked had nothing to stop.
    if (ended) {
      microphone.close()
      if (current === session) phase.value = 'done'
      return
    }
    if (peaks.value.lengthMs === 0) {
      forgetSound(microphone.sampleRate)
      peaks.value = new Peaks(microphone.sampleRate)
    }
    const opened = await openStream(microphone.sampleRate, {
      sentMs: () => sentMs,
      since: (audioMs) => performance.now() - firstAt - audioMs,
      onClose() {
        if (current !== session) return
        microphone?.close()
        phase.value = 'done'
        levelDb.value = -100
      },
    })
    if (ended) {
      microphone.close()
      return opened.close()
    }
    socket = opened
    for (const samples of early.splice(0)) send(samples)
    phase.value = 'live'
  } catch (error) {
    microphone?.close()
    if (current === session && !ended) failed(error)
  }
}

/** Listens to a file: streamed where the browser can decode it, else sent whole. `live`: it is played at the same time. */
export const listenToFile = async (file: File, live = aloud.value): Promise<void> => {
  cancel()
  begin('file', file.name, decodedRate, live)
  let [sentMs, cancelled] = [0, false]
  let socket: WireSocket | undefined
  let player: Player | undefined
  const session: Session = {
    end: () => session.cancel(),
    cancel() {
      cancelled = true
      socket?.close()
      player?.stop()
      if (current === session) phase.value = 'done'
    },
  }
  current = session
  try {
    const samples = await decodeFile(file)
    if (cancelled) return
    let begun = performance.now()
    const finish = (): void => {
      if (current !== session || cancelled) return
      batch(() => {
        if (!live) tookMs.value = performance.now() - begun
        phase.value = 'done'
        levelDb.value = -100
      })
    }
    if (!samples) {
      phase.value = 'live'
      await sendWhole(file)
      return finish()
    }
    if (!live) take(samples)
    socket = await openStream(decodedRate, {
      sentMs: () => sentMs,
      since: (audioMs) => (live ? performance.now() - begun - audioMs : undefined),
      onClose: finish,
    })
    if (cancelled) return socket.close()
    phase.value = 'live'
    begun = performance.now()
    if (live) player = playSamples(samples, decodedRate)
    const chunk = (decodedRate * chunkMs) / 1000
    for (let at = 0; at < samples.length && !cancelled; at += chunk) {
      const part = samples.subarray(at, at + chunk)
      const endMs = (at + part.length) / (decodedRate / 1000)
      // As it is heard, or as fast as it is taken. Not by the player's clock: a browser may keep it from playing.
      const early = (): boolean =>
        live ? performance.now() - begun < endMs : (socket?.waitingBytes ?? 0) > mostWaiting
      while (early() && !cancelled) await new Promise((resolve) => setTimeout(resolve, 20))
      if (live) take(part)
      sendSamples(socket, part)
      sentMs = endMs
    }
    phase.value = 'ending'
    socket.send({ closeStream: {} })
  } catch (error) {
    if (current === session && !cancelled) failed(error)
  }
}

const exampleText =
  'Good morning. The train to the coast leaves at half past nine. Would you like a seat at the window?'

/** Has a voice of the server say something, and listens to it aloud. */
export const listenToExample = async (): Promise<void> => {
  cancel()
  begin('file', 'An example', decodedRate)
  try {
    const json = { model: 'tts-1', voice: 'alloy', input: exampleText, response_format: 'wav' }
    const sound = await (await request('/v1/audio/speech', { json })).blob()
    await listenToFile(new File([sound], 'An example'), true)
  } catch (error) {
    failed(error)
  }
}

/** The server reads formats that the browser does not. */
const sendWhole = async (file: File): Promise<void> => {
  const { audioEncoding: _, sampleRateHertz: __, ...config } = transcribeConfig(decodedRate)
  const answer = await requestJson<{
    readonly transcription: NonNullable<NonNullable<WireMessage['result']>['transcription']>
    readonly usage: { readonly transcribedAudioMs: number }
    readonly voiceProfile?: VoiceProfile
  }>('/stt/v1/transcribe', {
    json: {
      transcribeConfig: { ...config, audioEncoding: 'AUTO_DETECT' },
      audioData: { content: toBase64(new Uint8Array(await file.arrayBuffer())) },
    },
  })
  const audioMs = answer.usage.transcribedAudioMs
  const moment = { sentMs: audioMs, since: () => undefined }
  const heard = hear(nothingHeard, { result: { transcription: { ...answer.transcription, isFinal: true } } }, moment)
  batch(() => {
    hearing.value = { ...heard, audioMs }
    soundMs.value = audioMs
    // What has no format that it knows, the server takes for bare samples, and hears nothing in it.
    if (answer.transcription.transcript === '')
      trouble.value = `No words were found in ${file.name}. Is it a recording?`
  })
}

/** Ends what runs; what was said so far is still told. */
export const stop = (): void => current?.end()

/** Ends what runs, at once. */
export const cancel = (): void => {
  current?.cancel()
  current = undefined
}
