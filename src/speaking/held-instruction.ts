/** HeldInstruction: what of one text still holds when the next one begins. */
import { SteeringParser } from '../steering/parser.ts'

export class HeldInstruction {
  #instruction = ''

  /** In words; empty: the voice as it is by itself. */
  get words(): string {
    return this.#instruction
  }

  /** A whole text has been given to the voice. */
  after(text: string): void {
    const parser = new SteeringParser()
    for (const part of [...parser.push(text), ...parser.flush()]) {
      if (part.type === 'instruction') this.#instruction = part.instruction
      if (part.type === 'reset') this.#instruction = ''
    }
  }
}
