/** Attendants: all that attend a session, as one. */
import type { ReplyRequest } from '../../conversation/effects.ts'
import type { SessionEvent } from '../../conversation/events.ts'
import type { Heard } from '../../listening/heard.ts'
import type { FillerPlan } from '../filler.ts'
import type { Attendant, AttendantParts } from './attendant.ts'
import { Backchannel } from './backchannel.ts'
import { Fillers } from './fillers.ts'
import { IdlePrompt } from './idle-prompt.ts'
import { MemoryKeeper } from './memory.ts'
import { PhrasesAhead } from './phrases-ahead.ts'

export class Attendants implements Required<Attendant> {
  readonly #all: readonly Attendant[]
  readonly #fillers: Fillers

  constructor(parts: AttendantParts) {
    this.#fillers = new Fillers(parts)
    this.#all = [
      new IdlePrompt(parts),
      new MemoryKeeper(parts),
      new PhrasesAhead(parts),
      this.#fillers,
      new Backchannel(parts),
    ]
  }

  see(event: SessionEvent): void {
    for (const attendant of this.#all) attendant.see(event)
  }

  hear(heard: Heard): void {
    for (const attendant of this.#all) attendant.hear?.(heard)
  }

  close(): void {
    for (const attendant of this.#all) attendant.close()
  }

  /** What fills this reply should it be long in coming; undefined where it is not to be filled. */
  fillerFor(request: ReplyRequest): FillerPlan | undefined {
    return this.#fillers.planFor(request)
  }
}
