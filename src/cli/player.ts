/** The loudspeaker, through whichever playing program this machine has. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { findOnPath } from './find-on-path.ts'

/** A program that plays raw 16-bit mono samples from its standard input as they come. */
export interface Player {
  readonly program: string
  readonly file: string
  readonly arguments: (sampleRate: number) => readonly string[]
}

const players: readonly Omit<Player, 'file'>[] = [
  {
    program: 'paplay',
    arguments: (rate) => ['--raw', `--rate=${rate}`, '--channels=1', '--format=s16le', '--latency-msec=60'],
  },
  {
    program: 'aplay',
    arguments: (rate) => ['-q', '-t', 'raw', '-f', 'S16_LE', '-r', `${rate}`, '-c', '1', '-B', '100000', '-'],
  },
  {
    program: 'play',
    arguments: (rate) => [
      ...['-q', '-t', 'raw', '-r', `${rate}`, '-e', 'signed-integer', '-b', '16', '-L', '-c', '1', '-'],
    ],
  },
  {
    program: 'ffplay',
    arguments: (rate) => [
      ...['-loglevel', 'error', '-nodisp', '-autoexit', '-fflags', 'nobuffer'],
      ...['-f', 's16le', '-ar', `${rate}`, '-ac', '1', '-i', '-'],
    ],
  },
]

/** The programs that are looked for, in this order. */
export const playerNames: readonly string[] = players.map(({ program }) => program)

/** The first playing program on the search path `path`, or undefined. */
export const findPlayer = async (path: string): Promise<Player | undefined> => {
  for (const player of players) {
    const file = await findOnPath(player.program, path)
    if (file !== undefined) return { ...player, file }
  }
  return undefined
}

/** Plays what it is given, in order; `stop` is heard at once. A player that ends early leaves silence, not a failure. */
export class Loudspeaker {
  readonly #player: Player
  readonly #sampleRate: number
  #child: ChildProcess | undefined

  constructor(player: Player, sampleRate: number) {
    this.#player = player
    this.#sampleRate = sampleRate
  }

  play(pcm16: Uint8Array): void {
    if (!this.#child) {
      const { file, arguments: words } = this.#player
      this.#child = spawn(file, words(this.#sampleRate), { stdio: ['pipe', 'ignore', 'ignore'] })
      this.#child.on('error', () => {})
      this.#child.stdin?.on('error', () => {})
    }
    this.#child.stdin?.write(pcm16)
  }

  /** Drops what has not been heard. */
  stop(): void {
    this.#child?.kill()
    this.#child = undefined
  }

  /** Lets what it was given be heard to its end. */
  async finish(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    child.stdin?.end()
    await once(child, 'close').catch(() => {})
  }
}
