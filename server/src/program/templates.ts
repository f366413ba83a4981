/** Keeps the templates of operations, so that lines that differ in plain values alone are resolved once. */
import type { TraceLine } from "../document/line.ts";
import { type Shape, ShapeNotes } from "../document/shapes/shape.ts";
import { type Request, Template } from "./template.ts";

/** Then all templates are dropped and collected again. */
const mostTemplates = 100_000;

/** The templates of a shape in the environment that asked last: found without a look into a map. */
class TemplatesOfShape extends ShapeNotes {
  readonly owner: Templates;
  readonly byIndex: Map<number, Template>;

  constructor(owner: Templates, byIndex: Map<number, Template>) {
    super();
    this.owner = owner;
    this.byIndex = byIndex;
  }
}

/** The templates of one environment: they depend on it, and on no `let` name. */
export class Templates {
  readonly #byShape = new Map<Shape, Map<number, Template>>();
  #count = 0;

  /** The template of a line, if a line like it was kept. */
  find(line: TraceLine): Template | undefined {
    const { shape } = line;
    if (shape === undefined || !shape.hasIndex) return undefined;
    const template = this.#ofShape(shape).get(line.indexIn(shape));
    return template?.fits(line) ? template : undefined;
  }

  /** A template for what a line asks for, kept for lines like it. The request must depend on nothing but the environment. */
  keep(line: TraceLine, request: Request): Template {
    const { shape } = line;
    const template = new Template(request, { usesNames: false, values: shape?.values });
    if (shape === undefined || !template.fits(line)) return new Template(request, { usesNames: false });
    if (shape.hasIndex) {
      if (this.#count++ >= mostTemplates) this.#clear();
      this.#ofShape(shape).set(line.indexIn(shape), template);
    }
    return template;
  }

  #ofShape(shape: Shape): Map<number, Template> {
    const { notes } = shape;
    if (notes instanceof TemplatesOfShape && notes.owner === this) return notes.byIndex;
    let byIndex = this.#byShape.get(shape);
    if (byIndex === undefined) {
      byIndex = new Map();
      this.#byShape.set(shape, byIndex);
    }
    shape.notes = new TemplatesOfShape(this, byIndex);
    return byIndex;
  }

  #clear(): void {
    // Shapes hold these maps, too.
    for (const templates of this.#byShape.values()) templates.clear();
    this.#byShape.clear();
    this.#count = 1;
  }
}
