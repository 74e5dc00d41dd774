/** A whole server whose engines do no thinking: for journeys about what is around them. */
import { z } from 'zod'
import type { LanguageModel } from '../../src/engines/language-model.ts'
import { defineProvider } from '../../src/engines/registry.ts'
import type { SpeechToText } from '../../src/engines/speech-to-text.ts'
import type { TextToSpeech } from '../../src/engines/text-to-speech.ts'
import type { TurnDetector } from '../../src/engines/turn-detector.ts'
import type { VoiceProfiler } from '../../src/engines/voice-profiler.ts'
import { levelVoiceActivity, scriptedRecognizer } from './engines.ts'
import { startServer } from './server.ts'
import { scriptedModel, toneVoice } from './talking.ts'

/** Speech is what is loud; the recognizer counts words; the model says `Hello.` and the voice hums unless others are given. */
export const startTalkingServer = (
  {
    recognizer = scriptedRecognizer(),
    model = scriptedModel(['Hello.']),
    voice = toneVoice(),
    turnDetector,
    voiceProfiler,
  }: {
    readonly recognizer?: SpeechToText
    readonly model?: LanguageModel
    readonly voice?: TextToSpeech
    /** Instead of the one that ships. */
    readonly turnDetector?: TurnDetector
    /** The same. */
    readonly voiceProfiler?: VoiceProfiler
  } = {},
  environment: Readonly<Record<string, string>> = {},
): ReturnType<typeof startServer> =>
  startServer(
    {
      PARLEY_MODELS_SPEECH_TO_TEXT: 'fake/script',
      PARLEY_MODELS_VOICE_ACTIVITY: 'fake/level',
      PARLEY_MODELS_LANGUAGE_MODEL: 'fake/script',
      PARLEY_MODELS_TEXT_TO_SPEECH: 'fake/tone',
      PARLEY_LISTENING_ENERGY_GATE: 'false',
      // A tone sounds like somebody who shouts; models are given words alone.
      PARLEY_VOICE_NOTES: 'false',
      ...(turnDetector && { PARLEY_MODELS_TURN_DETECTOR: 'fake/turns' }),
      ...(voiceProfiler && { PARLEY_MODELS_VOICE_PROFILER: 'fake/voices' }),
      ...environment,
    },
    {
      fake: defineProvider({
        settings: z.looseObject({}),
        speechToText: () => recognizer,
        voiceActivity: () => levelVoiceActivity({ gain: 1 }),
        languageModel: () => model,
        textToSpeech: () => voice,
        ...(turnDetector && { turnDetector: () => turnDetector }),
        ...(voiceProfiler && { voiceProfiler: () => voiceProfiler }),
      }),
    },
  )
