/** Calls: which calls of tools have no result yet, and which have. */

export class Calls {
  /** Call → the reply that made it. */
  readonly #open = new Map<string, string>()
  readonly #answered = new Set<string>()

  made(callId: string, replyId: string): void {
    this.#open.set(callId, replyId)
  }

  isAnswered(callId: string): boolean {
    return this.#answered.has(callId)
  }

  /** True when it was the last result that a reply waited for. */
  answer(callId: string): boolean {
    const replyId = this.#open.get(callId)
    this.#open.delete(callId)
    this.#answered.add(callId)
    return replyId !== undefined && ![...this.#open.values()].includes(replyId)
  }

  /** Its item is gone; so is, then, the question whether it was answered. */
  forget(callId: string): void {
    this.#open.delete(callId)
    this.#answered.delete(callId)
  }
}
