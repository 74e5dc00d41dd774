/** Runs other programs: with a time limit, their output kept for when they fail, and none outliving this process. */
import { spawn } from 'node:child_process'

const running = new Set()

/** Whether a program of that name can be started. */
export const isProgram = async (name) => (await run(name, ['--version'])).code !== undefined

/**
 * Runs a program to its end. Resolves to `{ code, output }`, both streams in `output`; `code` is `undefined` when the
 * program does not exist. Never rejects. After `limitMs` it and its children are ended, and `code` is 124.
 */
export const run = (program, args, { cwd, env = process.env, limitMs = 600_000 } = {}) =>
  new Promise((resolve) => {
    // A process group of its own, so that ending it also ends what it started (npm's workers, apt's methods).
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    running.add(child)
    let output = ''
    let late = false
    const timer = setTimeout(() => {
      late = true
      end(child, 'SIGKILL')
    }, limitMs)
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output = (output + text).slice(-100_000)
      })
    }
    const finish = (code) => {
      clearTimeout(timer)
      running.delete(child)
      resolve({ code, output })
    }
    child.on('error', (error) => {
      output += error.message
      finish(undefined)
    })
    child.on('close', (code) => finish(late ? 124 : (code ?? 1)))
  })

/** Ends every program that still runs. */
export const endAll = (signal) => {
  for (const child of running) end(child, signal)
}

const end = (child, signal) => {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal)
  } catch {
    // It ended by itself.
  }
}
