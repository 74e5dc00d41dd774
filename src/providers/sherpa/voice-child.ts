/** The process that runs one voice of sherpa-onnx. */
import { access } from 'node:fs/promises'
import { basename } from 'node:path'
import { VoiceError } from '../../errors.ts'
import { serveEngine } from '../shared/engine-child.ts'
import { mouth } from './mouth.ts'
import { loadSherpa } from './sherpa.ts'
import type { FromVoice, ToVoice, VoiceLoad } from './voice-messages.ts'

serveEngine<VoiceLoad, ToVoice, FromVoice>(async ({ id, config, files }) => {
  for (const file of files) {
    await access(file).catch((error: unknown) => {
      throw new VoiceError('unavailable', `The voice ${id} lacks its file ${basename(file)}.`, { cause: error })
    })
  }
  const sherpa = loadSherpa()
  try {
    return mouth(await sherpa.OfflineTts.createAsync(config))
  } catch (error) {
    throw new VoiceError('unavailable', `sherpa-onnx cannot load the voice ${id}.`, { cause: error })
  }
})
