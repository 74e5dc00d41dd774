/** Where the code of a worker thread or child process lies, in the source tree and in `dist`. */
import { fileURLToPath } from 'node:url'

/** What `new Worker` and `fork` need to start one of our own modules. */
export interface Entry {
  readonly file: string
  readonly execArgv: readonly string[]
}

/** `--import tsx` alone does nothing in worker threads of Node 20; asked by hand, tsx loads TypeScript there too. */
const loader = (): string =>
  `data:text/javascript,${encodeURIComponent(`import { register } from '${import.meta.resolve('tsx/esm/api')}'; register()`)}`

/**
 * The module `name` (no extension) beside the caller. In `dist` it is plain JavaScript. In the source tree, where tests
 * and benches run, it is TypeScript, which Node 20 cannot run by itself: there tsx loads it.
 */
export const entry = (caller: string, name: string): Entry => {
  const source = caller.endsWith('.ts')
  return {
    file: fileURLToPath(new URL(`${name}${source ? '.ts' : '.js'}`, caller)),
    execArgv: source ? ['--import', loader()] : [],
  }
}
