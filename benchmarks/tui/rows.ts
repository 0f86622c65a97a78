// eslint-disable-next-line no-control-regex -- a terminal reads control sequences
const TOKEN = /\x1b\[([\d;?]*)([A-Za-z])|\x1b[_P\]][^\x1b\x07]*(?:\x07|\x1b\\)|\x1b[78]|[^\x1b]/gu;

/** The text on a terminal's screen, as far as screens that place the cursor and clear need it. */
export class Rows {
  #cells: string[][] = [];
  #row = 0;
  #column = 0;

  write(text: string): void {
    for (const [token, parameters, command] of text.matchAll(TOKEN)) {
      if (command !== undefined) this.#control(parameters, command);
      else if (token === '\n') this.#row += 1;
      else if (token === '\r') this.#column = 0;
      else if (token.length === 1) (this.#cells[this.#row] ??= [])[this.#column++] = token;
    }
  }

  #control(parameters: string, command: string): void {
    const [first = 0, second = 0] = parameters.split(';').map(Number);
    if (command === 'H') [this.#row, this.#column] = [Math.max(0, first - 1), Math.max(0, second - 1)];
    else if (command === 'J') this.#cells = [];
    else if (command === 'K') this.#cells[this.#row]?.splice(first === 2 ? 0 : this.#column);
  }

  get text(): string {
    return this.#cells.map((row) => Array.from(row ?? [], (glyph) => glyph ?? ' ').join('')).join('\n');
  }
}
