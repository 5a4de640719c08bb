import { ImportFileError } from '../import.errors.js';
import type { Repair } from '../import.model.js';
import { owned } from '../text.js';

const LONGEST_EXAMPLE = 100;

/** A position in the file, counted from 1 as in an editor. */
export interface LineAndColumn {
  line: number;
  column: number;
}

/** What is done about each kind of fault, and the reason why a strict import refuses it. */
const FAULTS = {
  character: {
    done: 'characters that XML does not allow were removed, or replaced by a space',
    fault: (example: string) => `the character ${example} is not allowed in XML`,
  },
  byte: {
    done: 'bytes that are not UTF-8 were read as Windows-1252',
    fault: (example: string) => `the byte ${example} is not UTF-8`,
  },
  entity: {
    done: 'entities of HTML, which XML does not define, were replaced by their characters',
    fault: (example: string) => `XML does not define the entity ${example}`,
  },
  ampersand: {
    done: 'the character "&" was read as text where it starts no entity',
    fault: (example: string) => `"${example}" is not an entity; write "&amp;" for the character "&"`,
  },
  bracket: {
    done: 'the character "<" was read as text where it starts no element',
    fault: () => 'a "<" starts no element; write "&lt;" for the character',
  },
  prefix: {
    done: 'namespace prefixes that the file does not declare were read with their usual meaning',
    fault: (example: string) => `the file does not declare the namespace prefix "${example}"`,
  },
  section: {
    done: 'the characters "]]>" were read as text where they end no CDATA section',
    fault: () => 'the characters "]]>" end no CDATA section; write "]]&gt;" for them',
  },
  outside: {
    done: 'text before or after the XML was ignored, for example a warning of the server',
    fault: () => 'there is text outside of the root element',
  },
};

export type Fault = keyof typeof FAULTS;

/** Counts the faults of a file by kind. A strict log refuses the first one. */
export class RepairLog {
  private readonly found = new Map<Fault, Repair>();

  constructor(private readonly strict = false) {}

  /** @throws ImportFileError in a strict log */
  add(kind: Fault, example: string, place: () => LineAndColumn): void {
    const known = this.found.get(kind);
    if (known) {
      known.count += 1;
      return;
    }
    const at = place();
    if (this.strict) throw new ImportFileError(FAULTS[kind].fault(example), at);
    const shown = owned(example.slice(0, LONGEST_EXAMPLE).toWellFormed());
    this.found.set(kind, { kind, count: 1, ...at, example: shown, description: FAULTS[kind].done });
  }

  /** Returns the repairs in the order of their first places. */
  all(): Repair[] {
    return [...this.found.values()].sort(
      (a, b) => a.line - b.line || a.column - b.column || (a.kind < b.kind ? -1 : 1),
    );
  }
}
