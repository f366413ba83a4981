/** Error numbers of Linux, as far as KVM's device attributes give them. */
const numbers = {
  EPERM: 1,
  ENOENT: 2,
  E2BIG: 7,
  ENOMEM: 12,
  EFAULT: 14,
  EBUSY: 16,
  EEXIST: 17,
  ENODEV: 19,
  EINVAL: 22,
  ENXIO: 6,
} as const;

export type Errno = keyof typeof numbers;

function isErrno(name: string): name is Errno {
  return Object.hasOwn(numbers, name);
}

/** The error that a log prints as a name or as a (negative) number; undefined if it is none of these. */
export function errnoOf(text: string): Errno | undefined {
  if (isErrno(text)) return text;
  const number = Math.abs(Number(text));
  return Object.keys(numbers).find((name): name is Errno => isErrno(name) && numbers[name] === number);
}
