/** What the command's exit status says. */
export const exitStatus = {
  /** Everything was checked and no error found. */
  clean: 0,
  /** Errors were found, or more warnings than allowed. */
  errors: 1,
  /** Something asked for could not be done: bad arguments, a file that cannot be read. */
  failed: 2,
  /** Ctrl-C: 128 and the number of the signal. */
  interrupted: 130,
} as const;

export type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus];
