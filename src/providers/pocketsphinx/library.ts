/** The C functions of PocketSphinx 0.8 (Debian's) that are used here, bound by koffi. */
import { join } from 'node:path'
import koffi, { type LibraryHandle } from 'koffi'

/** An address in the library; null where C says NULL. */
export type Pointer = unknown
/** A C function; its `async` runs it in another thread. */
export type Bound = ReturnType<LibraryHandle['func']>

/** Binds the library in `folder`. Its log is switched off: it would print what people say. */
export const bind = (folder: string) => {
  // Also makes the linker find it for libpocketsphinx, which depends on it.
  const base = koffi.load(join(folder, 'libsphinxbase.so.3'))
  const sphinx = koffi.load(join(folder, 'libpocketsphinx.so.3'))
  base.func('void err_set_callback(void *callback, void *data)')(null, null)
  return {
    /** Definitions of all options, for `parseOptions`. */
    options: sphinx.func('void *ps_args()'),
    parseOptions: base.func(
      'void *cmd_ln_parse_r(void *config, void *options, int count, const char **values, int strict)',
    ),
    optionsOf: sphinx.func('void *ps_get_config(void *decoder)'),
    create: sphinx.func('void *ps_init(void *config)'),
    free: sphinx.func('int ps_free(void *decoder)'),
    logarithms: sphinx.func('void *ps_get_logmath(void *decoder)'),
    exponential: base.func('double logmath_exp(void *logmath, int value)'),
    features: sphinx.func('void *ps_get_feat(void *decoder)'),

    startStream: sphinx.func('int ps_start_stream(void *decoder)'),
    start: sphinx.func('int ps_start_utt(void *decoder)'),
    process: sphinx.func(
      'int ps_process_raw(void *decoder, const int16_t *samples, size_t count, int noSearch, int whole)',
    ),
    end: sphinx.func('int ps_end_utt(void *decoder)'),

    firstSegment: sphinx.func('void *ps_seg_iter(void *decoder)'),
    nextSegment: sphinx.func('void *ps_seg_next(void *segment)'),
    segmentWord: sphinx.func('const char *ps_seg_word(void *segment)'),
    segmentFrames: sphinx.func('void ps_seg_frames(void *segment, _Out_ int *first, _Out_ int *last)'),
    segmentLikelihood: sphinx.func(
      'int ps_seg_prob(void *segment, _Out_ int *acoustic, _Out_ int *language, _Out_ int *backoff)',
    ),
    nbest: sphinx.func('void *ps_nbest(void *decoder)'),
    nbestNext: sphinx.func('void *ps_nbest_next(void *nbest)'),
    nbestText: sphinx.func('const char *ps_nbest_hyp(void *nbest, _Out_ int *score)'),
    nbestFree: sphinx.func('void ps_nbest_free(void *nbest)'),

    knowsWord: sphinx.func('void *ps_lookup_word(void *decoder, const char *word)'),
    readDictionary: sphinx.func(
      'int ps_load_dict(void *decoder, const char *file, const char *fillers, const char *format)',
    ),
    languageModel: sphinx.func('void *ps_get_lm(void *decoder, const char *name)'),
    setLanguageModel: sphinx.func('int ps_set_lm(void *decoder, const char *name, void *model)'),
    search: sphinx.func('const char *ps_get_search(void *decoder)'),
    setSearch: sphinx.func('int ps_set_search(void *decoder, const char *name)'),
    unsetSearch: sphinx.func('int ps_unset_search(void *decoder, const char *name)'),
    readModel: base.func('void *ngram_model_read(void *config, const char *file, int type, void *logmath)'),
    freeModel: base.func('int ngram_model_free(void *model)'),
    models: base.func('void *ngram_model_set_iter(void *mixture)'),
    modelOf: base.func('void *ngram_model_set_iter_model(void *models, const char **name)'),
    freeModels: base.func('void ngram_model_set_iter_free(void *models)'),
    mixModels: base.func(
      'void *ngram_model_set_init(void *config, void **models, const char **names, const float *weights, int count)',
    ),

    /** A file that lives in memory only. */
    memoryFile: koffi.load('libc.so.6').func('int memfd_create(const char *name, unsigned int flags)'),

    getMean: base.func('void cmn_live_get(void *cmn, _Out_ float *mean)'),
    setMean: base.func('void cmn_live_set(void *cmn, const float *mean)'),
  }
}

export type Library = ReturnType<typeof bind>

// Offsets in `feat_t` and `cmn_t`, which have been the same since 2008.
const offsets = { normalisation: 88, sum: 16, frames: 24 }
const meanSize = 13

/** A cepstral mean, and how many frames of 10 ms it is the mean of. */
export interface Mean {
  readonly values: Float32Array
  readonly frames: number
}

/** The cepstral mean normalisation of a decoder: what it subtracts, and what it has heard. */
export class Normalisation {
  readonly #library: Library
  readonly #address: Pointer
  readonly #sum: Pointer

  constructor(library: Library, decoder: Pointer) {
    this.#library = library
    this.#address = koffi.decode(library.features(decoder), offsets.normalisation, 'void *')
    this.#sum = koffi.decode(this.#address, offsets.sum, 'void *')
  }

  /** What is subtracted now. */
  subtracted(): Float32Array {
    const mean = new Float32Array(meanSize)
    this.#library.getMean(this.#address, mean)
    return mean
  }

  /** Subtracts this from now on. The library lets it follow what is heard after 3 s. */
  subtract(mean: Float32Array): void {
    this.#library.setMean(this.#address, mean)
  }

  /** Forgets what was heard, not what is subtracted. Then the mean begins to follow after 8 s. */
  forget(): void {
    koffi.encode(this.#sum, koffi.array('float', meanSize), new Float32Array(meanSize))
    koffi.encode(this.#address, offsets.frames, 'int', 0)
  }

  /** The mean of what was heard since `forget`, the last 5 to 8 s of it. */
  heard(): Mean {
    const frames: number = koffi.decode(this.#address, offsets.frames, 'int')
    const sum = koffi.decode(this.#sum, koffi.array('float', meanSize)) as Iterable<number>
    return { values: Float32Array.from(sum, (value) => value / Math.max(1, frames)), frames }
  }
}
