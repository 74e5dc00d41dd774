#!/usr/bin/env node
/** The `parley` command: sets up what is missing, then runs the command line from this process. */
import { setUpOrExit } from './setup/setup.mjs'

// What a command prints may be read by another program, so the set-up speaks on the other stream.
await setUpOrExit({ say: (line) => console.error(line) })
const { main } = await import('../dist/cli/main.js')
process.exitCode = await main(process.argv.slice(2))
