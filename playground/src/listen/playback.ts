/** What was listened to, heard again: kept in this page alone, until the next recording. */
import { computed, signal } from '@preact/signals'
import { type Player, playSamples } from '../audio/recording-player.ts'
import { hearing } from './session.ts'
import { recorded } from './sound.ts'

/** Where it is; undefined while nothing plays. */
export const playMs = signal<number | undefined>(undefined)

/** The beginning of the word that is heard now. */
export const playedWordMs = computed(() => {
  const at = playMs.value
  if (at === undefined) return undefined
  const words = hearing.value.turns.flatMap((turn) => turn.words)
  return words.findLast(({ startMs = 0, endMs = 0 }) => startMs <= at && at < endMs + 80)?.startMs
})

let player: Player | undefined

/** Stops what plays. */
export const stopPlaying = (): void => player?.stop()

/** Plays what was listened to from a place on. */
export const play = (fromMs = 0): void => {
  stopPlaying()
  const { samples, sampleRate } = recorded()
  const started = playSamples(samples, sampleRate, {
    fromMs,
    onEnd() {
      if (player !== started) return
      player = undefined
      playMs.value = undefined
    },
  })
  player = started
  const follow = (): void => {
    if (player !== started) return
    playMs.value = started.positionMs()
    requestAnimationFrame(follow)
  }
  follow()
}
