/**
 * Words of state of which nearly all are 0, such as guest memory: a radix tree of pages that grows with what is written.
 * Trees share what none of them has changed, so a snapshot costs nothing and equal parts are compared by being the same.
 */

const FANOUT_BITS = 5;
const FANOUT = 1 << FANOUT_BITS;
/** How many pages a branch covers, by its height. */
const SPAN = Array.from({ length: 12 }, (_, height) => FANOUT ** height);

/** How many pages are found without the tree. */
const NEAR = 1024;

/** One step of the tree: at the lowest level it holds pages, above it other branches. What is absent is all 0. */
class Branch {
  /** The tree that may change this branch; undefined where several share it. */
  readonly owner: object | undefined;
  readonly branches: (Branch | undefined)[];
  readonly pages: (Uint32Array | undefined)[];
  /** A bit for each page that belongs to the owner as well. */
  ownPages = 0;

  constructor(
    owner: object | undefined,
    branches: (Branch | undefined)[],
    pages: (Uint32Array | undefined)[],
  ) {
    this.owner = owner;
    this.branches = branches;
    this.pages = pages;
  }
}

/** The words of a tree at one time. */
export interface SparseSnapshot {
  readonly root: Branch | undefined;
  readonly height: number;
}

const EMPTY: SparseSnapshot = { root: undefined, height: 1 };
/** Pages, and branches of nothing but such pages, that are filled with one word: shared by all trees. */
const FILLED_PAGES = new Map<string, Uint32Array>();
const FILLED_BRANCHES = new Map<string, Branch>();

export class SparseWords {
  /** The index of the first word among all words of the state. */
  readonly base: number;
  readonly #changes: number[];
  readonly #pageWords: number;
  /** A product is quicker than a quotient, and as exact with a power of two. */
  readonly #pagesPerWord: number;
  #root: Branch | undefined;
  /** Levels of branches. */
  #height = 1;
  /** Who this tree is, since the last snapshot of it. */
  #owner: object = {};
  /** The page that was looked at last, and whether it may be changed. */
  #lastNumber = -1;
  #lastPage: Uint32Array | undefined;
  #lastIsOwn = false;
  /** The first pages by number, as far as they were looked at: the way through the tree is longer than that here. */
  #near: (Uint32Array | undefined)[] | undefined;

  /**
   * @param base the index of the first word among all words of the state
   * @param pageWords a power of two
   * @param changes takes note of the index of each word that changes
   */
  constructor(base: number, pageWords: number, changes: number[]) {
    this.base = base;
    this.#pageWords = pageWords;
    this.#pagesPerWord = 1 / pageWords;
    this.#changes = changes;
  }

  /** Whether all words are 0, as they are until one is written. */
  get isEmpty(): boolean {
    return this.#root === undefined;
  }

  get(index: number): number {
    const number = Math.floor(index * this.#pagesPerWord);
    if (number !== this.#lastNumber) {
      this.#lastPage = (number < NEAR ? this.#near?.[number] : undefined) ?? this.#find(number);
      this.#lastNumber = number;
      this.#lastIsOwn = false;
    }
    return this.#lastPage === undefined ? 0 : this.#lastPage[index & (this.#pageWords - 1)];
  }

  set(index: number, value: number): void {
    const word = value >>> 0;
    if (this.get(index) === word) return;
    if (!this.#lastIsOwn) {
      this.#lastPage = this.#own(this.#lastNumber);
      this.#lastIsOwn = true;
    }
    if (this.#lastPage !== undefined) this.#lastPage[index & (this.#pageWords - 1)] = word;
    this.#changes.push(this.base + index);
  }

  /**
   * Sets whole pages to one word without taking note of the words that change.
   * @param first the number of the first page
   * @param end the number of the page after the last one
   */
  fillPages(first: number, end: number, word: number): void {
    this.#forgetLast();
    this.#growTo(end - 1);
    this.#root = this.#filled(this.#root, this.#height, 0, first, end, word >>> 0);
  }

  /** The index of the first word in [from, end) that is not 0; `end` where all are. */
  nextNonZero(from: number, end: number): number {
    let index = from;
    while (index < end) {
      const number = Math.floor(index / this.#pageWords);
      const page = this.#find(number);
      if (page === undefined) {
        index = this.#nextPage(number) * this.#pageWords;
        continue;
      }
      const pageEnd = Math.min((number + 1) * this.#pageWords, end);
      for (; index < pageEnd; index++) if (page[index & (this.#pageWords - 1)] !== 0) return index;
    }
    return end;
  }

  /** Sets all words to 0 without taking note of them. */
  clear(): void {
    this.restore(EMPTY);
  }

  snapshot(): SparseSnapshot {
    // From now on the branches belong to the snapshot, too.
    this.#owner = {};
    this.#lastIsOwn = false;
    return { root: this.#root, height: this.#height };
  }

  restore({ root, height }: SparseSnapshot): void {
    this.#root = root;
    this.#height = height;
    this.#owner = {};
    this.#forgetLast();
  }

  equals(snapshot: SparseSnapshot): boolean {
    return sameTree(this.#root, this.#height, snapshot.root, snapshot.height);
  }

  #forgetLast(): void {
    this.#lastNumber = -1;
    this.#lastPage = undefined;
    this.#lastIsOwn = false;
    this.#near = undefined;
  }

  #find(number: number): Uint32Array | undefined {
    let branch = this.#root;
    if (number >= SPAN[this.#height]) return undefined;
    for (let level = this.#height - 1; level > 0 && branch !== undefined; level--)
      branch = branch.branches[digit(number, level)];
    const page = branch?.pages[number & (FANOUT - 1)];
    if (page !== undefined && number < NEAR && this.#height > 1) this.#keepNear(number, page);
    return page;
  }

  #keepNear(number: number, page: Uint32Array): void {
    this.#near ??= new Array<undefined>(NEAR).fill(undefined);
    this.#near[number] = page;
  }

  /** The number of the first page after one that is absent at which something may be. */
  #nextPage(number: number): number {
    if (number >= SPAN[this.#height]) return Number.POSITIVE_INFINITY;
    let branch = this.#root;
    if (branch === undefined) return Number.POSITIVE_INFINITY;
    for (let level = this.#height - 1; level > 0; level--) {
      branch = branch.branches[digit(number, level)];
      const span = SPAN[level];
      if (branch === undefined) return (Math.floor(number / span) + 1) * span;
    }
    return number + 1;
  }

  #growTo(number: number): void {
    while (number >= SPAN[this.#height]) {
      if (this.#root !== undefined) {
        const branches = [this.#root, ...new Array<undefined>(FANOUT - 1).fill(undefined)];
        this.#root = new Branch(this.#owner, branches, []);
      }
      this.#height++;
    }
  }

  /** The page of that number to change. */
  #own(number: number): Uint32Array {
    this.#growTo(number);
    let branch = this.#ownBranch(this.#root, this.#height);
    this.#root = branch;
    for (let level = this.#height - 1; level > 0; level--) {
      const at = digit(number, level);
      const child = this.#ownBranch(branch.branches[at], level);
      branch.branches[at] = child;
      branch = child;
    }
    const at = number & (FANOUT - 1);
    const known = branch.pages[at];
    if (known !== undefined && ((branch.ownPages >>> at) & 1) !== 0) return known;
    const page = known === undefined ? new Uint32Array(this.#pageWords) : known.slice();
    branch.pages[at] = page;
    branch.ownPages |= 1 << at;
    if (this.#near !== undefined && number < NEAR) this.#near[number] = page;
    return page;
  }

  /** A branch to change. @param height how many levels of branches it is the top of */
  #ownBranch(branch: Branch | undefined, height: number): Branch {
    if (branch === undefined) return emptyBranch(this.#owner, height);
    if (branch.owner === this.#owner) return branch;
    return new Branch(this.#owner, branch.branches.slice(), branch.pages.slice());
  }

  /** A branch with the pages [first, end), of which its own begin at `start`, filled. */
  #filled(
    branch: Branch | undefined,
    height: number,
    start: number,
    first: number,
    end: number,
    word: number,
  ): Branch | undefined {
    const span = SPAN[height];
    if (end <= start || first >= start + span) return branch;
    if (first <= start && end >= start + span) return filledBranch(this.#pageWords, height, word);
    const own = this.#ownBranch(branch, height);
    const step = span / FANOUT;
    for (let i = 0; i < FANOUT; i++) {
      const at = start + i * step;
      if (height > 1) own.branches[i] = this.#filled(own.branches[i], height - 1, at, first, end, word);
      else if (at >= first && at < end) {
        own.pages[i] = filledPage(this.#pageWords, word);
        own.ownPages &= ~(1 << i);
      }
    }
    return own;
  }
}

function emptyBranch(owner: object | undefined, height: number): Branch {
  const none = new Array<undefined>(FANOUT).fill(undefined);
  return height === 1 ? new Branch(owner, [], none) : new Branch(owner, none, []);
}

function filledPage(pageWords: number, word: number): Uint32Array | undefined {
  if (word === 0) return undefined;
  const key = `${pageWords} ${word}`;
  const page = FILLED_PAGES.get(key) ?? new Uint32Array(pageWords).fill(word);
  FILLED_PAGES.set(key, page);
  return page;
}

function filledBranch(pageWords: number, height: number, word: number): Branch | undefined {
  if (word === 0) return undefined;
  const key = `${pageWords} ${word} ${height}`;
  let branch = FILLED_BRANCHES.get(key);
  if (branch === undefined) {
    branch = emptyBranch(undefined, height);
    if (height === 1) branch.pages.fill(filledPage(pageWords, word));
    else branch.branches.fill(filledBranch(pageWords, height - 1, word));
    FILLED_BRANCHES.set(key, branch);
  }
  return branch;
}

/** Which child at a level a page is under. */
function digit(number: number, level: number): number {
  return (number / SPAN[level]) & (FANOUT - 1);
}

function sameTree(
  one: Branch | undefined,
  oneHeight: number,
  other: Branch | undefined,
  otherHeight: number,
): boolean {
  if (one === other && oneHeight === otherHeight) return true;
  if (oneHeight < otherHeight) return sameTree(other, otherHeight, one, oneHeight);
  if (oneHeight > otherHeight) {
    if (one === undefined) return isZero(other);
    const [first, ...rest] = one.branches;
    return sameTree(first, oneHeight - 1, other, otherHeight) && rest.every(isZero);
  }
  return sameBranch(one, other);
}

function sameBranch(one: Branch | undefined, other: Branch | undefined): boolean {
  if (one === other) return true;
  if (one === undefined || other === undefined) return isZero(one ?? other);
  return (
    one.branches.every((child, i) => sameBranch(child, other.branches[i])) &&
    one.pages.every((page, i) => samePage(page, other.pages[i]))
  );
}

function samePage(one: Uint32Array | undefined, other: Uint32Array | undefined): boolean {
  if (one === other) return true;
  if (one === undefined || other === undefined) return isZeroPage(one ?? other);
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false;
  return true;
}

function isZero(branch: Branch | undefined): boolean {
  return branch === undefined || (branch.branches.every(isZero) && branch.pages.every(isZeroPage));
}

function isZeroPage(page: Uint32Array | undefined): boolean {
  return page === undefined || page.every((word) => word === 0);
}
