/** Where the project and its cache folder lie. */
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root of the project. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** The folder for everything that can be fetched or made again: `.cache`, or `PARLEY_CACHE_DIR`. */
export const cacheDir = resolve(process.env.PARLEY_CACHE_DIR || join(root, '.cache'))
