/** `realtime`: how fast a conversation is, how it is interrupted, and what it costs, in parts that can be run alone. */
import { parseArgs } from 'node:util'
import { numbers, runParts } from '../parts.ts'
import type { Table } from '../report.ts'
import { answers } from './answers.ts'
import { bargeIn } from './barge-in.ts'
import { conversations } from './conversations.ts'
import { memory } from './memory.ts'
import { paced } from './paced.ts'
import { truncation } from './truncation.ts'

export const help = `realtime [--only PART,PART] [--conversations 20,50,100] [--seconds N] [--sessions N] [--cuts N]
    --only          answers, barge-in, paced, truncation, conversations, memory; default: all, one after the other
    --conversations how many at a time, for conversations
    --seconds       how long each row of answers, barge-in, paced and conversations is measured (default 60, 60, 60, 45)
    --sessions      sessions opened and closed for the memory slope (default 10000)
    --cuts          places at which answers are cut for truncation (default 300)`

export const run = async (args: readonly string[]): Promise<void> => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      conversations: { type: 'string', default: '20,50,100' },
      seconds: { type: 'string' },
      sessions: { type: 'string', default: '10000' },
      cuts: { type: 'string', default: '300' },
    },
  })
  const seconds = (usual: number): number => Number(values.seconds ?? usual)
  const parts: Readonly<Record<string, () => Promise<Table>>> = {
    answers: () => answers({ seconds: seconds(60) }),
    'barge-in': () => bargeIn({ seconds: seconds(60) }),
    paced: () => paced({ seconds: seconds(60) }),
    truncation: () => truncation({ cuts: Number(values.cuts) }),
    conversations: () => conversations({ counts: numbers(values.conversations), seconds: seconds(45) }),
    memory: () => memory({ sessions: Number(values.sessions) }),
  }
  await runParts('realtime', parts, values.only)
}
