/** listen(audio, settings) → AsyncIterable<Heard>. */
import type { Work } from '../engines/engine.ts'
import type { Heard } from './heard.ts'
import type { ListenInput, ListenSettings } from './settings.ts'

/** What is heard in a stream of audio. Ends when the audio has ended and everything in it has been told. */
export declare function listen(audio: AsyncIterable<ListenInput>, settings: ListenSettings & Work): AsyncIterable<Heard>
