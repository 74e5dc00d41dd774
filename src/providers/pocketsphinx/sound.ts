/** Whether a hearing is of sound rather than of speech: the decoder finds words in anything. */
import type { Hearing } from './messages.ts'

export const isSound = (hearing: Hearing): boolean => hearing.words.length === 0
