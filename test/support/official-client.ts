/** What the official Realtime clients have in common, so that one journey is told of both. */
import { setTimeout as pause } from 'node:timers/promises'
import { realtimeRate } from './realtime-client.ts'
import type { Received } from './wire-client.ts'

/** A function that the client lends to the conversation. */
export interface ClientTool {
  readonly name: string
  readonly description: string
  readonly parameters: {
    readonly type: 'object'
    readonly properties: Readonly<Record<string, { readonly type: string }>>
    readonly required: string[]
    readonly additionalProperties: false
  }
  readonly run: (input: unknown) => string
}

export interface OpenOptions {
  readonly socketUrl: string
  /** The certificate to trust. */
  readonly ca?: string
  readonly key: string
  readonly instructions?: string
  readonly tools?: readonly ClientTool[]
  /** 16-bit PCM at 24 kHz, or G.711. */
  readonly format?: 'audio/pcm' | 'audio/pcmu'
}

/** A program around one official client, as its makers' examples show it: it runs tools, plays at wall time, cuts what was not heard. */
export interface OfficialClient {
  /** Server events as the client gave them to the program, in order. */
  readonly events: readonly Received[]
  /** Errors told to the program, and events that the client did not understand. */
  readonly troubles: readonly unknown[]
  /** What both sides said, as the program could show it, oldest first. */
  captions(): readonly { readonly role: string; readonly text: string }[]
  /** Audio of one response, in the form of the wire. */
  audioOf(responseId: string): Uint8Array
  write(text: string): void
  sendAudio(bytes: Uint8Array): void
  close(): Promise<void>
}

/** Events and troubles, kept; each knock lets those who wait look again. */
export class Kept {
  readonly events: Received[] = []
  readonly troubles: unknown[] = []
  readonly audio = new Map<string, Uint8Array[]>()

  heard(responseId: string, bytes: Uint8Array): void {
    this.audio.set(responseId, [...(this.audio.get(responseId) ?? []), bytes])
  }

  audioOf(responseId: string): Uint8Array {
    return new Uint8Array(Buffer.concat(this.audio.get(responseId) ?? []))
  }
}

/** The first event of this type from `after` on, an index into `events`. Looks again and again: clients have no common way to wait. */
export const nextEvent = async (client: OfficialClient, type: string, after = 0): Promise<Received> => {
  for (let at = after; ; at++) {
    while (at >= client.events.length) await pause(5)
    const event = client.events[at]!
    if (event.type === type) return event
    // What is waited for would not come.
    const { status, status_details } = (event.response ?? {}) as Received
    if (status === 'failed') throw new Error(`The answer failed: ${JSON.stringify(status_details)}`)
  }
}

/** Sends audio in pieces of 100 ms, at the pace of speech or as fast as it goes. */
export const speakTo = async (
  client: OfficialClient,
  bytes: Uint8Array,
  { paced = false, bytesPerSecond = realtimeRate * 2 } = {},
): Promise<void> => {
  const step = bytesPerSecond / 10
  for (let at = 0; at < bytes.length; at += step) {
    client.sendAudio(bytes.slice(at, at + step))
    if (paced) await pause(100)
  }
}
