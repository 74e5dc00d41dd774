/** Checks of Inworld's speech-to-text socket: turns, their finals and what comes with them. */
import { at, type Check, differ, fail, isMessage, skip } from '../check.ts'
import type { Scene } from '../scene.ts'
import { silence } from '../speech.ts'
import {
  config,
  expectWords,
  kindOf,
  manual,
  oneTurn,
  type Stream,
  streaming,
  transcription,
  usualRate,
} from './stream.ts'

const turns = 'STT: turn detection'
const messages = 'STT WebSocket: client messages'
const settings = 'STT WebSocket: transcribeConfig'

const finalsOf = (stream: Stream) => stream.received.filter((message) => kindOf(message) === 'final').map(transcription)

export const turnChecks: readonly Check<Scene>[] = [
  streaming(
    'turn-automatic',
    'A spoken turn is told as started, interims, stopped, final.',
    turns,
    {},
    async (stream) => {
      await stream.speak()
      expectWords(transcription(await stream.next('final')))
      const { kinds } = stream
      if (kinds[0] !== 'speechStarted') fail(`${kinds[0]} comes first`, ...stream.received.slice(0, 2))
      if (!kinds.includes('speechStopped')) differ('no speechStopped comes')
      await stream.end()
    },
  ),
  streaming(
    'turn-second',
    'After a final the next turn begins anew: its text is its own.',
    turns,
    {},
    async (stream) => {
      await stream.speak()
      const first = transcription(await stream.next('final'))
      const { length } = stream.received
      await stream.speak()
      const second = transcription(await stream.next('final', length))
      if (String(second.transcript).length > String(first.transcript).length * 1.8)
        fail('the second final repeats the first', { first, second })
      await stream.end()
    },
  ),
  streaming(
    'turn-manual',
    'With vadThreshold 0 only endTurn ends a turn, by exactly one final; nothing is told of speech.',
    turns,
    manual,
    async (stream) => {
      expectWords(await oneTurn(stream))
      await stream.end()
      if (finalsOf(stream).length !== 1) fail(`${finalsOf(stream).length} finals came in place of one`)
      for (const kind of stream.kinds) if (kind.startsWith('speech')) fail(`${kind} came`)
    },
  ),
  streaming(
    'turn-empty',
    'An endTurn after silence is answered by one final without words.',
    turns,
    manual,
    async (stream) => {
      await stream.hear(silence(1000, usualRate))
      stream.endTurn()
      const { transcript } = transcription(await stream.next('final'))
      if (transcript !== '') fail(`it heard “${String(transcript)}”`)
      await stream.end()
      if (finalsOf(stream).length !== 1) fail(`${finalsOf(stream).length} finals came in place of one`)
    },
  ),
  streaming(
    'turn-bare',
    'An endTurn with nothing before it is answered by one final.',
    turns,
    manual,
    async (stream) => {
      stream.endTurn()
      await stream.next('final')
      await stream.end()
    },
  ),
  streaming('turn-ends-each', 'Each endTurn has its own final.', turns, manual, async (stream) => {
    await oneTurn(stream)
    await oneTurn(stream)
    await stream.end()
    if (finalsOf(stream).length !== 2) fail(`${finalsOf(stream).length} finals came in place of two`)
  }),
  streaming(
    'turn-ended-early',
    'endTurn ends a turn of automatic detection too, by one final with its words.',
    turns,
    {},
    async (stream) => {
      await stream.hear(stream.scene.speech.pcm(usualRate))
      stream.endTurn()
      expectWords(transcription(await stream.next('final')))
      await stream.end()
      const said = finalsOf(stream).filter(({ transcript }) => transcript !== '')
      if (said.length !== 1) fail(`${said.length} finals with words came in place of one`)
    },
  ),
  streaming(
    'close-together',
    'endTurn and closeStream sent at once: the final first, then usage, then the close.',
    messages,
    manual,
    async (stream) => {
      await stream.hear(stream.scene.speech.pcm(usualRate))
      const { length } = stream.received
      stream.endTurn()
      await stream.end()
      const rest = stream.kinds.slice(length)
      // What was under way when endTurn was read is no answer to it.
      while (rest[0] === 'interim') (rest as string[]).shift()
      if (rest.join() !== 'final,usage') fail(`it ends with ${rest.join(', ')}`, ...stream.received.slice(length))
    },
  ),
  streaming(
    'close-without-end',
    'closeStream without endTurn still gives the final of what was said.',
    messages,
    {},
    async (stream) => {
      await stream.hear(stream.scene.speech.pcm(usualRate))
      await stream.end()
      if (!finalsOf(stream).some(({ transcript }) => transcript !== ''))
        fail('no final with words came', ...stream.received.slice(-2))
      if (stream.kinds.at(-1) !== 'usage') fail('usage is not the last', ...stream.received.slice(-2))
    },
  ),
  streaming(
    'close-usage',
    'usage is the last message: all audio that was sent, and the model as it was named.',
    messages,
    manual,
    async (stream) => {
      await oneTurn(stream)
      await stream.end()
      const usage = at(stream.received.at(-1), 'result.usage')
      if (!isMessage(usage)) return fail('usage is not the last message', ...stream.received.slice(-1))
      const sentMs = stream.scene.speech.lengthMs
      if (Math.abs(Number(usage.transcribedAudioMs) - sentMs) > 50)
        fail(`it counts ${String(usage.transcribedAudioMs)} ms of ${Math.round(sentMs)}`)
      const named = config(stream.scene).transcribeConfig.modelId
      if (usage.modelId !== named) fail(`the model is ${String(usage.modelId)} in place of ${named}`)
    },
  ),
  streaming(
    'close-silent',
    'A stream in which nothing was sent is closed with usage.',
    messages,
    {},
    async (stream) => {
      await stream.end()
      if (stream.kinds.join() !== 'usage') fail(`it ends with ${stream.kinds.join(', ')}`)
    },
  ),
  streaming(
    'words',
    'With includeWordTimestamps each word of a final has its times.',
    settings,
    { ...manual, includeWordTimestamps: true },
    async (stream) => {
      const { wordTimestamps } = await oneTurn(stream)
      if (!Array.isArray(wordTimestamps) || wordTimestamps.length === 0)
        return skip('not offered: wordTimestamps is empty')
      const lastMs = Number(at(wordTimestamps.at(-1), 'endTimeMs'))
      if (lastMs > stream.scene.speech.lengthMs + 500) fail('a word ends after the audio', wordTimestamps.at(-1))
    },
  ),
  streaming(
    'words-unasked',
    'Without being asked, wordTimestamps is an empty list.',
    settings,
    manual,
    async (stream) => {
      const { wordTimestamps } = await oneTurn(stream)
      if (!Array.isArray(wordTimestamps)) fail('it is no list')
      else if (wordTimestamps.length > 0) differ('it is filled')
    },
  ),
  streaming(
    'voice-profile',
    'With enableVoiceProfile a final tells what the voice is like: at most topN labels each, best first.',
    'STT: voice profile',
    { ...manual, voiceProfileConfig: { enableVoiceProfile: true, topN: 1 } },
    async (stream) => {
      const { voiceProfile } = await oneTurn(stream)
      if (!isMessage(voiceProfile)) return skip('not offered')
      for (const [name, labels] of Object.entries(voiceProfile))
        if (Array.isArray(labels) && labels.length > 1) fail(`${name} has ${labels.length} labels`)
    },
  ),
  streaming(
    'voice-profile-unasked',
    'Without being asked, a final has no voiceProfile.',
    'STT: voice profile',
    manual,
    async (stream) => {
      const final = await oneTurn(stream)
      if ('voiceProfile' in final) fail('it has one', final)
    },
  ),
]
