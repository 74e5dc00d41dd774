/** The Realtime wires as they are checked: OpenAI's, and Inworld's with its additions. */
import type { CheckedWire } from '../run.ts'
import { doorChecks, openaiDoorChecks } from './doors.ts'
import { inworldChecks } from './inworld.ts'
import { itemChecks } from './items.ts'
import { listeningChecks } from './listening.ts'
import { orderInvariants } from './order.ts'
import { refusalChecks } from './refusals.ts'
import { replyChecks } from './replies.ts'
import { sessionChecks } from './sessions.ts'
import { inworldEvents, serverEvents, shapeInvariants } from './shapes.ts'
import { freshId } from './talk.ts'
import { toolChecks, toolSilenceCheck } from './tools.ts'

export const openaiRealtime: CheckedWire = {
  name: 'openai-realtime',
  door: {
    path: '/v1/realtime',
    keyHeaders: (key) => ({ authorization: `Bearer ${key}` }),
    modelIn: 'query',
    query: ({ model }) => ({ model: model || 'gpt-realtime' }),
  },
  checks: [
    ...doorChecks,
    ...openaiDoorChecks,
    ...sessionChecks({ transcriber: 'whisper-1', voice: 'verse' }),
    ...refusalChecks,
    ...listeningChecks('whisper-1'),
    ...itemChecks,
    ...replyChecks,
    ...toolChecks,
    toolSilenceCheck,
  ],
  invariants: [...shapeInvariants(serverEvents), ...orderInvariants],
}

/** Its own checks of these say more. */
const saidOtherwise = ['tool-result', 'session-update-untyped']

export const inworldRealtime: CheckedWire = {
  name: 'inworld-realtime',
  door: {
    path: '/api/v1/realtime/session',
    keyHeaders: (key) => ({ authorization: `Basic ${key}` }),
    modelIn: 'message',
    query: () => ({ key: freshId('parley'), protocol: 'realtime' }),
  },
  checks: [
    ...doorChecks,
    ...sessionChecks({ transcriber: 'inworld/inworld-stt-1', voice: 'Ashley' }),
    ...refusalChecks,
    ...listeningChecks('inworld/inworld-stt-1').filter(({ id }) => id !== 'transcription-session'),
    ...itemChecks,
    ...replyChecks,
    ...toolChecks,
    ...inworldChecks,
  ].filter(({ id }) => !saidOtherwise.includes(id)),
  invariants: [...shapeInvariants({ ...serverEvents, ...inworldEvents }), ...orderInvariants],
}
