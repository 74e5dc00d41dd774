/** The process in which one model of sherpa-onnx makes vectors of voices. */
import { access } from 'node:fs/promises'
import { basename } from 'node:path'
import { VoiceError } from '../../errors.ts'
import { serveEngine } from '../shared/engine-child.ts'
import type { EncoderLoad, FromEncoder, ToEncoder } from './encoder-messages.ts'
import { encoderVoice } from './encoder-voice.ts'
import { loadSherpa } from './sherpa.ts'

serveEngine<EncoderLoad, ToEncoder, FromEncoder>(async (load) => {
  await access(load.file).catch((error: unknown) => {
    throw new VoiceError('unavailable', `The model ${load.id} lacks its file ${basename(load.file)}.`, { cause: error })
  })
  const sherpa = loadSherpa()
  try {
    return encoderVoice(load, sherpa)
  } catch (error) {
    throw new VoiceError('unavailable', `sherpa-onnx cannot load the model ${load.id}.`, { cause: error })
  }
})
