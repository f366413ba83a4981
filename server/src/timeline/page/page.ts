/**
 * The timeline as a page that a person moves about in, in a browser or in VS Code. Only what is in sight is drawn, so
 * that long scenarios scroll as short ones do.
 */

import { itemAt } from "../../syntax/item-at.ts";
import { drawHead, drawRows, headHeight, heightOf, PATTERNS, placesOf, wordsOver } from "../drawing.ts";
import { legendOf, rowTexts } from "../picture.ts";
import type { Timeline } from "../timeline.ts";

/** What the page is told, and what it tells. */
export interface Host {
  /** The person chose an operation. */
  readonly onChoose: (line: number) => void;
  /** What stands where there is no scenario to show. */
  readonly nothing: string;
}

/** Columns of a scenario that is shown first: all in sight where that leaves them this wide, at most so wide. */
const NARROW = 18;
const WIDE = 96;
const SMALLEST_UNIT = 0.05;
const LARGEST_UNIT = 240;
const ZOOM_STEP = 1.5;

export class TimelinePage {
  readonly #host: Host;
  readonly #scenarios: HTMLSelectElement;
  readonly #scroller: HTMLElement;
  readonly #corner: HTMLElement;
  readonly #head: HTMLElement;
  readonly #names: HTMLElement;
  readonly #rows: HTMLElement;
  readonly #said: HTMLElement;
  readonly #legend: HTMLElement;
  readonly #words: HTMLDetailsElement;
  #timelines: readonly Timeline[] = [];
  #index = 0;
  #unit = 0;
  /** The column of the chosen operation; -1: none. */
  #chosen = -1;
  #row = 0;
  #drawn = { first: 0, last: 0, unit: 0 };

  constructor(root: HTMLElement, host: Host) {
    this.#host = host;
    root.classList.add("vgic");
    root.innerHTML = `<svg class="patterns" width="0" height="0" aria-hidden="true">${PATTERNS}</svg>
<div class="bar">
  <select aria-label="Scenario"></select>
  <button type="button" data-zoom="out" title="Zoom out (-)">−</button>
  <button type="button" data-zoom="in" title="Zoom in (+)">+</button>
  <button type="button" data-zoom="fit" title="All of it (0)">fit</button>
  <span class="said" role="status" aria-live="polite"></span>
</div>
<div class="scroller" tabindex="0" role="application" aria-label="Timeline. Left and right: operations; up and down: rows; Enter: go to the line; plus, minus and 0: zoom.">
  <div class="corner"></div><div class="head"></div><div class="names"></div><div class="rows"></div>
</div>
<p class="legend"></p>
<details class="words"><summary>In words</summary><ul></ul></details>`;
    const part = (selector: string): HTMLElement => {
      const element = root.querySelector<HTMLElement>(selector);
      if (element === null) throw new Error(`the page has no ${selector}`);
      return element;
    };
    const select = root.querySelector("select");
    if (select === null) throw new Error("the page has no choice of scenarios");
    this.#scenarios = select;
    this.#scroller = part(".scroller");
    this.#corner = part(".corner");
    this.#head = part(".head");
    this.#names = part(".names");
    this.#rows = part(".rows");
    this.#said = part(".said");
    this.#legend = part(".legend");
    const words = root.querySelector("details");
    if (words === null) throw new Error("the page has no words");
    this.#words = words;
    words.addEventListener("toggle", () => this.#tell());
    this.#scenarios.addEventListener("change", () => this.#show(this.#scenarios.selectedIndex));
    for (const button of root.querySelectorAll<HTMLElement>("[data-zoom]")) {
      button.addEventListener("click", () => this.#zoom(button.dataset.zoom));
    }
    this.#scroller.addEventListener("scroll", () => this.#draw());
    this.#scroller.addEventListener("keydown", (event) => this.#press(event));
    this.#scroller.addEventListener("click", (event) => this.#click(event));
    this.#scroller.addEventListener(
      "wheel",
      (event) => {
        if (!event.ctrlKey) return;
        event.preventDefault();
        this.#zoomTo(this.#unit * (event.deltaY < 0 ? ZOOM_STEP : 1 / ZOOM_STEP));
      },
      { passive: false },
    );
    new ResizeObserver(() => this.#draw(true)).observe(this.#scroller);
  }

  /** Shows scenarios, the one that was shown before again. */
  set timelines(timelines: readonly Timeline[]) {
    if (this.#timeline?.title !== timelines[this.#index]?.title) this.#unit = 0;
    this.#timelines = timelines;
    this.#scenarios.replaceChildren(
      ...timelines.map(({ title, line }) => new Option(title || `line ${line + 1}`)),
    );
    this.#scenarios.hidden = timelines.length < 2;
    this.#show(Math.min(this.#index, Math.max(timelines.length - 1, 0)));
  }

  /** Follows the cursor: the operation on a line, or the last one above it. */
  set line(line: number) {
    const index = this.#timelines.findLastIndex((timeline) => timeline.line <= line);
    const timeline = this.#timelines[index];
    if (timeline === undefined) return;
    if (index !== this.#index) this.#show(index);
    const { operations } = timeline;
    this.#choose(operations.findLastIndex((operation) => operation.line <= line) + 1, false);
  }

  get #timeline(): Timeline | undefined {
    return this.#timelines[this.#index];
  }

  #show(index: number): void {
    if (index !== this.#index) this.#unit = 0;
    this.#index = index;
    this.#scenarios.selectedIndex = index;
    this.#chosen = -1;
    const timeline = this.#timeline;
    this.#scroller.hidden = timeline === undefined || timeline.operations.length === 0;
    this.#legend.textContent = timeline === undefined ? "" : legendOf(timeline);
    this.#words.hidden = this.#scroller.hidden;
    if (timeline === undefined) {
      this.#say(this.#host.nothing);
      return;
    }
    this.#say(
      timeline.operations.length === 0 ? "This scenario has no operations." : timeline.variants.join(" · "),
    );
    this.#draw(true);
    this.#tell();
  }

  /** Fills in the words, once somebody wants to read them: there are many in a long scenario. */
  #tell(): void {
    const texts = this.#timeline === undefined || !this.#words.open ? [] : rowTexts(this.#timeline);
    this.#words.querySelector("ul")?.replaceChildren(
      ...texts.map((text) => {
        const item = document.createElement("li");
        item.textContent = text;
        return item;
      }),
    );
  }

  /** Draws what is in sight, unless it is drawn already. */
  #draw(anew = false): void {
    const timeline = this.#timeline;
    if (timeline === undefined) return;
    if (anew) this.#drawNames(timeline);
    const columns = timeline.operations.length + 1;
    if (this.#unit === 0) this.#unit = Math.min(Math.max(this.#fitting, NARROW), WIDE);
    const unit = this.#unit;
    const { scrollLeft, clientWidth } = this.#scroller;
    const inSight = {
      first: Math.floor(scrollLeft / unit),
      last: Math.ceil((scrollLeft + clientWidth) / unit),
    };
    const isDrawn =
      unit === this.#drawn.unit &&
      this.#drawn.first <= inSight.first &&
      this.#drawn.last >= Math.min(inSight.last, columns);
    if (isDrawn && !anew) return;
    const margin = inSight.last - inSight.first;
    const view = {
      first: Math.max(inSight.first - margin, 0),
      last: Math.min(inSight.last + margin, columns),
      unit,
    };
    this.#drawn = view;
    const [headTall, rowsTall] = [headHeight(timeline, unit), heightOf(timeline)];
    const left = view.first * unit;
    const wide = Math.max((view.last - view.first) * unit, 0) + 4;
    const svg = (tall: number, content: string) =>
      `<svg width="${wide}" height="${tall}" viewBox="${left} 0 ${wide} ${tall}" aria-hidden="true">${content}</svg>`;
    const chosen = (tall: number) =>
      this.#chosen < 0
        ? ""
        : `<rect class="chosen" x="${this.#chosen * unit}" width="${Math.max(unit, 2)}" y="0" height="${tall}"/>`;
    for (const element of [this.#head, this.#rows]) element.style.width = `${columns * unit + 4}px`;
    this.#head.innerHTML = svg(headTall, chosen(headTall) + drawHead(timeline, view));
    this.#rows.innerHTML = svg(rowsTall, chosen(rowsTall) + drawRows(timeline, view));
    for (const element of [this.#head, this.#rows]) {
      element.style.setProperty("--left", `${left}px`);
    }
    this.#corner.style.height = `${headTall}px`;
    this.#head.style.height = `${headTall}px`;
    this.#names.style.height = `${rowsTall}px`;
    this.#rows.style.height = `${rowsTall}px`;
  }

  #drawNames(timeline: Timeline): void {
    const places = placesOf(timeline);
    this.#names.replaceChildren(
      ...timeline.rows.map(({ name }, index) => {
        const label = document.createElement("div");
        label.textContent = name;
        label.style.top = `${itemAt(places, index).top}px`;
        label.classList.toggle("focused", index === this.#row && this.#chosen >= 0);
        return label;
      }),
    );
    const longest = timeline.rows.reduce((most, { name }) => Math.max(most, name.length), 4);
    this.#names.style.width = `${Math.min(longest, 32)}ch`;
  }

  /** Chooses a column and says what is there. */
  #choose(column: number, isByPerson: boolean): void {
    const timeline = this.#timeline;
    if (timeline === undefined) return;
    const { operations, rows, looks } = timeline;
    this.#chosen = Math.min(Math.max(column, 0), operations.length);
    const left = this.#chosen * this.#unit;
    const { scrollLeft, clientWidth } = this.#scroller;
    const names = this.#names.offsetWidth;
    if (left < scrollLeft || left + this.#unit > scrollLeft + clientWidth - names) {
      this.#scroller.scrollLeft = left - (clientWidth - names) / 2;
    }
    const operation = operations[this.#chosen - 1];
    const row = rows[this.#row];
    const texts = row?.lanes.flatMap(({ variants, spans }, index) => {
      const span = spans.find(({ start, end }) => start <= this.#chosen && this.#chosen < end);
      if (span === undefined) return [];
      const who = index === 0 ? "" : `${variants.map((one) => timeline.variants[one]).join(", ")}: `;
      return [`${who}${itemAt(looks, span.look).text}`];
    });
    const where =
      operation === undefined ? "the fresh VM" : `line ${operation.line + 1}: ${wordsOver(operation)}`;
    this.#say(row === undefined ? where : `${where} — ${row.name}: ${texts?.join("; ")}`);
    this.#draw(true);
    if (isByPerson && operation !== undefined) this.#host.onChoose(operation.line);
  }

  /** Says something in the bar; the whole of it, where that is cut, under the mouse. */
  #say(text: string): void {
    this.#said.textContent = text;
    this.#said.title = text;
  }

  #click(event: MouseEvent): void {
    const timeline = this.#timeline;
    if (timeline === undefined) return;
    const { left, top } = this.#rows.getBoundingClientRect();
    if (event.clientX < left) return;
    const row = placesOf(timeline).findIndex((place) => event.clientY - top < place.top + place.height);
    if (event.clientY >= top && row !== -1) this.#row = row;
    this.#choose(Math.floor((event.clientX - left) / this.#unit), true);
  }

  #press(event: KeyboardEvent): void {
    const timeline = this.#timeline;
    if (timeline === undefined || event.altKey || event.metaKey) return;
    const page = Math.max(Math.floor(this.#scroller.clientWidth / this.#unit) - 1, 1);
    const columns: Readonly<Record<string, number | undefined>> = {
      ArrowLeft: this.#chosen - 1,
      ArrowRight: this.#chosen + 1,
      PageUp: this.#chosen - page,
      PageDown: this.#chosen + page,
      Home: 0,
      End: timeline.operations.length,
      Enter: this.#chosen,
    };
    const last = timeline.rows.length - 1;
    const column = columns[event.key];
    if (column !== undefined) this.#choose(column, event.key === "Enter");
    else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      const step = event.key === "ArrowUp" ? -1 : 1;
      this.#row = Math.min(Math.max(this.#row + step, 0), Math.max(last, 0));
      this.#choose(this.#chosen, false);
    } else if (event.key === "+" || event.key === "=") this.#zoom("in");
    else if (event.key === "-") this.#zoom("out");
    else if (event.key === "0") this.#zoom("fit");
    else return;
    event.preventDefault();
  }

  #zoom(how: string | undefined): void {
    this.#zoomTo(how === "fit" ? this.#fitting : this.#unit * (how === "in" ? ZOOM_STEP : 1 / ZOOM_STEP));
  }

  /** Pixels a column with which all of the scenario is in sight. */
  get #fitting(): number {
    const columns = (this.#timeline?.operations.length ?? 0) + 1;
    return (this.#scroller.clientWidth - this.#names.offsetWidth - 8) / columns;
  }

  /** Keeps what is in the middle, or the chosen operation, where it is. */
  #zoomTo(unit: number): void {
    const { scrollLeft, clientWidth } = this.#scroller;
    const middle = this.#chosen < 0 ? (scrollLeft + clientWidth / 2) / this.#unit : this.#chosen;
    const offset = middle * this.#unit - scrollLeft;
    this.#unit = Math.min(Math.max(unit, SMALLEST_UNIT), LARGEST_UNIT);
    this.#draw(true);
    this.#scroller.scrollLeft = middle * this.#unit - offset;
    this.#draw();
  }
}
