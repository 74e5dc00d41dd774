/** What the package offers: listening and speaking as functions, the server as a function, and what it takes to add an engine. */
export type { AudioFrame } from './audio/frame.ts'
export { writeWav } from './audio/wav.ts'
export type { EchoGuard, Overheard } from './engines/echo-guard.ts'
export type { AudioInput, EngineCard, Flush, Measure, Pause, Work } from './engines/engine.ts'
export { defineProvider, type Engines, type Provider, Registry, type Surroundings } from './engines/registry.ts'
export type { SpeechToText, TranscribeOptions, TranscriptEvent, Word } from './engines/speech-to-text.ts'
export type { Piece, SpeakOptions, SpeechEvent, TextToSpeech, Voice } from './engines/text-to-speech.ts'
export type { TurnDetector } from './engines/turn-detector.ts'
export type { Likelihood, VoiceActivity } from './engines/voice-activity.ts'
export type { ProfileOptions, Trait, VoiceProfile, VoiceProfiler } from './engines/voice-profiler.ts'
export { type ErrorCode, errorCodes, VoiceError } from './errors.ts'
export type { AudioFormat, ListenStart } from './listening/commands.ts'
export type { Heard } from './listening/heard.ts'
export { joinedProfiler, type TraitSource } from './listening/joined-profiler.ts'
export type { KnownSpeaker } from './listening/known-speakers.ts'
export { listen } from './listening/listen.ts'
export {
  defaultGate,
  defaultTurns,
  type EchoMark,
  type GateSettings,
  type ListenChange,
  type ListenInput,
  type ListenSettings,
  type Mark,
  type TurnSettings,
} from './listening/settings.ts'
export { type Log, silentLog } from './log.ts'
export { type DecodeLimits, decodeAudio, decodeChannels } from './media/decode.ts'
export { loadSettings, type Settings, type SettingsFlags, type SettingsSources } from './server/config.ts'
export { type EngineState, type OpenEngines, type OwnProviders, openEngines } from './server/engines.ts'
export type { AnsweredTurn, Readiness } from './server/house.ts'
export { generatedKey } from './server/key-file.ts'
export { createServer, type ParleyServer } from './server/server.ts'
export { type SpeakInput, type SpeakSettings, speak } from './speaking/speak.ts'
export type { Spoken } from './speaking/spoken.ts'
export { createLog, type LogOptions } from './telemetry/log.ts'
