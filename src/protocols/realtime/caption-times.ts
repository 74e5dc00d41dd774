/** CaptionTimes: which words of a reply are heard when, kept until the audio that they go with is told. */
import type { JsonObject } from '../wire-json.ts'

interface Captions {
  /** Everything said in the reply so far. */
  text: string
  words: string[]
  starts: number[]
  ends: number[]
}

const seconds = (milliseconds: number): number => Math.round(milliseconds) / 1000

export class CaptionTimes {
  readonly #replies = new Map<string, Captions>()

  text({ replyId, delta }: { readonly replyId: string; readonly delta: string }): void {
    this.#of(replyId).text += delta
  }

  word(event: {
    readonly replyId: string
    readonly from: number
    readonly to: number
    readonly startMs: number
    readonly endMs: number
  }): void {
    const captions = this.#of(event.replyId)
    captions.words.push(captions.text.slice(event.from, event.to))
    captions.starts.push(seconds(event.startMs))
    captions.ends.push(seconds(event.endMs))
  }

  /** What has come since the last time, as it stands beside audio on the wire; nothing when nothing has. */
  take(replyId: string): JsonObject {
    const captions = this.#replies.get(replyId)
    if (!captions || captions.words.length === 0) return {}
    const { words, starts, ends } = captions
    Object.assign(captions, { words: [], starts: [], ends: [] })
    return {
      timestampInfo: { wordAlignment: { words, wordStartTimeSeconds: starts, wordEndTimeSeconds: ends } },
    }
  }

  forget(replyId: string): void {
    this.#replies.delete(replyId)
  }

  #of(replyId: string): Captions {
    let captions = this.#replies.get(replyId)
    if (!captions) {
      captions = { text: '', words: [], starts: [], ends: [] }
      this.#replies.set(replyId, captions)
    }
    return captions
  }
}
