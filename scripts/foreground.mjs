/** Runs a program in the foreground: it has the terminal, gets our signals, and its exit status becomes ours. */
import { spawn } from 'node:child_process'
import { constants } from 'node:os'

/** Resolves to the exit status once the program has ended. */
export const foreground = (program, args, options = {}) =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit', ...options })
    const pass = (signal) => child.kill(signal)
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
    for (const signal of signals) process.on(signal, pass)
    child.on('error', reject)
    child.on('close', (code, signal) => {
      for (const name of signals) process.off(name, pass)
      resolve(code ?? 128 + constants.signals[signal])
    })
  })
