/** Realtime: items of the conversation, as clients write them and as they are told. */
import type { WireFormat } from '../../conversation/config.ts'
import type { Item, ItemStatus, Part } from '../../conversation/item.ts'
import type { JsonObject } from '../wire-json.ts'
import type { Dialect } from './dialect.ts'
import type { WireItem, WirePart } from './messages.ts'
import { readServerItem, serverItemBody } from './server-tools.ts'
import { audioText } from './sound.ts'

/** An item that a client made, with the audio of its parts where it sent that instead of words. */
export interface ReadItem {
  readonly item: Item
  readonly audio?: readonly (Uint8Array | undefined)[]
}

type Role = 'system' | 'user' | 'assistant'

const readPart = (part: WirePart, role: Role): Part => {
  switch (part.type) {
    case 'input_image':
      return { type: 'image', url: part.image_url ?? '', ...(part.detail && { detail: part.detail }) }
    case 'input_audio':
    case 'output_audio':
    case 'audio': {
      // What an assistant once said elsewhere comes without its sound, so it is text to this conversation.
      if (role !== 'user') return { type: 'text', text: part.transcript ?? part.text ?? '' }
      const text = part.transcript ?? (hasSound(part) ? undefined : '')
      return { type: 'audio', text, audioMs: 0 }
    }
    case 'input_text':
    case 'output_text':
    case 'text':
      return { type: 'text', text: part.text ?? part.transcript ?? '' }
    default:
      throw part.type satisfies never
  }
}

const hasSound = (part: WirePart): boolean => (part.audio?.length ?? 0) > 0

const textOf = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))

/** An item as a client wrote it; without an id of the client's own its id is empty. */
export const readItem = (wire: Exclude<WireItem, { type: 'item_reference' }>): ReadItem => {
  const base = { id: wire.id ?? '', status: 'completed' } as const
  switch (wire.type) {
    case 'message': {
      const role = wire.role === 'developer' ? 'system' : wire.role
      const content = wire.content ?? []
      const item: Item = { ...base, type: 'message', role, parts: content.map((part) => readPart(part, role)) }
      const audio = content.map((part) =>
        role === 'user' && hasSound(part) && part.transcript == null ? (part.audio ?? undefined) : undefined,
      )
      return audio.some((bytes) => bytes) ? { item, audio } : { item }
    }
    case 'function_call':
      return { item: { ...base, type: 'call', callId: wire.call_id, name: wire.name, arguments: wire.arguments ?? '' } }
    case 'function_call_output':
      return { item: { ...base, type: 'call-output', callId: wire.call_id, output: textOf(wire.output) } }
    case 'mcp_list_tools':
    case 'mcp_call':
    case 'mcp_approval_request':
    case 'mcp_approval_response':
      return { item: readServerItem(wire) }
    default:
      throw wire satisfies never
  }
}

const statuses: Readonly<Record<ItemStatus, string>> = {
  running: 'in_progress',
  completed: 'completed',
  incomplete: 'incomplete',
}

const partBody = (part: Part, role: Role, dialect: Dialect): JsonObject => {
  const assistant = role === 'assistant'
  switch (part.type) {
    case 'text':
      if (!assistant) return { type: 'input_text', text: part.text }
      return { type: dialect === 'beta' ? 'text' : 'output_text', text: part.text }
    case 'audio':
      // Clients look for the transcript of a user's audio before there is one.
      if (!assistant) return { type: 'input_audio', transcript: part.text ?? null }
      return { type: dialect === 'beta' ? 'audio' : 'output_audio', transcript: part.text ?? '' }
    case 'image':
      return { type: 'input_image', image_url: part.url, ...(part.detail !== undefined && { detail: part.detail }) }
    default:
      throw part satisfies never
  }
}

/** An item as it is told. `sound`: samples per part, in `format`; only for an item that was asked for. */
export const itemBody = (
  item: Item,
  dialect: Dialect,
  sound?: { readonly samples: readonly (Float32Array | undefined)[]; readonly format: WireFormat },
): JsonObject => {
  const head = { id: item.id, object: 'realtime.item' }
  const status = statuses[item.status]
  switch (item.type) {
    case 'message': {
      const content = item.parts.map((part, place) => {
        const samples = sound?.samples[place]
        const body = partBody(part, item.role, dialect)
        return sound && samples ? { ...body, audio: audioText(samples, sound.format) } : body
      })
      return { ...head, type: 'message', status, role: item.role, content }
    }
    case 'call':
      return {
        ...head,
        type: 'function_call',
        status,
        call_id: item.callId,
        name: item.name,
        arguments: item.arguments,
      }
    case 'call-output':
      return { ...head, type: 'function_call_output', status, call_id: item.callId, output: item.output }
    case 'tool-list':
    case 'server-call':
    case 'approval-request':
    case 'approval':
    case 'search':
      return { id: item.id, ...serverItemBody(item, status) }
    case 'other':
      return { ...item.wire, id: item.id }
    default:
      throw item satisfies never
  }
}
