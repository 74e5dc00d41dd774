/** AudioBuffer: what the user's audio is until it belongs to an item, and how it comes to belong to one. */
import type { Item } from './item.ts'
import type { Shared } from './shared.ts'

/** All times are on the input's audio clock. */
export class AudioBuffer {
  readonly #shared: Pick<Shared, 'items' | 'emit'>
  #receivedMs = 0
  #fromMs = 0

  constructor(shared: Pick<Shared, 'items' | 'emit'>) {
    this.#shared = shared
  }

  /** All audio up to here has come. */
  get receivedMs(): number {
    return this.#receivedMs
  }

  /** Audio before this belongs to an item or was thrown away. */
  get fromMs(): number {
    return this.#fromMs
  }

  received(endMs: number): void {
    this.#receivedMs = endMs
  }

  /** Throws away what is in it. */
  clear(): void {
    this.#fromMs = this.#receivedMs
  }

  /** What lies between the two places, the last `silenceMs` of it silent, is the audio of a new item. `text`: undefined until known. */
  commit(
    itemId: string,
    { startMs, endMs, silenceMs }: { readonly startMs: number; readonly endMs: number; readonly silenceMs: number },
    text?: string,
  ): void {
    const { items, emit } = this.#shared
    const previousId = items.lastId
    this.#fromMs = Math.max(this.#fromMs, Math.min(endMs, this.#receivedMs))
    const place = { startMs: Math.round(startMs), endMs: Math.round(endMs) }
    emit({ type: 'audio.committed', itemId, previousId, ...place, silenceMs })
    const audioMs = Math.max(0, endMs - startMs)
    const parts = [{ type: 'audio', text, audioMs }] as const
    const item: Item = { id: itemId, status: 'completed', type: 'message', role: 'user', parts }
    items.add(item)
    emit({ type: 'item.added', item, previousId })
    emit({ type: 'item.done', item, previousId })
  }
}
