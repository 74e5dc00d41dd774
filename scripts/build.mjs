/** `npm run build`: makes `dist` anew, and before that installs the npm packages if they are missing. */
import { setUpOrExit } from './setup/setup.mjs'

await setUpOrExit({ builds: 'always', debian: 'none' })
