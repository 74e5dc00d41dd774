/** Inworld's speech-to-text as it is checked. */
import type { CheckedWire } from '../run.ts'
import { inworldSttDoorChecks } from './doors.ts'
import { formatChecks } from './formats.ts'
import { inworldSttRules } from './rules.ts'
import { turnChecks } from './turns.ts'

export const inworldStt: CheckedWire = {
  name: 'inworld-stt',
  door: {
    path: '/stt/v1/transcribe:streamBidirectional',
    keyHeaders: (key) => ({ authorization: `Basic ${key}` }),
    modelIn: 'message',
    query: () => ({}),
  },
  checks: [...inworldSttDoorChecks, ...turnChecks, ...formatChecks],
  invariants: inworldSttRules,
}
