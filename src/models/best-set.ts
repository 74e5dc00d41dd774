/** Which models suit this machine. */

export interface Machine {
  /** Processor cores. */
  readonly cores: number
  readonly memoryBytes: number
}

/** Models to fetch together, and the one of them that hears. */
export interface ModelSet {
  /** Catalogue ids, the one that new sessions listen with first. */
  readonly ids: readonly [string, ...string[]]
  /** One sentence for people. */
  readonly why: string
}

const gigabyte = 1e9

/**
 * The default set. A streaming model of 0.6 billion parameters wants cores and memory to spare; below that, one of 114
 * million that answers within 80 ms.
 */
export const bestSet = (machine: Machine): ModelSet =>
  machine.cores >= 8 && machine.memoryBytes >= 15 * gigabyte
    ? {
        ids: ['nemotron-en-560ms'],
        why: 'English, live, with capitals and punctuation; for 8 cores and 16 GB or more.',
      }
    : {
        ids: ['nemo-fastconformer-transducer-en-80ms'],
        why: 'English, live, 80 ms of look-ahead; runs on 2 cores.',
      }
