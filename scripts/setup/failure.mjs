/** SetupFailure: a set-up step that did not work, with a message fit for the person at the terminal. */

/** Thrown by steps; whoever catches it prints `message` alone, without a stack. */
export class SetupFailure extends Error {}
