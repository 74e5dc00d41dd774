/** The carriers that a call may come from, by name. */
import type { Carrier } from './carrier.ts'
import { exotel } from './exotel.ts'
import { plivo } from './plivo.ts'
import { telnyx } from './telnyx.ts'
import { twilio } from './twilio.ts'

export const carrierNames = ['twilio', 'telnyx', 'plivo', 'exotel'] as const

export type CarrierName = (typeof carrierNames)[number]

export const carriers: Readonly<Record<CarrierName, Carrier>> = { twilio, telnyx, plivo, exotel }
