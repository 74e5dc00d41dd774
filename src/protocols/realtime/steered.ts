/** Realtime: texts as the model wrote them, with the tags that told how to say them. */
import type { SessionEvent } from '../../conversation/events.ts'
import type { Item, Part } from '../../conversation/item.ts'
import { type PlacedTag, withTags } from '../../speaking/spoken.ts'

/** A stretch of text with its tags put back. */
export const textWithTags = ({
  delta,
  tags,
}: {
  readonly delta: string
  readonly tags?: readonly PlacedTag[]
}): string => withTags(delta, tags)

const steeredPart = (part: Part): Part => {
  if (part.type !== 'audio' || !part.tags) return part
  const { tags, ...rest } = part
  return { ...rest, text: withTags(part.text ?? '', tags) }
}

const steeredItem = (item: Item): Item =>
  item.type === 'message' ? { ...item, parts: item.parts.map(steeredPart) } : item

/** The event with the tags in all its whole texts. */
export const steered = (event: SessionEvent): SessionEvent => {
  if ('part' in event) return { ...event, part: steeredPart(event.part) }
  if ('item' in event) return { ...event, item: steeredItem(event.item) } as SessionEvent
  if ('reply' in event) return { ...event, reply: { ...event.reply, items: event.reply.items.map(steeredItem) } }
  return event
}
