/** Realtime: replies, as clients ask for them and as they are told. */

import type { ReplyWishes } from '../../conversation/inputs.ts'
import type { Item } from '../../conversation/item.ts'
import type { Reply, Usage } from '../../conversation/reply.ts'
import type { JsonObject } from '../wire-json.ts'
import { defined, readMaxTokens, readModalities, readSampling, readToolChoice, readTools, voiceName } from './config.ts'
import type { Dialect } from './dialect.ts'
import { itemBody, readItem } from './items.ts'
import type { WireItem, WireResponse } from './messages.ts'
import { readServerTools } from './server-tools.ts'
import { modalityNames } from './session-body.ts'
import { formatBody, formatName } from './sound.ts'

const readInput = (wire: WireItem): Item | { readonly reference: string } =>
  wire.type === 'item_reference' ? { reference: wire.id } : readItem(wire).item

/** Values of other kinds as their JSON: what clients put there is given back to them, and they expect texts. */
const readMetadata = (metadata: JsonObject): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(metadata).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
  )

/** What a `response.create` wishes for. */
export const readWishes = (wire: WireResponse): ReplyWishes => {
  const sampling = readSampling(wire)
  return defined({
    outOfBand: wire.conversation === 'none' ? true : undefined,
    model: wire.model ?? undefined,
    modalities: readModalities(wire),
    instructions: wire.instructions ?? undefined,
    voice: voiceName(wire.audio?.output?.voice ?? wire.voice),
    format: wire.audio?.output?.format ?? wire.output_audio_format ?? undefined,
    tools: wire.tools ? readTools(wire.tools) : undefined,
    serverTools: wire.tools ? readServerTools(wire.tools) : undefined,
    toolChoice: wire.tool_choice ? readToolChoice(wire.tool_choice) : undefined,
    parallelTools: wire.parallel_tool_calls ?? undefined,
    maxTokens: readMaxTokens(wire),
    sampling: Object.keys(sampling).length > 0 ? sampling : undefined,
    input: wire.input ? wire.input.map(readInput) : undefined,
    metadata: wire.metadata ? readMetadata(wire.metadata) : undefined,
  })
}

const nothingUsed: Usage = {
  inputTextTokens: 0,
  inputAudioTokens: 0,
  cachedTokens: 0,
  outputTextTokens: 0,
  outputAudioTokens: 0,
}

/** Every field, zeros too: some clients look for each of them. */
const usageBody = (usage: Usage = nothingUsed): JsonObject => {
  const input = usage.inputTextTokens + usage.inputAudioTokens
  const output = usage.outputTextTokens + usage.outputAudioTokens
  return {
    total_tokens: input + output,
    input_tokens: input,
    output_tokens: output,
    input_token_details: {
      text_tokens: usage.inputTextTokens,
      audio_tokens: usage.inputAudioTokens,
      image_tokens: 0,
      cached_tokens: usage.cachedTokens,
      cached_tokens_details: { text_tokens: usage.cachedTokens, audio_tokens: 0, image_tokens: 0 },
    },
    output_token_details: { text_tokens: usage.outputTextTokens, audio_tokens: usage.outputAudioTokens },
  }
}

const causes: Readonly<Record<NonNullable<Reply['cause']>, string | undefined>> = {
  'turn-detected': 'turn_detected',
  client: 'client_cancelled',
  length: 'max_output_tokens',
  filtered: 'content_filter',
  failed: undefined,
}

/** Codes that this wire has its own names for. */
const failures: Readonly<Record<string, readonly [type: string, code: string]>> = {
  overloaded: ['server_error', 'rate_limit_exceeded'],
  unknown_model: ['invalid_request_error', 'model_not_found'],
  unauthorized: ['invalid_request_error', 'invalid_api_key'],
  invalid_request: ['invalid_request_error', 'invalid_request'],
  unsupported: ['invalid_request_error', 'unsupported'],
}

const detailsBody = ({ status, cause, error }: Reply): JsonObject | null => {
  if (status === 'running' || status === 'completed') return null
  if (status !== 'failed') return { type: status, ...(cause && causes[cause] && { reason: causes[cause] }) }
  const [type, code] = failures[error?.code ?? ''] ?? ['server_error', error?.code ?? 'server_error']
  return { type: 'failed', error: { type, code, message: error?.message || 'The answer failed.' } }
}

/** A reply as `response.created` and `response.done` tell it. */
export const replyBody = (reply: Reply, conversationId: string, dialect: Dialect): JsonObject => {
  const modalities = modalityNames(reply.modalities, dialect)
  return {
    id: reply.id,
    object: 'realtime.response',
    status: reply.status === 'running' ? 'in_progress' : reply.status,
    status_details: detailsBody(reply),
    output: reply.items.map((item) => itemBody(item, dialect)),
    conversation_id: reply.outOfBand ? null : conversationId,
    ...(dialect === 'beta'
      ? { modalities, voice: reply.voice, output_audio_format: formatName(reply.format) }
      : {
          output_modalities: modalities,
          audio: { output: { format: formatBody(reply.format), voice: reply.voice } },
        }),
    max_output_tokens: reply.maxTokens ?? 'inf',
    usage: reply.status === 'running' ? null : usageBody(reply.usage),
    metadata: reply.metadata ?? null,
  }
}
