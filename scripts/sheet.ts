import type { Picture } from '../src/envs/index.ts';

/** Capitals of 3 x 5 dots, one octal digit a row (4 is the left dot). */
const LETTERS: Record<string, string> = {
  ...{ A: '25755', B: '65656', C: '34443', D: '65556', E: '74647', F: '74644', G: '34553', H: '55755' },
  ...{ I: '72227', J: '11152', K: '55655', L: '44447', M: '57755', N: '65555', O: '25552', P: '65644' },
  ...{ Q: '25563', R: '65655', S: '34216', T: '72222', U: '55557', V: '55552', W: '55775', X: '55255' },
  ...{ Y: '55222', Z: '71247' },
};

/** Writes grey capitals into a picture. */
export function write(picture: Picture, text: string, left: number, top: number): void {
  [...text.toUpperCase()].forEach((letter, n) => {
    [...(LETTERS[letter] ?? '00000')].forEach((digit, row) => {
      for (let dot = 0; dot < 3; dot++) {
        if (!(Number(digit) & (4 >> dot))) continue;
        const at = ((top + row) * picture.width + left + n * 4 + dot) * 3;
        picture.data.fill(90, at, at + 3);
      }
    });
  });
}

/** Puts a picture into a sheet. */
export function paste(sheet: Picture, picture: Picture, left: number, top: number): void {
  for (let row = 0; row < picture.height; row++) {
    const line = picture.data.subarray(row * picture.width * 3, (row + 1) * picture.width * 3);
    sheet.data.set(line, ((top + row) * sheet.width + left) * 3);
  }
}

/** A white sheet. */
export function blankSheet(width: number, height: number): Picture {
  return { width, height, data: new Uint8Array(width * height * 3).fill(255) };
}
