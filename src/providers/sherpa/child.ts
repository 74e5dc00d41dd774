/** The process that runs one model of sherpa-onnx. */
import { access } from 'node:fs/promises'
import { basename } from 'node:path'
import { VoiceError } from '../../errors.ts'
import { type ChildEngine, serveEngine } from '../shared/engine-child.ts'
import { liveEars } from './live-ears.ts'
import type { EarLoad, FromLive, FromWhole, ToLive, ToWhole } from './messages.ts'
import { loadSherpa } from './sherpa.ts'
import { wholeEars } from './whole-ears.ts'

type Engine = ChildEngine<ToLive | ToWhole, FromLive | FromWhole>

const load = async (given: EarLoad): Promise<Engine> => {
  for (const file of given.files) {
    await access(file).catch((error: unknown) => {
      throw new VoiceError('unavailable', `The model ${given.id} lacks its file ${basename(file)}.`, { cause: error })
    })
  }
  const sherpa = loadSherpa()
  const { class: kind, config } = given.recognizer
  try {
    return (
      kind === 'OnlineRecognizer'
        ? liveEars(new sherpa.OnlineRecognizer(config), given)
        : wholeEars(await sherpa.OfflineRecognizer.createAsync(config), given)
    ) as Engine
  } catch (error) {
    throw new VoiceError('unavailable', `sherpa-onnx cannot load the model ${given.id}.`, { cause: error })
  }
}

serveEngine<EarLoad, ToLive | ToWhole, FromLive | FromWhole>(load)
