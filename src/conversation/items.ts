/** Items: the conversation's entries in their order. */
import type { Item, Part } from './item.ts'

/** What an item is changed into; its id and kind stay. */
type Change = (item: Item) => Item

/** Whether clients are never told of an item. */
const isSilent = (item: Item | undefined): boolean => item?.type === 'search'

export class Items {
  readonly #byId = new Map<string, Item>()
  readonly #trimmed = new Set<string>()
  #order: string[] = []

  /** In order. */
  get all(): readonly Item[] {
    return this.#order.map((id) => this.#byId.get(id)!)
  }

  /** In order, without what was trimmed: what models are given. */
  get untrimmed(): readonly Item[] {
    return this.#trimmed.size === 0 ? this.all : this.all.filter(({ id }) => !this.#trimmed.has(id))
  }

  /** Models are no longer given these; says how many that are. Clients may still ask for them. */
  trim(ids: readonly string[]): number {
    const before = this.#trimmed.size
    for (const id of ids) if (this.#byId.has(id)) this.#trimmed.add(id)
    return this.#trimmed.size - before
  }

  get(id: string): Item | undefined {
    return this.#byId.get(id)
  }

  /** Of those that clients are told of. */
  get lastId(): string | null {
    return this.#toldBefore(this.#order.length)
  }

  /** Id of the item before this one, of those that clients are told of; null for the first. */
  before(id: string): string | null {
    return this.#toldBefore(this.#order.lastIndexOf(id))
  }

  #toldBefore(end: number): string | null {
    return this.#order.findLast((id, at) => at < end && !isSilent(this.#byId.get(id))) ?? null
  }

  /** Puts an item behind another, at the beginning (null) or at the end (undefined). The other must be there. */
  add(item: Item, afterId?: string | null): void {
    this.#byId.set(item.id, item)
    if (afterId === undefined || afterId === this.lastId) this.#order.push(item.id)
    else this.#order.splice(afterId === null ? 0 : this.#order.indexOf(afterId) + 1, 0, item.id)
  }

  /** The item as changed; undefined when it is gone. */
  change(id: string, change: Change): Item | undefined {
    const item = this.#byId.get(id)
    if (!item) return undefined
    const changed = change(item)
    this.#byId.set(id, changed)
    return changed
  }

  remove(id: string): void {
    this.#byId.delete(id)
    this.#trimmed.delete(id)
    this.#order = this.#order.filter((other) => other !== id)
  }
}

/** The item with one of its parts replaced; others are given back as they are. */
export const withPart = (item: Item, index: number, change: (part: Part) => Part): Item =>
  item.type === 'message'
    ? { ...item, parts: item.parts.map((part, at) => (at === index ? change(part) : part)) }
    : item
